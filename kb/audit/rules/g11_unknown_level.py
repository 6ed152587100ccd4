"""G11 unknown-level: A grade's level is none of its scale, so that nobody can say what it means.

Finds
    Grades whose scale, or whose level of it, is not (or no longer) among those that Caveat knows.

Why it matters
    A level means what its scale says. Without that it can be neither explained to a reader, nor compared, nor ordered;
    such a statement is shown with a warning in place of a meaning.

Example
    Graded `house:promising`, after the file of the house's own scale was taken out of `data/scales/`.

Leaves alone
    Levels that stand outside their scale's order, such as not-gradable.

References
    None; the scales are those in `data/scales/`, each with its source.
"""

from __future__ import annotations

from sqlalchemy import and_, not_, or_, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement
from kb.scales import load_scales


def candidates(scope: Scope) -> Rows:
    """Statements whose grade is on an unknown scale or level."""
    known = [
        and_(Grade.scale == scale.id, Grade.level.in_([level.id for level in scale.levels])) for scale in load_scales()
    ]
    query = select(Statement.id, Grade.scale, Grade.level).join(Grade, Grade.id == Statement.current_grade_id)
    return query.where(scope.chosen, not_(or_(*known)))


def judge(row: AnyRow) -> Found:
    """Say whether the scale or the level is unknown."""
    scale = next((each for each in load_scales() if each.id == row.scale), None)
    if scale is None:
        return Found(f"The grade {row.scale}:{row.level} is on a scale that is not known.")
    levels = ", ".join(level.id for level in scale.levels)
    return Found(f"The scale {row.scale} has no level {row.level}; its levels are {levels}.")


RULE = Rule(
    code="G11",
    name="unknown-level",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Give back the scale's file, or grade the statement on a scale that is known.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
