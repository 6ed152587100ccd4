"""One commit of a Whoosh index, opened: its segments as arrays, its words, how far it has read.

A segment of the index never changes but for deletions, so what was read of it is kept from one commit to the next, and
a small commit costs little to see.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from indexer.engine import FIELDS, Position
from indexer.leaf import Leaf, SegmentArrays
from indexer.near import within
from indexer.postings import FieldPostings
from indexer.whoosh_folder import Held, damage_is_unavailability
from indexer.whoosh_schema import POSITION_TERM, SURFACES, read_position


class Snapshot:
    """One commit, opened. Shared between threads: everything that reads files does so under a lock.

    `users` and `retired` are the engine's: it closes a snapshot that is no longer the newest when its last
    user goes.
    """

    def __init__(self, held: Held, index: Any, reader: Any, known: Mapping[str, SegmentArrays]) -> None:
        self.folder = held.folder
        self.index = index
        self.generation = reader.generation()
        self.users = 0
        self.retired = False
        self.reader = reader
        self._held = held
        self._lock = threading.RLock()
        self.leaves = [self._leaf(each, known) for each, _ in reader.leaf_readers()]
        self.arrays = {leaf.reader.segment().segment_id(): leaf.arrays for leaf in self.leaves}
        self.live_count = sum(leaf.live_count for leaf in self.leaves)
        """Statements in the index."""
        means = self._mean_lengths()
        for leaf in self.leaves:
            leaf.measure(means)
        self.position = self._position()

    def close(self) -> None:
        """Close the files and let go of the folder."""
        self.reader.close()
        self._held.release()

    def surfaces(self, prefix: str, most: int | None) -> tuple[list[str], bool]:
        """Unstemmed words that begin so, the most frequent where there are more than `most`, and whether some
        were left out. Words of deleted statements may be among them: they find nothing."""
        counts: dict[str, int] = {}
        for terms in self._surfaces():
            for number in terms.beginning(prefix.encode()):
                surface = terms[number].decode()
                counts[surface] = counts.get(surface, 0) + terms.having(number)
        if most is None or len(counts) <= most:
            return list(counts), False
        return heapq.nsmallest(most, counts, key=lambda surface: (-counts[surface], surface)), True

    def surfaces_near(self, surface: str, distance: int) -> dict[str, int]:
        """Unstemmed words within so many edits of this one, with the same first letter, and how many edits."""
        found: dict[str, int] = {}
        for terms in self._surfaces():
            alike = terms.beginning(surface[0].encode())
            numbers, edits = within(*terms.one_after_another(alike), surface, distance)
            words = (terms[alike[number]].decode() for number in numbers.tolist())
            found.update(zip(words, edits.tolist(), strict=True))
        return found

    def known_surfaces(self, surfaces: Iterable[str]) -> set[str]:
        """Those of these unstemmed words that the index holds."""
        held = list(self._surfaces())
        return {each for each in surfaces if any(terms.number_of(each.encode()) is not None for terms in held)}

    def versions(self) -> Iterator[tuple[int, int]]:
        """Every statement's id and version."""
        for leaf in self.leaves:
            versions = leaf.numbers("version")[leaf.everything]
            yield from zip(leaf.arrays.ids[leaf.everything].tolist(), versions.tolist(), strict=True)

    def _leaf(self, reader: Any, known: Mapping[str, SegmentArrays]) -> Leaf:
        arrays = known.get(reader.segment().segment_id()) or SegmentArrays(reader)
        return Leaf(reader, arrays, self._files)

    def _surfaces(self) -> Iterator[FieldPostings]:
        for leaf in self.leaves:
            if (terms := leaf.terms(SURFACES)) is not None:
                yield terms

    def _mean_lengths(self) -> list[float]:
        """The mean number of words in each field, over the live documents."""
        totals = (sum(leaf.words(name) for leaf in self.leaves) for name in FIELDS)
        return [total / (self.live_count or 1) for total in totals]

    @contextmanager
    def _files(self) -> Iterator[None]:
        with self._lock, damage_is_unavailability(self.folder):
            yield

    def _position(self) -> Position:
        matcher = self.reader.postings(*POSITION_TERM)
        if not matcher.is_active():
            raise EOFError("no position in it")
        return read_position(self.reader.stored_fields(matcher.id())["position"])
