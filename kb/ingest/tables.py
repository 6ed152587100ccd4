"""A table as rows of named cells: CSV and TSV as a stream, spreadsheets through calamine, JSON Lines as they are.

What a column means is not known here. Lines count from 1; the first is the header's.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kb.errors import InputError, Problem
from kb.ingest.formats import OTHER_ENCODINGS, Row, decoded, unreadable
from kb.words import plain

DELIMITERS = (",", "\t", ";", "|")
# Far beyond any claim; a line that goes on for ever must not fill the memory.
LONGEST_LINE = 4 * 1024 * 1024
SHOWN = 60


def table_rows(path: Path) -> Iterator[Row | Problem]:
    """The rows of a CSV or TSV file, each a dict from column to cell; the delimiter is found from the header.

    A row with another number of cells than the header is a problem, and the rows after it are still read. Broken
    quoting ends the reading, because nothing tells where the next row begins. Raises InputError where the file cannot
    be read, is not UTF-8, has a line without end, or no header.
    """
    with _Lines(path) as lines:
        header = next(lines, "")
        columns, delimiter = _header(path, header)
        # Read again with the rest: a header's cell may go on over a line end.
        lines.push_back(header)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        next(reader)
        yield from _rows(path, reader, columns)


def columns_of_table(path: Path) -> list[str]:
    """The names in the header of a table. Raises InputError as `table_rows` does."""
    with _Lines(path) as lines:
        return _header(path, next(lines, ""))[0]


class _Lines:
    """The lines of a UTF-8 file, read one at a time and none longer than LONGEST_LINE; `number` is the last one's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        self.number = 0
        self._pushed: list[str] = []

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._pushed:
            return self._pushed.pop()
        try:
            raw = self._file.readline(LONGEST_LINE)
        except OSError as error:
            raise unreadable(self._path, error) from error
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raise InputError(
                f"Line {self.number} is longer than {LONGEST_LINE // 1024 // 1024} MB.",
                place=f"{self._path}:{self.number}",
                cure="Look whether a quotation mark was never closed, or the file is no table.",
            )
        if self.number == 1 and raw.startswith(tuple(OTHER_ENCODINGS)):
            return decoded(self._path, raw, 1)
        return decoded(self._path, raw, self.number)

    def push_back(self, line: str) -> None:
        """Give a line again."""
        self._pushed.append(line)


def _header(path: Path, line: str) -> tuple[list[str], str]:
    text = line.removeprefix(codecs.BOM_UTF8.decode())
    if not text.strip():
        raise InputError("The file is empty.", place=str(path), cure="Put the names of the columns on its first line.")
    delimiter = max(DELIMITERS, key=text.count)
    columns = [cell.strip() for cell in next(csv.reader(io.StringIO(text), delimiter=delimiter))]
    twins = [name for name, count in Counter(columns).items() if count > 1 and name]
    if twins:
        raise InputError(
            f"Two columns are called “{plain(twins[0])}”.", place=f"{path}:1", cure="Rename or remove one of them."
        )
    if len(columns) == 1 and delimiter not in text:
        raise InputError(
            f"There is only one column, “{plain(columns[0][:SHOWN])}”.",
            place=f"{path}:1",
            cure="A table has commas, tabs, semicolons or | between its cells. For an article, add --as article.",
        )
    return columns, delimiter


def _rows(path: Path, reader: Iterator[list[str]], columns: list[str]) -> Iterator[Row | Problem]:
    line = _line_of(reader) + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Problem(
                str(path),
                line,
                "",
                "",
                "broken-quoting",
                f"The row cannot be read ({error}); what follows was not read either.",
                "Close the quotation mark, and write one within a cell twice.",
            )
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            if len(cells) == len(columns):
                yield Row(line, dict(zip(columns, cells, strict=True)))
            else:
                yield Problem(
                    str(path),
                    line,
                    "",
                    cells[0][:SHOWN] if cells else "",
                    "cells",
                    f"The row has {len(cells)} cells and the header {len(columns)}.",
                    "Quote a cell that holds the delimiter, or add what is missing.",
                )
        line = _line_of(reader) + 1


def _line_of(reader: Iterator[list[str]]) -> int:
    number: int = reader.line_num  # type: ignore[attr-defined]
    return number
