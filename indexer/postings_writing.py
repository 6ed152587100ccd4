"""Writing the postings of a segment (`indexer.postings`): fields whose terms come in order, some at a time.

The arrays of a field lie in the file one after the other, and each term brings a slice of all of them; so what comes is
kept aside, in files when it is much, until the field is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np

from indexer.array_file import ALIGNED, Array, ArraysWriter, smallest_type
from indexer.postings import ListSums, Numbers

_MOST = 2**32 - 1
_KEPT_IN_MEMORY = 1 << 24
_READ_AGAIN = 1 << 24
"""Bytes."""


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
        summed = ListSums(starts, sums)
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


def running(sizes: Array) -> Numbers:
    """Where each of the slices of these sizes begins, and where the last one ends. Raises OverflowError past 2^32."""
    ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.uint64)))
    if int(ends[-1]) > _MOST:
        raise OverflowError("a field of a segment holds no more than 4,294,967,295 postings")
    return ends.astype("<u4")
