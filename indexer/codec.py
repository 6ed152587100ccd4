"""A codec for Whoosh whose postings are arrays (`indexer.postings`), read where they lie in the memory map.

Everything else is Whoosh's own: segments, columns, compound files, the table of contents, locks. Whoosh's matchers and
its writer work on these segments too (`indexer.whoosh_terms`).
"""

from __future__ import annotations

import secrets
import shutil
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.compound import CompoundStorage

from indexer.array_file import ALIGNED
from indexer.mapped import MappedStorage
from indexer.postings import LISTS_EXTENSION, TERMS_EXTENSION, SegmentPostings
from indexer.postings_writing import PostingsWriter
from indexer.whoosh_terms import ArrayFieldWriter, ArrayTermsReader


class ArraySegment(W3Segment):
    """A segment whose files begin at multiples of eight bytes in its compound file, so that arrays are aligned."""

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        # Whoosh asks `random`, whose state a forked process shares with its parent: both would write the same name.
        return secrets.token_hex(size // 2)

    def open_compound_file(self, storage: Any) -> MappedStorage:
        file = storage.open_file(self.make_filename(self.COMPOUND_EXT))  # type: ignore[no-untyped-call]
        return MappedStorage(file, use_mmap=storage.supports_mmap)  # type: ignore[no-untyped-call]

    def create_compound_file(self, storage: Any) -> None:
        names = self.list_files(storage)  # type: ignore[no-untyped-call]
        made = self.create_file(storage, self.COMPOUND_EXT)  # type: ignore[no-untyped-call]
        made.write_long(0)
        made.write_int(0)
        directory = {}
        for name in names:
            made.write(b"\0" * (-made.tell() % ALIGNED))
            found = {"length": storage.file_length(name), "modified": storage.file_modified(name)}
            directory[name] = {"offset": made.tell(), **found}
            with storage.open_file(name) as file:
                shutil.copyfileobj(file, made, 1 << 20)
        CompoundStorage.write_dir(made, 0, directory)  # type: ignore[no-untyped-call]
        for name in names:
            storage.delete_file(name)
        self.compound = True


class ArrayCodec(W3Codec):
    """Whoosh's present codec with other postings. Term vectors, which Caveat does not use, stay Whoosh's."""

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        return ArrayFieldWriter(postings_writer(storage, segment))

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        name = segment.make_filename(TERMS_EXTENSION)
        terms = storage.open_file(name)
        lists = segment.open_file(storage, LISTS_EXTENSION)
        return ArrayTermsReader(SegmentPostings(terms, storage.file_length(name), lists), (terms, lists))

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(self, indexname)  # type: ignore[no-untyped-call]


def postings_writer(storage: Any, segment: Any) -> PostingsWriter:
    """What writes the postings of a new segment."""
    terms, lists = (segment.create_file(storage, each) for each in (TERMS_EXTENSION, LISTS_EXTENSION))
    return PostingsWriter(terms, lists, getattr(storage, "folder", None) or None)


def postings_of(reader: Any) -> SegmentPostings:
    """The postings behind a reader of Whoosh's, of one segment."""
    found: SegmentPostings = reader._terms.postings  # Whoosh gives its terms' reader out through matchers only
    return found
