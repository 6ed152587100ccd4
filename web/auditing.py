"""Audits of everything, in a thread of the serving process; one at a time in all processes of a home."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from indexer.engine import SearchEngine
from indexer.sync import check
from kb.audit.census import census
from kb.audit.rule import Scope
from kb.audit.run import audit
from kb.audit.runs import record
from kb.changes import last_change
from kb.errors import CaveatError
from kb.store import Store
from web.serving import Serving

log = logging.getLogger(__name__)
LOCK = "auditing"


@dataclass(frozen=True, slots=True)
class IndexChecked:
    """How the index compares with the store: how many statements are missing from it, outdated, only in it."""

    missing: int = 0
    outdated: int = 0
    surplus: int = 0
    trouble: str = ""


class Auditing:
    """Audits of what this process serves."""

    def __init__(self, here: Serving) -> None:
        self._here = here

    @property
    def running(self) -> bool:
        """Whether an audit runs now, in whichever process."""
        if (taken := self._take()) is None:
            return True
        os.close(taken)
        return False

    def begin(self, actor: str, at: datetime) -> threading.Thread | None:
        """Begin an audit; None where one is running already."""
        if (taken := self._take()) is None:
            return None
        try:
            # A daemon: an end of the server does not wait for it; a run is kept whole or not at all.
            thread = threading.Thread(target=self._run, args=(actor, at, taken), name="audit", daemon=True)
            thread.start()
        except BaseException:
            os.close(taken)
            raise
        return thread

    def _run(self, actor: str, at: datetime, taken: int) -> None:
        try:
            audited(self._here.store, self._here.engine, actor, at)
        except CaveatError as error:
            log.warning("The audit could not be done: %s", error)
        except Exception:
            log.exception("The audit could not be done")
        finally:
            os.close(taken)

    def _take(self) -> int | None:
        """A descriptor that one at a time can have; the system lets go of it where its process dies."""
        descriptor = os.open(Path(self._here.settings.home) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor


def audited(store: Store, engine: SearchEngine | None, actor: str, at: datetime) -> int:
    """Audit everything and keep the run, with the census and how the index compares; the run's number."""
    with store.reading() as session:
        seen = last_change(session)
        done = audit(session, Scope(at.date()))
        counted = census(session)
    compared = None if engine is None else asdict(_index(store, engine))
    with store.writing() as session:
        return record(session, done, actor, at, {**counted, "index": compared}, seen)


def _index(store: Store, engine: SearchEngine) -> IndexChecked:
    try:
        differences = check(store, engine)
    except CaveatError as error:
        return IndexChecked(trouble=error.message)
    return IndexChecked(len(differences.missing), len(differences.outdated), len(differences.surplus))
