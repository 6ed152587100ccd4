"""Checksums beside Whoosh's files: what is read is what was written, or it is an error.

    MAIN_x.sum          of the segment MAIN_x.seg, which never changes; Whoosh removes it together with the segment
    _MAIN_7.toc.sum     of the table of contents of commit 7

Each holds the file's size and its CRC-32 (enough against accidents; it is no signature). A sum is on the disk before
the file that makes it count, so a file without one was not written by this program, or not whole.
"""

from __future__ import annotations

import errno
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC, clean_files
from whoosh.writing import SegmentWriter

from indexer.whoosh_folder import to_disk

NAME = "MAIN"
_CHUNK = 1 << 20
_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")


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
                    write_sum(folder, name, crc_of(folder / name))
        # Whoosh writes its table of contents in place of a name; made in memory first, it can be kept durably.
        made = RamStorage()  # type: ignore[no-untyped-call]
        toc: Any = TOC
        toc(self.schema, segments, self.generation).write(made, self.indexname)
        name = _toc_of(self.generation)
        content = bytes(made.files[name])
        write_sum(folder, name, (len(content), zlib.crc32(content)))
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


def check_segments(folder: Path, segment_ids: Iterable[str]) -> None:
    """Raise Altered where a file of these segments is not what was written; OSError where it is gone."""
    for segment_id in segment_ids:
        for name in files_of(folder, segment_id) or [f"{segment_id}.seg"]:
            _check(folder, name)


def files_of(folder: Path, segment_id: str) -> list[str]:
    """The names of a segment's files, without their sums."""
    return sorted(each.name for each in folder.glob(f"{segment_id}.*") if each.suffix != ".sum")


def crc_of(path: Path) -> tuple[int, int]:
    """A file's size in bytes and its CRC-32."""
    size = crc = 0
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            size += len(block)
            crc = zlib.crc32(block, crc)
    return size, crc


def write_sum(folder: Path, name: str, found: tuple[int, int]) -> None:
    """Keep a file's sum, durably."""
    _write(folder, _sum_of(name), b"%d %d\n" % found)


def _check(folder: Path, name: str) -> None:
    found = crc_of(folder / name)
    try:
        written = (folder / _sum_of(name)).read_bytes()
    except FileNotFoundError:
        if not (folder / name).exists():
            # Both went between the two looks, because the next commit was made: nothing is wrong with either.
            raise
        raise Altered(f"{name} has no checksum") from None
    if written != b"%d %d\n" % found:
        raise Altered(f"{name} is not what was written")


def _toc_of(generation: int) -> str:
    return f"_{NAME}_{generation}.toc"


def _sum_of(name: str) -> str:
    # Named after the segment, so that Whoosh removes it together with the segment's files.
    return f"{name.removesuffix('.seg')}.sum"


def _write(folder: Path, name: str, content: bytes) -> None:
    new = folder / f".{name}.new"
    new.write_bytes(content)
    to_disk(new)
    new.replace(folder / name)
    to_disk(folder)
