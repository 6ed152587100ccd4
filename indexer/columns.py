"""Columns of a Whoosh segment as arrays (`indexer.array_file`): the values of a facet, and each document's numbers."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns

from indexer.array_file import Array, ArraysReader, ArraysWriter, smallest_type

Codes = npt.NDArray[np.uint32]


class FacetValues:
    """All values of a facet in a segment.

    There are few different *sets* of values, however many documents: `sets` is the number of each document's. The n-th
    set has the values that `pairs` numbers from `starts[n]` up to `starts[n + 1]`; `values` are they, in order.
    """

    def __init__(self, sets: Array, starts: Codes, pairs: Array, values: Sequence[str]) -> None:
        self.sets = sets
        self.starts = starts
        self.pairs = pairs
        self.values = values

    def __len__(self) -> int:
        return len(self.sets)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The values' numbers."""
        return {value: number for number, value in enumerate(self.values)}

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many values each set has."""
        begins = self.starts.astype(np.int64)
        return begins[1:] - begins[:-1]

    @cached_property
    def at_most_one(self) -> bool:
        """Whether no document has several values."""
        return bool((self.sizes <= 1).all())

    def named_sets(self) -> list[tuple[str, ...]]:
        """The sets by number, as the values that they have."""
        numbers = self.pairs.tolist()
        return [
            tuple(self.values[number] for number in numbers[first:last])
            for first, last in pairwise(self.starts.tolist())
        ]

    def of(self, documents: Codes) -> tuple[Array, npt.NDArray[np.intp]]:
        """The numbers of the values that these documents have, and for each which of the documents has it."""
        sets = self.sets[documents]
        counts = self.sizes[sets]
        if self.at_most_one:
            having = np.flatnonzero(counts)
            return self.pairs[self.starts[sets[having]]], having
        owners = np.repeat(np.arange(len(documents)), counts)
        before = np.cumsum(counts) - counts
        first = self.starts[:-1].astype(np.int64)[sets]
        return self.pairs[np.arange(len(owners)) + np.repeat(first - before, counts)], owners

    def having(self, values: Sequence[str], documents: Codes) -> npt.NDArray[np.bool_]:
        """Which of these documents have any of the values."""
        wanted = [self.numbers[value] for value in values if value in self.numbers]
        owners = np.repeat(np.arange(len(self.sizes)), self.sizes)
        has = np.zeros(len(self.sizes), dtype=np.bool_)
        has[owners[np.isin(self.pairs, wanted)]] = True
        return has[self.sets[documents]]

    def without(self, documents: Codes) -> int:
        """How many of these documents have no value."""
        return int(np.count_nonzero((self.sizes == 0)[self.sets[documents]]))

    def counts(self, documents: Codes) -> npt.NDArray[np.intp]:
        """How many of these documents (ascending, each once) have each value."""
        if 2 * len(documents) <= len(self):
            found = np.bincount(self.sets[documents], minlength=len(self.sizes))
        else:
            others = np.ones(len(self), dtype=np.bool_)
            others[documents] = False
            found = self._every - np.bincount(self.sets[others], minlength=len(self.sizes))
        weights = np.repeat(found, self.sizes)
        return np.bincount(self.pairs, weights=weights, minlength=len(self.values)).astype(np.intp)

    @cached_property
    def _every(self) -> npt.NDArray[np.intp]:
        return np.bincount(self.sets, minlength=len(self.sizes))


def facet_values(sets: Array, named: Sequence[tuple[str, ...]]) -> FacetValues:
    """The values of documents that have these sets, each set by its number; no value comes twice in one."""
    values = sorted({value for each in named for value in each})  # a smaller number is an earlier name
    numbers = {value: number for number, value in enumerate(values)}
    pairs = [numbers[value] for each in named for value in each]
    starts = np.concatenate(([0], np.cumsum([len(each) for each in named], dtype=np.int64))).astype("<u4")
    return FacetValues(
        sets.astype(smallest_type(max(len(named) - 1, 0))),
        starts,
        np.array(pairs, dtype=smallest_type(max(len(values) - 1, 0))),
        values,
    )


def joined_facets(parts: Sequence[tuple[Array, Sequence[tuple[str, ...]]]]) -> FacetValues:
    """The values of the documents of several parts, one part after the other; of each part the number of each
    document's set, and the sets. A set that no document has is left out.
    """
    numbers: dict[tuple[str, ...], int] = {}
    sets = []
    for own, named in parts:
        here = np.unique(own).tolist()
        renumbered = np.zeros(len(named), dtype=np.uint32)
        renumbered[here] = [numbers.setdefault(named[number], len(numbers)) for number in here]
        sets.append(renumbered[own])
    return facet_values(np.concatenate(sets), list(numbers))


class FacetColumn(columns.Column):
    """Any number of exact strings for each document."""

    _default: tuple[str, ...] = ()

    def writer(self, dbfile: Any) -> FacetWriter:
        return FacetWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> FacetReader:
        return FacetReader(dbfile, basepos, length, doccount)

    def stores_lists(self) -> bool:
        return True


class FacetWriter(columns.ColumnWriter):
    """Takes the values document by document; they are written at the end. For Whoosh's own writer."""

    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._numbers: dict[tuple[str, ...], int] = {}
        self._sets = array("I")

    def add(self, docnum: int, value: tuple[str, ...]) -> None:
        """The values of a document; documents between this one and the last have none."""
        self._fill(docnum)
        self._sets.append(self._numbers.setdefault(value, len(self._numbers)))

    def finish(self, docnum: int) -> None:
        """Write the column, for so many documents in all."""
        self._fill(docnum)
        write_facet(self._dbfile, facet_values(np.frombuffer(self._sets, dtype=np.uint32), list(self._numbers)))

    def _fill(self, docnum: int) -> None:
        if (missing := docnum - len(self._sets)) > 0:
            self._sets.extend([self._numbers.setdefault((), len(self._numbers))] * missing)


def write_facet(file: Any, facet: FacetValues) -> None:
    """Write a facet column."""
    to = ArraysWriter(file)
    to.add("sets", facet.sets)
    to.add("starts", facet.starts)
    to.add("pairs", facet.pairs)
    table = json.dumps(list(facet.values), ensure_ascii=False).encode("utf-8", "surrogatepass")
    to.add("values", np.frombuffer(table, dtype=np.uint8))
    to.close({})


class FacetReader(columns.ColumnReader):
    """The values of each document. Raises DamagedArrays where they are not what was written."""

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        super().__init__(dbfile, basepos, length, doccount)
        self._arrays = ArraysReader(dbfile, basepos, length)

    @cached_property
    def values(self) -> FacetValues:
        """The column as arrays."""
        table = self._arrays["values"].tobytes().decode("utf-8", "surrogatepass")
        sets, starts, pairs = (self._arrays[name] for name in ("sets", "starts", "pairs"))
        return FacetValues(sets, starts, pairs, json.loads(table))

    @cached_property
    def _named(self) -> list[tuple[str, ...]]:
        return self.values.named_sets()

    def __getitem__(self, docnum: int) -> tuple[str, ...]:
        return self._named[int(self.values.sets[docnum])]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (self[docnum] for docnum in range(self._doccount))


class NumbersColumn(columns.Column):
    """Some numbers of each document, each in an array of its own, so that only those that are asked for are read."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._default = (0,) * len(names)

    def writer(self, dbfile: Any) -> NumbersWriter:
        return NumbersWriter(dbfile, self._names)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> NumbersReader:
        return NumbersReader(dbfile, basepos, length, doccount)


class NumbersWriter(columns.ColumnWriter):
    """Takes the numbers of one document after the other; they are written at the end. For Whoosh's own writer."""

    def __init__(self, dbfile: Any, names: Sequence[str]) -> None:
        self._dbfile = dbfile
        self._names = names
        self._rows: list[tuple[int, ...]] = []

    def add(self, docnum: int, value: tuple[int, ...]) -> None:
        """The numbers of a document; those of documents between this one and the last are 0."""
        self._fill(docnum)
        self._rows.append(value)

    def finish(self, docnum: int) -> None:
        """Write the column, for so many documents in all."""
        self._fill(docnum)
        rows = np.array(self._rows, dtype=np.int64).reshape(docnum, len(self._names))
        write_numbers(self._dbfile, {name: rows[:, n] for n, name in enumerate(self._names)})

    def _fill(self, docnum: int) -> None:
        self._rows.extend([(0,) * len(self._names)] * (docnum - len(self._rows)))


def write_numbers(file: Any, numbers: Mapping[str, Array]) -> None:
    """Write a column of numbers. The sum and the largest of each are facts that can be had without reading them."""
    to = ArraysWriter(file)
    facts = {}
    for name, each in numbers.items():
        least, most = int(each.min(initial=0)), int(each.max(initial=0))
        to.add(name, each.astype(np.int64 if least < 0 else smallest_type(most)))
        facts[name] = [int(each.sum()), most]
    to.close(facts)


class NumbersReader(columns.ColumnReader):
    """The numbers of each document, by name. Raises DamagedArrays where they are not what was written."""

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        super().__init__(dbfile, basepos, length, doccount)
        self.arrays = ArraysReader(dbfile, basepos, length)

    def total(self, name: str) -> int:
        """The sum over all documents."""
        return int(self.arrays.facts[name][0])

    def largest(self, name: str) -> int:
        """The largest of all documents."""
        return int(self.arrays.facts[name][1])

    def __getitem__(self, docnum: int) -> tuple[int, ...]:
        return tuple(int(self.arrays[name][docnum]) for name in self.arrays.facts)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return (self[docnum] for docnum in range(self._doccount))
