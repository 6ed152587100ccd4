"""A graded statement as an index document: which words are found, and which values the facets count.

The words are indexed and never stored. Nothing that time alone changes is in here ("overdue" is not), or an index that
has read every change could still be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.engine import QUESTION, REVIEW_DUE, SEPARATOR, IndexDocument
from kb.caveats import is_unchecked
from kb.graded import GradedStatement
from kb.question import normal
from kb.records import SlotRecord
from kb.scales import load_scales

MADE_BY_TIME = {"review-overdue", "none-recorded"}
NOT_STATED = "not stated"
"""The value of a part of the question that a statement leaves open, so that these can be found too."""
LONGEST_PART = 200
"""A part of the question that is longer than this is known by its beginning."""


def document(statement: GradedStatement) -> IndexDocument:
    """What the index keeps of a statement."""
    return IndexDocument(
        id=statement.id,
        version=statement.version,
        words={field: SEPARATOR.join(words for _, words in parts) for field, parts in searched_words(statement)},
        facets={
            "grade": (statement.grade.level.name,),
            "direction": (statement.grade.direction,),
            "type": (statement.type,),
            "topic": statement.topics,
            "caveat": tuple(dict.fromkeys(c.code for c in statement.caveats if c.code not in MADE_BY_TIME)),
            "citation": tuple(sorted({state for slot in statement.slots for state in citation_states(slot)})),
            "article": (statement.article.slug,) if statement.article else (),
            "origin": (statement.origin,),
            **{name: (asked(getattr(statement, name)),) for name in QUESTION},
            REVIEW_DUE: (statement.review_due.isoformat(),) if statement.review_due else (),
        },
        grade_rank=load_scales().sort_key(statement.grade.level.scale, statement.grade.level.id),
        cited=sum(slot.citation is not None for slot in statement.slots),
    )


def asked(part: str | None) -> str:
    """A population, intervention or outcome as an exact value: only what makes no other question of it is folded."""
    return normal(part or "")[:LONGEST_PART].rstrip() or NOT_STATED


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
    if slot.citation is None:
        yield "needed"
        return
    yield "cited"
    if is_unchecked(slot.citation):
        yield "unchecked"
    if slot.citation.standing in ("retracted", "concern"):
        yield slot.citation.standing
