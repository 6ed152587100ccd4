"""How many citations of a statement support and refute it, for the rules that compare them with the direction."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select

from kb.audit.rule import Rows, Scope
from kb.model import CitationSlot, Grade, Statement


def one_sided(scope: Scope) -> Rows:
    """(id, direction, supporting, refuting) where all citations with a side stand on the other one than the grade.

    Only filled slots count, and of them those that support or refute.
    """
    supporting = func.sum(case((CitationSlot.stance == "supports", 1), else_=0))
    refuting = func.sum(case((CitationSlot.stance == "refutes", 1), else_=0))
    query = (
        select(
            Statement.id,
            Grade.direction,
            supporting.label("supporting"),
            refuting.label("refuting"),
        )
        .join(Grade, Grade.id == Statement.current_grade_id)
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .where(
            scope.chosen,
            Grade.direction.in_(("supports", "contradicts")),
            CitationSlot.citation_id.is_not(None),
            CitationSlot.stance.in_(("supports", "refutes")),
        )
        .group_by(Statement.id, Grade.direction)
    )
    return query.having(
        or_(and_(Grade.direction == "supports", supporting == 0), and_(Grade.direction == "contradicts", refuting == 0))
    )


def sided(count: int, verb: str) -> str:
    """“the one citation that takes a side refutes”, “both citations that take one refute”: as a message says it."""
    if count == 1:
        return f"the one citation that takes a side {verb}s"
    which = "both" if count == 2 else f"all {count}"
    return f"{which} citations that take a side {verb}"
