"""G15 single-rater: Most grades are the judgement of one person.

Finds
    How many graded statements of the store have one rater only: one note for the whole store, not one for each.

Why it matters
    Two raters who work with GRADE's steps agree moderately well, and far better than raters without them; how well
    they agree here is not known before a second one has rated. A grade that nobody has checked can be one person's
    slip.

Example
    “58 of 62 graded statements have one rater only.”

Leaves alone
    Statements with a consensus, and those that a second rater has judged on the same scale. Each statement says by
    itself that it has one rater only.

References
    Mustafa 2013 (agreement between raters with and without GRADE's steps); PRISMA 2020 explanation and elaboration
    (Page 2021), item 15 (how many reviewers assessed certainty), doi:10.1136/bmj.n160.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.audit.raters import opinions
from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.model import Grade, Statement


def check(session: Session, scope: Scope) -> Iterator[Found]:
    """Count the graded statements, and take out those that a second person has judged."""
    query = select(func.count(), func.count().filter(Grade.kind == "consensus"))
    query = query.select_from(Statement).join(Grade, Grade.id == Statement.current_grade_id)
    graded, agreed = session.execute(query.where(scope.chosen)).one()
    opinion = opinions(scope).subquery()
    several = (
        select(opinion.c.statement_id)
        .where(opinion.c.standing_kind != "consensus")
        .group_by(opinion.c.statement_id)
        .having(func.count() > 1)
        .subquery()
    )
    single = graded - agreed - (session.scalar(select(func.count()).select_from(several)) or 0)
    if single:
        have = "has" if single == 1 else "have"
        yield Found(f"{single:,} of {graded:,} graded statement{'' if graded == 1 else 's'} {have} one rater only.")


RULE = Rule(
    code="G15",
    name="single-rater",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    remedy="Have a second person rate them blind (/rate, `kb rate`), those that are read most first.",
    check=ByStore(check),
    manual=__doc__,
)
