"""Notes of imports under way, so that after a kill the next start can say what became of each.

A note lies in KB_HOME/imports for as long as its import runs, held by a lock which the system lets go of when the
process dies. One that nobody holds was left behind: whether its batch is in the store says whether all of it is there.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.model import Batch
from kb.store import Store
from kb.words import file_name

FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class CutOff:
    """An import that was cut off. `batch` is its number where all of it is in the store, None where nothing is."""

    file: str
    actor: str
    at: datetime
    batch: int | None

    def __str__(self) -> str:
        began = f"The import of {self.file}, begun by {self.actor} at {self.at:%Y-%m-%d %H:%M:%S} UTC, was cut off"
        if self.batch is None:
            return f"{began}: nothing of it was written. Import it again."
        return f"{began}: all of it is there, as batch {self.batch}."


@contextmanager
def noted(home: Path, path: Path, by: By) -> Iterator[None]:
    """Keep a note while a file is imported. A home that cannot be written to has none, and the import goes on."""
    folder = home / FOLDER
    note = folder / f"{uuid.uuid4().hex}.json"
    said = {"file": file_name(path), "actor": by.actor, "at": by.at.isoformat()}
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(note, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, json.dumps(said).encode())
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        os.close(descriptor)


def cut_off(home: Path, store: Store) -> list[CutOff]:
    """The imports that were cut off since somebody last asked; each is told once."""
    notes = sorted((home / FOLDER).glob("*.json"))
    if not notes:
        return []
    with store.reading() as session:
        return [told for note in notes if (told := _told(note, session)) is not None]


def _told(note: Path, session: Session) -> CutOff | None:
    try:
        descriptor = os.open(note, os.O_RDWR)
    except OSError:
        # It came to its end between the two looks.
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        said = json.loads(os.read(descriptor, 1 << 20))
        at = datetime.fromisoformat(said["at"])
        found = CutOff(str(said["file"]), str(said["actor"]), at, _batch(session, str(said["actor"]), at))
    except BlockingIOError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # Killed before the note was whole: then nothing else had begun.
        found = None
    finally:
        os.close(descriptor)
    with suppress(OSError):
        note.unlink()
    return found


def _batch(session: Session, actor: str, at: datetime) -> int | None:
    return session.scalar(select(Batch.id).where(Batch.actor == actor, Batch.at == at))
