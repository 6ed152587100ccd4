"""The profiles of grades as several rules read them: in one pass, and each taken apart once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Text, cast, select

from kb.audit.rule import AnyRow, Rows, Scope
from kb.grade import LEVELS
from kb.model import Grade, Statement


def with_profile(scope: Scope) -> Rows:
    """(id, level, rationale, profile) of statements whose grade has a profile, and a level that one can lead to.

    The profile is the text that is kept; `profile_of` reads it.
    """
    query = select(Statement.id, Grade.level, Grade.rationale, cast(Grade.profile, Text).label("profile"))
    query = query.join(Grade, Grade.id == Statement.current_grade_id)
    return query.where(scope.chosen, Grade.scale == "grade", Grade.level.in_(LEVELS), Grade.profile.is_not(None))


def profile_of(row: AnyRow) -> dict[str, Any]:
    """The profile of a row, in the form of `kb.grade.Profile.to_json`. Not to be changed: the next rule gets the same.

    Raises ValueError for what is no JSON.
    """
    return _read(row.profile)


@lru_cache(maxsize=256)
def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(text)
    return found
