"""The folder a Whoosh engine lives in: which of its indexes counts, who writes, and what may be swept away.

    PATH/current        one line: the name of the folder that counts; replaced atomically
    PATH/write.lock     held (flock) by whoever writes
    PATH/rebuild.lock   held by whoever builds a whole index; readers and writers go on meanwhile
    PATH/index-…/       one Whoosh index each; .in-use in it is held, shared, by everyone who has it open

Locks are the operating system's and vanish with their process, so nothing is left locked by a crash. A folder
is removed only when it does not count and nobody holds it. Whoosh unpickles its own files: the folder is the
owner's only.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.util.filelock import try_for

from kb.errors import CaveatError, IndexDamaged, IndexUnavailable

REBUILD = "Run `kb index rebuild`: it builds a new index beside this one from the store."
_SPACE = ("the disk is full", "Free some space; the next `kb index sync` reads what is missing.")
_ACCESS = ("the folder of the index cannot be written to", "Give yourself write access, or set KB_INDEX_URL.")
_FILES = ("too many files are open", "Raise the limit of open files (ulimit -n), or serve with fewer workers.")
_MEMORY = ("there is not enough memory", "Serve with fewer workers, or give the machine more memory.")
UNMENDED = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EROFS: _ACCESS,
    errno.EACCES: _ACCESS,
    errno.EPERM: _ACCESS,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: _MEMORY,
}
"""What the system refuses for reasons that a new index beside this one would meet again."""
_POINTER = "current"
_HELD = ".in-use"


@contextmanager
def damage_is_unavailability(folder: Path) -> Iterator[None]:
    """Turn whatever Whoosh raises over its files into IndexDamaged, or IndexUnavailable where a new index would fare
    no better.

    Any exception at all may come out of damaged files; only calls into Whoosh belong inside.
    """
    try:
        yield
    except CaveatError:
        raise
    except MemoryError as error:
        why, cure = _MEMORY
        raise IndexUnavailable(f"{why}; nothing was changed.", place=str(folder), cure=cure) from error
    except Exception as error:
        if isinstance(error, OSError) and (known := UNMENDED.get(error.errno or 0)):
            why, cure = known
            raise IndexUnavailable(f"{why}; nothing was changed.", place=str(folder), cure=cure) from error
        raise IndexDamaged(
            f"the index cannot be read or written ({type(error).__name__}: {error}).",
            place=str(folder),
            cure=REBUILD,
        ) from error


class Held:
    """A shared hold on one index's folder: while it lasts, nobody sweeps the folder away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._descriptor = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let go; once is enough, and more does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class IndexFolder:
    """PATH and what lies in it. Making this object touches nothing on disk."""

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self.patience = patience

    def current(self) -> Path | None:
        """The folder of the index that counts; None where no index was ever made.

        Raises IndexUnavailable where the pointer is damaged, and where the folder holds something else.
        """
        try:
            name = (self.path / _POINTER).read_text("utf-8").strip()
        except FileNotFoundError:
            if self.path.is_dir() and any(self.path.iterdir()) and not self._only_ours():
                raise IndexUnavailable(
                    "the folder holds something, but no search index of ours.",
                    place=str(self.path),
                    cure="Name another folder, or empty this one yourself; nothing in it was touched.",
                ) from None
            return None
        except ValueError as error:
            raise IndexDamaged(f"cannot be read: {error}.", place=str(self.path), cure=REBUILD) from error
        except OSError as error:
            raise IndexUnavailable(f"cannot be read: {error}.", place=str(self.path), cure=REBUILD) from error
        folder = self.path / name
        if not name.startswith("index-") or "/" in name or not folder.is_dir():
            raise IndexDamaged(f"the index it names, {name!r}, is not there.", place=str(self.path), cure=REBUILD)
        return folder

    def prepare(self) -> None:
        """Make PATH where it is missing, open to its owner only. Raises IndexUnavailable for a foreign
        folder.
        """
        self.current_or_damaged()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise IndexUnavailable(f"cannot be made: {error}.", place=str(self.path), cure="Name another.") from error

    def create(self) -> Held:
        """A new, empty folder for an index, held. The caller holds the write lock, so that no sweep comes
        between.
        """
        folder = self.path / f"index-{secrets.token_hex(6)}"
        with damage_is_unavailability(self.path):
            folder.mkdir(mode=0o700)
            return Held(folder)

    def current_or_damaged(self) -> Path | None:
        """`current`, but None where the pointer is damaged: a rebuild cures that. A foreign folder still
        raises.
        """
        if (self.path / _POINTER).exists():
            with suppress(IndexUnavailable):
                return self.current()
            return None
        return self.current()

    def switch(self, folder: Path) -> None:
        """Make this index the one that counts: first its files reach the disk, then the pointer is set."""
        to_disk(folder)
        new = self.path / f".{_POINTER}-{secrets.token_hex(4)}"
        with damage_is_unavailability(self.path):
            try:
                new.write_text(folder.name + "\n", "utf-8")
                to_disk(new)
                new.replace(self.path / _POINTER)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
            to_disk(self.path)

    def discard(self, held: Held) -> None:
        """Remove a new index that came to nothing, and let go of it."""
        held.release()
        if self.current_or_damaged() != held.folder:
            shutil.rmtree(held.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove indexes that neither count nor are held by anyone. The caller holds the write lock."""
        current = self.current_or_damaged()
        if current is None:
            return
        for folder in self.path.glob("index-*"):
            if folder != current:
                _remove_unless_held(folder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; IndexUnavailable where another process outlasts the patience."""
        with damage_is_unavailability(self.path):
            descriptor = os.open(self.path / "write.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not try_for(lambda: _locked(descriptor), timeout=self.patience, delay=0.02):
                raise IndexUnavailable(
                    f"another process has been writing for more than {self.patience:g} seconds.",
                    place=str(self.path),
                    cure="Wait until it is done; what is missing is read by the next `kb index sync`.",
                )
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the lock that only those take who build a whole index; that takes as long as it takes."""
        with damage_is_unavailability(self.path):
            descriptor = os.open(self.path / "rebuild.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _only_ours(self) -> bool:
        return all(
            each.name.startswith(("index-", f".{_POINTER}-", "write.lock", "rebuild.lock"))
            for each in self.path.iterdir()
        )


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if _locked(descriptor):
                shutil.rmtree(folder)
        finally:
            os.close(descriptor)


def to_disk(path: Path) -> None:
    """Whoosh never calls fsync; without it a power cut could leave a pointer to files that are not there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
