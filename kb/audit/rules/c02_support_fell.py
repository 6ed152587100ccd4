"""C02 support-fell: Every work that the statement rests on was retracted or is under an expression of concern.

Finds
    Statements, graded or not, whose carrying slots (see C01) hold only works that are retracted (error), or
    retracted or of concern (warning).

Why it matters
    A retracted work is no evidence. A grade that rested on it has nothing left to rest on, whatever it says.

Example
    One supporting trial, retracted in May; the grade of January still says moderate.

Leaves alone
    Statements that another work still carries: C03 names them.

References
    Retraction notices as imported (kb import --as retractions); COPE retraction guidelines, version 2 (2019).
"""

from __future__ import annotations

from sqlalchemy import case, func, select

from kb.audit.citing import FALLEN, carries
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Citation, CitationSlot, Grade, Statement


def candidates(scope: Scope) -> Rows:
    """(id, works, retracted) of statements that nothing carries but works that fell."""
    # Few works fell: from them to the statements is the short way.
    fallen = select(Citation.id).where(Citation.standing.in_(FALLEN))
    touched = select(CitationSlot.statement_id).where(CitationSlot.citation_id.in_(fallen))
    standing = func.sum(case((Citation.standing.in_(FALLEN), 0), else_=1))
    return (
        select(
            Statement.id,
            func.count().label("works"),
            func.sum(case((Citation.standing == "retracted", 1), else_=0)).label("retracted"),
        )
        .select_from(Statement)
        .outerjoin(Grade, Grade.id == Statement.current_grade_id)
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .join(Citation, Citation.id == CitationSlot.citation_id)
        .where(scope.chosen, Statement.id.in_(touched), carries())
        .group_by(Statement.id)
        .having(standing == 0)
    )


def judge(row: AnyRow) -> Found:
    """The rows are the findings."""
    works = "The only work that it rests on" if row.works == 1 else f"Each of the {row.works} works that it rests on"
    if row.retracted == row.works:
        return Found(f"{works} was retracted.")
    fell = "is under an expression of concern" if row.retracted == 0 else "was retracted or is of concern"
    return Found(f"{works} {fell}.", severity=Severity.WARNING)


RULE = Rule(
    code="C02",
    name="support-fell",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Cite a work that stands, or grade the statement anew without this one.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
