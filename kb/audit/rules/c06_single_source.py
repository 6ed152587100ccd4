"""C06 single-source: A certainty of moderate or high rests on one work.

Finds
    Statements graded moderate or high on GRADE's scale that exactly one cited work carries (see C01), where that
    work is not told to be a systematic review or a guideline.

Why it matters
    One study rarely holds the consistency and the numbers that moderate or high certainty asks for, and the grade
    falls with it.

Example
    “X lowers blood pressure.”, high, citing one trial.

Leaves alone
    A single systematic review or guideline, which is itself about a body of evidence.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015; GRADE guidelines 6, imprecision (Guyatt
    2011), doi:10.1016/j.jclinepi.2011.01.012.
"""

from __future__ import annotations

from sqlalchemy import distinct, func

from kb.audit.citing import carried_by, slots, works_of
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import CitationSlot, Grade

ABOUT_A_BODY = {"systematic-review", "guidance"}


def candidates(scope: Scope) -> Rows:
    """Statements of moderate or high certainty that one work carries."""
    query = carried_by(scope, Grade.scale == "grade", Grade.level.in_(("moderate", "high")))
    return query.having(func.count(distinct(CitationSlot.citation_id)) == 1)


def judge(row: AnyRow) -> Found | None:
    """Those whose one work is a study, or of unknown design."""
    works = list(works_of(row))
    if works[0].design.classes & ABOUT_A_BODY:
        return None
    kind = "" if works[0].design.name == "unknown" else f" ({works[0].design.name.replace('-', ' ')})"
    return Found(f"Graded {row.level} on one work{kind}, in {slots([work.position for work in works])}.")


RULE = Rule(
    code="C06",
    name="single-source",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Cite the other studies of the body of evidence or its systematic review; else rate down for imprecision.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
