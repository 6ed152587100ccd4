"""A codec for Whoosh whose posting lists are arrays, read where they lie in the memory map.

Everything else is Whoosh's own: segments, terms, columns, compound files. Only what stands behind a term differs.
Whoosh pickles and deflates postings in blocks of 128 and walks them one by one; here the postings of a term are

    head       magic, count, flags, number of places, checksum of what follows
    documents  u32[count], ascending
    counts     u32[count], how often the term stands in each; left out where it is once everywhere
    places     u32[sum of counts], ascending within each document; only in fields that keep positions

little-endian, so that NumPy reads them without a copy. The checksum (CRC-32) is compared whenever a list is opened: a
damaged list is an error, never a wrong answer. Whoosh's own matchers read the lists as well, through `ArrayMatcher`.
"""

from __future__ import annotations

import secrets
import shutil
import struct
import zlib
from array import array
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Positions
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.reading import TermNotFound

Places = npt.NDArray[np.uint32]

_HEAD = struct.Struct("<4sIIII")
_MAGIC = b"KbP1"
_ALL_ONCE, _WITH_PLACES = 1, 2
_ALIGNED = 8
_ITEM = np.dtype("<u4")


class DamagedArrays(Exception):
    """A posting list is not what was written."""


class Postings(NamedTuple):
    """The postings of one term in one segment: documents, how often in each (None: once everywhere), and the places in
    all of them, one document after the other (None where the field keeps none).
    """

    documents: Places
    counts: Places | None
    places: Places | None

    def starts(self) -> npt.NDArray[np.int64]:
        """Where each document's places begin in `places`, and where the last one's end."""
        counts = np.ones(len(self.documents), dtype=np.int64) if self.counts is None else self.counts
        return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


class ArraySegment(W3Segment):
    """A segment whose files begin at multiples of eight bytes in its compound file, so that arrays are aligned."""

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        # Whoosh asks `random`, whose state a forked process shares with its parent: both would write the same name.
        return secrets.token_hex(size // 2)

    def create_compound_file(self, storage: Any) -> None:
        names = self.list_files(storage)  # type: ignore[no-untyped-call]
        made = self.create_file(storage, self.COMPOUND_EXT)  # type: ignore[no-untyped-call]
        made.write_long(0)
        made.write_int(0)
        directory = {}
        for name in names:
            made.write(b"\0" * (-made.tell() % _ALIGNED))
            found = {"length": storage.file_length(name), "modified": storage.file_modified(name)}
            directory[name] = {"offset": made.tell(), **found}
            with storage.open_file(name) as file:
                shutil.copyfileobj(file, made, 1 << 20)
        CompoundStorage.write_dir(made, 0, directory)  # type: ignore[no-untyped-call]
        for name in names:
            storage.delete_file(name)
        self.compound = True


class ArrayCodec(W3Codec):
    """Whoosh's present codec with array postings. Term vectors, which Caveat does not use, stay Whoosh's."""

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        if byteids:
            return super().postings_writer(dbfile, byteids=True)  # type: ignore[no-untyped-call]
        return ArrayPostingsWriter(dbfile)

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(self, indexname)  # type: ignore[no-untyped-call]

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        return ArrayMatcher(read_postings(dbfile, terminfo), terminfo, format_, term, scorer)


def postings_of(reader: Any, field: str, term: str | bytes) -> Postings | None:
    """The postings of a term in one segment, deleted documents among them; None where the segment has not the term.

    Raises DamagedArrays.
    """
    terms = reader._terms  # Whoosh's reader gives its terms' reader out through matchers only
    try:
        info = terms.term_info(field, term if isinstance(term, bytes) else term.encode())
    except TermNotFound:
        return None
    return read_postings(terms._postfile, info)


def read_postings(dbfile: Any, terminfo: Any) -> Postings:
    """The arrays of a term, after their checksum was compared. Raises DamagedArrays."""
    offset, _ = terminfo.extent()  # Whoosh reads the length back as a tuple; the head tells it as well
    head = bytes_of(dbfile, offset, _HEAD.size)
    if len(head) < _HEAD.size:
        raise DamagedArrays(f"the file of postings ends before offset {offset}")
    magic, count, flags, placed, checksum = _HEAD.unpack(head)
    length = (count * (1 if flags & _ALL_ONCE else 2) + placed) * _ITEM.itemsize
    body = bytes_of(dbfile, offset + _HEAD.size, length)
    if magic != _MAGIC or len(body) != length or zlib.crc32(body) != checksum:
        raise DamagedArrays(f"the postings at offset {offset} are not what was written")
    items = np.frombuffer(body, dtype=_ITEM)
    counts = None if flags & _ALL_ONCE else items[count : 2 * count]
    places = items[len(items) - placed :] if flags & _WITH_PLACES else None
    return Postings(items[:count], counts, places)


def bytes_of(dbfile: Any, offset: int, length: int) -> Any:
    """The bytes as they lie in the map; a copy where the file is not mapped."""
    if isinstance(dbfile, BufferFile):
        return memoryview(dbfile._buf)[offset : offset + length]
    return dbfile.get(offset, length)


def write_postings(dbfile: Any, postings: Postings) -> tuple[int, int]:
    """Write a term's arrays at the end of the file; returns where they stand, as offset and length in bytes."""
    documents, counts, places = postings
    flags = (_ALL_ONCE if counts is None else 0) | (_WITH_PLACES if places is not None else 0)
    body = b"".join(np.ascontiguousarray(each, dtype=_ITEM).tobytes() for each in postings if each is not None)
    dbfile.write(b"\0" * (-dbfile.tell() % _ALIGNED))
    offset = dbfile.tell()
    dbfile.write(_HEAD.pack(_MAGIC, len(documents), flags, 0 if places is None else len(places), zlib.crc32(body)))
    dbfile.write(body)
    return offset, _HEAD.size + len(body)


class ArrayPostingsWriter:
    """Takes the postings of one term after the other from Whoosh's writer."""

    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._terminfo: Any = None

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        """Begin a term."""
        self._positions = format_ if isinstance(format_, Positions) else None
        self._terminfo = terminfo
        self._documents = array("I")
        self._counts = array("I")
        self._places = array("I")
        self._shortest, self._longest = 0, 0

    def add_posting(self, id_: int, weight: float, vbytes: bytes, length: int | None = None) -> None:
        """Add a document; `vbytes` are its places as the field's format encodes them."""
        self._documents.append(id_)
        if self._positions is not None:
            places = self._positions.decode_positions(vbytes)
            self._counts.append(len(places))
            self._places.extend(places)
        else:
            self._counts.append(round(weight))
        if length:
            self._shortest = min(self._shortest or length, length)
            self._longest = max(self._longest, length)

    def finish_postings(self) -> Any:
        """Write the term; returns Whoosh's record of it."""
        counts = np.frombuffer(self._counts, dtype=np.uint32)
        postings = Postings(
            np.frombuffer(self._documents, dtype=np.uint32),
            None if (counts == 1).all() else counts,
            np.frombuffer(self._places, dtype=np.uint32) if self._positions is not None else None,
        )
        info = filled(self._terminfo, postings)
        info._minlength, info._maxlength = self._shortest or None, self._longest
        info.set_extent(*write_postings(self._dbfile, postings))  # type: ignore[no-untyped-call]
        self._terminfo = None
        return info


def filled(info: W3TermInfo, postings: Postings) -> W3TermInfo:
    """Whoosh's record of a term with the numbers of its postings in it."""
    documents, counts, _ = postings
    info._df = len(documents)
    info._weight = float(len(documents) if counts is None else counts.sum())
    info._maxweight = 1.0 if counts is None else float(counts.max())
    info._minid, info._maxid = int(documents[0]), int(documents[-1])
    return info


class ArrayMatcher(LeafMatcher):
    """The postings of a term for Whoosh's own matchers: one document after the other, skipping by bisection."""

    def __init__(self, postings: Postings, terminfo: Any, format_: Any, term: Any, scorer: Any) -> None:
        self.postings = postings
        self.format = format_
        self.scorer = scorer
        self._terminfo = terminfo
        self._term = term
        self._starts = postings.starts()
        self.reset()

    def reset(self) -> None:
        """Back to the first document."""
        self._at = 0

    def copy(self) -> ArrayMatcher:
        """Another matcher at the same place."""
        other = ArrayMatcher(self.postings, self._terminfo, self.format, self._term, self.scorer)
        other._at = self._at
        return other

    def is_active(self) -> bool:
        return self._at < len(self.postings.documents)

    def id(self) -> int:
        return int(self.postings.documents[self._at])

    def weight(self) -> float:
        return float(self._starts[self._at + 1] - self._starts[self._at])

    def value(self) -> bytes:
        """The places of the present document as the field's format encodes them."""
        if self.postings.places is None:
            return b""
        first, last = self._starts[self._at : self._at + 2]
        encoded: bytes = self.format.encode(self.postings.places[first:last].tolist())
        return encoded

    def next(self) -> bool:  # type: ignore[override]
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self.postings.documents[self._at :], id))

    def skip_to_quality(self, minquality: float) -> int:
        """Past the end where no document here can be better: the whole list is one block."""
        if self.block_quality() > minquality:  # type: ignore[no-untyped-call]
            return 0
        self._at = len(self.postings.documents)
        return 1

    def all_ids(self) -> Any:
        return iter(self.postings.documents[self._at :].tolist())

    def block_min_length(self) -> Any:
        return self._terminfo.min_length()

    def block_max_length(self) -> Any:
        return self._terminfo.max_length()

    def block_max_weight(self) -> Any:
        return self._terminfo.max_weight()
