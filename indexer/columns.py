"""Columns of a Whoosh segment as arrays (`indexer.array_file`): the values of a facet, and each document's numbers."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns

from indexer.array_file import Array, ArraysReader, ArraysWriter, smallest_type

Codes = npt.NDArray[np.uint32]


class FacetValues:
    """All values of a facet in a segment: the n-th document has those that `pairs` numbers from `starts[n]` up to
    `starts[n + 1]`; where `starts` is None, each document has exactly one. `values` are they by number, in order.
    """

    def __init__(self, starts: Codes | None, pairs: Array, values: Sequence[str]) -> None:
        self.starts = starts
        self.pairs = pairs
        self.values = values

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The values' numbers."""
        return {value: number for number, value in enumerate(self.values)}

    def __len__(self) -> int:
        return len(self.pairs) if self.starts is None else len(self.starts) - 1

    def of(self, documents: Codes) -> tuple[Array, npt.NDArray[np.intp]]:
        """The numbers of the values that these documents have, and for each which of the documents has it."""
        if self.starts is None:
            return self.pairs[documents], np.arange(len(documents))
        first = self.starts[documents].astype(np.int64)
        counts = self.starts[documents.astype(np.int64) + 1] - first
        owners = np.repeat(np.arange(len(documents)), counts)
        before = np.cumsum(counts) - counts
        return self.pairs[np.arange(len(owners)) + np.repeat(first - before, counts)], owners

    def counts(self, documents: Codes) -> npt.NDArray[np.intp]:
        """How many of these documents (ascending, each once) have each value."""
        if 2 * len(documents) <= len(self):
            return self._counted(documents)
        others = np.ones(len(self), dtype=np.bool_)
        others[documents] = False
        return self._every - self._counted(np.flatnonzero(others).astype(np.uint32))

    def _counted(self, documents: Codes) -> npt.NDArray[np.intp]:
        if self.starts is None:
            return np.bincount(self.pairs[documents], minlength=len(self.values))
        return np.bincount(self.of(documents)[0], minlength=len(self.values))

    @cached_property
    def _every(self) -> npt.NDArray[np.intp]:
        return np.bincount(self.pairs, minlength=len(self.values))


def facet_values(numbers: Mapping[str, int], sizes: Array, pairs: Array) -> FacetValues:
    """The values of documents that have so many each, from whatever numbers the values were given as they came."""
    values = sorted(numbers)  # in the file a smaller number is an earlier name
    renumbered = np.zeros(max(numbers.values(), default=0) + 1, dtype=smallest_type(max(len(values) - 1, 0)))
    renumbered[[numbers[value] for value in values]] = np.arange(len(values))
    return FacetValues(starts_of(sizes), renumbered[pairs], values)


def starts_of(sizes: Array) -> Codes | None:
    """Where the values of documents with so many each begin; None where each has one."""
    return None if bool((sizes == 1).all()) else np.concatenate(([0], np.cumsum(sizes))).astype("<u4")


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
    """Takes the values document by document; they are written at the end."""

    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._numbers: dict[str, int] = {}
        self._sizes = array("I")
        self._pairs = array("I")

    def add(self, docnum: int, value: tuple[str, ...]) -> None:
        """The values of a document; documents between this one and the last have none."""
        self._fill(docnum)
        numbers = self._numbers
        self._pairs.extend([numbers.setdefault(each, len(numbers)) for each in value])
        self._sizes.append(len(value))

    def finish(self, docnum: int) -> None:
        """Write the column, for so many documents in all."""
        self._fill(docnum)
        sizes, pairs = (np.frombuffer(each, dtype=np.uint32) for each in (self._sizes, self._pairs))
        write_facet(self._dbfile, facet_values(self._numbers, sizes, pairs))

    def _fill(self, docnum: int) -> None:
        self._sizes.extend([0] * (docnum - len(self._sizes)))


def write_facet(file: Any, facet: FacetValues) -> None:
    """Write a facet column."""
    to = ArraysWriter(file)
    to.add("pairs", facet.pairs)
    if facet.starts is not None:
        to.add("starts", facet.starts)
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
        return FacetValues(self._arrays.get("starts"), self._arrays["pairs"], json.loads(table))

    def __getitem__(self, docnum: int) -> tuple[str, ...]:
        found, _ = self.values.of(np.array([docnum], dtype=np.uint32))
        return tuple(self.values.values[number] for number in found.tolist())

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
    """Takes the numbers of one document after the other; they are written at the end."""

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
