"""What a Whoosh index of statements holds: words with positions, exact facet values, numbers; no readable
text.

The numbers of a document lie in one column, read as arrays. The position is a document of
its own, with the id -1, so that it is committed with the others and never counted as one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Generator
from typing import Any

from whoosh import fields, formats
from whoosh.analysis.analyzers import IDAnalyzer

from indexer import text
from indexer.columns import FacetColumn, NumbersColumn
from indexer.engine import COLUMNS, FIELDS, Position

SCHEMA_VERSION = 5
"""Raise this whenever a document is written differently."""
FINGERPRINT = hashlib.sha256(f"whoosh:{SCHEMA_VERSION}:{FIELDS}:{COLUMNS}:{text.FINGERPRINT}".encode()).hexdigest()[:16]


def length_of(field: str) -> str:
    """What the number of words that a document has in a field is called among its numbers."""
    return f"words in {field}"


NUMBERS = ("id", "version", "rank", "cited", *map(length_of, FIELDS))
"""What is known of each document as a number."""
_PLACES = formats.Positions()
POSITION_ID = -1
POSITION_TERM = ("meta", "position")
SURFACES = "surfaces"
"""The field of unstemmed words, for prefixes and suggestions."""
WORDS = "words"
"""The field of the words of all fields together: who has a word at all, without looking into each field."""


class WordField(fields.FieldType):
    """A field of words that are cut already: its value is a list of (term, place) pairs."""

    def __init__(self) -> None:
        uncut: Any = IDAnalyzer()  # asked for by Whoosh and never used: the words come cut
        super().__init__(format=_PLACES, analyzer=uncut)

    def index(self, value: Any, **_: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Each distinct term with its count and its places, as Whoosh's writer wants it."""
        places: dict[str, list[int]] = defaultdict(list)
        for term, place in value:
            places[term].append(place)
        for term, found in places.items():
            yield term.encode(), len(found), float(len(found)), _PLACES.encode(found)


def facet_field(facet: str) -> str:
    """The Whoosh field of a facet."""
    return f"facet_{facet}"


def schema() -> fields.Schema:
    """The fields of the index; only the position is stored, everything else can be searched but not read
    back.
    """
    made = fields.Schema(
        meta=fields.ID(),
        position=fields.STORED(),
        numbers=fields.COLUMN(NumbersColumn(*NUMBERS)),
        surfaces=fields.ID(),
        words=fields.ID(),
    )
    for name in FIELDS:
        made.add(name, WordField())
    for facet in COLUMNS:
        made.add(facet_field(facet), fields.COLUMN(FacetColumn()))
    return made


def written_position(position: Position) -> str:
    """The position as it is stored."""
    return json.dumps([position.store_id, position.fingerprint, position.seq, position.mark])


def read_position(stored: str) -> Position:
    """The position that `written_position` wrote."""
    store_id, fingerprint, seq, *mark = json.loads(stored)
    return Position(str(store_id), str(fingerprint), int(seq), *map(str, mark))


def encodable(value: str) -> str:
    """The value with lone surrogates replaced: they have no UTF-8 form, and no store can hold them either."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
