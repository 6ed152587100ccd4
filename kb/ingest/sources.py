"""Where the rows of an import of statements come from, whatever the file is: each becomes a row of the native form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kb.errors import InputError, Problem
from kb.ingest.drafts import CaveatDraft
from kb.ingest.exported import from_csv, from_json, is_exported, is_ours
from kb.ingest.formats import Row, json_lines, unreadable
from kb.ingest.kind import Misfit
from kb.ingest.mapping import TableMapping, load_mapping
from kb.ingest.spreadsheet import columns_of_sheet, is_spreadsheet, sheet_rows
from kb.ingest.tables import columns_of_table, table_rows


@dataclass
class Source:
    """One file of statements. `unused` are columns that nothing was made of.

    `defined` are caveats that come with it, by code: those of its mapping, or of exported rows that were read so far.
    """

    path: Path
    mapping: TableMapping | None = None
    columns: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    defined: dict[str, CaveatDraft] = field(default_factory=dict)

    def rows(self) -> Iterator[Row | Problem]:
        """Rows of the native form, and what is wrong with those that cannot become one."""
        for row in rows_of_table(self.path):
            yield row if isinstance(row, Problem) else self._native(row)

    def column_of(self, place: str) -> str:
        """What a place of the native form is called in the file."""
        return place if self.mapping is None else self.mapping.column_of(place, self.columns)

    def _native(self, row: Row) -> Row | Problem:
        try:
            if self.mapping is not None:
                if not isinstance(row.value, dict):
                    raise Misfit("", str(row.value), "model-type", "This is no object.", 'Write {"name": "value", …}.')
                return Row(row.line, self.mapping.native(row.value))
            if self.columns:
                return Row(row.line, from_csv(row.value, self.defined))
            if is_exported(row.value):
                return Row(row.line, from_json(row.value, self.defined))
        except Misfit as misfit:
            said = (misfit.column, misfit.value, misfit.code, misfit.message, misfit.cure)
            return Problem(str(self.path), row.line, *said)
        except (KeyError, TypeError, AttributeError, IndexError):
            return Problem(
                str(self.path),
                row.line,
                "",
                "",
                "exported",
                "The row looks like one of Caveat's own exports and is none.",
                "Export it anew, or use the native form (docs/formats.md).",
            )
        return row


def source_of(path: Path, name: str | None) -> Source:
    """How to read a file of statements, with a mapping where one is named.

    Raises InputError for a table that is not Caveat's own and has no mapping, or one that the mapping does not fit.
    """
    mapping = load_mapping(name) if name else None
    defined = {each.code: CaveatDraft.model_validate(each.model_dump()) for each in mapping.define} if mapping else {}
    if is_json_lines(path):
        if mapping is not None:
            first = next(
                (row for row in json_lines(path) if isinstance(row, Row) and isinstance(row.value, dict)), None
            )
            columns = list(first.value) if first is not None else []
            return Source(path, mapping, columns, mapping.refuse_other_table(path, columns), defined)
        return Source(path)
    columns = columns_of(path)
    if mapping is not None:
        return Source(path, mapping, columns, mapping.refuse_other_table(path, columns), defined)
    if not is_ours(columns):
        raise UnknownTable(path, columns)
    return Source(path, None, columns)


def rows_of_table(path: Path) -> Iterator[Row | Problem]:
    """The rows of JSON Lines, of a spreadsheet, or of a CSV or TSV file, found by what stands in it."""
    if is_json_lines(path):
        return json_lines(path)
    return sheet_rows(path) if is_spreadsheet(path) else table_rows(path)


def columns_of(path: Path) -> list[str]:
    """The names in the header of a spreadsheet or a table. Raises InputError as its reader does."""
    return columns_of_sheet(path) if is_spreadsheet(path) else columns_of_table(path)


def is_json_lines(path: Path) -> bool:
    """Whether the first sign of a file that is no blank opens an object. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise unreadable(path, error) from error
    return start[:1] in (b"{", b"[", b"") or path.suffix.casefold() == ".jsonl"


class UnknownTable(InputError):
    """A table of which nobody has said what its columns mean."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.path, self.columns = path, columns
        super().__init__(
            "What the columns of this table mean is not known.",
            place=str(path),
            cure="Name a mapping: --map civic, or a file of your own.",
        )
