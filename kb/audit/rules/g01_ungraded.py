"""G01 ungraded: Nobody has judged the evidence of a published statement.

Finds
    Published statements without any grade.

Why it matters
    A reader who searches meets the statement beside graded ones. That nobody has judged it says nothing about its
    evidence, good or bad, and is easily read as “fine”.

Example
    “Kratom relieves fatigue in lupus.”, imported from a table that had no column for grades.

Leaves alone
    Statements that were judged and found not to be gradable, or without any study: those are grades.

References
    MECIR standard C74 (all domains considered for every outcome); GRADE guidelines 3,
    doi:10.1016/j.jclinepi.2010.07.015.
"""

from __future__ import annotations

from sqlalchemy import select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Statement


def candidates(scope: Scope) -> Rows:
    """Statements that no grade stands for."""
    return select(Statement.id).where(scope.chosen, Statement.current_grade_id.is_(None))


def judge(_row: AnyRow) -> Found:
    """The rows are the findings."""
    return Found("Nobody has judged the evidence of this statement.")


RULE = Rule(
    code="G01",
    name="ungraded",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Grade it, or record that it cannot be graded, with the reason.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
