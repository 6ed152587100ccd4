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
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.array_file import ALIGNED, Array, ArraysReader, ArraysWriter, DamagedArrays, bytes_of, smallest_type

Numbers = npt.NDArray[np.uint32]

TERMS_EXTENSION, LISTS_EXTENSION = ".trm", ".pst"
_MOST = 2**32 - 1
_KEPT_IN_MEMORY = 1 << 24
_READ_AGAIN = 1 << 24
"""Bytes."""


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
        first, last = self._key_ends[number : number + 2].tolist()
        return self._keys[first:last]

    def keys(self) -> list[bytes]:
        """All terms, in order."""
        return cut_apart(self._keys, self._key_ends)

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
                _Sums(starts, sums).add(array)
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


class PostingsWriter:
    """Writes the fields of a segment, each array of a field whole. What cannot be written yet is kept in `folder`."""

    def __init__(self, terms: Any, lists: Any, folder: str | None = None) -> None:
        self._tables = ArraysWriter(terms)
        self._lists = lists
        self._folder = folder
        self._fields: dict[str, dict[str, tuple[int, int, str]]] = {}

    @contextmanager
    def fields(self, names: Sequence[str]) -> Iterator[dict[str, FieldLists]]:
        """What takes the lists of several fields at once; they are written with the end of the block."""
        with ExitStack() as opened:
            made = {name: opened.enter_context(FieldLists(self._folder)) for name in names}
            yield made
            for name, lists in made.items():
                self._write(name, lists)

    @contextmanager
    def field(self, name: str) -> Iterator[FieldLists]:
        """The same of one field."""
        with self.fields([name]) as made:
            yield made[name]

    def close(self) -> None:
        """Write the directory, and close the files."""
        self._tables.close(self._fields)
        self._lists.close()

    def _write(self, name: str, lists: FieldLists) -> None:
        if not lists.keys:
            return  # a field without terms is left out
        self._fields[name] = {}
        starts = running(lists.having.whole())
        sums = np.zeros(len(lists.keys), dtype=np.uint32)
        self._write_lists(name, "documents", np.dtype("<u4"), lists.documents, starts, sums)
        if len(lists.occurrences):
            place_starts = running(lists.occurrences.whole())
            self._write_lists(name, "counts", smallest_type(lists.counts.largest), lists.counts, starts, sums)
            self._write_lists(name, "places", smallest_type(lists.places.largest), lists.places, place_starts, sums)
            self._tables.add(f"{name}/places_from", place_starts)
        self._tables.add(f"{name}/from", starts)
        lengths = np.fromiter(map(len, lists.keys), dtype=np.uint64, count=len(lists.keys))
        self._tables.add(f"{name}/key_ends", running(lengths))
        self._tables.add(f"{name}/keys", np.frombuffer(b"".join(lists.keys), dtype=np.uint8))
        self._tables.add(f"{name}/sums", sums)

    def _write_lists(
        self, field: str, what: str, type_: np.dtype[Any], kept: _Kept, starts: Numbers, sums: Numbers
    ) -> None:
        """Write what stands behind all terms, and go on with the terms' sums; `starts` are where each term's begins."""
        self._lists.write(b"\0" * (-self._lists.tell() % ALIGNED))
        at = self._lists.tell()
        summed = _Sums(starts, sums)
        for piece in kept.pieces():
            held = np.ascontiguousarray(piece, dtype=type_)
            self._lists.write(held)
            summed.add(held)
        size = len(kept) * type_.itemsize
        if size != int(starts[-1]) * type_.itemsize:
            raise ValueError(f"the {what} of {field} are not as many as their terms say")
        self._fields[field][what] = (at, size, type_.str)


class FieldLists:
    """Takes the lists of a field's terms, some terms after the other. Use it with `with`: it keeps them in files."""

    def __init__(self, folder: str | None) -> None:
        self.keys: list[bytes] = []
        self.having, self.occurrences, self.documents, self.counts, self.places = (_Kept(folder) for _ in range(5))

    def add(
        self,
        keys: Sequence[bytes],
        having: Array,
        documents: Array,
        occurrences: Array | None = None,
        counts: Array | None = None,
        places: Array | None = None,
    ) -> None:
        """Add the next terms in order: in how many documents each stands (nowhere 0), and their whole lists.

        In a field that keeps places, also how often each stands in all of them, the counts and the places.
        """
        self.keys += keys
        self.having.add(having)
        self.documents.add(documents)
        if occurrences is not None and counts is not None and places is not None:
            self.occurrences.add(occurrences)
            self.counts.add(counts)
            self.places.add(places)

    def __enter__(self) -> FieldLists:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self.having, self.occurrences, self.documents, self.counts, self.places):
            each.close()


class _Kept:
    """An array that comes in pieces and is read again later: in memory while it is small, then in a file."""

    def __init__(self, folder: str | None) -> None:
        self._file = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY, dir=folder)  # noqa: SIM115 - closed by `close`
        self._length = 0
        self.largest = 0

    def __len__(self) -> int:
        return self._length

    def add(self, piece: Array) -> None:
        """Add the next piece; numbers below 2^32."""
        self._file.write(np.ascontiguousarray(piece, dtype=np.uint32).data)
        self._length += len(piece)
        self.largest = max(self.largest, int(piece.max(initial=0)))

    def pieces(self) -> Iterator[Numbers]:
        """All of it, from the beginning."""
        self._file.seek(0)
        while held := self._file.read(_READ_AGAIN):
            yield np.frombuffer(held, dtype=np.uint32)

    def whole(self) -> Numbers:
        """All of it at once."""
        return np.concatenate([*self.pieces(), np.empty(0, dtype=np.uint32)])

    def close(self) -> None:
        self._file.close()


class _Sums:
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


def running(sizes: Array) -> Numbers:
    """Where each of the slices of these sizes begins, and where the last one ends. Raises OverflowError past 2^32."""
    ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.uint64)))
    if int(ends[-1]) > _MOST:
        raise OverflowError("a field of a segment holds no more than 4,294,967,295 postings")
    return ends.astype("<u4")


def cut_apart(keys: bytes, ends: Numbers) -> list[bytes]:
    """The keys that lie one after the other."""
    return [keys[first:last] for first, last in pairwise(ends.tolist())]
