"""Several segments made into one, without a word being cut again: their arrays are laid one into the other.

The small segments that edits leave behind are merged so. Each term's list in the new segment is that of the first
segment, then that of the second, and so on, their documents numbered on; deleted documents are left out. A field is
written some millions of postings at a time, so that memory stays bounded however large it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.reading import SegmentReader

from indexer.array_file import Array, ArraysReader
from indexer.codec import ArrayCodec, postings_of, postings_writer
from indexer.columns import FacetValues, joined_facets
from indexer.engine import COLUMNS
from indexer.mapped import let_go_of_pages
from indexer.postings import FieldPostings
from indexer.postings_writing import PostingsWriter
from indexer.segment_files import write_facet, write_numbers, write_stored
from indexer.whoosh_schema import NUMBERS, POSITION_ID, facet_field, schema

AT_ONCE = 1 << 22
"""Postings of a field that are put together in memory at a time. The list of one term is not cut."""

Sizes = npt.NDArray[np.int64]
What = Literal["documents", "counts", "places"]
_NONE: Array = np.empty(0, dtype=np.uint8)


def merged(storage: Any, index_name: str, segments: Sequence[Any], *, compared: bool = False) -> Any:
    """Write one segment that holds the live documents of these; returns it, to be put into a table of contents.

    The segments stay as they are. Every list is compared with its checksum first (DamagedArrays): what is damaged must
    not be given a new one. `compared` says that the files were, as a whole.
    """
    codec: Any = ArrayCodec()  # type: ignore[no-untyped-call]
    made = codec.new_segment(storage, index_name)
    with ExitStack() as opened:
        parts: list[_Part] = []
        for segment in segments:
            reader = SegmentReader(storage, schema(), segment)
            opened.callback(reader.close)
            parts.append(_Part(reader, sum(map(len, parts))))
        made.set_doc_count(sum(map(len, parts)))
        writer = postings_writer(storage, made)
        for name in sorted({name for part in parts for name in part.postings.names()}):
            fields = [(part, field) for part in parts if (field := part.postings.field(name)) is not None]
            for _, field in fields if not compared else ():
                field.check()
            lists = [_Lists(part, field) for part, field in fields]
            _write_field(writer, name, lists)
            for part in parts:
                part.let_go()
        writer.close()
        numbers = {name: np.concatenate([part.numbers[name][part.live] for part in parts]) for name in NUMBERS}
        write_numbers(codec, storage, made, numbers)
        for name in COLUMNS:
            write_facet(codec, storage, made, name, joined_facets([part.facet(name) for part in parts]))
        write_stored(codec, storage, made, dict(position for part in parts for position in part.positions()))
    made.create_compound_file(storage)
    return made


class _Part:
    """A segment to be merged; its first live document becomes the document `first`."""

    def __init__(self, reader: Any, first: int) -> None:
        self._reader = reader
        self.postings = postings_of(reader)
        self.numbers: ArraysReader = reader.column_reader("numbers", translate=False).arrays
        self.live = np.ones(reader.doc_count_all(), dtype=np.bool_)
        self.live[list(reader.segment().deleted_docs())] = False
        self.whole = bool(self.live.all())
        self.new_number = (np.cumsum(self.live) - 1 + first).astype(np.uint32)

    def __len__(self) -> int:
        return int(self.live.sum())

    def let_go(self) -> None:
        """Keep nothing in memory of what was read."""
        let_go_of_pages(self._reader)

    def facet(self, name: str) -> tuple[Array, Sequence[tuple[str, ...]]]:
        """The set of a facet's values that each live document has, by number, and the sets."""
        column = facet_field(name)
        if not self._reader.has_column(column):
            return np.zeros(len(self), dtype=np.uint8), [()]
        values: FacetValues = self._reader.column_reader(column, translate=False).values
        return values.sets[self.live], values.named_sets()

    def positions(self) -> Iterator[tuple[int, str]]:
        """The live documents that are a position, by their new numbers, and what is stored of them."""
        for number in np.flatnonzero(self.live & (self.numbers["id"] == POSITION_ID)).tolist():
            yield int(self.new_number[number]), self._reader.stored_fields(number)["position"]


class _Piece(NamedTuple):
    """Some neighbouring terms of a part: their ranks, how many documents and places each has, and all of these."""

    ranks: npt.NDArray[np.intp]
    having: Sizes
    occurrences: Sizes
    documents: Array
    counts: Array
    places: Array


class _Lists:
    """A field of one part: its terms, and how many live documents and places each has."""

    def __init__(self, part: _Part, field: FieldPostings) -> None:
        self._part = part
        self._field = field
        self.keys = field.keys()
        self.starts = field.starts.astype(np.int64)
        self.having = _sizes(field.starts)
        self.occurrences: Sizes | None = None
        if field.place_starts is not None:
            self.occurrences = _sizes(field.place_starts)
        if not part.whole:
            kept = part.live[field.documents]
            self.having = self._summed(kept.astype(np.int64))
            if field.counts is not None:
                self.occurrences = self._summed(np.where(kept, field.counts, 0))
        self.rank: npt.NDArray[np.intp] = np.empty(0, dtype=np.intp)
        """The number of each term among those of all parts; set when they are known."""

    def between(self, low: int, high: int) -> _Piece:
        """The terms ranked from `low` up to `high`; without counts and places in a field that keeps none."""
        first, last = np.searchsorted(self.rank, [low, high]).tolist()
        documents = self._field.documents[self.starts[first] : self.starts[last]]
        counts = places = _NONE
        if self._field.counts is not None and self._field.places is not None and self._field.place_starts is not None:
            counts = self._field.counts[self.starts[first] : self.starts[last]]
            places = self._field.places[self._field.place_starts[first] : self._field.place_starts[last]]
        if not self._part.whole:
            kept = self._part.live[documents]
            if len(counts):
                places, counts = places[np.repeat(kept, counts)], counts[kept]
            documents = documents[kept]
        occurrences = self.having if self.occurrences is None else self.occurrences
        return _Piece(
            ranks=self.rank[first:last],
            having=self.having[first:last],
            occurrences=occurrences[first:last],
            documents=self._part.new_number[documents],
            counts=counts,
            places=places,
        )

    def _summed(self, values: npt.NDArray[Any]) -> Sizes:
        # No term is without documents, so no slice is empty.
        return np.add.reduceat(values.astype(np.int64), self.starts[:-1])


def _write_field(writer: PostingsWriter, name: str, lists: Sequence[_Lists]) -> None:
    keys = sorted(set().union(*(each.keys for each in lists)))
    ranks = {key: rank for rank, key in enumerate(keys)}
    having = np.zeros(len(keys), dtype=np.int64)
    occurrences = np.zeros(len(keys), dtype=np.int64)
    placed = False
    for each in lists:
        each.rank = np.fromiter(map(ranks.__getitem__, each.keys), dtype=np.intp, count=len(each.keys))
        having[each.rank] += each.having
        if each.occurrences is not None:
            placed = True
            occurrences[each.rank] += each.occurrences
    with writer.field(name) as field:
        for low, high in _edges(having):
            kept = low + np.flatnonzero(having[low:high])
            terms = [keys[rank] for rank in kept.tolist()]
            pieces = [each.between(low, high) for each in lists]
            documents = _laid(pieces, "documents", having, low, high)
            if not placed:
                field.add(terms, having[kept], documents)
                continue
            counts = _laid(pieces, "counts", having, low, high)
            places = _laid(pieces, "places", occurrences, low, high)
            field.add(terms, having[kept], documents, occurrences[kept], counts, places)


def _sizes(starts: Array) -> Sizes:
    begins = starts.astype(np.int64)
    return begins[1:] - begins[:-1]


def _edges(having: Sizes) -> list[tuple[int, int]]:
    """The ranks cut into pieces of some `AT_ONCE` postings each."""
    ends = np.cumsum(having)
    cuts = np.searchsorted(ends, np.arange(AT_ONCE, int(ends[-1]) if len(ends) else 0, AT_ONCE), side="left") + 1
    every = sorted({0, *cuts.tolist(), len(having)})
    return list(pairwise(every))


def _laid(pieces: Sequence[_Piece], what: What, sizes: Sizes, low: int, high: int) -> Array:
    """What the parts have behind the terms ranked from `low` up to `high`, term by term, in each the parts in order.

    `sizes` is how long each term's whole list is.
    """
    begins = np.cumsum(sizes[low:high]) - sizes[low:high]
    type_ = np.result_type(*(getattr(piece, what) for piece in pieces))
    made = np.empty(int(sizes[low:high].sum()), dtype=type_)
    for piece in pieces:
        own = piece.occurrences if what == "places" else piece.having
        values: Array = getattr(piece, what)
        ranks = piece.ranks - low
        made[np.arange(len(values)) + np.repeat(begins[ranks] - (np.cumsum(own) - own), own)] = values
        begins[ranks] += own
    return made
