"""A second process reads half of a store; where it cannot, that is said, and the first one reads that half itself."""

from __future__ import annotations

import os
import sys

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.beside import beside
from kb.model import Statement
from kb.store import Store


def test_what_the_second_process_reads_comes_back(demo: Store) -> None:
    with demo.reading() as session, beside(session, first_ids, 3) as answer:
        assert answer() == first_ids(session, 3) == [1, 2, 3]


def test_the_second_process_is_another_one(demo: Store) -> None:
    with demo.reading() as session, beside(session, process_id) as answer:
        assert answer() not in (None, os.getpid())


def test_a_reading_that_fails_there_gives_nothing(demo: Store) -> None:
    with demo.reading() as session, beside(session, failing) as answer:
        assert answer() is None


def test_a_process_that_cannot_be_had_gives_nothing(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with demo.reading() as session, beside(session, first_ids, 3) as answer:
        assert answer() is None


def test_the_second_process_ends_with_the_block(demo: Store) -> None:
    with demo.reading() as session:
        with beside(session, process_id) as answer:
            number = answer()
        assert number is not None
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def first_ids(session: Session, count: int) -> list[int]:
    return list(session.scalars(select(Statement.id).order_by(Statement.id).limit(count)))


def process_id(session: Session) -> int:
    return os.getpid()


def failing(session: Session) -> None:
    raise ValueError
