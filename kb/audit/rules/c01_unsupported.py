"""C01 unsupported: No cited work carries the certainty that the grade states.

Finds
    Statements graded high or moderate on GRADE's scale (error), or low (warning), none of whose filled slots
    carries the grade: a work that supports the statement; where the evidence is said to contradict it, a work that
    refutes it; where it points both ways, nowhere or no way is stated, either.

Why it matters
    A certainty rests on a body of evidence. Without one work that a reader can open it is a claim about a claim.

Example
    “Kratom relieves pain.”, graded moderate, with one empty slot that asks for a trial.

Leaves alone
    Very low certainty, which may be the judgement that next to nothing was found; no-evidence and not-gradable;
    other scales, whose levels mean other things.

References
    MECIR standards C74 and C75 (a certainty assessment is of identified studies); GRADE guidelines 3 (Balshem
    2011), doi:10.1016/j.jclinepi.2010.07.015.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.citing import carries
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import CitationSlot, Grade, Statement

RESTING = ("high", "moderate", "low")


def candidates(scope: Scope) -> Rows:
    """Statements of some certainty with no slot that carries it."""
    carried = select(CitationSlot.position).where(CitationSlot.statement_id == Statement.id, carries())
    return (
        select(Statement.id, Grade.level, Grade.direction)
        .join(Grade, Grade.id == Statement.current_grade_id)
        .where(
            scope.chosen,
            Grade.scale == "grade",
            Grade.level.in_(RESTING),
            ~carried.correlate(Statement, Grade).exists(),
        )
    )


def judge(row: AnyRow) -> Found:
    """The rows are the findings; low certainty asks for less."""
    wanted = "supports the statement"
    if row.direction == "contradicts":
        wanted = "refutes the statement, as the grade's direction says"
    elif row.direction != "supports":
        wanted = "supports or refutes the statement"
    severity = Severity.WARNING if row.level == "low" else Severity.ERROR
    return Found(f"Graded {row.level}, and no cited work {wanted}.", severity=severity)


def unsupported(session: Session, statement_id: int, day: date) -> str:
    """What this rule says of one statement, with the remedy; empty where it finds nothing. For whoever grades it."""
    row = session.execute(candidates(Scope(day, ids=(statement_id,)))).one_or_none()
    return "" if row is None else f"{judge(row).message} {RULE.remedy}"


RULE = Rule(
    code="C01",
    name="unsupported",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Fill a slot with the work that the grade rests on, or grade what the cited works allow.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
