"""All grades that a statement was given, newest first: who, when, why, from which parts, what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import InputError
from kb.grade import Explanation, Profile, explain
from kb.graded import GradedStatement
from kb.records import GradeRecord
from kb.render.versions import level_named
from kb.scales import Level

STATUSES = {
    "current": "current",
    "superseded": "superseded",
    "second-opinion": "stands beside the current one",
    "taken-back": "taken back",
}
"""What became of a grade, in words."""
KINDS = {
    "imported": "came with an import",
    "first": "first rating",
    "second": "second rating",
    "consensus": "consensus",
    "restored": "restored when a change was undone",
}
"""How a grade came about, in words."""


@dataclass(frozen=True, slots=True)
class Given:
    """One grade as it was given, and what became of it."""

    record: GradeRecord
    level: Level
    status: str

    @property
    def explanation(self) -> Explanation | None:
        """Its profile step by step; None without one."""
        return explained(self.record.profile)

    @property
    def status_words(self) -> str:
        """What became of it, in words."""
        return STATUSES[self.status]

    @property
    def kind_words(self) -> str:
        """How it came about, in words."""
        return KINDS.get(self.record.kind, self.record.kind)

    @property
    def rating(self) -> int | None:
        """Stars of 5, on scales that have them."""
        return self.record.rating


def grades_given(statement: GradedStatement) -> list[Given]:
    """Every grade of the statement, newest first; empty where nobody has judged it."""
    latest = {grade.rater: grade for grade in statement.grades if grade.kind == "second" and not grade.undone}
    return [
        Given(grade, level_named(grade.scale, grade.level), _status(statement, grade, latest))
        for grade in reversed(statement.grades)
    ]


def grades_json(statement: GradedStatement) -> list[dict[str, Any]]:
    """The same as JSON."""
    return [
        {
            "status": each.status,
            "scale": each.record.scale,
            "level": each.record.level,
            "label": each.level.label,
            "symbol": each.level.symbol,
            "direction": each.record.direction,
            "rating": each.record.rating,
            "rationale": each.record.rationale,
            "profile": None if each.record.profile is None else dict(each.record.profile),
            "rater": each.record.rater,
            "made_at": each.record.made_at.isoformat(),
            "kind": each.record.kind,
        }
        for each in grades_given(statement)
    ]


def explained(profile: Mapping[str, Any] | None) -> Explanation | None:
    """A kept profile step by step; None without one, and for one that no rule of GRADE can explain."""
    if profile is None:
        return None
    try:
        return explain(Profile.from_json(profile))
    except InputError:
        return None


def _status(statement: GradedStatement, grade: GradeRecord, latest: Mapping[str, GradeRecord]) -> str:
    if grade is statement.judged:
        return "current"
    if grade.undone:
        return "taken-back"
    # A consensus settles what two people thought apart; until then a second opinion stands beside the first.
    settled = statement.judged is not None and statement.judged.kind == "consensus"
    return "second-opinion" if latest.get(grade.rater) is grade and not settled else "superseded"
