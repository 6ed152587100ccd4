"""EndNote's XML, read record by record; entities are refused, because they can fill a memory from a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from kb.errors import InputError, Problem
from kb.ingest.formats import Row, unreadable
from kb.ingest.references.csl import Parts, record
from kb.ingest.references.names import names

TYPES = {
    "Journal Article": "article-journal", "Electronic Article": "article-journal", "Book": "book", "Edited Book":
    "book", "Electronic Book": "book", "Book Section": "chapter", "Electronic Book Section": "chapter",
    "Conference Paper": "paper-conference", "Conference Proceedings": "paper-conference", "Thesis": "thesis",
    "Report": "report", "Government Document": "report", "Web Page": "webpage", "Blog": "post-weblog", "Dataset":
    "dataset", "Newspaper Article": "article-newspaper", "Magazine Article": "article-magazine", "Patent": "patent",
    "Unpublished Work": "manuscript", "Manuscript": "manuscript", "Computer Program": "software", "Standard":
    "standard", "Statute": "legislation", "Encyclopedia": "entry-encyclopedia",
}  # fmt: skip
_PUBMED = ("pubmed", "medline", "nlm")


class _ByLines:
    """A file that gives one line at a time, so that the line of what was just read is known."""

    LONGEST = 64 * 1024

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._ended = True
        self.line = 0

    def read(self, _: int = -1) -> bytes:
        """The next line, or a part of it where it is very long."""
        text = self._file.readline(self.LONGEST)
        self.line += self._ended and bool(text)
        self._ended = text.endswith(b"\n")
        return text


def read(path: Path) -> Iterator[Row | Problem]:
    """The records of an EndNote XML file. Broken XML ends the reading, because nothing tells how it goes on.

    Raises InputError where the file cannot be read, declares entities, or holds no EndNote records.
    """
    try:
        with path.open("rb") as file:
            lines, found = _ByLines(file), False
            try:
                for line, element in _records(lines):
                    found = True
                    yield from record(path, line, _parts(element))
            # A LookupError is about an encoding that nobody knows.
            except (ParseError, LookupError) as error:
                yield Problem(
                    str(path), lines.line, "", "", "broken-xml",
                    f"This is not XML ({error}); what follows was not read.", "Export the file again.",
                )  # fmt: skip
                return
    except OSError as error:
        raise unreadable(path, error) from error
    except DefusedXmlException as error:
        raise InputError(
            "The file declares XML entities, which are not read.",
            place=str(path),
            cure="Take out the lines with <!ENTITY, or export the file again.",
        ) from error
    if not found:
        raise InputError(
            "The XML holds no EndNote records.", place=str(path), cure="In EndNote, export as XML: <xml><records>."
        )


def _records(lines: _ByLines) -> Iterator[tuple[int, Element]]:
    """Each record with the line it begins on; it is forgotten afterwards, so that a large file does not stay."""
    events: Any = iterparse(lines, events=("start", "end"), forbid_dtd=False, forbid_entities=True)
    began, parents = 0, list[Element]()
    for event, element in events:
        if event == "start":
            parents.append(element)
            if element.tag == "record":
                began = lines.line
            continue
        parents.pop()
        if element.tag == "record":
            yield began, element
            if parents:
                parents[-1].clear()


def _parts(found: Element) -> Parts:
    def text(*paths: str) -> str:
        return next((value for path in paths for value in _texts(found, path)), "")

    kind_of = found.find("ref-type")
    kind = TYPES.get(kind_of.get("name", "") if kind_of is not None else "", "document")
    database = " ".join((text("remote-database-name"), text("remote-database-provider"))).casefold()
    own = text("accession-num")
    book = kind == "book"
    return Parts(
        type=kind,
        title=text("titles/title"),
        author=names(_texts(found, "contributors/authors/author")),
        editor=names(_texts(found, "contributors/secondary-authors/author") if kind != "article-journal" else []),
        year=text("dates/year"),
        dates=_texts(found, "dates/pub-dates/date"),
        container="" if book else text("titles/secondary-title", "periodical/full-title", "titles/alt-title"),
        collection=text("titles/secondary-title") if book else "",
        volume=text("volume"),
        issue=text("number"),
        pages=text("pages"),
        publisher=text("publisher"),
        place=text("pub-location"),
        abstract=text("abstract"),
        links=_texts(found, "urls//url"),
        doi=text("electronic-resource-num"),
        pmid=own if own.isdigit() and any(name in database for name in _PUBMED) else "",
        pmcid=next((each for each in _texts(found, "custom2") if each.upper().startswith("PMC")), ""),
        numbers=" ".join((text("isbn"), text("issn"))),
        language=text("language"),
        note=text("notes").replace("\r", "\n"),
    )


def _texts(found: Element, path: str) -> list[str]:
    """The text of every element on the path, which EndNote wraps into styles."""
    texts = ("".join(each.itertext()).strip() for each in found.findall(path))
    return [text for text in texts if text]
