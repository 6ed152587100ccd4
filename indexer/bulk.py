"""A segment built from many documents at once: words become numbers, numbers are sorted, postings are slices.

Whoosh's writer takes documents one by one and sorts postings as Python tuples. Here every text is cut once into
numbers of *tokens* (a token is a word as typed and its stem together), which are gathered in arrays; sorting these by
word gives all postings of a field, and NumPy cuts them apart. The segment is an ordinary one of `indexer.codec`.

Memory: some 40 bytes for each word of the documents. Who builds a large index makes several segments.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3TermInfo

from indexer import text
from indexer.arrays import distinct
from indexer.codec import ArrayCodec, Postings, filled, write_postings
from indexer.columns import write_facets
from indexer.engine import COLUMNS, FIELDS, SEPARATOR, IndexDocument, Position
from indexer.whoosh_schema import (
    NUMBERS,
    POSITION_ID,
    POSITION_TERM,
    SURFACES,
    WORDS,
    encodable,
    facet_field,
    position_fields,
)

Words = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.uint64]

_KEPT_TEXTS = 200_000
_LONGEST_KEPT = 400


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


class _Facet:
    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.starts = array("I", [0])
        self.pairs = array("I")


class SegmentBuilder:
    """Takes documents; `write` makes them a segment.

    Ids must not be negative, nor come twice or be in `seen` (ValueError).
    """

    def __init__(self, seen: set[int] | None = None) -> None:
        self._tokens = Tokens()
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
                self._add_words(name, value, here)
        for name, facet in self._facets.items():
            numbers = facet.numbers
            values = document.facets.get(name, ())
            for each in sorted({encodable(value) for value in values if value}) if len(values) > 1 else values:
                if each:
                    facet.pairs.append(numbers.setdefault(encodable(each), len(numbers)))
        self._end_document((document.id, document.version, document.grade_rank, document.cited))

    def _end_document(self, numbers: tuple[int, int, int, int]) -> None:
        for facet in self._facets.values():
            facet.starts.append(len(facet.pairs))
        self._numbers.append(numbers)

    def _add_words(self, name: str, value: str, owner: int) -> None:
        field = self._fields[name]
        pieces = value.split(SEPARATOR)
        for order, piece in enumerate(pieces):
            before = len(field.tokens)
            field.tokens.extend(self._tokens.once(piece) if name in ("text", "quote") else self._tokens.of(piece))
            field.owners.append(owner)
            field.orders.append(order)
            field.lengths.append(len(field.tokens) - before)

    def write(self, storage: Any, index_name: str, position: Position | None) -> Any:
        """Write the segment's files; returns it, to be put into a table of contents.

        A `position` becomes one more document, as Whoosh's writer would add it.
        """
        stored = {}
        if position is not None:
            stored = {len(self): position_fields(position)["position"]}
            self._end_document((POSITION_ID, 0, 0, 0))
        codec: Any = ArrayCodec()  # type: ignore[no-untyped-call]
        segment = codec.new_segment(storage, index_name)
        segment.set_doc_count(len(self))
        _write_stored(codec.per_document_writer(storage, segment), len(self), stored)
        terms = _Ranks(self._tokens.terms)
        surfaces = _Ranks(self._tokens.surfaces)
        lengths = np.zeros((len(self), len(FIELDS)), dtype=np.uint32)
        writer = codec.field_writer(storage, segment)
        having: list[Pairs] = []
        typed: list[Pairs] = []
        lists: dict[str, Iterator[tuple[bytes, Postings]]] = {}
        for column, (name, field) in enumerate(self._fields.items()):
            placed = _Placed(field, len(self))
            lengths[:, column] = placed.lengths
            lists[name], its_pairs = _postings(placed, terms)
            having.append(its_pairs)
            typed.append(_pairs(surfaces.rank[placed.tokens], placed.documents))
        lists[WORDS] = _bare_postings(having, terms)
        lists[SURFACES] = _bare_postings(typed, surfaces)
        meta, marked = POSITION_TERM
        lists[meta] = iter((marked.encode(), Postings(np.array([n], np.uint32), None, None)) for n in stored)
        for name in sorted(lists):
            _write_field(writer, name, lists[name])
        writer.close()
        self._write_columns(codec, storage, segment, lengths)
        segment.create_compound_file(storage)
        return segment

    def _write_columns(self, codec: ArrayCodec, storage: Any, segment: Any, lengths: Words) -> None:
        rows = np.zeros(len(self), dtype=NUMBERS)
        for n, name in enumerate(("id", "version", "rank", "cited")):
            rows[name] = [numbers[n] for numbers in self._numbers]
        rows["lengths"] = lengths
        with storage.create_file(codec.column_filename(segment, "numbers")) as file:  # type: ignore[no-untyped-call]
            file.write(rows.tobytes())
        for name, facet in self._facets.items():
            file = storage.create_file(codec.column_filename(segment, facet_field(name)))  # type: ignore[no-untyped-call]
            starts, pairs = (np.frombuffer(each, dtype=np.uint32) for each in (facet.starts, facet.pairs))
            write_facets(file, starts, pairs, facet.numbers)
            file.close()


def build(documents: Iterable[IndexDocument], most: int) -> Iterator[tuple[SegmentBuilder, bool]]:
    """The documents in builders of at most so many each, and whether it is the last; one, where there are none."""
    seen: set[int] = set()
    builder = SegmentBuilder(seen)
    for document in documents:
        if len(builder) == most:
            yield builder, False
            builder = SegmentBuilder(seen)
        builder.add(document)
    yield builder, True


class _Ranks:
    """Distinct words in the order of their bytes; `rank` is for each token's number that of its word."""

    def __init__(self, words: Sequence[str]) -> None:
        encoded = [word.encode() for word in words]
        self.words = sorted(set(encoded))
        numbers = {word: number for number, word in enumerate(self.words)}
        self.rank = np.fromiter((numbers[word] for word in encoded), dtype=np.uint32, count=len(encoded))


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


def _postings(placed: _Placed, terms: _Ranks) -> tuple[Iterator[tuple[bytes, Postings]], Pairs]:
    """A field's posting lists by term, and its pairs of term and document."""
    ranks = terms.rank[placed.tokens]
    order = np.argsort(ranks, kind="stable")
    ranks, documents, places = ranks[order], placed.documents[order], placed.places[order]
    pairs = (ranks.astype(np.uint64) << np.uint64(32)) | documents
    firsts = np.flatnonzero(np.concatenate(([True], pairs[1:] != pairs[:-1]))) if len(pairs) else np.empty(0, dtype=int)
    each_once = pairs[firsts]
    counts = np.diff(np.append(firsts, len(pairs))).astype(np.uint32)
    return _cut(each_once, terms, counts, places, firsts), each_once


def _bare_postings(pairs: Sequence[Pairs], words: _Ranks) -> Iterator[tuple[bytes, Postings]]:
    """Posting lists of documents alone, from pairs of word and document."""
    return _cut(distinct(np.concatenate(pairs)), words, None, None, None)


def _pairs(ranks: Words, documents: Words) -> Pairs:
    return distinct((ranks.astype(np.uint64) << np.uint64(32)) | documents)


def _cut(
    pairs: Pairs, words: _Ranks, counts: Words | None, places: Words | None, firsts: npt.NDArray[np.intp] | None
) -> Iterator[tuple[bytes, Postings]]:
    """The list of each word, out of the pairs of all words."""
    if not len(pairs):
        return
    ranks = (pairs >> np.uint64(32)).astype(np.uint32)
    documents = pairs.astype(np.uint32)
    edges = np.concatenate(([0], np.flatnonzero(ranks[1:] != ranks[:-1]) + 1, [len(pairs)]))
    all_once = None
    if counts is not None:
        all_once = np.maximum.reduceat(counts, edges[:-1]) == 1
    for n, (first, last) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        its_counts = its_places = None
        if counts is not None and places is not None and firsts is not None and all_once is not None:
            its_counts = None if all_once[n] else counts[first:last]
            end = firsts[last] if last < len(firsts) else len(places)
            its_places = places[firsts[first] : end]
        yield words.words[ranks[first]], Postings(documents[first:last], its_counts, its_places)


def _write_stored(perdoc: Any, documents: int, stored: Mapping[int, str]) -> None:
    """Whoosh's own column of what is stored: of a few documents the position, of the others nothing."""
    perdoc._indoc = None
    for number, position in stored.items():
        perdoc._doccount = number
        perdoc.start_doc(number)
        perdoc.add_field("position", None, position, 0)
        perdoc.finish_doc()
    perdoc._doccount = documents
    perdoc.close()


def _write_field(writer: Any, name: str, lists: Iterable[tuple[bytes, Postings]]) -> None:
    number = writer._fieldmap.setdefault(name, len(writer._fieldmap)).to_bytes(2, "big")
    for word, postings in lists:
        info = filled(W3TermInfo(), postings)  # type: ignore[no-untyped-call]
        info.set_extent(*write_postings(writer._postfile, postings))  # type: ignore[no-untyped-call]
        writer._tindex.add(number + word, info.to_bytes())  # type: ignore[no-untyped-call]
