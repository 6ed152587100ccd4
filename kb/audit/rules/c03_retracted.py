"""C03 retracted: A cited work was retracted.

Finds
    Statements with a slot, of any stance, whose work is retracted.

Why it matters
    Even as background a retracted work lends words a weight that they do not have, and readers copy citations.

Example
    Slot 3, “background”, holds a review that was retracted for plagiarism.

Leaves alone
    Works that were reinstated, corrected or are under an expression of concern: their slots say so.

References
    Retraction notices as imported; COPE retraction guidelines, version 2 (2019).
"""

from __future__ import annotations

from sqlalchemy import String, cast, func, select

from kb.audit.citing import slots
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Citation, CitationSlot, Statement


def candidates(scope: Scope) -> Rows:
    """(id, positions) of statements that cite a retracted work."""
    retracted = select(Citation.id).where(Citation.standing == "retracted")
    return (
        select(Statement.id, func.aggregate_strings(cast(CitationSlot.position, String), ",").label("positions"))
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .where(scope.chosen, CitationSlot.citation_id.in_(retracted))
        .group_by(Statement.id)
    )


def judge(row: AnyRow) -> Found:
    """The rows are the findings."""
    return Found(f"The work in {slots([int(each) for each in row.positions.split(',')])} was retracted.")


RULE = Rule(
    code="C03",
    name="retracted",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Put a work that stands in its place, or empty the slot and say what is wanted.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
