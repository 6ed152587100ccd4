"""Web of Science's own tagged format (`savedrecs.txt`): a tag of two signs, a space, the value; PT to ER."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kb.errors import Problem
from kb.ingest.formats import Row
from kb.ingest.references.csl import Parts, record
from kb.ingest.references.lines import lines_of
from kb.ingest.references.names import names
from kb.ingest.references.ris import pages
from kb.ingest.references.tagged import TaggedParser, Tags, every, first

_TYPES = {"J": "article-journal", "B": "book", "S": "chapter", "P": "patent"}
# These stand before the first record and after the last, and belong to none.
_OF_THE_FILE = {"FN", "VR", "EF"}


class WebOfScienceLines(TaggedParser):
    """A line that begins with three spaces goes on from the one before."""

    LINE = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
    FIRST = frozenset({"PT"})

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """The tag and the value; nothing for what belongs to the file."""
        found = super().parse_line(line)
        return (None, "") if found[0] in _OF_THE_FILE else found

    def _written(self, tag: str) -> str:
        return f"{tag} "


def read(path: Path) -> Iterator[Row | Problem]:
    """The records of a Web of Science file. Raises InputError where the file is not UTF-8 or UTF-16."""
    for line, tags in WebOfScienceLines().records(lines_of(path)):
        yield from record(path, line, _parts(tags))


def _parts(tags: Tags) -> Parts:
    return Parts(
        type=_TYPES.get(first(tags, "PT"), "document"),
        title=first(tags, "TI"),
        author=names(every(tags, "AF") or every(tags, "AU") or every(tags, "CA", "GP")),
        editor=names(every(tags, "BE")),
        year=first(tags, "PY", "EY"),
        dates=every(tags, "PD"),
        container=first(tags, "SO", "JI"),
        volume=first(tags, "VL"),
        issue=first(tags, "IS"),
        pages=pages(first(tags, "BP"), first(tags, "EP")) or first(tags, "AR"),
        publisher=first(tags, "PU"),
        place=first(tags, "PI"),
        abstract=first(tags, "AB"),
        doi=first(tags, "DI", "D2"),
        pmid=first(tags, "PM"),
        numbers=" ".join(every(tags, "SN", "EI", "BN")),
        language=first(tags, "LA"),
    )
