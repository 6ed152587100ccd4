"""A file of arrays by name, which NumPy reads where they lie in the memory map: all files of ours in a segment are so.

    arrays      little-endian, each at a multiple of eight bytes
    directory   JSON: where each array lies, its type and its CRC-32, and facts about all of them
    end         magic, length and CRC-32 of the directory

An array is compared with its checksum when it is first asked for; what nobody asks for is not read.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.filedb.structfile import BufferFile

Array = npt.NDArray[Any]

ALIGNED = 8
_END = struct.Struct("<4sII")
_MAGIC = b"KbA1"


class DamagedArrays(Exception):
    """What is read is not what was written."""


class ArraysWriter:
    """Writes arrays into a new file, one after the other; `close` makes them readable."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._directory: dict[str, tuple[int, int, str, int]] = {}

    def add(self, name: str, array: Array) -> None:
        """Add an array; names are distinct."""
        held = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        self._file.write(b"\0" * (-self._file.tell() % ALIGNED))
        self._directory[name] = self._file.tell(), len(held), array.dtype.newbyteorder("<").str, zlib.crc32(held)
        self._file.write(held)

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write the directory, and `facts` (as JSON knows them) in it; close the file."""
        told = json.dumps([self._directory, facts]).encode()
        self._file.write(told + _END.pack(_MAGIC, len(told), zlib.crc32(told)))
        self._file.close()


class ArraysReader:
    """The arrays of a file, or of a part of one. Raises DamagedArrays where the directory is not what was written."""

    def __init__(self, file: Any, begin: int, length: int) -> None:
        self._file = file
        self._begin = begin
        end = bytes(bytes_of(file, begin + length - _END.size, _END.size)) if length >= _END.size else b""
        magic, size, sum_ = _END.unpack(end) if len(end) == _END.size else (b"", 0, 0)
        told = bytes(bytes_of(file, begin + length - _END.size - size, size)) if size <= length - _END.size else b""
        if magic != _MAGIC or len(told) != size or zlib.crc32(told) != sum_:
            raise DamagedArrays("the directory of a file is not what was written")
        self._directory, self.facts = json.loads(told)
        self._read: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """An array. Raises DamagedArrays where it is not what was written, KeyError where there is none."""
        if name not in self._read:
            at, size, type_, sum_ = self._directory[name]
            held = bytes_of(self._file, self._begin + at, size)
            if len(held) != size or zlib.crc32(held) != sum_:
                raise DamagedArrays(f"the array {name} is not what was written")
            self._read[name] = np.frombuffer(held, dtype=type_)
        return self._read[name]

    def get(self, name: str) -> Array | None:
        """The same, or None where there is no such array."""
        return self[name] if name in self._directory else None


def bytes_of(file: Any, begin: int, length: int) -> Any:
    """The bytes of a file of Whoosh's as they lie in the map; a copy where it is not mapped."""
    if isinstance(file, BufferFile):
        return memoryview(file._buf)[begin : begin + length]
    return memoryview(file.get(begin, length))


def smallest_type(largest: int) -> np.dtype[Any]:
    """The type of unsigned integers that takes the fewest bytes for numbers up to this one."""
    return np.min_scalar_type(largest).newbyteorder("<")
