"""G02 no-rationale: A grade was given without a reason.

Finds
    Grades whose rationale is empty, a placeholder (“-”, “n/a”, “todo”, “see above”), or nothing but the level said
    once more (“low certainty”). It is a note where the grade has a profile: then the steps carry the reasons.

Why it matters
    Nobody can check a judgement whose reason is not written down, and the rater cannot defend it a year later. A reader
    who doubts the level has nothing to go by.

Example
    Level moderate, rationale “n/a”.

Leaves alone
    Other scales than GRADE, whose levels follow from the kind of study (CIViC, OCEBM, SORT) or are published with a
    report of their own (USPSTF). Short reasons that say something (“one small trial”).

References
    MECIR standard C75 (a reason for every judgement); GRADE guidelines 3 (Balshem 2011),
    doi:10.1016/j.jclinepi.2010.07.015.
"""

from __future__ import annotations

from sqlalchemy import select

from kb.audit.reasons import is_short, says_nothing
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement


def candidates(scope: Scope) -> Rows:
    """Statements whose grade has a rationale so short that it may be none."""
    query = select(Statement.id, Grade.rationale, Grade.profile.is_not(None).label("has_profile"))
    query = query.join(Grade, Grade.id == Statement.current_grade_id)
    return query.where(scope.chosen, Grade.scale == "grade", is_short(Grade.rationale))


def judge(row: AnyRow) -> Found | None:
    """Look at what the short rationale says."""
    if not says_nothing(row.rationale):
        return None
    said = row.rationale.strip()
    message = f"The grade's rationale is “{said}”, which is no reason." if said else "The grade has no rationale."
    if row.has_profile:
        return Found(f"{message} Its profile has the steps.", severity=Severity.NOTE)
    return Found(message)


RULE = Rule(
    code="G02",
    name="no-rationale",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Grade it again with a reason: which studies there are, and what speaks for and against them.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
