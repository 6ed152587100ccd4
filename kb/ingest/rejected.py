"""The rows of a file that could not be taken, as a file of the same form: to be mended and imported again."""

from __future__ import annotations

import bisect
import csv
from collections.abc import Collection, Sequence
from pathlib import Path

from kb.errors import InputError
from kb.ingest.spreadsheet import is_spreadsheet, sheet_cells


def _free_name(path: Path, ending: str) -> Path:
    target = path.with_name(f"{path.stem}.rejected{ending}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}.rejected-{number}{ending}")
    return target


def _write_sheet_rows(path: Path, target: Path, lines: Collection[int]) -> None:
    """A spreadsheet's rows go into a CSV file, which a spreadsheet program opens too."""
    with target.open("x", encoding="utf-8-sig", newline="") as written:
        writer = csv.writer(written)
        header = next(rows := sheet_cells(path))
        writer.writerow(header.cells)
        # A sheet keeps nothing of empty cells at a row's end.
        width = len(header.cells)
        writer.writerows(row.cells + [""] * (width - len(row.cells)) for row in rows if row.line in lines)


def write_rejected(path: Path, starts: Sequence[int], lines: Collection[int], with_header: bool) -> Path:
    """Write the rows that begin on these lines beside the file, under a name that is not taken, and say which.

    In the file's own form, but for a spreadsheet, whose rows become CSV.

    `starts` are the lines on which the file's rows begin, in order; a row goes on until the next begins.
    """
    sheet = is_spreadsheet(path)
    target = _free_name(path, ".csv" if sheet else path.suffix)
    first = starts[0] if starts else 1
    try:
        if sheet:
            _write_sheet_rows(path, target, lines)
            return target
        with path.open("rb") as source, target.open("xb") as written:
            for number, raw in enumerate(source, 1):
                row = starts[bisect.bisect_right(starts, number) - 1] if number >= first else None
                if row in lines or (row is None and with_header):
                    written.write(raw)
    except OSError as error:
        raise InputError(
            f"The rejected rows cannot be written: {error.strerror}.",
            place=str(target),
            cure="Nothing was imported. Give write access to the folder, or mend the file first.",
        ) from error
    return target
