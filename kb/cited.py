"""What rests on a citation: the statements and caveats that would lose a support if the cited work fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.falls import FALLEN
from kb.graded import GradedStatement, read
from kb.loading import citation_record, citations
from kb.model import Batch, Caveat, CaveatCitation, Citation, CitationSlot, Statement
from kb.records import CitationRecord

_LONGEST_IDENTIFIER = 300
_MOST_IDENTIFIED = 3


@dataclass(frozen=True, slots=True)
class CitingStatement:
    """A statement, and the stances with which its slots cite the work, in order of the slots.

    `loses_only_support`: the work fell (it is retracted or of concern), and nothing that still stands supports it.
    """

    statement: GradedStatement
    stances: tuple[str, ...]
    loses_only_support: bool = False


@dataclass(frozen=True, slots=True)
class RestingCaveat:
    """A recorded caveat that names the work as what it rests on."""

    code: str
    severity: str
    kind: str
    text: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A citation, one page of the published statements that cite it, how many there are, and the caveats."""

    citation: CitationRecord
    citing: tuple[CitingStatement, ...]
    total: int
    caveats: tuple[RestingCaveat, ...]

    @property
    def statements(self) -> tuple[GradedStatement, ...]:
        return tuple(each.statement for each in self.citing)


def _is_undone(session: Session, row: Citation) -> bool:
    """Whether it came with a batch that was taken back, and nothing that is published cites it."""
    batch = session.get(Batch, row.batch_id) if row.batch_id is not None else None
    if batch is None or batch.state != "undone":
        return False
    cited = select(CitationSlot.statement_id).join(Statement, Statement.id == CitationSlot.statement_id)
    return session.scalar(cited.where(CitationSlot.citation_id == row.id, Statement.state == "published")) is None


def read_citation(
    session: Session,
    citation_id: int,
    day: date,
    limit: int | None = None,
    offset: int = 0,
    after: int | None = None,
) -> CitedWork:
    """The citation with what rests on it on `day`, statements in order of id. Raises NotFound.

    Of a work that fell, the statements that lose their only support come first. `limit` and `offset` choose a page of
    the statements; without a limit all come. With `after`, they are those above this id, in order of id alone.
    """
    row = session.get(Citation, citation_id)
    if row is None or _is_undone(session, row):
        raise NotFound("There is no such citation.", place=f"/c/{citation_id}")
    here = select(CitationSlot.statement_id).where(CitationSlot.citation_id == citation_id)
    citing = select(Statement.id).where(Statement.id.in_(here), Statement.state == "published")
    total = session.scalar(select(func.count()).select_from(citing.subquery())) or 0
    chosen = citing.order_by(*_order(row), Statement.id).offset(offset)
    if after is not None:
        chosen = citing.where(Statement.id > after).order_by(Statement.id)
    ids = list(session.scalars(chosen.limit(limit)))
    alone = set(session.scalars(citing.where(Statement.id.in_(ids), _loses(row)))) if row.standing in FALLEN else set()
    caveats = (
        select(Caveat)
        .join(CaveatCitation, CaveatCitation.caveat_id == Caveat.id)
        .where(CaveatCitation.citation_id == citation_id)
        .distinct()
        .order_by(Caveat.id)
    )
    return CitedWork(
        citation=citation_record(row),
        citing=tuple(
            CitingStatement(statement, _stances(statement, citation_id), statement.id in alone)
            for statement in read(session, ids, day)
        ),
        total=total,
        caveats=tuple(
            RestingCaveat(each.code, each.severity, each.kind, each.text, each.as_of)
            for each in session.scalars(caveats)
        ),
    )


def cited_by(session: Session, statement_ids: Sequence[int]) -> list[CitationRecord]:
    """The works that these statements cite, those of the first statement first."""
    slots = select(CitationSlot.statement_id, CitationSlot.position, CitationSlot.citation_id).where(
        CitationSlot.statement_id.in_(statement_ids), CitationSlot.citation_id.is_not(None)
    )
    place = {id_: n for n, id_ in enumerate(statement_ids)}
    rows = sorted(session.execute(slots), key=lambda row: (place[row[0]], row[1]))
    cited = [citation_id for _, _, citation_id in rows if citation_id is not None]
    known = citations(session, set(cited))
    return [known[each] for each in dict.fromkeys(cited)]


def identified(session: Session, text: str) -> list[CitationRecord]:
    """The works whose DOI, PMID or PMCID the text is; none where it is none of these, or no work here has it."""
    text = text.strip()
    if not text or len(text) > _LONGEST_IDENTIFIER or any(each.isspace() for each in text):
        return []
    doi = text.casefold()[text.casefold().find("10.") :] if "10." in text and "/" in text else None
    named = or_(Citation.doi == doi if doi else false(), Citation.pmid == text, Citation.pmcid == text.upper())
    rows = list(session.scalars(select(Citation).where(named).order_by(Citation.id).limit(_MOST_IDENTIFIED)))
    return [citation_record(row) for row in rows if not _is_undone(session, row)]


def _loses(row: Citation) -> ColumnElement[bool]:
    """Whether a statement is supported by this work, and by none that still stands."""
    slots = select(CitationSlot.statement_id).where(CitationSlot.stance == "supports")
    standing = slots.join(Citation, Citation.id == CitationSlot.citation_id).where(Citation.standing.not_in(FALLEN))
    return Statement.id.in_(slots.where(CitationSlot.citation_id == row.id)) & Statement.id.not_in(standing)


def _order(row: Citation) -> list[ColumnElement[Any]]:
    return [case((_loses(row), 0), else_=1)] if row.standing in FALLEN else []


def _stances(statement: GradedStatement, citation_id: int) -> tuple[str, ...]:
    return tuple(
        slot.stance or "background"
        for slot in statement.slots
        if slot.citation is not None and slot.citation.id == citation_id
    )
