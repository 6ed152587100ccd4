"""A spreadsheet file looked into before it is opened: what would fill the memory is refused, and faults are found.

calamine inflates whatever it is given and makes a table as wide and long as the last cell says. It also gives nothing
for a formula without a value and for an error. So the archive is read through here first, as a stream.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from kb.errors import InputError
from kb.ingest.formats import unreadable
from kb.words import plain

MOST_BYTES = 512 * 1024 * 1024
# Text packs to a tenth; what packs to a two-hundredth and is large besides was made to burst.
STEEPEST, STEEP_FROM = 200, 50 * 1024 * 1024
MOST_MEMBERS = 5000
MOST_CELLS = 20_000_000
LAST_ROW, LAST_COLUMN = 1048576, 16384
AT_ONCE = 1024 * 1024
WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
_SAVE = "Save it again in a spreadsheet program, or export it as CSV."


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that holds no value: `code` is `formula` or `error-cell`, `value` what stands there."""

    cell: str
    code: str
    value: str


# The faults of a sheet, by row and column from 1.
Faults = dict[tuple[int, int], Fault]


def refuse_bombs(path: Path) -> None:
    """Raise InputError where an archive is too large, too many-parted, encrypted, broken or declares a DOCTYPE."""
    with _archive(path) as archive:
        members = archive.infolist()
        if len({member.filename for member in members}) < len(members):
            # One reader takes the first and another the last: what was looked at need not be what is opened.
            raise _refused(path, "The file has two parts of one name.")
        if len(members) > MOST_MEMBERS:
            raise _refused(path, f"The file has {len(members)} parts.")
        if any(member.flag_bits & 1 for member in members):
            raise InputError("The file is encrypted.", place=str(path), cure="Take its password off and save it again.")
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise _refused(path, f"The file unpacks to more than {MOST_BYTES // 1024 // 1024} MB.")
        left = MOST_BYTES
        for member in members:
            left -= _inflated(path, archive, member, left)


def is_workbook(path: Path) -> bool:
    """Whether a file is a ZIP archive that holds a workbook. Raises InputError where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            held = set(archive.namelist())
            # A text document of OpenDocument has a content.xml too.
            if "content.xml" in held and "mimetype" in held:
                return b"spreadsheet" in archive.open("mimetype").read(200)
            return bool(held.intersection(WORKBOOKS))
    except OSError as error:
        raise unreadable(path, error) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return False


def sheet_faults(path: Path) -> Mapping[str, Faults]:
    """The cells that hold no value, of each sheet of an XLSX file by its name.

    Empty for other formats, which are not looked through. Raises InputError where a sheet is too large to be laid out.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with _archive(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        lengths = _lengths(path, archive)
        return {name: _faults(path, archive, part, lengths) for name, part in _sheets(path, archive)}


def _faults(path: Path, archive: zipfile.ZipFile, part: str, lengths: Sequence[int]) -> Faults:
    faults: Faults = {}
    wide = long = written = 0
    for row, column, cell in _cells(path, archive, part):
        value, formula = _text(cell, "v"), _child(cell, "f") is not None
        kind = cell.get("t", "n")
        # A formula whose value is the empty text has the type of a text; one never computed has none.
        if formula and not value and kind != "str":
            faults[row, column] = Fault(cell.get("r", ""), "formula", "")
        elif kind == "e":
            faults[row, column] = Fault(cell.get("r", ""), "error-cell", value)
        if value or formula or _child(cell, "is") is not None:
            wide, long = max(wide, column), max(long, row)
        if kind == "s" and re.fullmatch("[0-9]{1,9}", value) and int(value) < len(lengths):
            written += lengths[int(value)]
        if wide * long > MOST_CELLS:
            raise _refused(path, f"The part “{part}” reaches to {cell.get('r')}, too far to be laid out.")
        if written > MOST_BYTES:
            raise _refused(path, f"The part “{part}” repeats its texts to more than {MOST_BYTES >> 20} MB.")
    return faults


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, whose file is closed in any case: a part that is still being read would keep it open."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise InputError(f"The archive is broken ({error}).", place=str(path), cure=_SAVE) from error
        with archive:
            yield archive


def _inflated(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """The bytes that a member really holds. Raises InputError where they are too many or begin an XML trap."""
    size, end = 0, b""
    try:
        with archive.open(member) as file:
            while piece := file.read(AT_ONCE):
                size += len(piece)
                if size > left:
                    raise _refused(path, f"The file unpacks to more than {MOST_BYTES // 1024 // 1024} MB.")
                if size > STEEP_FROM and size > STEEPEST * max(member.compress_size, 1):
                    raise _refused(path, f"Its part “{member.filename}” unpacks to {STEEPEST} times its size.")
                if any(mark in end + piece for mark in _DOCTYPES):
                    raise _refused(path, f"Its part “{member.filename}” has a DOCTYPE, which no spreadsheet needs.")
                end = piece[-20:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(
            f"Its part “{member.filename}” cannot be read ({error}).", place=str(path), cure=_SAVE
        ) from error
    return size


def _refused(path: Path, message: str) -> InputError:
    return InputError(message, place=str(path), cure=_SAVE)


def _sheets(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part that holds its cells. Raises InputError where there is no such part."""
    held = set(archive.namelist())
    links = "xl/_rels/workbook.xml.rels"
    if links not in held:
        raise _refused(path, "The file does not say where its sheets are.")
    targets = {
        each.get("Id"): each.get("Target", "") for each in _elements(path, archive, links) if _is(each, "Relationship")
    }
    for each in _elements(path, archive, "xl/workbook.xml"):
        if _is(each, "sheet"):
            own = next((value for key, value in each.items() if key.endswith("}id")), None)
            target = targets.get(own, "")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if part not in held:
                raise _refused(path, f"The sheet “{plain(each.get('name', ''))}” is not in the file.")
            yield each.get("name", ""), part


def _lengths(path: Path, archive: zipfile.ZipFile) -> list[int]:
    """How long each shared text is: a sheet names them by number, any of them a million times."""
    part = "xl/sharedStrings.xml"
    if part not in archive.namelist():
        return []
    return [len("".join(each.itertext())) for each in _elements(path, archive, part) if _is(each, "si")]


def _cells(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, Element]]:
    """Every cell with its row and column; one without an address follows the one before.

    Raises InputError for an address that no sheet has: calamine would lay the sheet out as far as that.
    """
    row = column = 0
    for event, element in _events(path, archive, part):
        address = element.get("r", "")
        if _is(element, "row"):
            if event == "start":
                row, column = int(address) if re.fullmatch("[0-9]{1,7}", address) else row + 1, 0
                if address not in ("", str(row)) or row > LAST_ROW:
                    raise _refused(path, f"A row of the part “{part}” has the number “{plain(address[:20])}”.")
            else:
                element.clear()
        elif event == "end" and _is(element, "c"):
            found = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", address)
            row, column = (int(found.group(2)), _number(found.group(1))) if found else (row, column + 1)
            if (address and not found) or row > LAST_ROW or column > LAST_COLUMN:
                raise _refused(path, f"A cell of the part “{part}” has the address “{plain(address[:20])}”.")
            yield row, column, element


def _number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _elements(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[Element]:
    for event, element in _events(path, archive, part):
        if event == "end":
            yield element


def _events(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    try:
        with archive.open(part) as file:
            opened: IO[bytes] = file
            events: Any = iterparse(opened, events=("start", "end"), forbid_dtd=True)
            yield from events
    except (ParseError, LookupError, DefusedXmlException, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"Its part “{part}” cannot be read ({error}).", place=str(path), cure=_SAVE) from error


def _is(element: Element, name: str) -> bool:
    return bool(element.tag.rpartition("}")[2] == name)


def _child(cell: Element, name: str) -> Element | None:
    return next((each for each in cell if _is(each, name)), None)


def _text(cell: Element, name: str) -> str:
    found = _child(cell, name)
    return (found.text or "").strip() if found is not None else ""
