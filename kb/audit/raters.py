"""The opinions that count on each statement: every rater's latest, on the scale of the grade that stands.

The same as `StatementRecord.judgements` in `kb.records`, for a whole store at once.
"""

from __future__ import annotations

from sqlalchemy import CompoundSelect, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from kb.audit.rule import Scope
from kb.model import Grade, Person, Statement


def opinions(
    scope: Scope, several: Select[int] | CompoundSelect[int] | None = None
) -> Select[tuple[int, int, str, str, str, str]]:
    """(statement_id, rater_id, rater, scale, level, kind of the grade that stands), a row for each opinion.

    Of statements that were graded more than once only: of the others there is nothing to compare. `several` are these,
    where a caller finds them at less cost.
    """
    if several is None:
        # The index knows how many there are; only then are grades read.
        several = select(Grade.statement_id).group_by(Grade.statement_id).having(func.count() > 1)
    undoing, standing = aliased(Grade), aliased(Grade)
    undone = exists().where(
        undoing.statement_id == Grade.statement_id, undoing.kind == "restored", undoing.supersedes_id == Grade.id
    )
    stands = Grade.id == Statement.current_grade_id
    nth = func.row_number().over(
        partition_by=(Grade.statement_id, Grade.rater_id), order_by=(case((stands, 0), else_=1), Grade.id.desc())
    )
    latest = (
        select(
            Grade.statement_id,
            Grade.rater_id,
            Grade.scale,
            Grade.level,
            standing.scale.label("standing_scale"),
            standing.kind.label("standing_kind"),
            nth.label("nth"),
        )
        .join(Statement, Statement.id == Grade.statement_id)
        .join(standing, standing.id == Statement.current_grade_id)
        .where(scope.chosen, Grade.statement_id.in_(several), or_(stands, ~undone))
        .subquery()
    )
    return (
        select(
            latest.c.statement_id,
            latest.c.rater_id,
            Person.name.label("rater"),
            latest.c.scale,
            latest.c.level,
            latest.c.standing_kind,
        )
        .join(Person, Person.id == latest.c.rater_id)
        .where(and_(latest.c.nth == 1, latest.c.scale == latest.c.standing_scale))
    )
