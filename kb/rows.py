"""Rows of columns, read past the session, which would make an answer of its own kind of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


def rows(session: Session, query: Executable, ids: Sequence[int]) -> Sequence[Any]:
    """All rows of a query for columns with a parameter `ids`, which takes as many as `kb.records.CHUNK` of them.

    In the session's transaction; what the session has not written yet is seen.
    """
    if not ids:
        return ()
    session.flush()
    return session.connection().execute(query, {"ids": ids}).all()
