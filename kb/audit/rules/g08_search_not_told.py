"""G08 search-not-told: “No evidence was found” does not say when and where one looked.

Finds
    Statements graded no-evidence, or whose direct evidence is none-found, without the day of the search or without the
    places that were searched.

Why it matters
    That no study was found says as much as the search behind it. A search of one database five years ago and a search
    of the trial registries last week are not the same news, and the reader cannot tell them apart.

Example
    Level no-evidence, “no trial found”, with neither a date nor a database.

Leaves alone
    How good the search was: a date and a place are enough here.

References
    PRISMA 2020 (Page 2021), item 6 (every source, and the date when it was last searched), doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement


def candidates(scope: Scope) -> Rows:
    """Statements of which it is said that nothing was found, without the day or the place."""
    no_evidence = (Grade.scale == "grade") & (Grade.level == "no-evidence")
    where = func.trim(func.coalesce(Statement.searched_where, ""))
    query = select(
        Statement.id,
        Statement.searched_on,
        where.label("searched_where"),
        Statement.direct_evidence,
        Grade.level,
    ).outerjoin(Grade, Grade.id == Statement.current_grade_id)
    return query.where(
        scope.chosen,
        or_(Statement.searched_on.is_(None), where == ""),
        or_(Statement.direct_evidence == "none-found", no_evidence),
    )


def judge(row: AnyRow) -> Found:
    """Say what is missing."""
    missing = [
        word
        for word, known in (("when", row.searched_on is not None), ("where", bool(row.searched_where)))
        if not known
    ]
    said = []
    if row.level == "no-evidence":
        said.append("the grade says that there is no evidence")
    if row.direct_evidence == "none-found":
        said.append("direct evidence was looked for and not found")
    words = " and ".join(said)
    return Found(f"{words[0].upper()}{words[1:]}, but not {' and '.join(missing)} one looked.")


RULE = Rule(
    code="G08",
    name="search-not-told",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Record the day of the search and the databases and registries that were searched.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
