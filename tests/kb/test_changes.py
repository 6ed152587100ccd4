"""The change log: whoever has read up to a number has missed nothing before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.changes import (
    announce,
    announce_batch,
    announce_where,
    changed_after,
    lag,
    last_change,
    published_versions,
    split_by_state,
)
from kb.curate import By, withdraw
from kb.model import Statement
from kb.records import CHUNK
from kb.store import Store


def told(session: Session, after: int, until: int | None = None) -> list[int]:
    """The ids that changed, all chunks together."""
    until = last_change(session) if until is None else until
    return [id_ for chunk in changed_after(session, after, until) for id_ in chunk]


def test_an_empty_store_has_changed_nothing(store: Store) -> None:
    with store.reading() as session:
        assert last_change(session) == 0
        assert told(session, 0) == []
        assert lag(session, 0) == 0


def test_a_batch_is_one_line_that_stands_for_all_its_statements(demo: Store) -> None:
    with demo.reading() as session:
        assert last_change(session) == 1
        assert told(session, 0) == list(range(1, 67))
        assert lag(session, 0) == 66


def test_who_has_read_everything_is_told_nothing(demo: Store) -> None:
    with demo.reading() as session:
        assert told(session, last_change(session)) == []
        assert lag(session, last_change(session)) == 0


def test_a_statement_announced_twice_is_told_once(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        announce(session, [3, 3, 2], by().at)
        announce(session, [3], by().at)
    with demo.reading() as session:
        assert told(session, 1) == [2, 3]
        assert lag(session, 1) == 2


def test_announcing_nothing_changes_nothing(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        announce(session, [], by().at)
        announce_where(session, Statement.id < 0, by().at)
    with demo.reading() as session:
        assert last_change(session) == 1


def test_a_window_has_what_lies_in_it_and_nothing_else(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        for id_ in (10, 11, 12):
            announce(session, [id_], by().at)
    with demo.reading() as session:
        assert last_change(session) == 4
        assert told(session, 1, 4) == [10, 11, 12]
        assert told(session, 2, 3) == [11]
        assert told(session, 3, 3) == []
        assert set(told(session, 0, 1)) == set(range(1, 67))


def test_statements_can_be_announced_by_what_they_have_in_common(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        announce_where(session, Statement.type == "mechanism", by().at)
    with demo.reading() as session:
        mechanisms = {s.id for s in session.query(Statement).filter(Statement.type == "mechanism")}
        assert mechanisms
        assert set(told(session, 1)) == mechanisms
        assert lag(session, 1) == len(mechanisms)


def test_a_batch_and_a_single_change_are_both_told(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        announce(session, [7], by().at)
        announce_batch(session, 4, by().at)
    with demo.reading() as session:
        assert set(told(session, 1)) == set(range(1, 67))
        assert lag(session, 1) == 67


def test_what_was_rolled_back_was_never_announced(demo: Store, by: Callable[..., By]) -> None:
    def announce_and_fail() -> None:
        with demo.writing() as session:
            announce(session, [7], by().at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_and_fail()
    with demo.writing() as session:
        announce(session, [8], by().at)
    with demo.reading() as session:
        assert told(session, 1) == [8]


def test_many_changes_come_in_chunks(store: Store, bring: Callable[..., Any]) -> None:
    bring(store, [{"origin": "o", "key": f"k{at}", "text": f"Text {at}.", "type": "safety"} for at in range(CHUNK + 1)])
    with store.reading() as session:
        assert [len(chunk) for chunk in changed_after(session, 0, 1)] == [CHUNK, 1]


def test_withdrawn_and_unknown_statements_are_told_apart_from_published_ones(
    demo: Store, by: Callable[..., By]
) -> None:
    with demo.writing() as session:
        withdraw(session, 2, by("wrong"))
    with demo.reading() as session:
        assert split_by_state(session, [1, 2, 3, 999]) == ([1, 3], [2, 999])
        assert (2, 2) not in dict(published_versions(session)).items()
        assert len(dict(published_versions(session))) == 65
