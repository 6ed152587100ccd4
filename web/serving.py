"""What every page works with: the store, the index, today's date. `create_app` sets it once, `serving()` reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app

from indexer.engine import SearchEngine
from indexer.sync import follow, sync
from kb.errors import IndexUnavailable
from kb.settings import Settings
from kb.store import Store
from web.keeper import Keeper
from web.misses import Misses

log = logging.getLogger(__name__)
KEY = "caveat"


def today_in_utc() -> date:
    """The day on which derived caveats are worked out."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Serving:
    """One running application. `engine` is None where no index could be opened; search then reads the store.

    `keeper` is there in a process that serves; tests and commands look after the index themselves.
    """

    settings: Settings
    store: Store
    engine: SearchEngine | None
    today: Callable[[], date]
    misses: Misses
    keeper: Keeper | None = None

    def catch_up(self) -> None:
        """Bring the index up to date after a change, as well as can be: what is not read now the keeper reads later."""
        if self.engine is None:
            return
        try:
            if self.keeper is None:
                sync(self.store, self.engine)
            elif not follow(self.store, self.engine):
                self.keeper.wake()  # a whole index is not built while somebody waits for a page
        except IndexUnavailable as error:
            log.warning("The change is stored; the search index will show it later. %s", error)
            if self.keeper is not None:
                self.keeper.wake()

    def index(self) -> SearchEngine:
        """The search engine. Raises IndexUnavailable where there is none."""
        if self.engine is None:
            raise IndexUnavailable("There is no search index.", cure="Run `kb index rebuild`.")
        return self.engine


def serving() -> Serving:
    """What the application that answers this request works with."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Serving)
    return found
