"""What falls with citations that fell: the statements that rest on them, those that lose their only support first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.graded import GradedStatement, read
from kb.model import CitationSlot, Statement
from kb.records import CHUNK, CitationRecord

FALLEN = {"retracted", "concern"}


@dataclass(frozen=True, slots=True)
class Fall:
    """A statement that cites a fallen work; `only_support` where nothing that still stands supports it."""

    statement: GradedStatement
    only_support: bool


def what_falls(session: Session, citations: Collection[int], day: date) -> list[Fall]:
    """The published statements that cite one of these citations which is retracted or of concern."""
    chosen = sorted(citations)
    ids: set[int] = set()
    for at in range(0, len(chosen), CHUNK):
        resting = select(CitationSlot.statement_id).where(CitationSlot.citation_id.in_(chosen[at : at + CHUNK]))
        ids.update(
            session.scalars(select(Statement.id).where(Statement.id.in_(resting), Statement.state == "published"))
        )
    falls = [
        Fall(each, _loses_its_only_support(each, citations))
        for each in read(session, sorted(ids), day)
        if any(_has_fallen(slot.citation, citations) for slot in each.slots)
    ]
    return sorted(falls, key=lambda each: (not each.only_support, each.statement.id))


def _loses_its_only_support(statement: GradedStatement, citations: Collection[int]) -> bool:
    supports = [slot.citation for slot in statement.slots if slot.citation and slot.stance == "supports"]
    lost = any(_has_fallen(each, citations) for each in supports)
    return lost and all(each.standing in FALLEN for each in supports)


def _has_fallen(citation: CitationRecord | None, citations: Collection[int]) -> bool:
    return citation is not None and citation.id in citations and citation.standing in FALLEN
