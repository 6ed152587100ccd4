"""Checksums beside Whoosh's files: what is read is what was written, or it is an error.

    MAIN_x.sum          of the segment MAIN_x.seg, which never changes; Whoosh removes it together with the segment
    _MAIN_7.toc.sum     of the table of contents of commit 7

Each holds the file's size, the CRC-32 of its edges (enough against accidents; it is no signature) and that of all of
it. A sum is on the disk before the file that makes it count, so a file without one was not written by this program, or
not whole.

A large segment is not read through whenever it is opened: its size and its edges (where Whoosh says what lies where)
are compared, and what lies between them carries checksums of its own. `check_segments` with `whole` reads it all.
"""

from __future__ import annotations

import errno
import os
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC, clean_files
from whoosh.writing import SegmentWriter

from indexer.whoosh_folder import to_disk

NAME = "MAIN"
_CHUNK = 1 << 20
_EDGE = 1 << 16
"""Bytes at each end of a file: room for the directory of a compound file."""
_SOON_READ = 1 << 22
"""Bytes up to which a file is read whole whenever it is opened: it takes some thousandths of a second."""
_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")
_WRITTEN = re.compile(rb"([0-9]+) ([0-9]+) ([0-9]+)\n")


class Altered(Exception):
    """A file is not what was written."""


class CheckedWriter(SegmentWriter):
    """Whoosh's writer, with a sum for each file, and everything on the disk before a commit counts."""

    def _commit_toc(self, segments: list[Any]) -> None:
        folder = Path(self.storage.folder)
        for segment in segments:
            for name in files_of(folder, segment.segment_id()):
                if not (folder / _sum_of(name)).exists():
                    to_disk(folder / name)
                    write_sum(folder, name, sum_of(folder / name))
        # Whoosh writes its table of contents in place of a name; made in memory first, it can be kept durably.
        made = RamStorage()  # type: ignore[no-untyped-call]
        toc: Any = TOC
        toc(self.schema, segments, self.generation).write(made, self.indexname)
        name = _toc_of(self.generation)
        content = bytes(made.files[name])
        write_sum(folder, name, sum_of_bytes(content))
        _write(folder, name, content)
        clean_files(self.storage, self.indexname, self.generation, segments)
        for old in folder.glob(f"_{NAME}_*.toc.sum"):
            if old.name != _sum_of(name):
                with suppress(OSError):
                    old.unlink()


def newest(folder: Path) -> int:
    """The number of the newest commit. Raises FileNotFoundError where there is none."""
    numbers = [int(found[1]) for each in folder.iterdir() if (found := _TOC.fullmatch(each.name))]
    if not numbers:
        raise FileNotFoundError(errno.ENOENT, "there is no table of contents", str(folder))
    return max(numbers)


def check_contents(folder: Path, generation: int) -> None:
    """Raise Altered where the table of contents of this commit is not what was written; OSError where it is gone."""
    _check(folder, _toc_of(generation))


def check_segments(folder: Path, segment_ids: Iterable[str], whole: bool = False) -> None:
    """Raise Altered where a file of these segments is not what was written, as far as its edges say, or the whole of
    it; OSError where it is gone.
    """
    for segment_id in segment_ids:
        for name in files_of(folder, segment_id) or [f"{segment_id}.seg"]:
            _check(folder, name, whole)


def files_of(folder: Path, segment_id: str) -> list[str]:
    """The names of a segment's files, without their sums."""
    return sorted(each.name for each in folder.glob(f"{segment_id}.*") if each.suffix != ".sum")


class Sum(NamedTuple):
    """A file's size in bytes, the CRC-32 of its edges, and that of all of it."""

    size: int
    edges: int
    all: int


def sum_of(path: Path) -> Sum:
    """The sum of a file, all of which is read."""
    crc = 0
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            crc = zlib.crc32(block, crc)
    return Sum(*_edges_of(path), crc)


def sum_of_bytes(content: bytes) -> Sum:
    """The sum of a file with this content."""
    return Sum(len(content), zlib.crc32(content[-_EDGE:], zlib.crc32(content[:_EDGE])), zlib.crc32(content))


def write_sum(folder: Path, name: str, found: Sum) -> None:
    """Keep a file's sum, durably."""
    _write(folder, _sum_of(name), b"%d %d %d\n" % found)


def _edges_of(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        crc = zlib.crc32(file.read(_EDGE))
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _EDGE))
        return size, zlib.crc32(file.read(), crc)


def _check(folder: Path, name: str, whole: bool = True) -> None:
    path = folder / name
    found = sum_of(path) if whole or path.stat().st_size <= _SOON_READ else _edges_of(path)
    try:
        kept = _WRITTEN.fullmatch((folder / _sum_of(name)).read_bytes())
    except FileNotFoundError:
        if not (folder / name).exists():
            # Both went between the two looks, because the next commit was made: nothing is wrong with either.
            raise
        raise Altered(f"{name} has no checksum") from None
    if kept is None:
        raise Altered(f"the checksum of {name} is not what was written")
    if tuple(map(int, kept.groups()))[: len(found)] != found:
        raise Altered(f"{name} is not what was written")


def _toc_of(generation: int) -> str:
    return f"_{NAME}_{generation}.toc"


def _sum_of(name: str) -> str:
    # Named after the segment, so that Whoosh removes it together with the segment's files.
    return f"{name.removesuffix('.seg')}.sum"


def _write(folder: Path, name: str, content: bytes) -> None:
    new = folder / f".{name}.new"
    try:
        new.write_bytes(content)
        to_disk(new)
        new.replace(folder / name)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    to_disk(folder)
