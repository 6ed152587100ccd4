"""A graded statement as an index document: which words are found, and which values the facets count.

The words are indexed and never stored. Nothing that time alone changes is in here ("overdue" is not), or an index that
has read every change could still be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from indexer.engine import QUESTION, REVIEW_DUE, SEPARATOR, IndexDocument
from kb.caveats import is_unchecked
from kb.graded import GradedStatement
from kb.question import normal
from kb.records import SlotRecord
from kb.scales import Level, load_scales
from kb.searchable import Searchable

MADE_BY_TIME = {"review-overdue", "none-recorded"}
_NOTHING: tuple[str, ...] = ()
NOT_STATED = "not stated"
"""The value of a part of the question that a statement leaves open, so that these can be found too."""
LONGEST_PART = 200
"""A part of the question that is longer than this is known by its beginning."""


def document(statement: GradedStatement) -> IndexDocument:
    """What the index keeps of a statement that was read to be shown."""
    codes = [caveat.code for caveat in statement.caveats]
    return IndexDocument(
        id=statement.id,
        version=statement.version,
        words={field: SEPARATOR.join(words for _, words in parts) for field, parts in searched_words(statement)},
        facets={
            "grade": (statement.grade.level.name,),
            "direction": (statement.grade.direction,),
            "type": (statement.type,),
            "topic": statement.topics,
            "caveat": _facet_codes(codes),
            "citation": tuple(sorted({state for slot in statement.slots for state in citation_states(slot)})),
            "article": (statement.article.slug,) if statement.article else (),
            "origin": (statement.origin,),
            **{name: (asked(getattr(statement, name)),) for name in QUESTION},
            REVIEW_DUE: (statement.review_due.isoformat(),) if statement.review_due else (),
        },
        grade_rank=_rank(statement.grade.level),
        cited=sum(slot.citation is not None for slot in statement.slots),
    )


def documents(statements: Iterable[Searchable]) -> Iterator[IndexDocument]:
    """The same of statements that were read for the index alone, many at once."""
    for each in statements:
        words = {"text": each.text}
        if each.quote:
            words["quote"] = each.quote
        if each.topics:
            words["topics"] = SEPARATOR.join(each.topics)
        if each.recorded:
            words["caveats"] = SEPARATOR.join([text for _, text in each.recorded])
        cited = [slot.source for slot in each.slots if slot.source is not None]
        if cited:
            words["titles"] = SEPARATOR.join([source.title for source in cited])
        if notes := [slot.note for slot in each.slots if slot.note]:
            words["notes"] = SEPARATOR.join(notes)
        facets = {
            "grade": (each.level.name,),
            "direction": (each.direction,),
            "type": (each.type,),
            "topic": tuple(each.topics),
            "caveat": _facet_codes([*[code for code, _ in each.recorded], *each.derived]),
            "citation": _states_of(tuple(slot.source and slot.source[1:] for slot in each.slots)),
            "article": _NOTHING if each.article is None else (each.article,),
            "origin": (each.origin,),
            "population": _asked(each.population),
            "intervention": _asked(each.intervention),
            "outcome": _asked(each.outcome),
            REVIEW_DUE: (each.review_due.isoformat(),) if each.review_due else _NOTHING,
        }
        yield IndexDocument(each.id, each.version, words, facets, _rank(each.level), len(cited))


def asked(part: str | None) -> str:
    """A population, intervention or outcome as an exact value: only what makes no other question of it is folded."""
    return normal(part or "")[:LONGEST_PART].rstrip() or NOT_STATED


@lru_cache(maxsize=1 << 16)
def _asked(part: str | None) -> tuple[str, ...]:
    return (asked(part),)


def searched_words(statement: GradedStatement) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The fields of the index, each with the pieces of a statement that it holds, as (key of a mark, words).

    Derived caveats are left out: they are in the facets, and `low` would otherwise be found in half of all statements.
    """
    recorded = [(i, each) for i, each in enumerate(statement.caveats) if each.source != "derived"]
    yield "text", [("text", statement.text)]
    yield "quote", [("quote", statement.quote)] if statement.quote else []
    yield "topics", [(f"topic:{name}", name) for name in statement.topics]
    yield "caveats", [(f"caveat:{i}", caveat.text) for i, caveat in recorded]
    yield "notes", [(f"note:{slot.position}", slot.note) for slot in statement.slots if slot.note]
    yield "titles", [(f"title:{slot.position}", slot.citation.title) for slot in statement.slots if slot.citation]


def citation_states(slot: SlotRecord) -> Iterator[str]:
    """The values of the citation facet that a slot gives its statement."""
    source = slot.citation
    yield from _states(None if source is None else (source.standing, is_unchecked(source)))


def _states(source: tuple[str, bool] | None) -> Iterator[str]:
    if source is None:
        yield "needed"
        return
    standing, unchecked = source
    yield "cited"
    if unchecked:
        yield "unchecked"
    if standing in ("retracted", "concern"):
        yield standing


@lru_cache(maxsize=1 << 12)
def _states_of(sources: tuple[tuple[str, bool] | None, ...]) -> tuple[str, ...]:
    return tuple(sorted({state for each in sources for state in _states(each)}))


def _facet_codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code not in MADE_BY_TIME))


@lru_cache(maxsize=1 << 12)
def _rank(level: Level) -> int:
    return load_scales().sort_key(level.scale, level.id)
