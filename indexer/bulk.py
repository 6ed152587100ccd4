"""A segment built from many documents at once: words become numbers, numbers are sorted, postings are slices.

Whoosh's writer takes documents one by one and sorts postings as Python tuples. Here every text is cut once into
numbers of *tokens* (a token is a word as typed and its stem together), which are gathered in arrays; sorting these by
word gives all postings of a field, and NumPy cuts them apart. The segment is an ordinary one of `indexer.codec`.

Memory: some 40 bytes for each word of the documents. Who builds a large index makes several segments and merges them
(`indexer.merging`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer import text
from indexer.array_file import smallest_type
from indexer.arrays import distinct
from indexer.codec import ArrayCodec, postings_writer
from indexer.columns import FacetValues, facet_values
from indexer.engine import COLUMNS, FIELDS, SEPARATOR, IndexDocument, Position
from indexer.postings import Placed, PostingsWriter
from indexer.segment_files import write_facet, write_numbers, write_stored
from indexer.whoosh_schema import (
    NUMBERS,
    POSITION_ID,
    POSITION_TERM,
    SURFACES,
    WORDS,
    encodable,
    written_position,
)

Words = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.uint64]

_KEPT_TEXTS = 50_000
_LONGEST_KEPT = 400
_HALF = np.uint64(32)
_ONE = np.ones(1, dtype=np.uint32)


class Tokens(dict[str, tuple[int, ...]]):
    """Cuts texts into numbers of tokens. `terms` and `surfaces` are the words behind the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[str] = []
        self.surfaces: list[str] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._texts: dict[str, tuple[int, ...]] = {}

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        found = self[chunk] = tuple(self._number(token) for token in text.tokens(chunk))
        return found

    def of(self, value: str) -> tuple[int, ...]:
        """The tokens of a text that is likely to come again, such as a caveat's."""
        if (known := self._texts.get(value)) is not None:
            return known
        found = tuple(self.once(value))
        if len(self._texts) < _KEPT_TEXTS and len(value) <= _LONGEST_KEPT:
            self._texts[value] = found
        return found

    def once(self, value: str) -> Iterator[int]:
        """The tokens of a text that hardly comes again."""
        return chain.from_iterable(map(self.__getitem__, text.chunks(value)))

    def _number(self, token: text.Token) -> int:
        key = (token.term, token.surface)
        if key not in self._numbers:
            self._numbers[key] = len(self.terms)
            self.terms.append(token.term)
            self.surfaces.append(token.surface)
        return self._numbers[key]


class _Field:
    """The tokens of one field, and the pieces they stand in: whose piece, how long, the how manieth of its document."""

    def __init__(self) -> None:
        self.tokens = array("I")
        self.owners = array("I")
        self.lengths = array("I")
        self.orders = array("I")

    def add(self, owner: int, order: int, tokens: Iterable[int]) -> None:
        """Add a piece of a document."""
        before = len(self.tokens)
        self.tokens.extend(tokens)
        self.owners.append(owner)
        self.orders.append(order)
        self.lengths.append(len(self.tokens) - before)


class _Facet(dict[tuple[str, ...], int]):
    """Numbers the sets of values that documents have: there are few of them. `sets` says which each document has."""

    def __init__(self) -> None:
        super().__init__()
        self.sets = array("I")
        self._values: list[tuple[str, ...]] = []

    def __missing__(self, values: tuple[str, ...]) -> int:
        found = self[values] = len(self._values)
        self._values.append(tuple(sorted({encodable(value) for value in values if value})))
        return found

    def column(self) -> FacetValues:
        """The facet's column."""
        return facet_values(np.frombuffer(self.sets, dtype=np.uint32), self._values)


class SegmentBuilder:
    """Takes documents; `write` makes them a segment.

    Ids must not be negative, nor come twice or be in `seen` (ValueError). What was learnt of words stays in `tokens`,
    for the next builder.
    """

    def __init__(self, seen: set[int] | None = None, tokens: Tokens | None = None) -> None:
        self._tokens = Tokens() if tokens is None else tokens
        self._fields = {name: _Field() for name in FIELDS}
        self._facets = {name: _Facet() for name in COLUMNS}
        self._numbers: list[tuple[int, int, int, int]] = []
        self._seen = set() if seen is None else seen

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, document: IndexDocument) -> None:
        """Take one more document."""
        if document.id < 0:
            raise ValueError(f"a statement's id is not negative: {document.id}")
        if document.id in self._seen:
            raise ValueError(f"the statement {document.id} comes twice")
        self._seen.add(document.id)
        here = len(self._numbers)
        for name, value in document.words.items():
            if value:
                tokens = self._tokens.once if name in ("text", "quote") else self._tokens.of
                field = self._fields[name]
                if SEPARATOR not in value:
                    field.add(here, 0, tokens(value))
                else:
                    for order, piece in enumerate(value.split(SEPARATOR)):
                        field.add(here, order, tokens(piece))
        self._end_document((document.id, document.version, document.grade_rank, document.cited), document.facets)

    def _end_document(self, numbers: tuple[int, int, int, int], facets: Mapping[str, tuple[str, ...]]) -> None:
        for name, facet in self._facets.items():
            facet.sets.append(facet[facets.get(name, ())])
        self._numbers.append(numbers)

    def write(self, storage: Any, index_name: str, position: Position | None) -> Any:
        """Write the segment's files; returns it, to be put into a table of contents.

        A `position` becomes one more document, as Whoosh's writer would add it.
        """
        stored = {}
        if position is not None:
            stored = {len(self): written_position(position)}
            self._end_document((POSITION_ID, 0, 0, 0), {})
        codec: Any = ArrayCodec()  # type: ignore[no-untyped-call]
        segment = codec.new_segment(storage, index_name)
        segment.set_doc_count(len(self))
        write_stored(codec, storage, segment, stored)
        used = self._used()
        terms, surfaces = _Ranks(self._tokens.terms, used), _Ranks(self._tokens.surfaces, used)
        writer = postings_writer(storage, segment)
        lengths = np.zeros((len(self), len(FIELDS)), dtype=np.uint32)
        having: list[Pairs] = []
        typed: list[Pairs] = []
        for column, (name, field) in enumerate(self._fields.items()):
            placed = _Placed(field, len(self))
            lengths[:, column] = placed.lengths
            having.append(_add_placed(writer, name, placed, terms))
            typed.append(_pairs(surfaces.rank[placed.tokens], placed.documents))
            del placed
        _add_bare(writer, WORDS, distinct(np.concatenate(having)), terms)
        having.clear()
        _add_bare(writer, SURFACES, distinct(np.concatenate(typed)), surfaces)
        typed.clear()
        if stored:
            meta, marked = POSITION_TERM
            writer.add_field(meta, [marked.encode()], _ONE, [np.array(list(stored), dtype=np.uint32)])
        writer.close()
        self._write_columns(codec, storage, segment, lengths)
        segment.create_compound_file(storage)
        return segment

    def _used(self) -> Words:
        """The numbers of all tokens that stand in the documents."""
        met = np.zeros(len(self._tokens.terms), dtype=np.bool_)
        for field in self._fields.values():
            met[np.frombuffer(field.tokens, dtype=np.uint32)] = True
        return np.flatnonzero(met).astype(np.uint32)

    def _write_columns(self, codec: ArrayCodec, storage: Any, segment: Any, lengths: Words) -> None:
        rows = np.array(self._numbers, dtype=np.int64).reshape(-1, 4)
        every = np.concatenate((rows, lengths), axis=1)
        write_numbers(codec, storage, segment, {name: every[:, n] for n, name in enumerate(NUMBERS)})
        for name, facet in self._facets.items():
            write_facet(codec, storage, segment, name, facet.column())


def build(documents: Iterable[IndexDocument], most: int) -> Iterator[SegmentBuilder]:
    """The documents in builders of at most so many each; none, where there are no documents."""
    seen: set[int] = set()
    tokens = Tokens()
    builder = SegmentBuilder(seen, tokens)
    for document in documents:
        if len(builder) == most:
            yield builder
            builder = SegmentBuilder(seen, tokens)
        builder.add(document)
    if len(builder):
        yield builder


class _Ranks:
    """The distinct ones of some words, in the order of their bytes; `rank` is for each token's number that of its word.

    Only the words of tokens that are `used` are looked at: a builder may know many more than it has met.
    """

    def __init__(self, words: Sequence[str], used: Words) -> None:
        encoded = {token: words[token].encode() for token in used.tolist()}
        self.words = sorted(set(encoded.values()))
        numbers = {word: number for number, word in enumerate(self.words)}
        self.rank = np.zeros(len(words), dtype=np.uint32)
        self.rank[used] = [numbers[word] for word in encoded.values()]


class _Placed:
    """A field's tokens, each with its document and its place in it; between two pieces one place stays free."""

    def __init__(self, field: _Field, documents: int) -> None:
        self.tokens: Words = np.frombuffer(field.tokens, dtype=np.uint32)
        owners, lengths, orders = (
            np.frombuffer(each, dtype=np.uint32) for each in (field.owners, field.lengths, field.orders)
        )
        self.documents: Words = np.repeat(owners, lengths)
        self.lengths = np.bincount(owners, weights=lengths, minlength=documents).astype(np.uint32)
        # A document's pieces follow one another, so its first word is known from the lengths of the documents before.
        begins = np.concatenate(([0], np.cumsum(self.lengths, dtype=np.int64)))[:-1]
        own = np.arange(len(self.tokens)) - begins[self.documents]
        self.places: Words = (own + np.repeat(orders, lengths)).astype(np.uint32)


def _add_placed(writer: PostingsWriter, name: str, placed: _Placed, terms: _Ranks) -> Pairs:
    """Write a field with places; returns its pairs of term and document, in order."""
    ranks = terms.rank[placed.tokens]
    # The low half says where each came from: sorting numbers is many times as fast as sorting their places stably.
    order = np.sort((ranks.astype(np.uint64) << _HALF) | np.arange(len(ranks), dtype=np.uint64)).astype(np.uint32)
    ranks, documents, places = ranks[order], placed.documents[order], placed.places[order]
    del order
    pairs = (ranks.astype(np.uint64) << _HALF) | documents
    firsts = np.flatnonzero(np.concatenate(([True], pairs[1:] != pairs[:-1]))) if len(pairs) else np.empty(0, dtype=int)
    each_once: Pairs = pairs[firsts]
    counts = np.diff(firsts, append=len(ranks))
    occurrences = np.bincount(ranks, minlength=len(terms.words))
    here = np.flatnonzero(occurrences)
    count_type, place_type = (smallest_type(int(each.max(initial=0))) for each in (counts, places))
    lists = Placed(occurrences[here], [counts.astype(count_type)], count_type, [places.astype(place_type)], place_type)
    _add(writer, name, each_once, terms, here, lists)
    return each_once


def _add_bare(writer: PostingsWriter, name: str, pairs: Pairs, words: _Ranks) -> None:
    """Write a field of documents alone, from its pairs of word and document, in order and each once."""
    here = np.flatnonzero(np.bincount((pairs >> _HALF).astype(np.intp), minlength=len(words.words)))
    _add(writer, name, pairs, words, here, None)


def _add(
    writer: PostingsWriter, name: str, pairs: Pairs, words: _Ranks, here: npt.NDArray[np.intp], lists: Placed | None
) -> None:
    having = np.bincount((pairs >> _HALF).astype(np.intp), minlength=len(words.words))[here]
    keys = [words.words[rank] for rank in here.tolist()]
    writer.add_field(name, keys, having, [pairs.astype(np.uint32)], lists)


def _pairs(ranks: Words, documents: Words) -> Pairs:
    pairs: Pairs = distinct((ranks.astype(np.uint64) << _HALF) | documents)
    return pairs
