"""What the legend and the health page tell of a store: the caveats written down, and how many statements there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from kb.caveats import DERIVED, SEVERITY_ORDER
from kb.model import Batch, Caveat, Statement, StatementCaveat


@dataclass(frozen=True, slots=True)
class RecordedCaveat:
    """A caveat that can be attached, as the legend shows it."""

    code: str
    severity: str
    kind: str
    text: str
    as_of: date | None


_attached = select(StatementCaveat.caveat_id).join(Statement).where(Statement.state == "published")
_undone = select(Batch.id).where(Batch.state == "undone")
_in_force = or_(Caveat.batch_id.is_(None), Caveat.batch_id.not_in(_undone), Caveat.id.in_(_attached))


def recorded_caveats(session: Session) -> list[RecordedCaveat]:
    """All of them, warnings first, then by code; not those of a batch that was taken back, unless they are in use."""
    order = case(SEVERITY_ORDER, value=Caveat.severity, else_=len(SEVERITY_ORDER))
    return [
        RecordedCaveat(each.code, each.severity, each.kind, each.text, each.as_of)
        for each in session.scalars(select(Caveat).where(_in_force).order_by(order, Caveat.code))
    ]


def warning_codes(session: Session) -> frozenset[str]:
    """The codes of all caveats that are warnings."""
    derived = {each.code for each in DERIVED.values() if each.severity == "warning"}
    return frozenset(derived.union(session.scalars(select(Caveat.code).where(Caveat.severity == "warning"))))


def published_count(session: Session) -> int:
    """How many statements are published."""
    return session.scalar(select(func.count()).select_from(Statement).where(Statement.state == "published")) or 0
