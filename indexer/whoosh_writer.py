"""Writing a Whoosh index: documents and position in one commit, updates that leave no second copy, segments kept few.

Whoosh's writer holds the lock and writes the table of contents; segments are made by `indexer.bulk` of what
`indexer.gathering` has gathered, and merged by `indexer.merging`. A trap of Whoosh is avoided here: `cancel()` inside
`with index.writer()` raises, so commit and cancel are called by hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.index import clean_files, create_in

from indexer.bulk import check_ids, write_segment
from indexer.codec import ArrayCodec
from indexer.engine import IndexDocument, Pieced, Position
from indexer.gathering import Gathered, gather
from indexer.leaf import SegmentArrays
from indexer.memory_first import MemoryFirst
from indexer.merging import merged
from indexer.whoosh_checks import CheckedWriter, check_segments
from indexer.whoosh_folder import damage_is_unavailability
from indexer.whoosh_schema import POSITION_ID, schema

_SECONDS_FOR_WHOOSH_LOCK = 10.0
_GATHERED = "gathered-"


class Tier(NamedTuple):
    """Segments of up to so many live documents; when there are more than `most` of them, they are made into one."""

    documents: int
    most: int


TIERS = (Tier(250, 2), Tier(2_000, 4), Tier(32_000, 8))
"""The first is merged at every other commit, which takes some hundredths of a second; the next one seldom. Each segment
costs a search about half a thousandth of a second. What is larger than the last is not rewritten while people wait."""
LARGEST = TIERS[-1].documents
IN_MEMORY = 2_000
"""Of a tier of segments up to so large, what is merged is made in memory first; and so is what an edit adds."""
MOST_LARGE = 6
"""Segments larger than all tiers; with more, or with more dead documents than live ones, the index is worn."""


class WhooshUpdate:
    """The index under its write lock; `position` is what the index says, and what was applied since."""

    def __init__(self, folder: Path, index: Any, position: Position, known: Mapping[str, SegmentArrays]) -> None:
        self._folder = folder
        self._index = index
        self._known = known
        self.position = position

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        """Commit these documents and this position; see `indexer.engine.IndexUpdate`."""
        documents = {document.id: document for document in upserts}
        with damage_is_unavailability(self._folder):
            writer = _writer(self._index, timeout=_SECONDS_FOR_WHOOSH_LOCK)
        try:
            gathered = gather(documents.values())
            check_ids([gathered])
            storage = MemoryFirst(writer.storage) if len(gathered) <= IN_MEMORY else writer.storage
            with damage_is_unavailability(self._folder):
                _delete(writer, np.fromiter({*documents, *removals, POSITION_ID}, dtype=np.int64), self._known)
                segment = write_segment(storage, writer.indexname, [gathered], position)
                writer.segments = _few(writer, storage, [*writer.segments, segment])
            with damage_is_unavailability(self._folder):
                writer.commit(mergetype=_as_they_are)
        except BaseException:
            _cancel(writer)
            _sweep(self._index)
            raise
        self.position = position


def write_new(folder: Path, documents: Iterable[IndexDocument] | Pieced, position: Position) -> None:
    """Write a whole index into an empty folder: what each process has gathered becomes one segment.

    Raises ValueError where an id comes twice.
    """
    with damage_is_unavailability(folder):
        writer = _writer(create_in(str(folder), schema()))
    try:
        every = documents.each(gather_in, folder) if isinstance(documents, Pieced) else [gather_in(documents, folder)]
        check_ids(every)
        with damage_is_unavailability(folder):
            writer.segments = [write_segment(writer.storage, writer.indexname, every, position)]
            for each in folder.glob(f"{_GATHERED}*"):
                each.unlink()
    except BaseException:
        _cancel(writer)
        raise
    with damage_is_unavailability(folder):
        writer.commit(mergetype=_as_they_are)


def gather_in(documents: Iterable[IndexDocument], folder: Path) -> Gathered:
    """Gather documents with the help of a new file in the folder of an index."""
    return gather(documents, folder / f"{_GATHERED}{secrets.token_hex(8)}")


def is_worn(sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether an index of such segments, each with its live and its deleted documents, should be built anew."""
    large = sum(live + dead > LARGEST for live, dead in sizes)
    live, dead = (sum(each) for each in zip(*sizes, strict=True)) if sizes else (0, 0)
    return large > MOST_LARGE or dead > max(live, LARGEST)


def _few(writer: Any, storage: Any, segments: Sequence[Any]) -> list[Any]:
    """The segments, those of a tier merged where there are too many, and all of them in the folder of the index.

    A segment that has become mostly dead is as small as what still lives in it; one that is all dead goes.
    """
    segments = [each for each in segments if each.doc_count()]
    for tier in TIERS:
        if tier.documents > IN_MEMORY:
            storage = _in_folder(writer, storage, segments)
        small = [each for each in segments if each.doc_count_all() <= LARGEST and each.doc_count() <= tier.documents]
        if len(small) > tier.most:
            # A small file is compared sooner than each of its thousands of lists; what lies in memory was just made.
            if compared := isinstance(storage, MemoryFirst):
                on_disk = [each.segment_id() for each in small if _file_of(each) not in storage.files]
                check_segments(Path(writer.storage.folder), on_disk, whole=True)
            made = merged(storage, writer.indexname, small, compared=compared)
            segments = [*(each for each in segments if each not in small), made]
    _in_folder(writer, storage, segments)
    return list(segments)


def _in_folder(writer: Any, storage: Any, segments: Sequence[Any]) -> Any:
    if isinstance(storage, MemoryFirst):
        storage.keep(map(_file_of, segments))
    return writer.storage


def _file_of(segment: Any) -> str:
    return str(segment.make_filename(segment.COMPOUND_EXT))


def _as_they_are(_: Any, segments: list[Any]) -> list[Any]:
    return segments


def _writer(index: Any, timeout: float = 0.0) -> Any:
    return CheckedWriter(index, timeout=timeout, codec=ArrayCodec())  # type: ignore[no-untyped-call]


def _cancel(writer: Any) -> None:
    """Give up what was written so far. On a full disk even that fails, and must not hide why it was begun."""
    with suppress(Exception):
        writer.cancel()


def _sweep(index: Any) -> None:
    """Remove the segments of a commit that failed: on a full disk every further try would leave more of them.

    Only under the write lock, which keeps others from having segments that no commit names yet.
    """
    with suppress(Exception):
        contents = index._read_toc()
        clean_files(index.storage, index.indexname, contents.generation, contents.segments)


def _delete(writer: Any, ids: npt.NDArray[np.int64], known: Mapping[str, SegmentArrays]) -> None:
    """Mark the documents with these ids as deleted, found in one pass however many they are."""
    with writer.reader() as reader:
        for leaf, first in reader.leaf_readers():
            arrays = known.get(leaf.segment().segment_id()) or SegmentArrays(leaf)
            found = np.flatnonzero(np.isin(arrays.ids, ids))
            for document in found.tolist():
                if not leaf.is_deleted(document):
                    writer.delete_document(first + document)
