"""What rests on a citation: the statements and caveats that would lose a support if the cited work fell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.graded import GradedStatement, read
from kb.loading import citation_record
from kb.model import Batch, Caveat, CaveatCitation, Citation, CitationSlot, Statement
from kb.records import CitationRecord


@dataclass(frozen=True, slots=True)
class CitingStatement:
    """A statement, and the stances with which its slots cite the work, in order of the slots."""

    statement: GradedStatement
    stances: tuple[str, ...]


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
    session: Session, citation_id: int, day: date, limit: int | None = None, offset: int = 0
) -> CitedWork:
    """The citation with what rests on it on `day`, statements in order of id. Raises NotFound.

    `limit` and `offset` choose a page of the statements; without a limit all come.
    """
    row = session.get(Citation, citation_id)
    if row is None or _is_undone(session, row):
        raise NotFound("There is no such citation.", place=f"/c/{citation_id}")
    citing = (
        select(Statement.id)
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .where(CitationSlot.citation_id == citation_id, Statement.state == "published")
        .distinct()
    )
    total = session.scalar(select(func.count()).select_from(citing.subquery())) or 0
    ids = session.scalars(citing.order_by(Statement.id).limit(limit).offset(offset)).all()
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
            CitingStatement(statement, _stances(statement, citation_id)) for statement in read(session, ids, day)
        ),
        total=total,
        caveats=tuple(
            RestingCaveat(each.code, each.severity, each.kind, each.text, each.as_of)
            for each in session.scalars(caveats)
        ),
    )


def _stances(statement: GradedStatement, citation_id: int) -> tuple[str, ...]:
    return tuple(
        slot.stance or "background"
        for slot in statement.slots
        if slot.citation is not None and slot.citation.id == citation_id
    )
