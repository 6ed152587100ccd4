"""A segment's postings as arrays: for each field a table of its terms, and behind it the lists of all of them.

    .trm    arrays (`indexer.array_file`), of each field
            keys          the terms' bytes, in order, one after the other
            key_ends      where each key begins, and the last one ends
            from          where each term's documents begin among the field's, and the last one's end
            places_from   the same of its places
            sums          the CRC-32 of each term's list
            and as facts, where in the other file the field's lists are
    .pst    of each field
            documents     u32, ascending within each term
            counts        how often the term stands in each, in as many bytes as the largest takes
            places        where, ascending within each document, in as many bytes as the largest takes

Counts and places are left out in fields that keep no places: there, a document has a term or has it not. A term's list
is compared with its checksum when it is asked for: what is damaged is an error and never a wrong answer.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.array_file import Array, ArraysReader, DamagedArrays, bytes_of

Numbers = npt.NDArray[np.uint32]

TERMS_EXTENSION, LISTS_EXTENSION = ".trm", ".pst"


class Postings(NamedTuple):
    """The postings of one term in one segment: documents, how often in each, and the places in all of them, one
    document after the other; both None where the field keeps no places.
    """

    documents: Numbers
    counts: Array | None
    places: Array | None

    def starts(self) -> npt.NDArray[np.int64]:
        """Where each document's places begin in `places`, and where the last one's end."""
        counts = np.ones(len(self.documents), dtype=np.int64) if self.counts is None else self.counts
        return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))

    def starts_of(self, there: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where the places of some of the documents begin, and how many there are of each; `there` is where these stand
        in the list, ascending, each once. Much less work than `starts` where they are few.
        """
        if self.counts is None or not len(there):
            return there.astype(np.int64), np.ones(len(there), dtype=np.int64)
        counts = self.counts[there].astype(np.int64)
        before_first = self.counts[: there[0]].sum(dtype=np.int64)
        to_next = np.add.reduceat(self.counts, there, dtype=np.int64)[:-1]
        return before_first + np.concatenate(([0], np.cumsum(to_next))), counts


class FieldPostings:
    """One field of a segment: its terms in the order of their bytes, each by its number, and their lists."""

    def __init__(self, name: str, tables: ArraysReader, lists: Any) -> None:
        def table(what: str) -> Array:
            return tables[f"{name}/{what}"]

        def behind(what: str) -> Array:
            at, size, type_ = tables.facts[name][what]
            held = bytes_of(lists, at, size)
            if len(held) != size:
                raise DamagedArrays(f"the {what} of {name} are cut off")
            return np.frombuffer(held, dtype=type_)

        self._keys: bytes = table("keys").tobytes()
        self._key_ends: Numbers = table("key_ends")
        # A single number is had from a view of the array in a fifth of the time; looking a term up takes some twenty.
        # A view reads numbers as the machine has them; `astype` copies only where those of the file are others.
        self._ends: memoryview[int] = self._key_ends.astype("=u4", copy=False).data
        self._sums: Numbers = table("sums")
        self.starts: Numbers = table("from")
        """Where each term's documents begin among all of the field's, and where the last one's end."""
        self.documents: Numbers = behind("documents")
        placed = "counts" in tables.facts[name]
        self.counts: Array | None = behind("counts") if placed else None
        self.places: Array | None = behind("places") if placed else None
        self.place_starts: Numbers | None = table("places_from") if placed else None

    def __len__(self) -> int:
        return len(self._key_ends) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._keys[self._ends[number] : self._ends[number + 1]]

    def keys(self) -> list[bytes]:
        """All terms, in order."""
        return cut_apart(self._keys, self._key_ends)

    def one_after_another(self, numbers: range) -> tuple[bytes, Numbers]:
        """Neighbouring terms' bytes, and where in these each begins and the last one ends."""
        ends = self._key_ends[numbers.start : numbers.stop + 1]
        return self._keys[int(ends[0]) : int(ends[-1])], ends - ends[0]

    def at_or_after(self, term: bytes) -> int:
        """The number of the first term that is not before this one; as many as there are where all are."""
        return bisect_left(self, term)

    def number_of(self, term: bytes) -> int | None:
        """The number of a term; None where the field has not got it."""
        at = self.at_or_after(term)
        return at if at < len(self) and self[at] == term else None

    def beginning(self, prefix: bytes) -> range:
        """The numbers of the terms that begin so. (No term has a byte 255, which UTF-8 does not know.)"""
        return range(self.at_or_after(prefix), self.at_or_after(prefix + b"\xff"))

    def having(self, number: int) -> int:
        """In how many documents the term stands, deleted ones among them."""
        return int(self.starts[number + 1]) - int(self.starts[number])

    def postings(self, number: int) -> Postings:
        """The list of a term, after its checksum was compared. Raises DamagedArrays."""
        first, last = self.starts[number : number + 2].tolist()
        counts = places = None
        if self.counts is not None and self.places is not None and self.place_starts is not None:
            counts = self.counts[first:last]
            begin, end = self.place_starts[number : number + 2].tolist()
            places = self.places[begin:end]
        found = Postings(self.documents[first:last], counts, places)
        sum_ = 0
        for each in found:
            if each is not None:
                sum_ = zlib.crc32(each.data, sum_)
        if sum_ != self._sums[number]:
            raise DamagedArrays(f"the postings of {self[number]!r} are not what was written")
        return found

    def check(self) -> None:
        """Raise DamagedArrays where any list is not what was written."""
        sums = np.zeros(len(self), dtype=np.uint32)
        for array, starts in (
            (self.documents, self.starts),
            (self.counts, self.starts),
            (self.places, self.place_starts),
        ):
            if array is not None and starts is not None:
                ListSums(starts, sums).add(array)
        if (wrong := np.flatnonzero(sums != self._sums)).size:
            raise DamagedArrays(f"the postings of {self[int(wrong[0])]!r} are not what was written")


class SegmentPostings:
    """All fields of a segment."""

    def __init__(self, terms: Any, length: int, lists: Any) -> None:
        self._tables = ArraysReader(terms, 0, length)
        self._lists = lists
        self._open: dict[str, FieldPostings] = {}

    def names(self) -> list[str]:
        """The fields that have a term."""
        return list(self._tables.facts)

    def field(self, name: str) -> FieldPostings | None:
        """A field; None where no document of the segment has a word in it. Raises DamagedArrays."""
        if name not in self._open:
            if name not in self._tables.facts:
                return None
            self._open[name] = FieldPostings(name, self._tables, self._lists)
        return self._open[name]


class ListSums:
    """The CRC-32 of each term's slice of an array that comes in pieces."""

    def __init__(self, starts: Numbers, sums: Numbers) -> None:
        self._starts = starts
        self._sums = sums
        self._begin = 0

    def add(self, piece: Array) -> None:
        """Go on with the next piece."""
        begin, end = self._begin, self._begin + len(piece)
        first = max(int(np.searchsorted(self._starts, begin, side="right")) - 1, 0)
        last = int(np.searchsorted(self._starts, end, side="left"))
        edges = (np.clip(self._starts[first : last + 1].astype(np.int64), begin, end) - begin) * piece.itemsize
        held = piece.data.cast("B")
        slices = map(held.__getitem__, map(slice, edges[:-1].tolist(), edges[1:].tolist()))
        self._sums[first:last] = list(map(zlib.crc32, slices, self._sums[first:last].tolist()))
        self._begin = end


def cut_apart(keys: bytes, ends: Numbers) -> list[bytes]:
    """The keys that lie one after the other."""
    return [keys[first:last] for first, last in pairwise(ends.tolist())]
