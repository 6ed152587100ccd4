"""A segment built from gathered documents: their words are sorted as numbers, and the postings are slices.

Whoosh's writer takes documents one by one and sorts postings as Python tuples. Here all words of all documents are
ranked once, and every word of a document is a number with its rank before it; sorting these gives the postings of a
field, and NumPy cuts them apart. The segment is an ordinary one of `indexer.codec`.

Memory stays bounded: some millions of words are sorted at a time, those of neighbouring ranks together. For that, all
words are read once for each `AT_ONCE` of them, which is four times for a million sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.array_file import Array
from indexer.arrays import distinct
from indexer.codec import ArrayCodec, postings_writer
from indexer.columns import joined_facets
from indexer.engine import COLUMNS, FIELDS, Position
from indexer.gathering import Gathered, Words
from indexer.postings_writing import PostingsWriter
from indexer.segment_files import write_facet, write_numbers, write_stored
from indexer.whoosh_schema import NUMBERS, POSITION_ID, POSITION_TERM, SURFACES, WORDS, written_position

Ranks = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.uint64]
"""The rank of a word in the high half, a document in the low one."""

AT_ONCE = 1 << 23
"""Words that are sorted in memory at a time, at some forty bytes each. The list of one word is not cut."""
_HALF = np.uint64(32)


def write_segment(storage: Any, index_name: str, parts: Sequence[Gathered], position: Position | None) -> Any:
    """Write the files of a segment of all these documents; returns it, to be put into a table of contents.

    A `position` becomes one more document, as Whoosh's writer would add it. The ids fit (`check_ids`).
    """
    numbers = np.concatenate([each.numbers for each in parts])
    count = len(numbers) + (position is not None)
    codec: Any = ArrayCodec()  # type: ignore[no-untyped-call]
    segment = codec.new_segment(storage, index_name)
    segment.set_doc_count(count)
    stored = {} if position is None else {count - 1: written_position(position)}
    write_stored(codec, storage, segment, stored)
    writer = postings_writer(storage, segment)
    _write_words(writer, parts)
    _write_surfaces(writer, parts)
    if stored:
        meta, marked = POSITION_TERM
        with writer.field(meta) as field:
            field.add([marked.encode()], np.ones(1, dtype=np.uint32), np.array(list(stored), dtype=np.uint32))
    writer.close()
    lengths = np.concatenate([each.lengths for each in parts])
    rows = np.zeros((count, len(NUMBERS)), dtype=np.int64)
    rows[: len(numbers)] = np.concatenate((numbers, lengths), axis=1)
    rows[len(numbers) :, 0] = POSITION_ID
    write_numbers(codec, storage, segment, {name: rows[:, n] for n, name in enumerate(NUMBERS)})
    for name in COLUMNS:
        facets = [each.facets[name] for each in parts]
        without = [(np.zeros(1, dtype=np.uint8), [()])] if stored else []
        write_facet(codec, storage, segment, name, joined_facets([*facets, *without]))
    segment.create_compound_file(storage)
    return segment


def check_ids(parts: Sequence[Gathered]) -> None:
    """Raise ValueError where an id is negative or comes twice."""
    ordered = np.sort(np.concatenate([each.numbers[:, 0] for each in parts]))
    if len(ordered) and ordered[0] < 0:
        raise ValueError(f"a statement's id is not negative: {ordered[0]}")
    if (twice := ordered[1:][ordered[1:] == ordered[:-1]]).size:
        raise ValueError(f"the statement {twice[0]} comes twice")


def _write_words(writer: PostingsWriter, parts: Sequence[Gathered]) -> None:
    """Write the fields, with places, and that of the words of all of them together."""
    ranked = _Ranked([each.terms for each in parts])
    with writer.fields([*FIELDS, WORDS]) as fields:
        for low, high in ranked.edges(parts):
            every: list[Pairs] = []
            for name in FIELDS:
                having, occurrences, pairs, counts, places = _sorted(ranked.between(parts, name, low, high), low, high)
                here = np.flatnonzero(having)
                keys = ranked.keys(here + low)
                fields[name].add(keys, having[here], pairs.astype(np.uint32), occurrences[here], counts, places)
                every.append(pairs)
            _add_bare(fields[WORDS], ranked, every, low, high)


def _write_surfaces(writer: PostingsWriter, parts: Sequence[Gathered]) -> None:
    """Write the field of words as they were typed."""
    ranked = _Ranked([each.surfaces for each in parts])
    with writer.fields([SURFACES]) as fields:
        for low, high in ranked.edges(parts):
            every = []
            for name in FIELDS:
                for found in ranked.between(parts, name, low, high):
                    every.append(distinct(_pairs(found.ranks, found.documents)))
            _add_bare(fields[SURFACES], ranked, every, low, high)


class _Found(NamedTuple):
    """Words of one field, by rank, in the order of their documents."""

    ranks: Ranks
    documents: Ranks
    places: Ranks


class _Ranked:
    """The distinct words of several parts in the order of their bytes, and for each part the rank of each token."""

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        encoded = [[word.encode() for word in each] for each in words]
        self._words = sorted(set().union(*encoded))
        numbers = {word: number for number, word in enumerate(self._words)}
        self._ranks = [np.array([numbers[word] for word in each], dtype=np.uint32) for each in encoded]

    def keys(self, ranks: npt.NDArray[np.intp]) -> list[bytes]:
        """The words of these ranks."""
        return [self._words[rank] for rank in ranks.tolist()]

    def edges(self, parts: Sequence[Gathered]) -> list[tuple[int, int]]:
        """All ranks, cut so that between two edges there are some `AT_ONCE` words of documents."""
        occurrences = np.zeros(len(self._words), dtype=np.int64)
        for ranks, part in zip(self._ranks, parts, strict=True):
            for name in FIELDS:
                for words in part.words(name):
                    occurrences += np.bincount(ranks[words.tokens], minlength=len(occurrences))
        ends = np.cumsum(occurrences)
        last = int(ends[-1]) if len(ends) else 0
        cuts = np.searchsorted(ends, np.arange(AT_ONCE, last, AT_ONCE), side="left") + 1
        return list(pairwise(sorted({0, *cuts.tolist(), len(ends)})))

    def between(self, parts: Sequence[Gathered], field: str, low: int, high: int) -> Iterator[_Found]:
        """The words of a field that are ranked from `low` up to `high`, the documents of all parts numbered through."""
        first = 0
        for ranks, part in zip(self._ranks, parts, strict=True):
            for words in part.words(field):
                if len(words.tokens):
                    yield _chosen(ranks[words.tokens], words, first, low, high, len(self._words))
            first += len(part)


def _chosen(ranks: Ranks, words: Words, first: int, low: int, high: int, all_: int) -> _Found:
    documents = words.documents + np.uint32(first)
    if (low, high) == (0, all_):
        return _Found(ranks, documents, words.places)
    kept = np.flatnonzero((ranks >= low) & (ranks < high))
    return _Found(ranks[kept], documents[kept], words.places[kept])


class _Sorted(NamedTuple):
    """The postings of neighbouring words: of each word how many documents have it and how often it stands in all of
    them, then the pairs of word and document with the count in each, and all places.
    """

    having: Array
    occurrences: Array
    pairs: Pairs
    counts: Array
    places: Array


def _sorted(found: Iterator[_Found], low: int, high: int) -> _Sorted:
    ranks, documents, places = _one_after_another(list(found))
    # The low half says where each came from: sorting numbers is many times as fast as sorting their places stably.
    order = np.sort((ranks.astype(np.uint64) << _HALF) | np.arange(len(ranks), dtype=np.uint64)).astype(np.uint32)
    ranks, documents, places = ranks[order], documents[order], places[order]
    del order
    pairs = _pairs(ranks, documents)
    firsts = np.flatnonzero(np.concatenate(([True], pairs[1:] != pairs[:-1]))) if len(pairs) else np.empty(0, dtype=int)
    return _Sorted(
        np.bincount(ranks[firsts] - np.uint32(low), minlength=high - low),
        np.bincount(ranks - np.uint32(low), minlength=high - low),
        pairs[firsts],
        np.diff(firsts, append=len(ranks)),
        places,
    )


def _one_after_another(found: Sequence[_Found]) -> _Found:
    if not found:
        nothing = np.empty(0, dtype=np.uint32)
        return _Found(nothing, nothing, nothing)
    return _Found(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _add_bare(field: Any, ranked: _Ranked, pairs: Sequence[Pairs], low: int, high: int) -> None:
    """Add words with their documents alone, from pairs of word and document."""
    each_once = distinct(np.concatenate(pairs)) if pairs else np.empty(0, dtype=np.uint64)
    having = np.bincount((each_once >> _HALF).astype(np.intp) - low, minlength=high - low)
    here = np.flatnonzero(having)
    field.add(ranked.keys(here + low), having[here], each_once.astype(np.uint32))


def _pairs(ranks: Ranks, documents: Ranks) -> Pairs:
    return (ranks.astype(np.uint64) << _HALF) | documents
