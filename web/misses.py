"""Searches that found nothing, held in a process's memory and written to the store now and then by a thread of its own.

A reader's request only counts in memory: it never waits for whoever writes to the store. The thread does, which is why
it is not the one that keeps the index. What cannot be written is tried again; what does not fit in memory, and what is
in it when a process is killed, is lost, and nobody is told: these are misses, not knowledge.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

from indexer.search import Results
from kb import misses
from kb.errors import CaveatError
from kb.store import Store

log = logging.getLogger(__name__)
SECONDS = 30.0
MOST_HELD = 1_000
"""Different searches that are held between two writings."""
SECONDS_TO_END = 2.0
"""How long the end of a process waits for the last writing."""


class Misses:
    """What this process has to write. With `on` False nothing is noted; what is too old goes all the same."""

    def __init__(self, store: Store, today: Callable[[], date], *, on: bool = True, seconds: float = SECONDS) -> None:
        self._store = store
        self._today = today
        self._on = on
        self._seconds = seconds
        self._lock = threading.Lock()
        # Held while what is in memory goes to the store, so that nothing is forgotten while it is in neither.
        self._moving = threading.Lock()
        self._held: Counter[tuple[date, str]] = Counter()
        self._looked: date | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="misses", daemon=True)
        self._in_trouble = False

    def start(self) -> None:
        """Write now and then from here on."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is held, unless another program keeps the store locked, and end."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(SECONDS_TO_END)

    def note(self, results: Results) -> bool:
        """Count a search if it is a miss of which something may be kept; says whether it is."""
        if not self._on or not is_miss(results):
            return False
        words = misses.kept(results.request.words)
        if words is None:
            return False
        with self._lock:
            return self._hold((self._today(), words), 1)

    def forget(self, words: str) -> None:
        """Drop what is held of these words, so that they do not come back once they are forgotten in the store."""
        named = {words, misses.kept(words)}
        with self._moving, self._lock:
            self._held = Counter({key: count for key, count in self._held.items() if key[1] not in named})

    def forget_all(self) -> None:
        """Drop all that is held."""
        with self._moving, self._lock:
            self._held = Counter()

    def flush(self) -> None:
        """Write what is held, in one short transaction; where that cannot be done, hold it for the next time."""
        with self._moving:
            self._move()

    def _move(self) -> None:
        with self._lock:
            held, self._held = self._held, Counter()
        try:
            self._write(held)
        except CaveatError as error:
            self._hold_again(held)
            if not self._in_trouble:
                log.warning("Searches that found nothing cannot be written now: %s", error)
            self._in_trouble = True
        except Exception:
            # A thread that ended here would never write again.
            log.exception("Searches that found nothing cannot be written")
        else:
            self._in_trouble = False

    def _write(self, held: Counter[tuple[date, str]]) -> None:
        today = self._today()
        too_old = False
        if self._looked != today:
            with self._store.reading() as session:
                too_old = misses.any_too_old(session, today)
        if held or too_old:
            with self._store.writing() as session:
                # Today comes last: by it is decided what is too old.
                for day in sorted({day for day, _ in held} | {today}):
                    misses.add(session, {words: count for (on, words), count in held.items() if on == day}, day)
        self._looked = today

    def _hold(self, key: tuple[date, str], count: int) -> bool:
        """Count it, where there is room; the caller holds the lock."""
        if key not in self._held and len(self._held) >= MOST_HELD:
            return False
        self._held[key] += count
        return True

    def _hold_again(self, held: Counter[tuple[date, str]]) -> None:
        with self._lock:
            for key, count in held.items():
                self._hold(key, count)

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            self.flush()
        self.flush()


def is_miss(results: Results) -> bool:
    """Whether a search says that something is missing here: plain words, and the whole index has nothing for them.

    Filters or a name left out may be to blame where they are in use; notes tell of a search that was cut short.
    """
    asked = results.request
    narrowed = asked.selected or asked.without or not asked.widen or asked.page != 1
    return bool(
        results.total == 0 and results.by_index and results.asked.typed.words and not narrowed and not results.notes
    )
