"""`/a/SLUG`: an article's own text, every statement marked in its place with grade and caveats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, Response

from kb.articles import GradedArticle, Passage, read_article
from kb.render.collected import article_json
from kb.render.html import card, passage
from kb.scales import Level, load_scales
from web.answers import csv_answer, html_answer, json_answer
from web.serving import serving

blueprint = Blueprint("article", __name__)


@blueprint.get("/a/<slug>")
def page(slug: str) -> Response:
    """The text as it was written, and how many of its statements stand at which grade."""
    article = _article(slug)
    numbers = {statement.id: number for number, statement in enumerate(article.statements, 1)}
    return html_answer(
        "article.html",
        article=article,
        levels=levels(article),
        paragraphs=[
            [passage(piece, numbers=numbers) for piece in paragraph] for paragraph in paragraphs(article.passages)
        ],
        unplaced=[card(each, heading_level=3) for each in article.unplaced],
    )


@blueprint.get("/a/<slug>.json")
def as_json(slug: str) -> Response:
    """The article's statements, and the words that no statement covers, as JSON."""
    return json_answer(article_json(_article(slug)))


@blueprint.get("/a/<slug>.csv")
def as_csv(slug: str) -> Response:
    """The article's statements as CSV."""
    return csv_answer(_article(slug).statements, f"caveat-{slug}")


def paragraphs(passages: Iterable[Passage]) -> list[list[Passage]]:
    """The passages in groups: a new paragraph begins after every line end between passages."""
    groups: list[list[Passage]] = [[]]
    for piece in passages:
        if piece.kind == "glue" and "\n" in piece.text:
            groups.append([])
        else:
            groups[-1].append(piece)
    return [group for group in groups if group]


def levels(article: GradedArticle) -> list[tuple[Level, int]]:
    """Every level that the article's statements have, the most certain first, with how many have it."""
    counts = Counter(statement.grade.level for statement in article.statements)
    return sorted(counts.items(), key=lambda pair: load_scales().sort_key(pair[0].scale, pair[0].id))


def _article(slug: str) -> GradedArticle:
    here = serving()
    with here.store.reading() as session:
        return read_article(session, slug, here.today())
