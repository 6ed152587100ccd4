"""`/a/SLUG`: an article's own text, every statement marked in its place with grade and caveats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from kb import drafting
from kb.articles import GradedArticle, Passage, read_article
from kb.claims import topics_of
from kb.curate import By
from kb.errors import CaveatError, Conflict, InputError, NotFound, Outdated
from kb.meanings import CLAIM_TYPES
from kb.picked import Place
from kb.render.collected import article_json
from kb.render.html import card, passage
from kb.scales import Level, load_scales
from web.answers import csv_answer, html_answer, json_answer
from web.pages.signing import seen_other
from web.saved import saved
from web.serving import serving
from web.signed_in import is_curator, now, visitor

blueprint = Blueprint("article", __name__)


@blueprint.get("/a/<slug>")
def page(slug: str) -> Response:
    """The text as it was written, and how many of its statements stand at which grade; for curators its drafts too."""
    return article_page(slug)


@blueprint.post("/a/<slug>/publish")
def publish(slug: str) -> Response:
    """Publish all drafts of the article as they are; `count` is how many the page showed."""
    here = serving()
    try:
        with here.store.writing() as session:
            ids = drafting.drafts_in(session, slug)
            if len(ids) != request.form.get("count", type=int):
                raise Conflict(f"There are {len(ids)} drafts now.", cure="Look at them, then publish them.")
            done = drafting.publish(session, ids, _by("read and published"))
    except CaveatError as error:
        return article_page(slug, error)
    here.catch_up()
    saved(f"Published: {done} statements. None of them is graded yet.")
    return seen_other(f"/a/{slug}")


@blueprint.post("/a/<slug>/drafts/<int:id_>")
def edit(slug: str, id_: int) -> Response:
    """Publish, keep or discard one draft, with the words, type and topics that the form sent."""
    here, form = serving(), request.form
    act = form.get("act", "")
    version = form.get("version", type=int)
    try:
        with here.store.writing() as session:
            if id_ not in drafting.drafts_in(session, slug):
                raise NotFound(f"This article has no draft {id_} any more.", cure="Look at its history.")
            if act == "discard":
                drafting.discard(session, id_, _by("no claim"), version)
            elif act in DONE:
                drafting.edit(
                    session,
                    id_,
                    form.get("text", "").splitlines(),
                    form.get("type", ""),
                    topics_of(form.get("topics", "")),
                    _by("read and published" if act == "publish" else "edited"),
                    version,
                    published=act == "publish",
                )
            else:
                raise InputError(f"“{act}” is nothing that can be done.", place="act")
    except CaveatError as error:
        return article_page(slug, error, (id_, form))
    here.catch_up()
    saved(DONE[act])
    after = request.args.get("after", 0, type=int)
    return seen_other(f"/a/{slug}{f'?after={after}' if after > 0 else ''}#drafts")


DONE = {
    "publish": "Published; it is not graded yet.",
    "save": "The draft is kept.",
    "discard": "The draft is discarded; its words stay in the article, not assessed.",
}


def _by(otherwise: str) -> By:
    return By(visitor().name, request.form.get("reason", "").strip() or otherwise, now())


@dataclass(frozen=True, slots=True)
class Picked:
    """What the form of a new statement sent that was refused, and the places among which one is to be chosen."""

    error: CaveatError | None
    sent: Mapping[str, str]
    places: Sequence[Place] = ()


def article_page(
    slug: str,
    error: CaveatError | None = None,
    sent: tuple[int, Mapping[str, str]] | None = None,
    picked: Picked | None = None,
) -> Response:
    """The page, again with what a form sent where that was refused."""
    article = _article(slug)
    here = serving()
    drafts, waiting = [], 0
    after = max(request.args.get("after", 0, type=int), 0)
    if is_curator():
        with here.store.reading() as session:
            drafts, waiting = drafting.drafts_of(session, slug, after), drafting.count_drafts(session, slug)
    numbers = {statement.id: number for number, statement in enumerate(article.statements, 1)}
    wrong = picked.error if picked is not None else error
    curating = is_curator()
    return html_answer(
        "article.html",
        status=wrong.http_status if wrong is not None else 200,
        curating=curating,
        picked=picked or Picked(None, {}),
        choices=[
            (each, [passage(piece) for piece in each.around]) for each in (picked.places if picked is not None else ())
        ],
        article=article,
        drafts=drafts,
        waiting=waiting,
        types=CLAIM_TYPES,
        error=error,
        outdated=isinstance(error, Outdated),
        after=after,
        sent=sent,
        levels=levels(article),
        paragraphs=[
            [passage(piece, numbers=numbers, curating=curating) for piece in paragraph]
            for paragraph in paragraphs(article.passages)
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
