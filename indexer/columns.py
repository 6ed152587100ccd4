"""Columns of a Whoosh segment that NumPy reads as they lie in the memory map: facet values, and fixed-size numbers.

A facet column holds for each document the values it has, as numbers into a table of the segment's values:

    head    magic, count of documents, count of pairs, length of the table, checksum of what follows
    starts  u32[documents + 1], where each document's values begin among the pairs
    pairs   u32[pairs], numbers of values
    table   the values, as a JSON list of strings
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns

from indexer.codec import DamagedArrays, bytes_of

Codes = npt.NDArray[np.uint32]

_HEAD = struct.Struct("<4sIIII")
_MAGIC = b"KbF1"
_ITEM = np.dtype("<u4")


class FacetValues:
    """All values of a facet in a segment: the n-th document has those that `pairs` numbers from `starts[n]` up to
    `starts[n + 1]`; `values` are they by number, `numbers` their numbers.
    """

    def __init__(self, starts: Codes, pairs: Codes, values: list[str]) -> None:
        self.starts = starts
        self.pairs = pairs
        self.values = values
        self.numbers = {value: number for number, value in enumerate(values)}
        documents = len(starts) - 1
        self.single = len(pairs) == documents and bool((starts == np.arange(documents + 1)).all())
        """Whether each document has exactly one value."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, documents: Codes) -> tuple[Codes, npt.NDArray[np.intp]]:
        """The numbers of the values that these documents have, and for each which of the documents has it."""
        if self.single:
            return self.pairs[documents], np.arange(len(documents))
        first = self.starts[documents].astype(np.int64)
        counts = self.starts[documents.astype(np.int64) + 1] - first
        owners = np.repeat(np.arange(len(documents)), counts)
        before = np.cumsum(counts) - counts
        return self.pairs[np.arange(len(owners)) + np.repeat(first - before, counts)], owners

    def counts(self, documents: Codes) -> npt.NDArray[np.intp]:
        """How many of these documents (ascending, each once) have each value."""
        if 2 * len(documents) <= len(self):
            return np.bincount(self.of(documents)[0], minlength=len(self.values))
        others = np.ones(len(self), dtype=np.bool_)
        others[documents] = False
        every = np.bincount(self.pairs, minlength=len(self.values))
        return every - np.bincount(self.of(np.flatnonzero(others).astype(np.uint32))[0], minlength=len(self.values))


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
        self._starts = array("I", [0])
        self._pairs = array("I")

    def add(self, docnum: int, value: tuple[str, ...]) -> None:
        """The values of a document; documents between this one and the last have none."""
        self._fill(docnum)
        numbers = self._numbers
        self._pairs.extend([numbers.setdefault(each, len(numbers)) for each in value])
        self._starts.append(len(self._pairs))

    def finish(self, docnum: int) -> None:
        """Write the column, for so many documents in all."""
        self._fill(docnum)
        write_facets(
            self._dbfile,
            np.frombuffer(self._starts, dtype=np.uint32),
            np.frombuffer(self._pairs, dtype=np.uint32),
            self._numbers,
        )

    def _fill(self, docnum: int) -> None:
        if (missing := docnum - (len(self._starts) - 1)) > 0:
            self._starts.extend([len(self._pairs)] * missing)


def write_facets(dbfile: Any, starts: Codes, pairs: Codes, numbers: Mapping[str, int]) -> None:
    """Write a facet column from its arrays; `numbers` are those of the values in `pairs`."""
    values = sorted(numbers)  # in the file a smaller number is an earlier name
    renumbered = np.zeros(len(values), dtype=np.uint32)
    renumbered[[numbers[value] for value in values]] = np.arange(len(values))
    table = json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")
    body = b"".join([np.asarray(each, dtype=_ITEM).tobytes() for each in (starts, renumbered[pairs])] + [table])
    dbfile.write(_HEAD.pack(_MAGIC, len(starts) - 1, len(pairs), len(table), zlib.crc32(body)))
    dbfile.write(body)


class FacetReader(columns.ColumnReader):
    """The values of each document: `starts`, `pairs` and `values` are the arrays and the table.

    Opening one raises DamagedArrays where the column is not what was written.
    """

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        super().__init__(dbfile, basepos, length, doccount)
        held = bytes_of(dbfile, basepos, length)
        head = bytes(held[: _HEAD.size])
        if len(head) < _HEAD.size:
            raise DamagedArrays("a column of facet values is cut off")
        magic, documents, pairs, table, checksum = _HEAD.unpack(head)
        body = held[_HEAD.size :]
        wanted = (documents + 1 + pairs) * _ITEM.itemsize + table
        if magic != _MAGIC or documents != doccount or len(body) != wanted or zlib.crc32(body) != checksum:
            raise DamagedArrays("a column of facet values is not what was written")
        self.starts: Codes = np.frombuffer(body, dtype=_ITEM, count=documents + 1)
        self.pairs: Codes = np.frombuffer(body, dtype=_ITEM, count=pairs, offset=self.starts.nbytes)
        self._table = body[wanted - table :]

    @cached_property
    def values(self) -> list[str]:
        """The segment's values, in the order of their numbers."""
        found: list[str] = json.loads(bytes(self._table).decode("utf-8", "surrogatepass"))
        return found

    def all_values(self) -> FacetValues:
        """The column as arrays."""
        return FacetValues(self.starts, self.pairs, self.values)

    def __getitem__(self, docnum: int) -> tuple[str, ...]:
        first, last = self.starts[docnum : docnum + 2].tolist()
        return tuple(self.values[number] for number in self.pairs[first:last].tolist())

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (self[docnum] for docnum in range(self._doccount))


def fixed_size_rows(reader: Any, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """All rows of a `FixedBytesColumn` as one array, without a copy where the file is mapped.

    Rows after the last one that was written have the default, which is zeros.
    """
    held = bytes_of(reader._dbfile, reader._basepos, reader._count * dtype.itemsize)
    rows = np.frombuffer(held, dtype=dtype)
    missing = reader._doccount - len(rows)
    return np.concatenate((rows, np.zeros(missing, dtype=dtype))) if missing else rows
