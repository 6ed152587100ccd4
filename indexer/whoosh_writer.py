"""Writing a Whoosh index: documents and position in one commit, updates that leave no second copy, segments
kept few.

Two traps of Whoosh are avoided here: `cancel()` inside `with index.writer()` raises, so commit and cancel are
called by hand; and two updates of one key in one writer leave two documents, so a batch is made distinct
first.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import create_in
from whoosh.reading import SegmentReader
from whoosh.writing import MERGE_SMALL

from indexer.bulk import build
from indexer.codec import ArrayCodec
from indexer.engine import IndexDocument, Position
from indexer.leaf import SegmentArrays
from indexer.whoosh_checks import CheckedWriter
from indexer.whoosh_folder import damage_is_unavailability
from indexer.whoosh_schema import POSITION_ID, document_fields, position_fields, schema

_MEMORY_MB = 128
_SECONDS_FOR_WHOOSH_LOCK = 10.0
LARGEST_SEGMENT = 500_000
"""Documents that are sorted in memory at once, at some two kilobytes each."""


class WhooshUpdate:
    """The index under its write lock; `position` is what the index says, and what was applied since."""

    def __init__(self, folder: Path, index: Any, position: Position) -> None:
        self._folder = folder
        self._index = index
        self.position = position

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        """Commit these documents and this position; see `indexer.engine.IndexUpdate`."""
        documents = {document.id: document for document in upserts}
        with damage_is_unavailability(self._folder):
            writer = _writer(self._index, timeout=_SECONDS_FOR_WHOOSH_LOCK)
        try:
            with damage_is_unavailability(self._folder):
                _delete(writer, np.fromiter({*documents, *removals, POSITION_ID}, dtype=np.int64))
            for document in documents.values():
                _add(self._folder, writer, document_fields(document))
            _add(self._folder, writer, position_fields(position))
        except BaseException:
            _cancel(writer)
            raise
        with damage_is_unavailability(self._folder):
            writer.commit(mergetype=merge)
        self.position = position


def write_new(folder: Path, documents: Iterable[IndexDocument], position: Position) -> None:
    """Write a whole index into an empty folder. Raises ValueError where an id comes twice."""
    with damage_is_unavailability(folder):
        writer = _writer(create_in(str(folder), schema()))
    try:
        for builder, last in build(documents, LARGEST_SEGMENT):
            with damage_is_unavailability(folder):
                segment = builder.write(writer.storage, writer.indexname, position if last else None)
            writer.segments.append(segment)
            del builder  # or it would stay in memory while the next one is filled
    except BaseException:
        _cancel(writer)
        raise
    with damage_is_unavailability(folder):
        writer.commit(mergetype=lambda _, segments: segments)


def merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's own policy (small segments are merged as they pile up), and segments that are mostly deleted
    too: otherwise a large one would keep its dead documents for ever."""
    kept = []
    for segment in MERGE_SMALL(writer, segments):  # type: ignore[no-untyped-call]
        if segment.deleted_count() * 2 <= segment.doc_count_all():
            kept.append(segment)
        elif segment.deleted_count() < segment.doc_count_all():
            with SegmentReader(writer.storage, writer.schema, segment) as reader:
                writer.add_reader(reader)
    return kept


def _writer(index: Any, timeout: float = 0.0) -> Any:
    return CheckedWriter(index, limitmb=_MEMORY_MB, timeout=timeout, codec=ArrayCodec())  # type: ignore[no-untyped-call]


def _cancel(writer: Any) -> None:
    """Give up what was written so far. On a full disk even that fails, and must not hide why it was begun."""
    with suppress(Exception):
        writer.cancel()


def _add(folder: Path, writer: Any, document: dict[str, Any]) -> None:
    with damage_is_unavailability(folder):
        writer.add_document(**document)


def _delete(writer: Any, ids: npt.NDArray[np.int64]) -> None:
    """Mark the documents with these ids as deleted, found in one pass however many they are."""
    with writer.reader() as reader:
        for leaf, first in reader.leaf_readers():
            found = np.flatnonzero(np.isin(SegmentArrays(leaf).ids, ids))
            for document in found.tolist():
                if not leaf.is_deleted(document):
                    writer.delete_document(first + document)
