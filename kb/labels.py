"""What the values of the facets are called: symbol and word for a grade, a title for an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InputError
from kb.meanings import CLAIM_TYPES, DIRECTIONS
from kb.model import Article, Statement
from kb.records import CHUNK
from kb.scales import UNGRADED, load_scales

CITATION_STATES = {
    "cited": "has a citation",
    "needed": "citation needed",
    "unchecked": "citation not checked",
    "retracted": "cites a retracted work",
    "concern": "cites a work under concern",
}


def facet_labels(session: Session, facets: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """For each facet, the label of each of its values; a value without one of its own stands for itself."""
    titles: dict[str, str] = {}
    wanted = list(facets.get("article", ()))
    for at in range(0, len(wanted), CHUNK):
        query = select(Article.slug, Article.title).where(Article.slug.in_(wanted[at : at + CHUNK]))
        titles.update((slug, title) for slug, title in session.execute(query))
    tables: dict[str, Mapping[str, str]] = {
        "grade": {value: grade_label(value) for value in facets.get("grade", ())},
        "direction": {word: meaning.label for word, meaning in DIRECTIONS.items()},
        "type": {word: meaning.label for word, meaning in CLAIM_TYPES.items()},
        "citation": CITATION_STATES,
        "article": titles,
    }
    return {
        facet: {value: tables.get(facet, {}).get(value, value) for value in values} for facet, values in facets.items()
    }


def value_label(facet: str, label: str) -> str:
    """A value's label as pages show it: the code of a caveat is written as words."""
    return label.replace("-", " ") if facet == "caveat" else label


def question_parts(session: Session, part: str, ids: Sequence[int]) -> dict[int, str]:
    """What these statements say of one part of their question: population, intervention or outcome."""
    column = Statement.__table__.c[part]
    found: dict[int, str] = {}
    for at in range(0, len(ids), CHUNK):
        query = select(Statement.id, column).where(Statement.id.in_(ids[at : at + CHUNK]))
        found.update((id_, words or "") for id_, words in session.execute(query))
    return found


def grade_label(name: str) -> str:
    """The symbol and word of a level given as `scale:level`; a level nobody knows stands for itself."""
    try:
        level = UNGRADED if name == UNGRADED.name else load_scales().parse(name)
    except InputError:
        return name
    if level.scale in ("", "grade"):
        return f"{level.symbol} {level.label}"
    return f"{load_scales().get(level.scale).name}: {level.label}"
