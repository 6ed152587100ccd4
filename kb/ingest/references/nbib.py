"""PubMed's and PubMed Central's MEDLINE format (`.nbib`, and what PubMed writes into `.ris` and `.txt`).

rispy's parser reads it with the lines of this format. The nbib library was tried and loses more: one line of another
shape, a date such as “2018 Spring” or an ISSN that is none fails the whole file, of two records without a blank line
between them only the last is left, and an identifier without its kind or a tag it does not know is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kb.errors import Problem
from kb.ingest.formats import Row
from kb.ingest.references.csl import Parts, record
from kb.ingest.references.lines import lines_of
from kb.ingest.references.names import Name, name
from kb.ingest.references.tagged import TaggedParser, Tags, every, first

_TYPES = {"book": "book", "books and documents": "book", "book chapter": "chapter", "preprint": "article"}
_MARKED = re.compile(r"(\S+)\s*\[(\w+)\]")


class MedlineLines(TaggedParser):
    """A tag of two to four letters, filled up to four, and a hyphen. PubMed begins with the PMID, Central with PMC."""

    LINE = re.compile(r"(?=.{4}-)([A-Z][A-Z0-9]+) *-(?: (.*)|$)")
    FIRST = frozenset({"PMID", "PMC", "OWN", "STAT"})

    def _begins(self, tag: str, tags: set[str]) -> bool:
        """A record has each of these once; a PMID also begins one after anything else than these."""
        return tag in tags or (tag == "PMID" and bool(tags - self.FIRST))


def read(path: Path) -> Iterator[Row | Problem]:
    """The records of a MEDLINE file. Raises InputError where the file is not UTF-8 or UTF-16."""
    for line, tags in MedlineLines().records(lines_of(path)):
        yield from record(path, line, _parts(tags))


def _parts(tags: Tags) -> Parts:
    kinds = [_TYPES[each.casefold()] for each in every(tags, "PT") if each.casefold() in _TYPES]
    # LID may hold a page, the DOI or both; AID what publishers call the article.
    numbers = [found.groups() for value in every(tags, "LID", "AID") for found in _MARKED.finditer(value)]
    return Parts(
        type=kinds[0] if kinds else "article-journal",
        title=first(tags, "TI", "BTI") or first(tags, "TT"),
        author=_authors(tags),
        editor=[each for text in every(tags, "FED") if (each := name(text))],
        year=first(tags, "DP", "DEP", "EDAT"),
        dates=every(tags, "DP", "DEP"),
        container=first(tags, "JT", "TA") or (first(tags, "BTI") if first(tags, "TI") else ""),
        volume=first(tags, "VI"),
        issue=first(tags, "IP"),
        pages=first(tags, "PG"),
        publisher=first(tags, "PB"),
        place=first(tags, "PL"),
        abstract=first(tags, "AB"),
        doi=next((value for value, kind in numbers if kind == "doi"), ""),
        pmid=first(tags, "PMID"),
        pmcid=first(tags, "PMC"),
        numbers=" ".join(every(tags, "IS", "ISBN")),
        language=first(tags, "LA"),
        note="\n".join(tags.get("GN", [])),
    )


def _authors(tags: Tags) -> list[Name]:
    """People by their full names where given, else short; then groups, which stand whole."""
    people = [each for text in tags.get("FAU") or tags.get("AU", []) if (each := name(text.replace("\n", " ")))]
    groups = [" ".join(text.split()) for text in tags.get("CN", [])]
    return [*people, *({"literal": group} for group in groups)]
