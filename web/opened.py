"""What a command or the web application works with: the settings, the store and the index, opened when first needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from kb.errors import IndexUnavailable, InputError, StoreUnavailable
from kb.late import Late
from kb.settings import Settings

if TYPE_CHECKING:
    from indexer.engine import SearchEngine
    from indexer.search import Search
    from kb.curate import By
    from kb.store import Store

create_store, open_store, refuse_missing = (
    Late(f"kb.store:{name}") for name in ("create_store", "open_store", "refuse_missing")
)
cut_off = Late("kb.ingest.under_way:cut_off")
open_engine = Late("indexer.open:open_engine")
load_names = Late("indexer.names:load_names")
search_over = Late("indexer.search:Search")
sync = Late("indexer.sync:sync")
made_by = Late("kb.curate:By")

log = logging.getLogger(__name__)


class Opened:
    """One home of Caveat. Close it, or use it through `opened`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def store(self) -> Store:
        """The store; StoreUnavailable where there is none: only `kb init` makes one."""
        # Before the key is read, which would make one in a folder that holds nothing to sign.
        refuse_missing(self.settings.database_url)
        store: Store = open_store(self.settings.database_url, self.settings.secret_key())
        for each in cut_off(self.settings.home, store):
            log.warning("%s", each)
        return store

    def make_missing_store(self) -> bool:
        """Make an empty store where there is none; says whether it did."""
        try:
            refuse_missing(self.settings.database_url)
        except StoreUnavailable:
            self.settings.make_home()
            create_store(self.settings.database_url, self.settings.secret_key()).close()
            return True
        return False

    @cached_property
    def engine(self) -> SearchEngine:
        """The index, whether or not it was built yet."""
        engine: SearchEngine = open_engine(self.settings.index_url)
        return engine

    @property
    def search(self) -> Search:
        """A search over both."""
        search: Search = search_over(self.store, self.engine, load_names(self.settings.home))
        return search

    def by(self, reason: str) -> By:
        """Who changes something now, and why."""
        by: By = made_by(self.settings.actor, reason, datetime.now(UTC))
        return by

    def catch_up(self) -> None:
        """Bring the index up to date after a change, as well as can be: what is not read now is read by the next."""
        try:
            sync(self.store, self.engine)
        except (IndexUnavailable, InputError) as error:
            # InputError: a KB_INDEX_URL that names no index must not make a stored change look refused.
            log.warning("The change is stored; the search index will show it later. %s", error)

    def close(self) -> None:
        """Let go of what was opened."""
        for name in ("store", "engine"):
            if name in self.__dict__:
                getattr(self, name).close()


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """An `Opened` that is closed at the end."""
    each = Opened(settings)
    try:
        yield each
    finally:
        each.close()


def today() -> date:
    """The day by which review dates are judged (UTC)."""
    return datetime.now(UTC).date()
