"""Stores for the tests of kb: real SQLite files in a temporary folder, empty or with the data of Caveat itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb.curate import By
from kb.data import data_folder
from kb.ingest.batch import Order, import_file
from kb.ingest.demo import load_demo
from kb.ingest.reading import Report
from kb.model import Base
from kb.store import Store, create_store, open_store

KEY = b"a key for tests"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENDINGS = {"statements": "jsonl", "citations": "json", "caveats": "json"}

Dump = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def by() -> Callable[..., By]:
    """`by("why")` is a tester with that reason; `at` and `actor` can be given."""

    def make(reason: str = "for a test", actor: str = "a tester", at: datetime = NOW) -> By:
        return By(actor, reason, at)

    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = create_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}", KEY)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Path:
    """The file of a store with the data that comes with Caveat; to be copied, not opened."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    opened = create_store(f"sqlite:///{path}", KEY)
    with opened.writing() as session:
        load_demo(session, data_folder(), by("the demo"))
    opened.close()
    return path


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own with the data that comes with Caveat."""
    path = tmp_path / "demo.sqlite3"
    shutil.copy(demo_file, path)
    opened = open_store(f"sqlite:///{path}", KEY)
    yield opened
    opened.close()


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """`written(rows, "citations")` is a file in the native form of that kind; text and bytes stay as they are."""

    def write(content: Any, kind: str = "statements", name: str = "rows") -> Path:
        path = tmp_path / f"{name}.{ENDINGS.get(kind, 'txt')}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        elif kind == "statements":
            path.write_text("".join(f"{json.dumps(row)}\n" for row in content), encoding="utf-8")
        else:
            path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def bring(written: Callable[..., Path], by: Callable[..., By]) -> Callable[..., Report]:
    """`bring(store, rows)` imports rows; `kind`, `dry_run` and a `who` can be given. A path is imported as it is."""

    def run(
        store: Store, content: Any, kind: str = "statements", *, dry_run: bool = False, who: By | None = None
    ) -> Report:
        path = content if isinstance(content, Path) else written(content, kind)
        with store.writing() as session:
            return import_file(session, Order(path, kind), who or by("an import"), dry_run)

    return run


@pytest.fixture(scope="session")
def everything() -> Callable[[Store], Dump]:
    """Every row of every table of a store, to be compared with another moment."""

    def dump(store: Store) -> Dump:
        with store.reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    return dump


@pytest.fixture(scope="session")
def demo_rows() -> Sequence[dict[str, Any]]:
    """The statements that come with Caveat, as their file has them."""
    path = data_folder() / "articles" / "kratom-autoimmune" / "statements.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
