"""G03 profile-differs: The profile's arithmetic gives another level than the one stated.

Finds
    Grades on GRADE's scale whose starting level and steps lead to another level than the grade's own.

Why it matters
    A reader who follows the reasons arrives somewhere else than the rater. Either a step is missing, or the level is
    not what was meant.

Example
    Level moderate, with the profile “start high, risk of bias −1, imprecision −1”, which gives low.

Leaves alone
    Grades without a profile, and the levels that no arithmetic leads to (not-gradable, no-evidence).

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015; GRADE guidelines 9,
    doi:10.1016/j.jclinepi.2011.06.004.
"""

from __future__ import annotations

from kb.audit.profiles import profile_of, with_profile
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.grade import level_reached


def judge(row: AnyRow) -> Found | None:
    """Compare the level with the arithmetic."""
    reached = level_reached(profile_of(row))
    if reached == row.level:
        return None
    return Found(f"The grade says {row.level}; its profile leads to {reached}.")


RULE = Rule(
    code="G03",
    name="profile-differs",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Record the step that is missing, or the level that the profile gives.",
    check=ByStatement(with_profile, judge),
    manual=__doc__,
)
