"""Reference lists: CSV, TSV and spreadsheets with a title column, as databases, review tools and people write them.

The header need not be the first row: databases put the search above it. Cells are read by `csv` and by `spreadsheet`,
not by `tables.table_rows`, which refuses what is normal here: a line above the header, a column called twice that holds
no reference, and rows that end early.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from kb.errors import InputError, Problem
from kb.ingest.formats import SHOWN, Row
from kb.ingest.references.columns import Columns, is_header
from kb.ingest.references.csl import Parts, record
from kb.ingest.references.lines import lines_of
from kb.ingest.references.names import names, names_in_cell
from kb.ingest.references.ris import pages
from kb.ingest.spreadsheet import Cells, problems_in, sheet_cells
from kb.ingest.tables import DELIMITERS

# A header further down is none.
DEEPEST_HEADER = 30
TYPES = (
    ("preprint", "article"), ("chapter", "chapter"), ("book section", "chapter"), ("conference", "paper-conference"),
    ("proceeding", "paper-conference"), ("thesis", "thesis"), ("dissertation", "thesis"), ("dataset", "dataset"),
    ("report", "report"), ("patent", "patent"), ("web", "webpage"), ("newspaper", "article-newspaper"),
    ("magazine", "article-magazine"), ("book", "book"), ("journal", "article-journal"), ("article", "article-journal"),
    ("review", "article-journal"), ("editorial", "article-journal"), ("letter", "article-journal"),
    ("erratum", "article-journal"),
)  # fmt: skip


def has_header(head: str) -> bool:
    """Whether the beginning of a text holds the header of a reference list."""
    return any(_delimiter(line) for line in head.split("\n")[:DEEPEST_HEADER])


def read_table(path: Path) -> Iterator[Row | Problem]:
    """The records of a CSV or TSV list. Broken quoting ends the reading, because nothing tells where the next row is.

    Raises InputError where the file is not UTF-8 or UTF-16, or has no header.
    """
    lines = lines_of(path)
    for number, line in lines:
        if delimiter := _delimiter(line):
            break
        if number >= DEEPEST_HEADER:
            raise _no_header(path)
    else:
        raise _no_header(path)
    header = next(csv.reader([line.removeprefix("\ufeff")], delimiter=delimiter))
    columns = Columns(header)
    for found in _csv_rows(path, lines, delimiter, number):
        if isinstance(found, Problem):
            yield found
        elif len(_without_end(found[1])) > len(header):
            message = f"The row has {len(found[1])} cells and the header {len(header)}."
            cure = "Quote a cell that holds the delimiter."
            yield Problem(str(path), found[0], "", found[1][0][:SHOWN], "cells", message, cure)
        else:
            yield from record(path, found[0], _parts(columns, found[1]))


def read_sheet(path: Path) -> Iterator[Row | Problem]:
    """The records of a spreadsheet's list. Raises InputError as `spreadsheet.sheet_rows` does, or without a header."""
    rows = sheet_cells(path)
    header = _header_among(path, rows)
    columns = Columns(header)
    for row in rows:
        problems = list(problems_in(path, row, header))
        yield from problems or record(path, row.line, _parts(columns, row.cells))


def _header_among(path: Path, rows: Iterator[Cells]) -> list[str]:
    for row in rows:
        if is_header(row.cells):
            return row.cells
        if row.line >= DEEPEST_HEADER:
            break
    raise _no_header(path)


def _no_header(path: Path) -> InputError:
    return InputError(
        "No row names the columns of a reference list.",
        place=str(path),
        cure="Call one column Title and others Authors, Year, Journal, DOI or PMID.",
    )


def _delimiter(line: str) -> str | None:
    """The delimiter by which a line is a header; None where it is none."""
    for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
        if delimiter not in line:
            continue
        try:
            cells = next(csv.reader(io.StringIO(line.removeprefix("\ufeff")), delimiter=delimiter), [])
        except csv.Error:
            continue
        if is_header(cells):
            return delimiter
    return None


def _csv_rows(
    path: Path, lines: Iterator[tuple[int, str]], delimiter: str, above: int
) -> Iterator[tuple[int, list[str]] | Problem]:
    """The rows that hold anything, with the line each begins on; `above` is the header's line."""
    # The reader wants to see line ends within quotes.
    reader = csv.reader((f"{line}\n" for _, line in lines), delimiter=delimiter, strict=True)
    while True:
        began = above + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = f"The row cannot be read ({error}); what follows was not read either."
            cure = "Close the quotation mark, and write one within a cell twice."
            yield Problem(str(path), began, "", "", "broken-quoting", message, cure)
            return
        if cells is None:
            return
        # A lone cell below the header is a heading that the tool put between rows.
        if sum(bool(cell.strip()) for cell in cells) > (len(cells) == 1):
            yield began, [_own(cell) for cell in cells]


def _own(cell: str) -> str:
    """The cell's text: `="0123"` keeps a spreadsheet from reading a number, `'=` from running a formula."""
    found = re.fullmatch(r'="?(.*?)"?', cell.strip(), re.S)
    return found.group(1) if found else re.sub(r"^'(?=[=+@-])", "", cell)


def _without_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _parts(columns: Columns, row: list[str]) -> Parts:
    def one(part: str) -> str:
        return columns.one_of(part, row)

    kind = " ".join(columns.all_of("type", row)[:1]).casefold().replace("-", " ")
    kind = re.sub(r"(?<=[a-z])(?=section|article|page|paper)", " ", kind)
    kind = next((csl for word, csl in TYPES if word in kind), "")
    start, end = one("start"), one("end")
    return Parts(
        type="article-journal" if kind == "report" and one("container") else kind,
        title=one("title"),
        author=names(names_in_cell(one("author")), given_first=columns.given_first(row)),
        editor=names(names_in_cell(one("editor"))) if kind not in ("", "article-journal") else [],
        year=one("year"),
        dates=[f"{one('year')} {one('month')} {one('day')}", *columns.all_of("date", row)],
        container=one("container"),
        volume=one("volume"),
        issue=one("issue"),
        pages=pages(start, end) or one("pages") or one("article"),
        publisher=one("publisher"),
        place=one("place"),
        abstract=one("abstract"),
        links=columns.all_of("links", row),
        doi=one("doi"),
        pmid=one("pmid"),
        pmcid=one("pmcid"),
        numbers=" ".join(columns.all_of("numbers", row)),
        language=one("language"),
        note=one("note"),
    )
