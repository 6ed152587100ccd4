"""A segment's files as they lie in its memory map: Whoosh's own way copies each of them whole when it is opened."""

from __future__ import annotations

import mmap
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile


class MappedFile(BufferFile):
    """A part of a memory map. Whoosh's own copies it all when it is opened; this one if it is read as a stream."""

    def __init__(self, buffer: memoryview, name: str) -> None:
        self._buf = buffer
        self._name = name
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    @cached_property
    def file(self) -> BytesIO | None:  # type: ignore[override]
        """The copy."""
        return BytesIO(self._buf)

    def close(self) -> None:
        """Let go of the map."""
        self.__dict__.setdefault("file", None)
        super().close()


class MappedStorage(CompoundStorage):
    """The files in a segment's compound file, as they lie in its memory map.

    Closing it waits for nobody: arrays that are still in use keep the map until they go.
    """

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if self._source is None or self.is_closed:
            return super().open_file(name, *args, **kwargs)  # type: ignore[no-untyped-call]
        offset, length = self.range(name)  # type: ignore[no-untyped-call]
        return MappedFile(memoryview(self._source)[offset : offset + length], name)

    def close(self) -> None:
        """Let go of the map and the file."""
        self.is_closed = True
        if self._source is not None:
            with suppress(BufferError):
                self._source.close()
            self._source = None
        if self._file:
            self._file.close()


def let_go_of_pages(reader: Any) -> None:
    """Tell the system that what was read of a segment's memory map need not stay in memory."""
    source = getattr(getattr(reader.storage(), "a", None), "_source", None)
    if isinstance(source, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        source.madvise(mmap.MADV_DONTNEED)
