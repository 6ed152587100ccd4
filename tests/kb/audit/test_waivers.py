"""Waivers are part of what the history vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kb.audit.waivers import end, waive, waivers
from kb.store import Store
from kb.verify import faults
from tests.kb.audit.library import DAY, filled, someone, statement


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Store]:
    """Three statements; on two of them a finding is accepted, and one waiver was ended."""
    store = filled(tmp_path, [statement("1"), statement("2"), statement("3")])
    with store.writing() as session:
        for id_ in (1, 2):
            waive(session, "G01", id_, DAY + timedelta(days=30), someone("nobody has had time"))
        end(session, 2, someone("now somebody has"))
    yield store
    store.close()


def told(store: Store) -> set[str]:
    with store.reading() as session:
        return {f"{each.place} {each.message}" for each in faults(session)}


def test_waivers_that_were_made_and_ended_by_the_rules_hold(few: Store) -> None:
    assert told(few) == set()
    with few.reading() as session:
        assert [each.id for each in waivers(session)] == [1]
        assert [each.id for each in waivers(session, with_ended=True)] == [1, 2]


@pytest.mark.parametrize(
    ("behind", "whose"),
    [
        ("UPDATE waiver SET expires_on = '2999-01-01' WHERE id = 1", "waiver:1"),
        ("UPDATE waiver SET reason = 'all is well' WHERE id = 1", "waiver:1"),
        ("UPDATE waiver SET statement_id = 3 WHERE id = 1", "waiver:1"),
        ("UPDATE waiver SET ended_at = NULL WHERE id = 2", "waiver:2"),
        ("DELETE FROM waiver WHERE id = 2", "waiver:2"),
        (
            "INSERT INTO waiver (id, rule, statement_id, reason, expires_on, actor, made_at)"
            " SELECT 9, rule, 3, reason, expires_on, actor, made_at FROM waiver WHERE id = 1",
            "waiver:9",
        ),
    ],
)
def test_a_waiver_changed_behind_the_historys_back_is_named(few: Store, behind: str, whose: str) -> None:
    with few.writing() as session:
        session.execute(text(behind))
    (fault,) = told(few)
    assert fault.startswith(f"{whose} ")
