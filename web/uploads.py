"""Files that curators sent, each in a folder of its own under KB_HOME/uploads until a week has passed.

    KB_HOME/uploads/KEY/state.json    what was asked, how far it is, what was found; replaced whole, never changed
                        working       held (flock) by the process that reads the file; the system lets go of it where
                                      that process dies, so no other one needs to guess
                        mapping.toml  a mapping that somebody wrote for it
                        file/NAME     the file, and beside it what imports write there

Every serving process reads the same folders, so it does not matter which one answers. What is done with a file is not
known here.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from werkzeug.utils import secure_filename

from kb.errors import InputError, NotFound, StoreUnavailable

KEY = re.compile(r"[0-9a-f]{16}")
MAPPING_FILE = "mapping.toml"
WEEK = 7 * 24 * 3600.0
AT_ONCE = 1024 * 1024
# What is left of it must fit into a file name of 255 bytes, with `.rejected-2` and the like.
LONGEST_NAME = 100
Stage = Literal["checking", "checked", "importing", "done"]
WORKING = ("checking", "importing")


@dataclass
class Upload:
    """One file that was sent. `name` is what its sender calls it, `file` what it is called here.

    `asked` is what the form said; `error` why it could not be read or was refused; `report` what an import would do, or
    did; `guess` what the columns of an unknown table may mean.
    """

    key: str
    by: str
    name: str
    file: str
    size: int
    lines: int
    sha256: str
    came_at: str
    asked: dict[str, str]
    stage: Stage = "checking"
    kind: str = ""
    rows: int = 0
    waits: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    began: str = ""
    report: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    guess: dict[str, Any] | None = None


class Uploads:
    """The folders of one home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "uploads"

    def keep(self, stream: IO[bytes], name: str, by: str, asked: dict[str, str], came_at: str) -> Upload:
        """Write a file down as it comes in. Raises InputError for an empty one, StoreUnavailable for a full disk."""
        key = secrets.token_hex(8)
        place = self.folder / key / "file"
        try:
            for each in (self.folder, self.folder / key, place):
                each.mkdir(mode=0o700, exist_ok=each == self.folder)
            file = _safe(name)
            size, lines, sha256 = _written(stream, place / file)
        except OSError as error:
            shutil.rmtree(self.folder / key, ignore_errors=True)
            raise StoreUnavailable(
                f"The file cannot be stored: {error.strerror}.",
                place="KB_HOME",
                cure="Free some space, then try again.",
            ) from error
        if not size:
            shutil.rmtree(self.folder / key, ignore_errors=True)
            raise InputError("The file is empty.", place="File", cure="Choose another one.")
        upload = Upload(key, by, name, file, size, lines, sha256, came_at, asked)
        self.save(upload)
        return upload

    def path(self, upload: Upload) -> Path:
        """Where the file lies."""
        return self.folder / upload.key / "file" / upload.file

    def find(self, key: str, by: str) -> Upload:
        """One upload of this person. Raises NotFound where there is none: of others' one does not hear."""
        found = self._load(key) if KEY.fullmatch(key) else None
        if found is None or found.by != by:
            raise NotFound("This file is not here any more.", cure="Files go after a week: send it again.")
        return found

    def all(self) -> list[Upload]:
        """Every upload, the latest first."""
        found = [upload for key in self._keys() if (upload := self._load(key)) is not None]
        return sorted(found, key=lambda each: each.came_at, reverse=True)

    def save(self, upload: Upload) -> None:
        """Replace its state in one step: whoever reads meanwhile sees the old one or the new one, whole."""
        folder = self.folder / upload.key
        new = folder / f"state.{secrets.token_hex(4)}"
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(asdict(upload), file, ensure_ascii=False)
            os.replace(new, folder / "state.json")
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise StoreUnavailable(
                f"What is done with the file cannot be noted: {error.strerror}.",
                place="KB_HOME",
                cure="Free some space, then try again.",
            ) from error

    def take(self, upload: Upload) -> int | None:
        """A descriptor that says this process works on the file, until it is closed; None where another one does."""
        try:
            descriptor = os.open(self.folder / upload.key / "working", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError as error:
            raise NotFound("This file is not here any more.", cure="Send it again.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def queue(self, waits: Callable[[], None]) -> int:
        """A descriptor that is had by one at a time in all processes; calls `waits` where another one has it."""
        descriptor = os.open(self.folder / "importing", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    def remove(self, upload: Upload) -> None:
        """Take the file and all that is known of it away."""
        shutil.rmtree(self.folder / upload.key, ignore_errors=True)

    def remove_old(self, now: float) -> None:
        """Take away what came more than a week before `now` (seconds since 1970)."""
        for key in self._keys():
            with suppress(OSError):
                if (self.folder / key).stat().st_mtime < now - WEEK:
                    shutil.rmtree(self.folder / key, ignore_errors=True)

    def _keys(self) -> Iterator[str]:
        with suppress(OSError):
            yield from (each.name for each in self.folder.iterdir() if KEY.fullmatch(each.name))

    def _load(self, key: str) -> Upload | None:
        try:
            return Upload(**json.loads((self.folder / key / "state.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            # Sent by halves, removed meanwhile, or written by another Caveat: the same as not there.
            return None


def moment() -> float:
    """Seconds since 1970, as folders note them."""
    return time.time()


def _safe(name: str) -> str:
    """A bare file name with the same ending: no path, no sign that means anything to a system."""
    path = Path(secure_filename(name) or "file")
    if path.name.startswith("."):
        path = Path(f"file{path.name}")
    return f"{path.stem[: LONGEST_NAME - len(path.suffix[:20])]}{path.suffix[:20]}"


def _written(stream: IO[bytes], target: Path) -> tuple[int, int, str]:
    """Copy a stream to a new file of the owner's; its bytes, its lines and its SHA-256."""
    size, ends, last, sha256 = 0, 0, b"", hashlib.sha256()
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while part := stream.read(AT_ONCE):
            file.write(part)
            sha256.update(part)
            size, ends, last = size + len(part), ends + part.count(b"\n"), part[-1:]
    return size, ends + (last not in (b"", b"\n")), sha256.hexdigest()
