"""What a reader found in one record, as a CSL-JSON record: a key, a type, names, dates and identifiers.

Formats are not known here. No identifier fails a record: one that cannot be read is left out and told as a warning.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.errors import InputError, Problem
from kb.identifiers import parse
from kb.ingest.formats import SHOWN, Row
from kb.ingest.references.dates import issued
from kb.ingest.references.names import Name
from kb.reference import year as year_of

LONGEST_KEY = 200
# Titles of fewer words are shared by different works: “Editorial”, “In reply”.
TELLING_WORDS = 3
BOOKS = {"book", "chapter", "thesis", "report"}

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.I)
_ISSN = re.compile(r"(?<![\dXx-])\d{4}[-‐–]?\d{3}[\dXx](?![\dXx-])")
_ISBN = re.compile(r"(?<!\d)(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx](?!\d)")
_PMID_LINK = re.compile(
    r"https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov|europepmc\.org/(?:article|abstract)/med)"
    r"/(\d+)",
    re.I,
)
_PMC_LINK = re.compile(r"/(?:pmc/articles|articles|article/pmc)/(PMC\d+)", re.I)
_DOI_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\S+)", re.I)
_LINK = re.compile(r"https?://[^\s;|]+(?:;(?!\s*https?://)[^\s;|]+)*", re.I)
# What tools write where they know none.
_MISSING = {"", "0", "n/a", "na", "none", "null", "nan", "undefined", "-"}


@dataclass(slots=True)
class Parts:
    """One record as its reader found it: text, not yet judged. Empty where the file holds nothing."""

    type: str = ""
    title: str = ""
    author: list[Name] = field(default_factory=list)
    editor: list[Name] = field(default_factory=list)
    year: str = ""
    dates: list[str] = field(default_factory=list)
    container: str = ""
    collection: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    place: str = ""
    abstract: str = ""
    links: list[str] = field(default_factory=list)
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    numbers: str = ""
    language: str = ""
    note: str = ""


def record(path: Path, line: int, parts: Parts) -> Iterator[Row | Problem]:
    """The record as a row, after a warning for each identifier that is none; a problem where it says nothing at all."""
    links = [link.rstrip(".,") for text in parts.links for link in _LINK.findall(text)]
    csl: dict[str, Any] = {
        "title": _line(parts.title),
        "author": parts.author,
        "editor": parts.editor,
        "issued": issued(parts.year, parts.dates),
        "container-title": _line(parts.container),
        "collection-title": _line(parts.collection),
        "volume": _line(parts.volume),
        "issue": _line(parts.issue),
        "page": _line(parts.pages),
        "publisher": _line(parts.publisher),
        "publisher-place": _line(parts.place),
        "abstract": _line(parts.abstract),
        "URL": next((link for link in links if not _DOI_LINK.match(link)), links[0] if links else ""),
        "language": _line(parts.language),
        "note": parts.note.strip(),
    }
    wrong: list[Problem] = []
    kind = parts.type or ("article-journal" if csl["container-title"] else "document")
    for column, text in _identifiers(parts, links, kind):
        try:
            csl[column] = parse(column.lower(), text).value
        except InputError as error:
            wrong.append(_warning(path, line, column, text, error))
    csl = {name: value for name, value in csl.items() if value}
    if not csl:
        yield Problem(
            str(path), line, "", "", "empty-record", "The record holds no title, author or number.", "Take it out."
        )
        return
    compared = [name for name in ("title", "author", "DOI", "PMID") if name in csl or name in ("title", "author")]
    yield from wrong
    yield Row(line, {"id": key_of(csl), "type": kind, **csl, "custom": {"unchecked_fields": compared}})


def _line(text: str) -> str:
    return " ".join(text.split())


def _identifiers(parts: Parts, links: list[str], kind: str) -> Iterator[tuple[str, str]]:
    """Which identifier the record gives, as text; links serve where its own field is empty."""
    doi = _DOI.search(parts.doi)
    # A field that holds something without `10.…/…` is shown to `parse`, which says what a DOI looks like.
    if found := doi.group(0).rstrip(".,;") if doi else _given(parts.doi) or _linked(_DOI_LINK, links):
        yield "DOI", found
    # Cochrane writes “PUBMED 21314913”, PubMed “21314913 [pii]”.
    pmid = re.sub(r"^(?:pubmed|medline)\s+|\s*\[.*", "", _given(parts.pmid), flags=re.I)
    if found := pmid or _linked(_PMID_LINK, links):
        yield "PMID", found
    if found := _given(parts.pmcid).split(";")[0].strip() or _linked(_PMC_LINK, links):
        yield "PMCID", found
    if issn := _first_valid("issn", _ISSN.findall(parts.numbers)):
        yield "ISSN", issn
    if isbn := _first_valid("isbn", _ISBN.findall(parts.numbers) if kind in BOOKS else []):
        yield "ISBN", isbn


def _linked(pattern: re.Pattern[str], links: list[str]) -> str:
    """The one number that the links name; empty where they name several, of which some are other works'."""
    found = {match.group(1) for link in links if (match := pattern.search(link))}
    return found.pop() if len(found) == 1 else ""


def _given(text: str) -> str:
    return "" if text.strip().casefold() in _MISSING else _line(text)


def _first_valid(kind: str, texts: list[str]) -> str:
    """The first that has the right check digit: journals are known by their title, so that a wrong one is no loss."""
    for text in texts:
        try:
            return parse(kind, re.sub("[‐–]", "-", text)).value
        except InputError:
            continue
    return ""


def _warning(path: Path, line: int, column: str, value: str, error: InputError) -> Problem:
    message = f"{error.message} The record is taken without it."
    return Problem(str(path), line, column, value[:SHOWN], "identifier", message, error.cure, "warning")


def key_of(csl: Mapping[str, Any]) -> str:
    """A key that the same record has in any file: its DOI, PMID or PMCID, else first author, year and title.

    A title that says little is helped by the journal and its page; a record without words is known by its hash.
    """
    for column in ("DOI", "PMID", "PMCID"):
        if csl.get(column) and len(key := f"{column.lower()}:{csl[column]}") <= LONGEST_KEY:
            return key
    authors = csl.get("author") or [{}]
    first = str(authors[0].get("family") or authors[0].get("literal") or "")
    words = re.findall(r"\w+", str(csl.get("title", "")))
    if len(words) < TELLING_WORDS:
        words += re.findall(r"\w+", " ".join(str(csl.get(name, "")) for name in ("container-title", "volume", "page")))
    # A record's own words may be the same as another's: what has no title is told apart by all that it holds.
    named = [*re.findall(r"\w+", first), *([str(year_of(csl))] if year_of(csl) else []), *words]
    key = "-".join(named).casefold()
    if not words or len(key) > LONGEST_KEY:
        digest = hashlib.sha256(repr(sorted(csl.items())).encode(errors="replace")).hexdigest()[:12]
        key = f"{key[: LONGEST_KEY - len(digest) - 1]}-{digest}".lstrip("-")
    return key
