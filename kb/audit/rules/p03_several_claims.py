"""P03 several-claims: A statement seems to hold more than one claim.

Finds
    Statements with a level of GRADE's certainty whose words have two clauses, each with a verb of its own, or a list of
    three or more. These are signs and no proof: read the sentence.

Why it matters
    GRADE rates the evidence for one outcome. “X relieves pain, fatigue and low mood” has three, and one level cannot be
    right for all of them; the reader takes the best-founded part as proof of the rest.

Example
    “Kratom relieves pain, and it improves sleep.”

Leaves alone
    Statements without a grade, those that are not gradable, and those graded on other scales, whose bases decide what
    one item is.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015 (certainty is rated for each outcome).
"""

from __future__ import annotations

from sqlalchemy import or_, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.grade import LEVELS
from kb.model import Grade, Statement
from kb.wording import several_claims


def candidates(scope: Scope) -> Rows:
    """Statements with a certainty, and a comma or semicolon without which no sign is seen."""
    query = select(Statement.id, Statement.text).join(Grade, Grade.id == Statement.current_grade_id)
    joined = or_(Statement.text.contains(", "), Statement.text.contains("; "))
    return query.where(scope.chosen, Grade.scale == "grade", Grade.level.in_(LEVELS), joined)


def judge(row: AnyRow) -> Found | None:
    """Name the signs."""
    signs = several_claims(row.text)
    return Found(f"It seems to hold several claims under one grade: {'; '.join(signs)}.") if signs else None


RULE = Rule(
    code="P03",
    name="several-claims",
    severity=Severity.NOTE,
    confidence=Confidence.LOW,
    remedy="Split it into one statement for each claim, each with its own grade; or leave it where it is one claim.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
