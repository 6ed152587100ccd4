"""Documents gathered as arrays, of which a segment is built (`indexer.bulk`): in memory, or in a file where many come.

Every word of a document becomes a number of a token (`indexer.chunks`) beside its document and its place. Memory stays
bounded however many documents come: what was gathered of the words goes into a file, some ten thousand documents at a
time, and is read again in the same pieces. What is left in memory is some hundred bytes for each document, and of words
and of sets of facet values each different one once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.array_file import Array
from indexer.chunks import Chunks
from indexer.engine import COLUMNS, FIELDS, SEPARATOR, IndexDocument
from indexer.whoosh_folder import damage_is_unavailability
from indexer.whoosh_schema import encodable

Numbers = npt.NDArray[np.uint32]

AT_ONCE = 60_000
"""Documents whose words are in memory together, at some two kilobytes each."""
SELDOM_AGAIN = ("text", "quote")
"""Fields whose texts are not remembered in case they come again."""


class Words(NamedTuple):
    """Words of one field, in order: the token, the document and the place in it of each; arrays of one length."""

    tokens: Numbers
    documents: Numbers
    places: Numbers


class Spilled(NamedTuple):
    """Where in the file some words lie: their begin in bytes, and how many words they are."""

    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Documents, numbered from 0 on in the order in which they came.

    `numbers` has a row for each: id, version, rank, how much is cited. `lengths` is in words, a column for each field
    of `FIELDS`. `facets` has, for each of `COLUMNS`, the number of each document's set of values, and the sets.
    """

    terms: Sequence[str]
    surfaces: Sequence[str]
    numbers: npt.NDArray[np.int64]
    lengths: Numbers
    facets: Mapping[str, tuple[Array, Sequence[tuple[str, ...]]]]
    file: Path | None
    pieces: Mapping[str, Sequence[Words | Spilled]]

    def __len__(self) -> int:
        return len(self.numbers)

    def words(self, field: str) -> Iterator[Words]:
        """All words of a field, in pieces."""
        for piece in self.pieces[field]:
            yield piece if isinstance(piece, Words) else _read(self.file, piece)


def gather(documents: Iterable[IndexDocument], file: Path | None = None) -> Gathered:
    """Gather documents; with a `file`, words are written there rather than kept in memory. The caller removes it.

    Raises IndexUnavailable where the file cannot be written.
    """
    chunks = Chunks()
    fields = {name: _Field() for name in FIELDS}
    facets = {name: _Facet() for name in COLUMNS}
    numbers = array("q")
    pieces: dict[str, list[Words | Spilled]] = {name: [] for name in FIELDS}
    lengths: list[Numbers] = []
    count = first = 0

    def close_piece() -> None:
        column = []
        for name, field in fields.items():
            words, sizes = field.words(chunks, first, count)
            pieces[name].append(words if file is None else _write(file, words))
            fields[name] = _Field()
            column.append(sizes)
        lengths.append(np.stack(column, axis=1))

    for document in documents:
        for name, value in document.words.items():
            if value:
                cut = chunks.once if name in SELDOM_AGAIN else chunks.of
                if SEPARATOR not in value:
                    fields[name].add(count, 0, cut(value))
                else:
                    for order, part in enumerate(value.split(SEPARATOR)):
                        fields[name].add(count, order, cut(part))
        for name, facet in facets.items():
            facet.sets.append(facet[document.facets.get(name, ())])
        numbers.extend((document.id, document.version, document.grade_rank, document.cited))
        count += 1
        if count - first == AT_ONCE:
            close_piece()
            first = count
    close_piece()
    return Gathered(
        chunks.terms,
        chunks.surfaces,
        np.array(numbers, dtype=np.int64).reshape(-1, 4),
        np.concatenate(lengths),
        {name: (np.array(each.sets, dtype=np.uint32), each.named) for name, each in facets.items()},
        file,
        pieces,
    )


class _Field:
    """The chunks of one field, and the parts they stand in: whose part, how long, the how manieth of its document."""

    def __init__(self) -> None:
        self._chunks = array("I")
        self._owners = array("I")
        self._lengths = array("I")
        self._orders = array("I")

    def add(self, owner: int, order: int, chunks: Iterable[int]) -> None:
        """Add a part of a document."""
        before = len(self._chunks)
        self._chunks.extend(chunks)
        self._owners.append(owner)
        self._orders.append(order)
        self._lengths.append(len(self._chunks) - before)

    def words(self, known: Chunks, first: int, end: int) -> tuple[Words, Numbers]:
        """The words, which are those of the documents from `first` up to `end`, and how many each of them has.

        Between two parts of a document one place stays free, which no phrase crosses.
        """
        chunks, owners, lengths, orders = (
            np.array(each, dtype=np.uint32) for each in (self._chunks, self._owners, self._lengths, self._orders)
        )
        tokens, sizes = known.tokens(chunks)
        ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        edges = ends[np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))]
        words = edges[1:] - edges[:-1]  # of each part
        of_each = np.bincount(owners - first, weights=words, minlength=end - first).astype(np.uint32)
        begins = np.cumsum(of_each, dtype=np.int64) - of_each
        places = np.arange(len(tokens)) - np.repeat(begins[owners - first] - orders, words)
        return Words(tokens, np.repeat(owners, words), places.astype(np.uint32)), of_each


class _Facet(dict[tuple[str, ...], int]):
    """Numbers the sets of values that documents have: there are few of them. `sets` says which each document has."""

    def __init__(self) -> None:
        super().__init__()
        self.sets = array("I")
        self.named: list[tuple[str, ...]] = []

    def __missing__(self, values: tuple[str, ...]) -> int:
        found = self[values] = len(self.named)
        named = tuple(sorted({encodable(value) for value in values if value}))
        self.named.append(values if named == values else named)
        return found


def _write(file: Path, words: Words) -> Spilled:
    with damage_is_unavailability(file.parent), file.open("ab") as to:
        at = to.tell()
        for each in words:
            to.write(each.data)
    return Spilled(at, len(words.tokens))


def _read(file: Path | None, piece: Spilled) -> Words:
    assert file is not None
    every: Any = np.fromfile(file, dtype=np.uint32, count=3 * piece.size, offset=piece.at)
    return Words(*every.reshape(3, piece.size))
