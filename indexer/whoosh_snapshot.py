"""One commit of a Whoosh index as arrays: ids, numbers, facet values, and the postings of words as they are
asked for.

A segment of the index never changes but for deletions, so what was read of it is kept from one commit to the
next, and a small commit costs little to see. Documents are counted through all segments: `document` below is
that number.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.reading import TermNotFound

from indexer.engine import FIELD_WEIGHTS, FIELDS, Position
from indexer.whoosh_facets import FacetIndex
from indexer.whoosh_folder import Held, damage_is_unavailability
from indexer.whoosh_schema import NUMBERS, POSITION_TERM, SURFACES, read_position
from indexer.whoosh_segment import Clock, Mask, Numbers, Scores, SegmentCache

_LENGTH_PULL = 0.75
"""BM25's b: how much a long field weakens a word in it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A segment's reader with its cache and the number of its first document."""

    reader: Any
    cache: SegmentCache
    first: int


class Snapshot:
    """One commit, opened. Shared between threads: everything that reads files does so under a lock.

    `users` and `retired` are the engine's: it closes a snapshot that is no longer the newest when its last
    user goes.
    """

    def __init__(self, held: Held, index: Any, reader: Any, known: dict[str, SegmentCache]) -> None:
        self.folder = held.folder
        self.index = index
        self.generation = reader.generation()
        self.users = 0
        self.retired = False
        self.reader = reader
        self._held = held
        self._lock = threading.RLock()
        self._facets: dict[str, FacetIndex] = {}
        self.leaves = [
            Leaf(each, known.get(each.segment().segment_id()) or SegmentCache(each), first)
            for each, first in reader.leaf_readers()
        ]
        self.caches = {leaf.reader.segment().segment_id(): leaf.cache for leaf in self.leaves}
        parts = [leaf.cache.numbers for leaf in self.leaves]
        self.numbers = np.concatenate(parts) if parts else np.empty(0, dtype=NUMBERS)
        self.ids: Numbers = self.numbers["id"]
        self.live: Mask = self.ids >= 0
        for leaf in self.leaves:
            for document in leaf.reader.segment().deleted_docs():
                self.live[leaf.first + document] = False
        self.position = self._position()

    def __len__(self) -> int:
        return len(self.ids)

    def close(self) -> None:
        """Close the files and let go of the folder."""
        self.reader.close()
        self._held.release()

    @cached_property
    def live_count(self) -> int:
        """Statements in the index."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def field_factors(self) -> dict[str, Scores]:
        """What one occurrence of a word counts in each field and document: BM25F's weight over length."""
        factors = {}
        for column, name in enumerate(FIELDS):
            lengths = self.numbers["lengths"][:, column].astype(np.float64)
            mean = float(lengths[self.live].mean()) if self.live_count else 0.0
            factors[name] = FIELD_WEIGHTS[name] / (1 - _LENGTH_PULL + _LENGTH_PULL * lengths / (mean or 1.0))
        return factors

    def postings(self, name: str, term: str, clock: Clock) -> tuple[Numbers, Scores]:
        """Documents with the term in the field, ascending, and how often; deleted ones among them."""
        documents, counts = [], []
        for leaf in self.leaves:
            with self._files():
                found, often = leaf.cache.postings(leaf.reader, name, term, clock)
            documents.append(found + leaf.first)
            counts.append(often)
        if not documents:
            return np.empty(0, dtype=np.int64), np.empty(0)
        return np.concatenate(documents), np.concatenate(counts)

    def places(self, name: str, term: str, documents: Numbers, clock: Clock) -> dict[int, list[int]]:
        """Where the term stands in the field of each of these documents (ascending; those without it are left
        out).
        """
        found: dict[int, list[int]] = {}
        for leaf in self.leaves:
            first, last = np.searchsorted(documents, (leaf.first, leaf.first + len(leaf.cache.numbers)))
            if first == last:
                continue
            with self._files():
                try:
                    matcher = leaf.reader.postings(name, term)
                except TermNotFound:
                    continue
                for n, document in enumerate(documents[first:last].tolist()):
                    if n % 256 == 255 and clock.up():
                        return found
                    if matcher.is_active():
                        matcher.skip_to(document - leaf.first)
                    if not matcher.is_active():
                        break
                    if matcher.id() == document - leaf.first:
                        found[document] = matcher.value_as("positions")
        return found

    def facet(self, facet: str) -> FacetIndex:
        """Which documents have which value of the facet, deleted documents among them."""
        with self._files():
            if facet not in self._facets:
                self._facets[facet] = FacetIndex(
                    (value, documents + leaf.first)
                    for leaf in self.leaves
                    for value, documents in leaf.cache.facet_values(leaf.reader, facet)
                )
            return self._facets[facet]

    def surfaces(self, prefix: str, most: int | None) -> tuple[list[str], bool]:
        """Unstemmed words that begin so, the most frequent where there are more than `most`, and whether some
        were left out. Words of deleted statements may be among them: they find nothing."""
        counts: dict[str, int] = {}
        with self._files():
            for leaf in self.leaves:
                for word, info in leaf.reader.iter_prefix(SURFACES, prefix):
                    surface = bytes(word).decode()
                    counts[surface] = counts.get(surface, 0) + info.doc_frequency()
        if most is None or len(counts) <= most:
            return list(counts), False
        return heapq.nsmallest(most, counts, key=lambda surface: (-counts[surface], surface)), True

    def surfaces_near(self, surface: str, distance: int) -> set[str]:
        """Unstemmed words within so many edits of this one, with the same first letter."""
        with self._files():
            return {
                word
                for leaf in self.leaves
                for word in leaf.reader.terms_within(SURFACES, surface, maxdist=distance, prefix=1)
            }

    def versions(self) -> Iterator[tuple[int, int]]:
        """Every statement's id and version."""
        kept = self.numbers[self.live]
        return iter(list(zip(kept["id"].tolist(), kept["version"].tolist(), strict=True)))

    @contextmanager
    def _files(self) -> Iterator[None]:
        with self._lock, damage_is_unavailability(self.folder):
            yield

    def _position(self) -> Position:
        matcher = self.reader.postings(*POSITION_TERM)
        if not matcher.is_active():
            raise EOFError("no position in it")
        return read_position(self.reader.stored_fields(matcher.id())["position"])
