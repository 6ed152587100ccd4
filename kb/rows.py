"""Rows of columns, read past the session, which would make an answer of its own kind of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Executable, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Rows:
    """Asks queries for columns in a session's transaction, each of rows that are `among` some ids.

    What the session has not written yet is written first, so that it is seen. Make one where the reading begins: asking
    the session for its connection anew takes as long as a small query.
    """

    def __init__(self, session: Session) -> None:
        session.flush()
        self._connection = session.connection()

    def of(self, query: Executable, ids: Sequence[int]) -> Sequence[Any]:
        """All rows for these ids, in the order that the query gives them."""
        return self._connection.execute(query, {"ids": ids}).all() if ids else ()


class _List(TypeDecorator[Sequence[int]]):
    """Numbers as a list in JSON."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> str:
        """Raises TypeError where they are not numbers."""
        return json.dumps(value)


class _Ids(FunctionElement[int]):
    """The ids that a query is asked for: one parameter, however many they are, so that its words stay the same.

    With a parameter for each, SQLAlchemy writes the query anew every time, which takes longer than the answer.
    """

    inherit_cache = True


@compiles(_Ids)
def _in_sqlite(ids: _Ids, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(ids.clauses, **options)}))"


@compiles(_Ids, "postgresql")
def _in_postgresql(ids: _Ids, compiler: SQLCompiler, **options: Any) -> str:
    given = f"CAST({compiler.process(ids.clauses, **options)} AS JSON)"
    return f"(SELECT CAST(value AS INTEGER) FROM json_array_elements_text({given}))"


_IDS = _Ids(bindparam("ids", type_=_List()))


def among(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the column holds one of those in the parameter `ids`, a list."""
    return column.bool_op("IN")(_IDS)
