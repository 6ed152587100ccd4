"""Flags: raised, resolved, taken back, never deleted, and each of them proved by the history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kb.curate import withdraw
from kb.errors import Conflict, InputError, NotFound
from kb.flags import LONGEST, flag, flags_of, resolve
from kb.graded import read
from kb.store import Store
from kb.verify import faults
from tests.kb.audit.library import DAY, filled, someone, statement


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Store]:
    """Two statements, both flagged; the flag on the second was resolved."""
    store = filled(tmp_path, [statement("1"), statement("2")])
    with store.writing() as session:
        flag(session, 1, someone("Is that so?", "A. Doubter"), version=1)
        resolve(session, flag(session, 2, someone("And that?")), someone("It is.", "A. Curator"))
    yield store
    store.close()


def told(store: Store) -> set[str]:
    with store.reading() as session:
        return {f"{each.place} {each.message}" for each in faults(session)}


def test_a_flag_keeps_who_raised_it_on_which_version_and_what_came_of_it(few: Store) -> None:
    with few.reading() as session:
        (open_one,), (done,) = flags_of(session, 1), flags_of(session, 2)
    assert (open_one.comment, open_one.actor, open_one.version, open_one.resolved_at) == (
        "Is that so?",
        "A. Doubter",
        1,
        None,
    )
    assert (done.resolution, done.resolved_by) == ("It is.", "A. Curator")
    assert told(few) == set()


def test_a_flag_changes_neither_the_statement_nor_its_caveats(few: Store) -> None:
    with few.writing() as session:
        (before,) = read(session, [1], DAY)
        flag(session, 1, someone("once more"))
        (after,) = read(session, [1], DAY)
    assert after == before


def test_open_flags_come_first(few: Store) -> None:
    with few.writing() as session:
        flag(session, 2, someone("a later one"))
        assert [each.comment for each in flags_of(session, 2)] == ["a later one", "And that?"]


@pytest.mark.parametrize(
    ("behind", "whose"),
    [
        ("UPDATE flag SET comment = 'all is well' WHERE id = 1", "flag:1"),
        ("UPDATE flag SET resolved_at = '2026-01-01', resolved_by = 'nobody' WHERE id = 1", "flag:1"),
        ("UPDATE flag SET resolved_at = NULL WHERE id = 2", "flag:2"),
        ("UPDATE flag SET statement_id = 2 WHERE id = 1", "flag:1"),
        ("DELETE FROM flag WHERE id = 1", "flag:1"),
        (
            "INSERT INTO flag (id, statement_id, version, comment, actor, made_at)"
            " SELECT 9, statement_id, version, comment, actor, made_at FROM flag WHERE id = 1",
            "flag:9",
        ),
    ],
)
def test_a_flag_changed_behind_the_historys_back_is_named(few: Store, behind: str, whose: str) -> None:
    with few.writing() as session:
        session.execute(text(behind))
    (fault,) = told(few)
    assert fault.startswith(f"{whose} ")


def test_what_cannot_be_is_refused_and_leaves_nothing(few: Store) -> None:
    with few.writing() as session:
        withdraw(session, 2, someone("taken back"))
        for id_ in (0, 2, 3, 2**40):
            with pytest.raises(NotFound, match=f"published statement {id_}"):
                flag(session, id_, someone())
        with pytest.raises(InputError, match="never was at version 2"):
            flag(session, 1, someone(), version=2)
        with pytest.raises(InputError, match="4,001 characters"):
            flag(session, 1, someone("x" * (LONGEST + 1)))
        with pytest.raises(Conflict, match=r"resolved already, by A\. Curator: It is\."):
            resolve(session, 2, someone())
        for number in (0, 9, 2**40):
            with pytest.raises(NotFound, match="/queue/flags"):
                resolve(session, number, someone())
        assert len(flags_of(session, 1)) == 1
    assert told(few) == set()
