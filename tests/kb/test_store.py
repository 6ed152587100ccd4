"""The store: it opens only what is its own, a change holds whole or not at all, and readers see one moment."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, inspect, select, text

from kb.changes import announce
from kb.curate import By, grade, person
from kb.curate import Judgement as Grading
from kb.errors import InputError, StoreUnavailable
from kb.model import Base, Person, Topic
from kb.store import Store, connect, create_store, open_store

KEY = b"a key for tests"
# Whatever hangs is a fault; no test waits for this long otherwise.
LONG = 60


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_no_store_is_opened_where_there_is_none_and_none_is_made(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    with pytest.raises(StoreUnavailable, match=r"no store yet.*kb init"):
        open_store(url(path), KEY)
    assert not path.exists()


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    path.touch()
    with pytest.raises(StoreUnavailable, match=r"holds no Caveat store.*kb init"):
        open_store(url(path), KEY)


def test_a_file_that_is_no_database_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    path.write_text("This is a letter to my grandmother, and no database at all. " * 20)
    with pytest.raises(StoreUnavailable, match="not a store"):
        open_store(url(path), KEY)


def test_somebody_elses_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="holds no Caveat store"):
        open_store(url(path), KEY)
    assert path.read_bytes() == before


def set_revision(store: Store, path: Path, revision: str) -> None:
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", [revision])
    raw.close()


def test_a_newer_store_is_refused_by_opening_and_by_making(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    set_revision(store, path, "9999")
    for attempt in (open_store, create_store):
        with pytest.raises(StoreUnavailable, match=r"newer Caveat.*9999"):
            attempt(url(path), KEY)


def test_an_older_store_is_refused_by_opening(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM alembic_version")
    raw.close()
    with pytest.raises(StoreUnavailable, match="kb init"):
        open_store(url(path), KEY)


def test_making_a_store_twice_keeps_its_id_and_its_data(demo: Store, tmp_path: Path, everything: Any) -> None:
    before = everything(demo)
    again = create_store(url(tmp_path / "demo.sqlite3"), KEY)
    assert again.id == demo.id
    assert everything(again) == before
    again.close()


def test_two_stores_have_two_ids(store: Store, demo: Store) -> None:
    assert store.id != demo.id


def test_a_store_in_a_folder_that_does_not_exist_says_what_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="folder's owner"):
        create_store(url(tmp_path / "nowhere" / "kb.sqlite3"), KEY)


@pytest.mark.parametrize("wrong", ["", "nonsense", "sqllite:///x", "nodriver://host/db"])
def test_what_is_no_database_url_is_said_to_be_none(wrong: str) -> None:
    with pytest.raises(InputError, match="KB_DATABASE_URL"):
        connect(wrong)


def test_an_exception_leaves_nothing_behind(demo: Store, everything: Any, by: Callable[..., By]) -> None:
    def grade_and_fail() -> None:
        with demo.writing() as session:
            grade(session, 1, Grading("high"), by("looks good"))
            session.flush()
            raise RuntimeError("power cut")

    before = everything(demo)
    with pytest.raises(RuntimeError, match="power"):
        grade_and_fail()
    assert everything(demo) == before


def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with store.reading() as session:
        session.add(Person(name="nobody"))
        session.flush()
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_reader_sees_one_moment_while_a_writer_commits(store: Store) -> None:
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 0
        with store.writing() as other:
            other.add(Topic(name="new"))
        assert session.scalar(select(func.count()).select_from(Topic)) == 0
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 1


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.writing() as session:
        session.add(Topic(name="new"))
        session.flush()
        with store.reading() as other:
            assert other.scalar(select(func.count()).select_from(Topic)) == 0


def test_foreign_keys_are_kept(store: Store, by: Callable[..., By]) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), store.writing() as session:
        announce(session, [12345], by().at)


def add_topics(path: Path, name: str, count: int) -> None:
    """What one of several programs does: a change at a time."""
    own = open_store(url(path), KEY)
    for at in range(count):
        with own.writing() as session:
            person(session, "shared")
            session.add(Topic(name=f"{name} {at}"))
    own.close()


def run_together(target: Callable[..., None], arguments: list[tuple[Any, ...]]) -> list[int | None]:
    """Run a function in several processes at once; their exit codes."""
    start = multiprocessing.get_context("spawn")
    processes = [start.Process(target=target, args=each) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(LONG)
        if process.is_alive():
            process.kill()
    return [process.exitcode for process in processes]


def test_writers_in_several_processes_all_succeed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    assert run_together(add_topics, [(path, name, 15) for name in "abc"]) == [0, 0, 0]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 45
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def make_and_close(path: Path) -> None:
    create_store(url(path), KEY).close()


def test_several_processes_may_make_one_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite3"
    assert run_together(make_and_close, [(path,)] * 4) == [0, 0, 0, 0]
    opened = open_store(url(path), KEY)
    assert len(opened.id) == 32
    opened.close()


def test_the_tables_that_migrations_make_are_those_of_the_model(store: Store, tmp_path: Path) -> None:
    engine = create_engine(url(tmp_path / "empty.sqlite3"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_constraints_that_migrations_make_are_those_of_the_model(store: Store, tmp_path: Path) -> None:
    """Alembic compares no check constraints, and no primary keys."""
    migrated = create_engine(url(tmp_path / "empty.sqlite3"))
    modelled = create_engine(url(tmp_path / "model.sqlite3"))
    Base.metadata.create_all(modelled)
    found = []
    for engine in (migrated, modelled):
        with engine.connect() as connection:
            look = inspect(connection)
            found.append(
                {
                    table: (
                        sorted((check["name"], check["sqltext"]) for check in look.get_check_constraints(table)),
                        look.get_pk_constraint(table),
                        sorted((key["name"], key["referred_table"]) for key in look.get_foreign_keys(table)),
                        {column["name"]: column["nullable"] for column in look.get_columns(table)},
                    )
                    for table in Base.metadata.tables
                }
            )
        engine.dispose()
    assert found[0] == found[1]


def test_numbers_of_the_change_log_are_never_used_twice(store: Store) -> None:
    with store.reading() as session:
        made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'change'"))
    assert "AUTOINCREMENT" in str(made)
