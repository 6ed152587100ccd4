"""Rows of columns, read past the session, which would make an answer of its own kind of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


class Rows:
    """Asks queries for columns, each with a parameter `ids`, in a session's transaction.

    What the session has not written yet is written first, so that it is seen. Make one where the reading begins: asking
    the session for its connection anew takes as long as a small query.
    """

    def __init__(self, session: Session) -> None:
        session.flush()
        self._connection = session.connection()

    def of(self, query: Executable, ids: Sequence[int]) -> Sequence[Any]:
        """All rows for these ids, as many as `kb.records.CHUNK` at most."""
        return self._connection.execute(query, {"ids": ids}).all() if ids else ()
