"""What the legend and the health page tell of a store: the caveats written down, and how many statements there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kb.caveats import SEVERITY_ORDER
from kb.model import Caveat, Statement


@dataclass(frozen=True, slots=True)
class RecordedCaveat:
    """A caveat that can be attached, as the legend shows it."""

    code: str
    severity: str
    kind: str
    text: str
    as_of: date | None


def recorded_caveats(session: Session) -> list[RecordedCaveat]:
    """All of them, warnings first, then by code."""
    order = case(SEVERITY_ORDER, value=Caveat.severity, else_=len(SEVERITY_ORDER))
    return [
        RecordedCaveat(each.code, each.severity, each.kind, each.text, each.as_of)
        for each in session.scalars(select(Caveat).order_by(order, Caveat.code))
    ]


def published_count(session: Session) -> int:
    """How many statements are published."""
    return session.scalar(select(func.count()).select_from(Statement).where(Statement.state == "published")) or 0
