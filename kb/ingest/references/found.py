"""Which format a reference file is in, told from its content and never from its name, and its records."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kb.errors import InputError, Problem
from kb.ingest.formats import Row, json_array, unreadable
from kb.ingest.references import bibtex, endnote, listed, nbib, ris, webofscience
from kb.ingest.spreadsheet import is_spreadsheet

Reader = Callable[[Path], Iterator[Row | Problem]]

# A preamble of a database is never longer.
HEAD = 64 * 1024
ACCEPTED = (
    "CSL-JSON (an array), RIS, PubMed's NBIB, BibTeX, EndNote XML, Web of Science's tagged text, "
    "or a CSV, TSV or XLSX list with a title column"
)
# The earliest match in the file tells: an abstract may hold what looks like another format.
_MARKS: tuple[tuple[str, Reader], ...] = (
    (r"^\s*TY {0,4}-|^(?:T1|TI|A1|AU|DO)  -", ris.read),
    (r"^(?:PMID|PMC |OWN |STAT)- ", nbib.read),
    (r"^FN .*\n+VR |^PT [A-Z]\s*\n[A-Z][A-Z0-9] ", webofscience.read),
    (r"^\s*@[A-Za-z]+\s*[{(]", bibtex.read),
)


def references(path: Path) -> Iterator[Row | Problem]:
    """The records of a reference file, each a CSL-JSON dict with the line it begins on.

    A record that cannot be read is a problem, and an identifier that is none a warning; what follows is still read.
    Raises InputError where the file cannot be read, is empty, or is of no format that is known.
    """
    return reader_of(path)(path)


def reader_of(path: Path) -> Reader:
    """What reads this file. Raises InputError as `references` does."""
    head = _head(path)
    if not head.strip("\ufeff \t\r\n\0"):
        raise InputError("The file is empty.", place=str(path), cure=f"Accepted are {ACCEPTED}.")
    if is_spreadsheet(path):
        return listed.read_sheet
    text = head.lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return json_array
    if re.match(r"<(?:\?xml|xml|records?|!DOCTYPE xml|!--)", text):
        return endnote.read
    marks = ((re.search(mark, head.lstrip("\ufeff"), re.M), reader) for mark, reader in _MARKS)
    earliest = min(((found.start(), at, reader) for at, (found, reader) in enumerate(marks) if found), default=None)
    if earliest is not None:
        return earliest[2]
    if listed.has_header(head):
        return listed.read_table
    raise InputError("The file is of no format that is known here.", place=str(path), cure=f"Accepted are {ACCEPTED}.")


def _head(path: Path) -> str:
    """The file's beginning with Unix line ends; bytes that are no text become signs that no format has."""
    try:
        with path.open("rb") as file:
            raw = file.read(HEAD)
    except OSError as error:
        raise unreadable(path, error) from error
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return raw.decode("utf-16" if marked else "utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
