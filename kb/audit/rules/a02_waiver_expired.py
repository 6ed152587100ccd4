"""A02 waiver-expired: A finding was accepted until a day that has passed.

Finds
    Waivers whose last day is over and that nobody has ended or renewed. The finding itself is reported again too.

Why it matters
    A waiver says “not now”. What is never looked at again has become “never”.

Example
    “Accepted until the trial is published, at the latest 30 June”, read in July.

Leaves alone
    Waivers that were ended, and those whose finding was accepted anew.

References
    None; waivers are Caveat's own.
"""

from __future__ import annotations

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import aliased

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Statement, Waiver


def candidates(scope: Scope) -> Rows:
    """Statements with waivers past their day, that no later waiver of the same rule follows."""
    later = aliased(Waiver)
    renewed = (
        select(later.id)
        .where(
            later.statement_id == Waiver.statement_id,
            later.rule == Waiver.rule,
            later.ended_at.is_(None),
            later.expires_on >= scope.day,
        )
        .exists()
    )
    told = Waiver.rule + literal(" expired on ") + cast(Waiver.expires_on, String)
    past = (
        select(Waiver.statement_id, func.aggregate_strings(told, ", ").label("told"))
        .join(Statement, Statement.id == Waiver.statement_id)
        .where(scope.chosen, Waiver.ended_at.is_(None), Waiver.expires_on < scope.day, ~renewed)
    )
    return past.group_by(Waiver.statement_id)


def judge(row: AnyRow) -> Found:
    """The rows are the findings."""
    told = ", that of ".join(sorted(set(row.told.split(", "))))
    return Found(f"The waiver of {told}.")


RULE = Rule(
    code="A02",
    name="waiver-expired",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Mend the finding, accept it anew with a reason of today, or end the waiver.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
