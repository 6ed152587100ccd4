"""BibTeX and BibLaTeX, read by bibtexparser; a block that it cannot read is a problem, and the others are read.

Its LaTeX is turned into the letters meant (`\\"u`, `{\\'e}`). An entry whose key stands twice, or that has a field
twice, is kept: bibtexparser sets both aside. The library reads a whole file into memory.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

from kb.errors import Problem
from kb.ingest.formats import SHOWN, Row
from kb.ingest.references.csl import Parts, record
from kb.ingest.references.lines import whole_text
from kb.ingest.references.names import Name

TYPES = {
    "article": "article-journal", "book": "book", "booklet": "pamphlet", "collection": "book", "conference":
    "paper-conference", "dataset": "dataset", "inbook": "chapter", "incollection": "chapter", "inproceedings":
    "paper-conference", "manual": "report", "mastersthesis": "thesis", "mvbook": "book", "online": "webpage", "patent":
    "patent", "phdthesis": "thesis", "proceedings": "book", "report": "report", "software": "software", "techreport":
    "report", "thesis": "thesis", "unpublished": "manuscript",
}  # fmt: skip


class _Text(LatexDecodingMiddleware):
    """The library's decoding of LaTeX, for one text at a time."""

    def decoded(self, text: str) -> str:
        """The text without LaTeX; as it stands where that cannot be read."""
        found, error = self._transform_python_value_string(text)
        return text if error else " ".join(found.split())


_TEXT = _Text()
# The library also writes to the terminal what it cannot read, which is told as a problem here.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


def read(path: Path) -> Iterator[Row | Problem]:
    """The entries of a BibTeX file. Raises InputError where it is not UTF-8 or UTF-16."""
    library = parse_string(whole_text(path).replace("\r\n", "\n").replace("\r", "\n"))
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        entry = _entry_in(block)
        if entry is not None:
            yield from record(path, line, _parts(entry))
        elif isinstance(block, ParsingFailedBlock):
            yield _broken(path, line, block)


def _entry_in(block: Block) -> Entry | None:
    """The entry that a block is or, where the library refused it only for a key that stands twice, holds."""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        block = block.ignore_error_block or block
    return block if isinstance(block, Entry) else None


def _broken(path: Path, line: int, block: ParsingFailedBlock) -> Problem:
    shown = " ".join((block.raw or "").split())[:SHOWN]
    why = str(block.error).splitlines()[0].rstrip(".") if str(block.error) else "it cannot be read"
    message = f"The entry cannot be read ({why[:200]})."
    return Problem(str(path), line, "", shown, "broken-bibtex", message, "Close its braces and quotation marks.")


def _parts(entry: Entry) -> Parts:
    raw: dict[str, str] = {}
    for each in entry.fields:
        if str(each.value).strip():
            raw.setdefault(each.key.casefold(), str(each.value))

    def text(*names: str) -> str:
        return next((_TEXT.decoded(raw[name]) for name in names if name in raw), "")

    kind = TYPES.get(entry.entry_type.casefold(), "document")
    # Addresses and numbers are no LaTeX: `%`, `_` and `~` mean themselves there, whether escaped or not.
    verbatim = {name: re.sub(r"\\([_%&#~])", r"\1", raw.get(name, "")).strip("{} ") for name in ("doi", "url")}
    return Parts(
        type=kind,
        title=": ".join(part for part in (text("title"), text("subtitle")) if part),
        author=_names(raw.get("author", "")),
        editor=_names(raw.get("editor", "")),
        year=text("year", "date"),
        dates=[f"{text('year')} {text('month')} {text('day')}", text("date")],
        container=text("journal", "journaltitle", "booktitle", "shortjournal"),
        collection=text("series"),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=re.sub(r"\s*[-–—]+\s*", "-", text("pages", "article-number", "eid")),
        publisher=text("publisher", "school", "institution", "organization"),
        place=text("address", "location"),
        abstract=text("abstract"),
        links=[verbatim["url"], verbatim["doi"]],
        doi=verbatim["doi"],
        pmid=text("pmid", "pubmed_id") or (text("eprint") if text("eprinttype").casefold() == "pubmed" else ""),
        pmcid=text("pmcid", "pmc_id", "pmc"),
        numbers=" ".join((text("issn"), text("isbn"))),
        language=text("language", "langid"),
        note=text("note"),
    )


def _names(field: str) -> list[Name]:
    return [found for each in split_multiple_persons_names(field) if (found := _name(each))]


def _name(text: str) -> Name | None:
    """One name as BibTeX's rules part it; in braces it is an institution's, which stays whole."""
    if text.startswith("{") and text.endswith("}"):
        return {"literal": _TEXT.decoded(text)}
    if text.casefold() == "others":
        return None
    try:
        parts = parse_single_name_into_parts(text, strict=False)
    except InvalidNameError:
        return {"literal": _TEXT.decoded(text)}
    found = {
        "family": " ".join((*parts.von, *parts.last)),
        "given": " ".join(parts.first),
        "suffix": " ".join(parts.jr),
    }
    name = {part: _TEXT.decoded(value) for part, value in found.items() if value}
    return name or None
