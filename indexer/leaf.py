"""One segment of a Whoosh index as arrays: what stands in its memory map, seen without a copy.

A segment never changes but for deletions, so what was read of it (its `SegmentArrays`) is kept from one commit to the
next; a `Leaf` is the segment as one commit has it, with that commit's deletions.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer import bm25f
from indexer.array_file import Array
from indexer.arrays import Numbers, Scores, both, either, place_in
from indexer.clock import Clock
from indexer.codec import postings_of
from indexer.columns import FacetValues, NumbersReader, facet_values
from indexer.engine import FIELD_WEIGHTS, FIELDS
from indexer.postings import FieldPostings, Postings
from indexer.whoosh_schema import SURFACES, WORDS, facet_field, length_of

Mask = npt.NDArray[np.bool_]


class Opened(NamedTuple):
    """A segment's reader, and what is entered around everything that reads the segment's files."""

    reader: Any
    files: Callable[[], AbstractContextManager[None]]


_FEW_DEAD = 64
"""Where there are so many times as many documents in a list as dead ones in all, these are looked up in it."""
_KEPT_LISTS = 4096
"""Posting lists of a segment that stay open, each compared with its checksum once; they lie in the memory map."""


class SegmentArrays:
    """What a segment holds, whatever the commit. Shared between threads, and between commits that are open at a time.

    Nothing is read before it is asked for, but for the ids. What is read later is read through whichever reader is open
    then: the one that these were made from may be closed. Arrays keep their map by themselves.
    """

    def __init__(self, reader: Any) -> None:
        column = _numbers_of(reader)
        self._numbers: dict[str, Array] = {}
        self._totals = {name: column.total(length_of(name)) for name in FIELDS}
        self._longest = {name: column.largest(length_of(name)) for name in FIELDS}
        self.ids: npt.NDArray[np.int64] = column.arrays["id"].astype(np.int64)
        self.statements: Mask = self.ids >= 0
        """Which documents are statements; the others are positions."""
        self._facets: dict[str, FacetValues] = {}
        self._terms: dict[str, FieldPostings | None] = {}
        self._open: OrderedDict[tuple[str, str], Postings | None] = OrderedDict()
        self._lock = threading.Lock()

    def numbers(self, at: Opened, name: str) -> Array:
        """A number of each document: one of `indexer.whoosh_schema.NUMBERS`."""
        if name not in self._numbers:
            with at.files():
                self._numbers[name] = _numbers_of(at.reader).arrays[name]
        return self._numbers[name]

    def longest(self, name: str) -> int:
        """The most words that a document has in a field."""
        return self._longest[name]

    def words(self, at: Opened, name: str, but: Numbers) -> int:
        """How many words all documents but these have in a field."""
        left_out = int(self.numbers(at, length_of(name))[but].sum()) if len(but) else 0
        return self._totals[name] - left_out

    def facet(self, at: Opened, facet: str) -> FacetValues:
        """The values of a facet; none where no document of the segment has any."""
        if facet not in self._facets:
            name = facet_field(facet)
            nothing = facet_values(np.zeros(len(self.ids), dtype=np.uint8), [()])
            with at.files():
                column = at.reader.column_reader(name, translate=False) if at.reader.has_column(name) else None
                self._facets[facet] = nothing if column is None else column.values
        return self._facets[facet]

    def terms(self, at: Opened, field: str) -> FieldPostings | None:
        """The terms of a field; None where no document of the segment has any."""
        if field not in self._terms:
            with at.files():
                self._terms[field] = postings_of(at.reader).field(field)
        return self._terms[field]

    def postings(self, at: Opened, field: str, term: str) -> Postings | None:
        """A term's postings in a field; None where the segment has none."""
        key = (field, term)
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        terms = self.terms(at, field)
        with at.files():
            number = None if terms is None else terms.number_of(term.encode())
            found = None if terms is None or number is None else terms.postings(number)
        with self._lock:
            self._open[key] = found
            if len(self._open) > _KEPT_LISTS:
                self._open.popitem(last=False)
        return found


def _numbers_of(reader: Any) -> NumbersReader:
    found: NumbersReader = reader.column_reader("numbers", translate=False)
    return found


class Leaf:
    """A segment in one commit. `dead` are its deleted documents."""

    def __init__(self, reader: Any, arrays: SegmentArrays, files: Callable[[], AbstractContextManager[None]]) -> None:
        self.reader = reader
        self.arrays = arrays
        self._at = Opened(reader, files)
        self._tables: dict[str, Scores] = {}
        deleted = reader.segment().deleted_docs()
        self.dead: Numbers = np.sort(np.fromiter(deleted, dtype=np.uint32))
        self.live: Mask = arrays.statements
        if len(self.dead):
            self.live = arrays.statements.copy()
            self.live[self.dead] = False
        self.live_count = int(np.count_nonzero(self.live))

    def __len__(self) -> int:
        return len(self.arrays.ids)

    @cached_property
    def everything(self) -> Numbers:
        """All live documents."""
        return np.flatnonzero(self.live).astype(np.uint32)

    def having(self, term: str) -> Numbers:
        """The live documents that have the term in any field."""
        return self._documents(WORDS, term)

    def beginning(self, surface: str) -> Numbers:
        """The live documents that have this unstemmed word."""
        return self._documents(SURFACES, surface)

    def postings(self, name: str, term: str) -> Postings | None:
        """The term's postings in the field, deleted documents among them."""
        return self.arrays.postings(self._at, name, term)

    def factors(self, name: str, documents: Numbers) -> Scores:
        """What one occurrence counts in the field of each document."""
        lengths = self.numbers(length_of(name))
        found: Scores = self._tables[name][lengths[documents]]
        return found

    def numbers(self, name: str) -> Array:
        """A number of each document: one of `indexer.whoosh_schema.NUMBERS`."""
        return self.arrays.numbers(self._at, name)

    def words(self, name: str) -> int:
        """How many words all live documents have in a field."""
        return self.arrays.words(self._at, name, self.dead)

    def terms(self, name: str) -> FieldPostings | None:
        """The terms of a field; None where no document has a word in it."""
        return self.arrays.terms(self._at, name)

    def measure(self, means: Sequence[float]) -> None:
        """Take the mean length of each field over all of the commit, on which the factors rest."""
        for name, mean in zip(FIELDS, means, strict=True):
            lengths = np.arange(self.arrays.longest(name) + 1, dtype=np.float64)
            self._tables[name] = bm25f.field_factors(FIELD_WEIGHTS[name], lengths, mean)

    def facet(self, facet: str) -> FacetValues:
        """The values of a facet."""
        return self.arrays.facet(self._at, facet)

    def side_by_side(
        self, name: str, slots: Sequence[Sequence[str]], clock: Clock, among: Numbers | None = None
    ) -> tuple[Numbers, npt.NDArray[np.int64]]:
        """The live documents (of `among`, where given) with a term of each slot next to each other, and how often.

        Nobody, where the time is up before all slots were compared: a part of a phrase is not the phrase.
        """
        nobody = np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int64)
        lists = [[p for term in slot if (p := self.postings(name, term)) is not None] for slot in slots]
        candidates = among
        for slot in lists:
            having = either([postings.documents for postings in slot])
            candidates = having if candidates is None else both(candidates, having)
        if candidates is None or not len(candidates):
            return nobody
        candidates = self._kept(candidates)
        starts: npt.NDArray[np.int64] | None = None
        for offset, slot in enumerate(lists):
            if clock.up():
                return nobody
            keys = [_keys(postings, candidates) - offset for postings in slot]
            ordered = keys[0] if len(keys) == 1 else np.sort(np.concatenate(keys))
            starts = ordered if starts is None else both(starts, ordered)
            if not len(starts):
                return nobody
        assert starts is not None
        counts = np.bincount(starts >> _SHIFT, minlength=len(candidates))
        found = np.flatnonzero(counts)
        return candidates[found], counts[found]

    def _documents(self, field: str, term: str) -> Numbers:
        found = self.postings(field, term)
        return np.empty(0, dtype=np.uint32) if found is None else self._kept(found.documents)

    def _kept(self, documents: Numbers) -> Numbers:
        """The live ones. (Positions have no words, so none is ever among them.)"""
        if not len(self.dead) or not len(documents):
            return documents
        if len(self.dead) * _FEW_DEAD > len(documents):
            return documents[self.live[documents]]
        at = np.minimum(np.searchsorted(documents, self.dead), len(documents) - 1)
        dead = at[documents[at] == self.dead]
        return np.delete(documents, dead) if len(dead) else documents


_SHIFT = 32
_ROOM = 1 << 16
"""Added to every place, so that the place where a phrase would begin is never below 0."""


def _keys(postings: Postings, candidates: Numbers) -> npt.NDArray[np.int64]:
    """Each place of the term in the candidates, as one number: which candidate, and where in it (from 1)."""
    here, there = place_in(candidates, postings.documents)
    first, counts = postings.starts_of(there)
    # Where the n-th place of each document stands in `places`: all documents' runs, one after the other.
    run_starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts
    at = np.arange(counts.sum()) - np.repeat(run_starts - first, counts)
    assert postings.places is not None
    keys: npt.NDArray[np.int64] = (np.repeat(here.astype(np.int64), counts) << _SHIFT) + postings.places[at] + _ROOM
    return keys
