"""G10 review-overdue: The day on which a statement was to be looked at again has passed.

Finds
    Statements whose review day is before the day of the audit.

Why it matters
    Trials are published, works are retracted, labels change. Whoever set the day knew that the grade would not stay
    good for ever; until somebody looks, readers are told a grade of then.

Example
    Review due on 1 March, audited on 2 March.

Leaves alone
    Statements without a review day, and those whose day is today.

References
    None; the day is the curators' own.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import literal, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Statement


def candidates(scope: Scope) -> Rows:
    """Statements past their review day."""
    query = select(Statement.id, Statement.review_due, Statement.reviewed_on, literal(scope.day).label("day"))
    return query.where(scope.chosen, Statement.review_due < scope.day)


def judge(row: AnyRow) -> Found:
    """Say for how long, and when it was last looked at."""
    late = (row.day - row.review_due).days
    return Found(
        f"It was to be looked at again by {row.review_due}, {late} day{'' if late == 1 else 's'} ago; "
        f"{_last(row.reviewed_on)}."
    )


def _last(reviewed_on: date | None) -> str:
    return f"it was last looked at on {reviewed_on}" if reviewed_on else "when it was last looked at is not recorded"


RULE = Rule(
    code="G10",
    name="review-overdue",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Look for newer evidence, grade it again where that changes something, and set the next day.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
