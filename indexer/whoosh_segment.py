"""What was read of one segment of a Whoosh index, as arrays; kept for as long as the segment lives."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.reading import TermNotFound

from indexer.whoosh_schema import NUMBERS, facet_field

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_KEPT_POSTINGS = 2_000_000
"""Postings kept per segment, some 24 bytes each; the longest unused go first."""


class Clock:
    """A search's time limit, looked at now and then; once it has run out it stays run out."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.cut = False

    def up(self) -> bool:
        """Whether the time is over; asking when it is marks the search as cut."""
        self.cut = self.cut or time.monotonic() >= self._end
        return self.cut


class SegmentCache:
    """What was read of one segment and holds as long as the segment: numbers, facet values, postings."""

    def __init__(self, reader: Any) -> None:
        self.numbers = read_numbers(reader)
        self.facets: dict[str, list[tuple[str, Numbers]]] = {}
        self._postings: OrderedDict[tuple[str, str], tuple[Numbers, Scores]] = OrderedDict()
        self._kept = 0

    def postings(self, reader: Any, name: str, term: str, clock: Clock) -> tuple[Numbers, Scores]:
        """The segment's documents with the term in the field, and how often. Cut when the time is up."""
        key = (name, term)
        if (kept := self._postings.get(key)) is not None:
            self._postings.move_to_end(key)
            return kept
        documents: list[int] = []
        counts: list[float] = []
        try:
            matcher = reader.postings(name, term)
        except TermNotFound:
            matcher = None
        while matcher is not None and matcher.is_active():
            documents.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
            if not len(documents) % 512 and clock.up():
                break
        found = np.asarray(documents, dtype=np.int64), np.asarray(counts, dtype=np.float64)
        if not clock.cut:
            self._keep(key, found)
        return found

    def facet_values(self, reader: Any, facet: str) -> list[tuple[str, Numbers]]:
        """Each value of the facet in this segment, with the documents that have it."""
        if facet not in self.facets:
            name = facet_field(facet)
            self.facets[facet] = [
                (bytes(value).decode(), np.fromiter(reader.postings(name, value).all_ids(), dtype=np.int64))
                for value in reader.lexicon(name)
            ]
        return self.facets[facet]

    def _keep(self, key: tuple[str, str], found: tuple[Numbers, Scores]) -> None:
        self._postings[key] = found
        self._kept += len(found[0]) + 1
        while self._kept > _KEPT_POSTINGS and len(self._postings) > 1:
            _, (dropped, _) = self._postings.popitem(last=False)
            self._kept -= len(dropped) + 1


def read_numbers(reader: Any) -> npt.NDArray[np.void]:
    """The numbers of all documents of a segment, deleted ones among them."""
    column = reader.column_reader("numbers")
    packed = b"".join(column[document] for document in range(reader.doc_count_all()))
    return np.frombuffer(packed, dtype=NUMBERS)
