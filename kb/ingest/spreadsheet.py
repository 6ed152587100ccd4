"""Spreadsheets as rows of named cells, read by calamine: XLSX, and the older XLS and ODS. What a column means is not
known here.

Lines are the sheet's own row numbers. Cells become text: whole numbers without a point, days in ISO form, TRUE and
FALSE. Of several sheets the first that holds anything is read.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kb.errors import InputError, Problem
from kb.ingest.formats import SHOWN, Row, unreadable
from kb.ingest.trial import refuse_fatal
from kb.ingest.workbook import Fault, Faults, is_workbook, refuse_bombs, sheet_faults
from kb.words import plain

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The streams that an older workbook and an encrypted newer one lie in.
_OLD = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book", "EncryptedPackage"))
_SAVE = "Open it in a spreadsheet program and save it as .xlsx, or export it as CSV."
# Whole numbers beyond this are no longer exact in a spreadsheet.
EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a sheet, blank ones included in the count: `faults` are cells without a value, by their place."""

    line: int
    cells: list[str]
    faults: Mapping[int, Fault]


def is_spreadsheet(path: Path) -> bool:
    """Whether the file is a spreadsheet, told from its content. Raises InputError where it cannot be read."""
    begin = _begin(path)
    if begin.startswith(OLE):
        return any(name in _whole(path) for name in _OLD)
    return begin.startswith(ZIP) and is_workbook(path)


def sheet_rows(path: Path) -> Iterator[Row | Problem]:
    """The rows of a sheet, each a dict from column to cell, as `tables.table_rows` gives them.

    The first row that holds anything is the header. A row with a formula that was never computed, with an error or
    with a cell beyond the header is a problem, and the rows after it are still read. Raises InputError where the file
    cannot be read, is no spreadsheet, is empty, encrypted or made to burst, or two columns have one name.
    """
    rows = sheet_cells(path)
    header = next(rows, None)
    columns = _columns(path, header)
    for row in rows:
        problems = list(problems_in(path, row, columns))
        yield from problems
        if not problems:
            filled = row.cells + [""] * (len(columns) - len(row.cells))
            yield Row(row.line, dict(zip(columns, filled, strict=True)))


def columns_of_sheet(path: Path) -> list[str]:
    """The names in the header of a sheet. Raises InputError as `sheet_rows` does."""
    return _columns(path, next(sheet_cells(path), None))


def sheet_cells(path: Path) -> Iterator[Cells]:
    """The rows that hold anything, as they stand, without their empty cells at the end. Raises as `sheet_rows` does."""
    book, seen = _opened(path)
    for name in book.sheet_names:
        sheet = _sheet(path, book, name)
        faults: dict[int, dict[int, Fault]] = {}
        # Calamine leaves out the empty columns before the first that holds anything.
        shift = sheet.start[1] if sheet.start else 0
        for (row, column), fault in seen.get(name, {}).items():
            faults.setdefault(row, {})[column - 1 - shift] = fault
        last = max(faults, default=0)
        any_found = False
        lines = enumerate(sheet.iter_rows(), 1)
        for line, cells in _and_beyond(lines, last):
            found = Cells(line, _without_end([as_text(cell) for cell in cells]), faults.get(line, {}))
            if found.faults or any(cell.strip() for cell in found.cells):
                any_found = True
                yield found
        if any_found:
            return


def problems_in(path: Path, row: Cells, columns: Sequence[str]) -> Iterator[Problem]:
    """What is wrong in a row below a header of these columns."""
    for at, fault in row.faults.items():
        column = columns[at] if 0 <= at < len(columns) else ""
        if fault.code == "formula":
            message = f"The cell {fault.cell} holds a formula without a stored value."
            cure = "Save the file in a spreadsheet program, which computes it, or paste its value."
        else:
            message = f"The cell {fault.cell} holds the error {fault.value}."
            cure = "Mend the formula, or write the value."
        yield Problem(str(path), row.line, column, fault.value[:SHOWN], fault.code, message, cure)
    if len(row.cells) > len(columns):
        message = f"The row has {len(row.cells)} cells and the header {len(columns)}."
        cure = "Name the column in the header, or empty the cell."
        yield Problem(str(path), row.line, "", row.cells[0][:SHOWN], "cells", message, cure)


def as_text(cell: object) -> str:
    """A cell as text, in one form for each kind of value."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < EXACT:
            return str(int(cell))
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.date() | datetime.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _opened(path: Path) -> tuple[CalamineWorkbook, Mapping[str, Faults]]:
    """The workbook, after all that can be looked for before calamine opens it, and what was seen then."""
    begin = _begin(path)
    if not begin:
        raise InputError("The file is empty.", place=str(path), cure="Put the names of the columns on its first line.")
    if not is_spreadsheet(path):
        held = "a ZIP archive that holds no workbook" if begin.startswith(ZIP) else "no spreadsheet"
        raise InputError(f"The file is {held}.", place=str(path), cure=_SAVE)
    if begin.startswith(ZIP):
        refuse_bombs(path)
    elif _OLD[-1] in _whole(path):
        raise InputError("The file is encrypted.", place=str(path), cure="Take its password off and save it again.")
    seen = sheet_faults(path)
    refuse_fatal(path)
    try:
        # Given a path, calamine goes by the file's name.
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file), seen
    except PasswordError as error:
        raise InputError("The file is encrypted.", place=str(path), cure="Take its password off.") from error
    except CalamineError as error:
        raise InputError(f"The spreadsheet is broken ({error}).", place=str(path), cure=_SAVE) from error


def _sheet(path: Path, book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise InputError(f"The sheet “{plain(name)}” is broken ({error}).", place=str(path), cure=_SAVE) from error


def _columns(path: Path, header: Cells | None) -> list[str]:
    if header is None:
        raise InputError("The file is empty.", place=str(path), cure="Put the names of the columns on its first line.")
    for fault in header.faults.values():
        raise InputError(
            f"The header's cell {fault.cell} holds no value.", place=f"{path}:{header.line}", cure="Write its name."
        )
    columns = [cell.strip() for cell in header.cells]
    twins = [name for name, count in Counter(columns).items() if count > 1 and name]
    if twins:
        raise InputError(
            f"Two columns are called “{plain(twins[0])}”.",
            place=f"{path}:{header.line}",
            cure="Rename or remove one of them.",
        )
    return columns


def _and_beyond(rows: Iterator[tuple[int, Sequence[object]]], last: int) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows, and empty ones down to the last fault: calamine ends at the last cell that has a value."""
    line = 0
    for line, cells in rows:
        yield line, cells
    for beyond in range(line + 1, last + 1):
        yield beyond, []


def _without_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _begin(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(OLE))
    except OSError as error:
        raise unreadable(path, error) from error


def _whole(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
