"""Many rows into one table: the statement is compiled by SQLAlchemy, and executed in bulk on the driver.

Ten thousand rows of the same shape need not be turned into SQL ten thousand times, and the words that a column may hold
are looked up once for dozens of rows instead of once a row. Types are written as SQLAlchemy writes them, on whatever
database the session is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from kb.model import Base

# The oldest SQLite in use takes so many values in one statement.
VALUES_AT_ONCE = 999


class BulkInsert:
    """INSERTs into `table`, of rows that give these columns, in the table's own order.

    Raises ValueError for another order, or where a column is left out for which Python has a default.
    """

    def __init__(self, session: Session, table: type[Base], columns: Sequence[str]) -> None:
        self._session = session
        self._into = cast(Table, table.__table__)
        self._dialect = session.connection().dialect
        self._columns = [column.name for column in self._into.c if column.name in columns]
        given_by_python = {column.name for column in self._into.c if column.default is not None}
        if self._columns != list(columns) or not given_by_python <= set(columns):
            raise ValueError(
                f"{self._into.name} needs {sorted(given_by_python)}, in the order of {self._into.c.keys()}"
            )
        self._width = len(columns)
        self._together = max(VALUES_AT_ONCE // self._width, 1)
        self._compiled: dict[int, tuple[str, bool]] = {}
        kinds = [self._into.c[name].type.dialect_impl(self._dialect) for name in columns]
        found = [kind.bind_processor(self._dialect) for kind in kinds]
        self._processors = [
            (place, _remembering(process)) for place, process in enumerate(found) if process is not None
        ]

    def __call__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add the rows, in the session's transaction."""
        values = list(chain.from_iterable(rows))
        for first, process in self._processors:
            for place in range(first, len(values), self._width):
                if values[place] is not None:
                    values[place] = process(values[place])
        step = self._together * self._width
        for at in range(0, len(values), step):
            self._insert(values[at : at + step])

    def _insert(self, values: list[Any]) -> None:
        count = len(values) // self._width
        if count not in self._compiled:
            self._compiled[count] = self._statement(count)
        sql, by_place = self._compiled[count]
        given: Any = tuple(values) if by_place else dict(zip(self._names(count), values, strict=True))
        self._session.connection().exec_driver_sql(sql, given)

    def _statement(self, count: int) -> tuple[str, bool]:
        """The INSERT of so many rows, and whether the driver takes their values by place."""
        given = [dict.fromkeys(self._columns)] * count
        compiled = insert(self._into).values(given).compile(dialect=self._dialect)
        return str(compiled), bool(compiled.positional)

    def _names(self, count: int) -> list[str]:
        """What SQLAlchemy calls the values, row by row."""
        return [f"{name}_m{row}" for row in range(count) for name in self._columns]


def _remembering(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, which does not work out again what the last row had too: the moment of an import, an empty list."""
    last: Any = None
    made: Any = None

    def remembers(value: Any) -> Any:
        nonlocal last, made
        if value is not last and not (value == [] == last):
            last, made = value, process(value)
        return made

    return remembers
