"""G12 direction-missing: A grade says how certain the evidence is, but not which way it points.

Finds
    Statements of efficacy or safety with a level that has a rank (GRADE's high to very low, CIViC's A to E, …) whose
    direction is not stated.

Why it matters
    Certainty has no sign. “High” beside a claim that excellent trials refute reads like praise of it, unless the grade
    says that the evidence contradicts the claim.

Example
    “Vitamin C prevents colds.”, high, direction not-stated.

Leaves alone
    Levels outside the order (not-gradable, no-evidence), scales without an order, and statements that claim no effect.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015 (the level is that of confidence in an
    estimate); the direction beside it is Caveat's own.
"""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement
from kb.scales import load_scales

OF_EFFECT = ("efficacy", "safety")


def candidates(scope: Scope) -> Rows:
    """Statements of effect with a ranked level and no direction."""
    ranked = [
        and_(Grade.scale == scale.id, Grade.level.in_([level.id for level in scale.levels if level.rank is not None]))
        for scale in load_scales()
        if scale.ordered
    ]
    query = select(Statement.id, Statement.type, Grade.scale, Grade.level)
    query = query.join(Grade, Grade.id == Statement.current_grade_id)
    return query.where(scope.chosen, Statement.type.in_(OF_EFFECT), Grade.direction == "not-stated", or_(*ranked))


def judge(row: AnyRow) -> Found:
    """The rows are the findings."""
    return Found(
        f"This statement of {row.type} is graded {row.scale}:{row.level}; whether the evidence speaks for or against "
        "it is not stated."
    )


RULE = Rule(
    code="G12",
    name="direction-missing",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Grade it again with the direction: supports, contradicts, mixed, no-effect or unclear.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
