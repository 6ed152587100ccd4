"""Spreadsheets: cells read as text, formulas and errors told, and files that were made to burst refused."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kb.errors import InputError, Problem
from kb.ingest import workbook
from kb.ingest.formats import Row
from kb.ingest.spreadsheet import columns_of_sheet, is_spreadsheet, sheet_rows
from tests.kb.ingest.sheets import MAIN, row, text, write_sheets

Make = Callable[..., Path]


HEADER = row(1, text("A1", "no"), text("B1", "claim"))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make(rows, more rows …)` writes an XLSX file with one sheet for each, and what else is asked for."""
    return partial(write_sheets, tmp_path / "table.xlsx")


def values(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(each.line, each.value) for each in sheet_rows(path) if isinstance(each, Row)]


def problems(path: Path) -> list[Problem]:
    return [each for each in sheet_rows(path) if isinstance(each, Problem)]


def test_rows_are_named_by_the_first_row_that_holds_anything(make: Make) -> None:
    head = row(3, text("B3", " no "), text("C3", "claim"), '<c r="F3" s="1"/>')
    path = make(head + row(4, "<c r='B4'><v>1</v></c>") + row(6, text("C6", "Kratom may help.")))
    assert is_spreadsheet(path)
    assert columns_of_sheet(path) == ["no", "claim"]
    assert values(path) == [(4, {"no": "1", "claim": ""}), (6, {"no": "", "claim": "Kratom may help."})]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<c r='A2'><v>12345</v></c>", "12345"),
        ("<c r='A2'><v>12345.0</v></c>", "12345"),
        ("<c r='A2'><v>-0.5</v></c>", "-0.5"),
        ("<c r='A2' s='1'><v>45000</v></c>", "2023-03-15"),
        ("<c r='A2' s='2'><v>45000.5</v></c>", "2023-03-15T12:00:00"),
        ("<c r='A2' t='b'><v>1</v></c>", "TRUE"),
        ("<c r='A2' t='b'><v>0</v></c>", "FALSE"),
        ("<c r='A2' t='s'><v>0</v></c>", "long"),
        ("<c r='A2'><f>1+2</f><v>3</v></c>", "3"),
        (text("A2", "  =1+2 &amp; “é” 肺 "), "  =1+2 & “é” 肺 "),
    ],
)
def test_each_kind_of_cell_has_one_form(make: Make, cell: str, shown: str) -> None:
    assert values(make(HEADER + row(2, cell))) == [(2, {"no": shown, "claim": ""})]


def test_a_formula_that_was_never_computed_is_told_with_its_cell(make: Make) -> None:
    path = make(
        HEADER
        + row(2, "<c r='A2'><f>1+1</f></c>", text("B2", "a"))
        + row(3, "<c r='A3'><f>1+1</f><v></v></c>", text("B3", "b"))
        + row(4, "<c r='A4' t='str'><f>A3</f><v></v></c>", text("B4", "its value is the empty text"))
        + row(9, "<c r='B9'><f>1+1</f></c>")
    )
    assert [line for line, _ in values(path)] == [4]
    told = [(each.line, each.column, each.code, each.message) for each in problems(path)]
    assert told == [
        (2, "no", "formula", "The cell A2 holds a formula without a stored value."),
        (3, "no", "formula", "The cell A3 holds a formula without a stored value."),
        (9, "claim", "formula", "The cell B9 holds a formula without a stored value."),
    ]
    assert all("paste" in each.cure for each in problems(path))


def test_an_error_cell_is_told_and_the_rows_after_it_are_read(make: Make) -> None:
    path = make(HEADER + row(2, "<c r='B2' t='e'><v>#REF!</v></c>") + row(3, text("A3", "x")))
    (problem,) = problems(path)
    assert (problem.line, problem.column, problem.value, problem.code) == (2, "claim", "#REF!", "error-cell")
    assert values(path) == [(3, {"no": "x", "claim": ""})]


def test_a_cell_beyond_the_header_is_told(make: Make) -> None:
    (problem,) = problems(make(HEADER + row(2, text("A2", "1"), text("D2", "stray"))))
    assert (problem.line, problem.code) == (2, "cells")


def test_the_first_sheet_that_holds_anything_is_read(make: Make) -> None:
    assert values(make("", HEADER + row(2, text("A2", "1")), HEADER)) == [(2, {"no": "1", "claim": ""})]


def test_two_columns_of_one_name_are_refused(make: Make) -> None:
    path = make(row(1, text("A1", "no"), text("B1", "no")))
    with pytest.raises(InputError, match="Two columns are called “no”") as refused:
        columns_of_sheet(path)
    assert refused.value.place == f"{path}:1"


@pytest.mark.parametrize("sheets", [("",), ("", row(1, '<c r="A1" s="1"/>'))])
def test_an_empty_workbook_is_refused(make: Make, sheets: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="The file is empty"):
        list(sheet_rows(make(*sheets)))


# --- files that are none, or mean harm


def refused(path: Path, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        list(sheet_rows(path))
    assert error.value.cure
    assert path.name in error.value.place


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "no spreadsheet"),
        (b"PK\x03\x04 and then nothing", "a ZIP archive that holds no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "no spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(600), "broken"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    refused(path, said)


def test_an_archive_without_a_workbook_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert not is_spreadsheet(path)
    refused(path, "a ZIP archive that holds no workbook")


def test_a_part_that_unpacks_to_far_more_is_refused_before_it_is_opened(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "STEEP_FROM", 1024 * 1024)
    refused(make(HEADER, extra={"xl/media/bomb.bin": bytes(8 * 1024 * 1024)}), "unpacks to 200 times its size")


def test_a_file_that_says_it_is_too_large_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 100_000)
    refused(make(HEADER, extra={"xl/big.bin": bytes(200_000)}), "unpacks to more than")


def test_a_size_that_was_written_too_small_does_not_help(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(HEADER, extra={"xl/big.bin": bytes(200_000)})
    # The size stands in the part's own header and in the archive's directory.
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 200_000), struct.pack("<I", 10)))
    monkeypatch.setattr(workbook, "MOST_BYTES", 100_000)
    refused(path, "unpacks to more than|cannot be read")


def test_an_archive_of_too_many_parts_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_MEMBERS", 20)
    refused(make(HEADER, extra={f"xl/{n}.xml": "" for n in range(20)}), "has 26 parts|has 27 parts")


def test_an_encrypted_archive_is_refused(make: Make) -> None:
    path = make(HEADER)
    # Bit 0 of the flags, eight bytes into a directory's entry.
    raw = bytearray(path.read_bytes())
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)
    refused(path, "The file is encrypted")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_with_entities_is_refused(make: Make, encoding: str) -> None:
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst/>'
    refused(make(HEADER, extra={"xl/theme/theme1.xml": laughs.encode(encoding)}), "has a DOCTYPE")


def test_a_cell_far_away_does_not_fill_the_memory(make: Make) -> None:
    refused(make(HEADER + row(1048576, text("XFD1048576", "far"))), "reaches to XFD1048576|too large")


@pytest.mark.parametrize("address", ["C99999999", "A0", "XFE2", "c2", "ZZZZ2", "A1048577", "2"])
def test_an_address_that_no_sheet_has_is_refused(make: Make, address: str) -> None:
    refused(make(HEADER + row(2, text(address, "x"))), "has the address")
    refused(make(HEADER + row(2) + '<row r="99999999"><c><v>1</v></c></row>'), "has the number")


def test_a_text_that_is_named_over_and_over_does_not_fill_the_memory(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = "".join(row(n, f"<c r='A{n}' t='s'><v>0</v></c>") for n in range(2, 400))
    path = make(
        HEADER + cells, extra={"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"x" * 999}</t></si></sst>'}
    )
    monkeypatch.setattr(workbook, "MOST_BYTES", 100_000)
    refused(path, "repeats its texts")


def test_a_broken_sheet_is_refused(make: Make) -> None:
    refused(make(HEADER + "<row><c"), "cannot be read|broken")


# --- real files


def test_the_real_workbooks_are_read(shared: Path) -> None:
    folder = shared / "examples" / "citations" / "hundred-by-tool" / "XLSX"
    found = {path.name: list(sheet_rows(path)) for path in sorted(folder.glob("*.xlsx"))}
    included = found["_baseline_eppireviewer.xlsx"]
    assert len(included) == 10
    assert isinstance(included[0], Row)
    assert included[0].line == 2
    assert included[0].value["ID"] == "102199191"
    assert all(isinstance(each, Row) for each in included)


# --- OpenDocument, for the formats that are tried in a process of their own


def open_document(path: Path, rows: str) -> Path:
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='A'>{rows}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def open_cell(value: str, repeated: int = 1) -> str:
    return (
        f"<table:table-cell table:number-columns-repeated='{repeated}' office:value-type='string'>"
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def test_open_document_is_read(tmp_path: Path) -> None:
    rows = "".join(f"<table:table-row>{open_cell(a)}{open_cell(b)}</table:table-row>" for a, b in (("x", "y"), "12"))
    path = open_document(tmp_path / "table.ods", rows)
    assert is_spreadsheet(path)
    assert values(path) == [(2, {"x": "1", "y": "2"})]


def test_a_sheet_that_would_end_the_process_is_refused(tmp_path: Path) -> None:
    wide = open_cell("x", 2_000_000_000)
    rows = f"<table:table-row table:number-rows-repeated='2000000000'>{wide}</table:table-row>"
    refused(open_document(tmp_path / "table.ods", rows), "too large to be opened|broken")
