"""Keeps the index of a serving process in step with the store, and mends it without a person where that is safe.

Each change is indexed by whoever makes it; this thread reads what others could not, builds an index that is missing or
damaged, and tries again, less and less often, where something outside of Caveat stands in the way (a full disk, a
folder that cannot be written to). Pages read from the store meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import date

from indexer.engine import SearchEngine
from indexer.sync import in_step, sync
from kb.errors import CaveatError
from kb.store import Store

log = logging.getLogger(__name__)
SECONDS = 2.0
LONGEST_PAUSE = 60.0


class Keeper:
    """One thread for one index. `trouble` is why the index is not kept in step just now; empty where it is."""

    def __init__(self, store: Store, engine: SearchEngine, today: Callable[[], date], seconds: float = SECONDS) -> None:
        self._store = store
        self._engine = engine
        self._today = today
        self._seconds = seconds
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index keeper", daemon=True)
        self.trouble = ""
        self.building = False

    def start(self) -> None:
        """Begin; the first look at the index comes at once."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the first look at the index to be done; says whether it is."""
        return self._first.wait(seconds)

    def wake(self) -> None:
        """Look at the index now: a page has found that it does not answer."""
        self._wanted.set()

    def stop(self) -> None:
        """End; a rebuild that is running is left where it is, which harms nothing."""
        self._ended.set()
        self._wanted.set()

    def _run(self) -> None:
        pause = self._seconds
        while not self._ended.is_set():
            pause = self._seconds if self._keep() else min(pause * 2, LONGEST_PAUSE)
            self._first.set()
            # Trouble is not asked about more often because more readers meet it.
            if self.trouble:
                self._ended.wait(pause)
            else:
                self._wanted.wait(pause)
            self._wanted.clear()

    def _keep(self) -> bool:
        """Bring the index up to date; says whether that could be done."""
        try:
            if not in_step(self._store, self._engine) or self._engine.is_worn():
                self.building = True
                done = sync(self._store, self._engine)
                if done.rebuilt:
                    log.info("The search index was built and stands at change %d.", done.seq)
        except CaveatError as error:
            self._note(str(error))
            return False
        except Exception:
            # A thread that ended here would leave the index behind for ever, and nobody would know.
            log.exception("The search index cannot be kept in step")
            self._note("A fault in Caveat; the log has it.")
            return False
        finally:
            self.building = False
        if self.trouble:
            log.info("The search index is in step again.")
        self.trouble = ""
        return True

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("The search index cannot be kept in step: %s", trouble)
        self.trouble = trouble
