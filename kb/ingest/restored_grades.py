"""The grades of a statement as they stood before a change: what was taken back is kept, and is nobody's opinion.

No grade is deleted, so each that a change brought is superseded by one of kind “restored”: what its rater thought
before, or that they thought nothing (“ungraded”). Who counts as having judged is then the same as before the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import person
from kb.model import Grade, Statement
from kb.scales import UNGRADED

PARTS = ("scale", "level", "direction", "rating", "rationale", "profile")
TAKEN_BACK = "This opinion was taken back."


def restore_grades(session: Session, row: Statement, content: dict[str, Any]) -> None:
    """Let the grade that `content` names stand again, and take back every opinion that came after that content."""
    grades = list(session.scalars(select(Grade).where(Grade.statement_id == row.id).order_by(Grade.id)))
    # Grades are only added, so those of that content are the first ones.
    before = _standing(grades[: len(content["other_grades"]) + (content["grade"] is not None)])
    later = [each for each in _standing(grades) if each not in before]
    restored = _restore_current(session, row, content["grade"], later)
    for each in later:
        if each.id == restored:
            continue
        said = [other for other in before if other.rater_id == each.rater_id and other.kind != "consensus"]
        session.add(_again(said[-1], each) if said else _nothing_again(each))
    session.flush()


def _restore_current(
    session: Session, row: Statement, grade: dict[str, Any] | None, later: Sequence[Grade]
) -> int | None:
    """Let the grade of before stand, by the same rater of the same moment; the number of the one it takes back."""
    current = session.get(Grade, row.current_grade_id) if row.current_grade_id is not None else None
    if grade is None:
        row.current_grade_id = None
        return None
    made_at, rater = datetime.fromisoformat(grade["made_at"]), person(session, grade["rater"])
    said = {name: grade[name] for name in PARTS}
    is_the_same = current is not None and (current.rater_id, current.made_at) == (rater.id, made_at)
    if is_the_same and all(getattr(current, name) == value for name, value in said.items()):
        return None
    taken_back = current.id if current is not None else later[-1].id if later else None
    # A consensus is the grade of all who judged: as one person's again, it would leave them in disagreement.
    kind = "consensus" if grade["kind"] == "consensus" else "restored"
    made = Grade(statement_id=row.id, kind=kind, rater_id=rater.id, made_at=made_at, supersedes_id=taken_back, **said)
    session.add(made)
    session.flush()
    row.current_grade_id = made.id
    return taken_back if kind == "restored" else None


def _standing(grades: Sequence[Grade]) -> list[Grade]:
    """Those that nobody took back."""
    taken_back = {each.supersedes_id for each in grades if each.kind == "restored"}
    return [each for each in grades if each.id not in taken_back]


def _again(said: Grade, later: Grade) -> Grade:
    parts = {name: getattr(said, name) for name in PARTS}
    return _instead(later, made_at=said.made_at, **parts)


def _nothing_again(later: Grade) -> Grade:
    return _instead(
        later,
        made_at=later.made_at,
        scale=UNGRADED.scale,
        level=UNGRADED.id,
        direction="not-stated",
        rationale=TAKEN_BACK,
    )


def _instead(later: Grade, **said: Any) -> Grade:
    return Grade(
        statement_id=later.statement_id, kind="restored", rater_id=later.rater_id, supersedes_id=later.id, **said
    )
