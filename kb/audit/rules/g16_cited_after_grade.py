"""G16 cited-after-grade: Citations were added after the grade was made.

Finds
    How many statements were given a further citation while the grade that still stands stood already: one note for the
    whole store, which names the first of them.

Why it matters
    The rater judged without that work. It may change nothing; that nobody has said so is worth knowing.

Example
    Graded low in May; in August a trial was put into the empty slot, and the grade was left as it was.

Leaves alone
    Citations that came together with the grade, emptied slots, and changes of a slot's note or stance.

References
    PRISMA 2020 (Page 2021), item 22 (certainty is assessed of the body of evidence found), doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.model import Grade, Revision, Statement

NAMED = 5
ROWS_AT_ONCE = 500


def check(session: Session, scope: Scope) -> Iterator[Found]:
    """Look at what was changed since the grade was made."""
    ids = sorted({row.id for row in session.execute(_changes(scope)) if _added(row.before, row.after)})
    if ids:
        named = ", ".join(str(id_) for id_ in ids[:NAMED])
        more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
        given = "1 statement was" if len(ids) == 1 else f"{len(ids):,} statements were"
        yield Found(f"{given} given a citation after the grade was made: number {named}{more}.")


def _changes(scope: Scope) -> Any:
    """What was changed of statements after their present grade was made, before and after."""
    subject = literal("statement:") + cast(Statement.id, String)
    query = (
        select(Statement.id, Revision.before, Revision.after)
        .join(Grade, Grade.id == Statement.current_grade_id)
        # What was never changed since it came has no revision of its own, which spares a look for most.
        .join(Revision, Revision.subject == subject)
        .where(scope.chosen, Statement.version > 1, Revision.at > Grade.made_at)
    )
    return query.execution_options(yield_per=ROWS_AT_ONCE)


def _added(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    """Whether a citation came in while the grade stayed."""
    was, now = (before or {}).get("content"), (after or {}).get("content")
    if not was or not now or was["grade"] != now["grade"]:
        return False
    return bool(_cited(now) - _cited(was))


def _cited(content: dict[str, Any]) -> set[str]:
    return {slot["citation"] for slot in content["slots"] if slot["citation"] is not None}


RULE = Rule(
    code="G16",
    name="cited-after-grade",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    remedy="Read the added work and grade the statement again, if only to say that nothing changes.",
    check=ByStore(check),
    manual=__doc__,
)
