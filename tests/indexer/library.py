"""The search over a real store and a real index, filled with the data that comes with Caveat."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from indexer.open import open_engine
from indexer.search import Search, SearchRequest
from indexer.sync import sync
from kb.curate import By
from kb.data import data_folder
from kb.ingest.demo import load_demo
from kb.store import Store, create_store

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Library:
    """A store with the demo data and an index in step with it, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = create_store(f"sqlite:///{folder / 'store.sqlite3'}", b"a key for tests")
        with self.store.writing() as session:
            load_demo(session, data_folder(), self.by("the demo"))
        self.engine = open_engine(f"whoosh:{folder / 'index'}")
        self.search = Search(self.store, self.engine)
        self.day = DAY
        sync(self.store, self.engine)

    @staticmethod
    def by(reason: str) -> By:
        """Who changes something in a test."""
        return By("a tester", reason, NOW)

    def find(self, words: str, **request: object) -> list[str]:
        """The keys of the statements found, first page, best first."""
        results = self.search.run(SearchRequest(words, limit=100, **request), DAY)
        return [hit.statement.key for hit in results.hits]

    def close(self) -> None:
        """Let go of both."""
        self.engine.close()
        self.store.close()
