"""A review that found nothing to change: the day is noted, the next one set, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.curate import withdraw
from kb.errors import Conflict, InputError, NotFound, Outdated
from kb.graded import read
from kb.history import statement_history
from kb.reviewing import later, reviewed
from kb.store import Store
from kb.verify import faults
from tests.kb.audit.library import DAY, filled, graded, someone, statement


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Store]:
    """A statement whose review is overdue."""
    store = filled(tmp_path, [statement("1", review_due="2026-01-01", grade=graded("low")), statement("2")])
    yield store
    store.close()


def test_a_reviewed_statement_is_overdue_no_more_and_says_the_same(one: Store) -> None:
    with one.writing() as session:
        (before,) = read(session, [1], DAY)
        assert "review-overdue" in {each.code for each in before.caveats}
        assert reviewed(session, 1, someone("looked again"), 6, version=1) == date(2027, 5, 23)
        (after,) = read(session, [1], DAY)
        assert "review-overdue" not in {each.code for each in after.caveats}
        assert (after.reviewed_on, after.review_due, after.version) == (DAY, date(2027, 5, 23), 2)
        assert (after.text, after.grade) == (before.text, before.grade)
        last = statement_history(session, 1)[-1]
        assert (last.action, last.reason) == ("review", "looked again")
        assert list(faults(session)) == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 12, 1), 120, date(2036, 12, 1)),
    ],
)
def test_the_next_day_is_months_later_or_the_last_day_of_that_month(day: date, months: int, expected: date) -> None:
    assert later(day, months) == expected


def test_what_cannot_be_reviewed_is_refused(one: Store) -> None:
    with one.writing() as session:
        with pytest.raises(Outdated):
            reviewed(session, 1, someone(), 12, version=9)
        with pytest.raises(InputError, match="0 is no number of months"):
            reviewed(session, 1, someone(), 0)
        with pytest.raises(NotFound):
            reviewed(session, 9, someone(), 12)
        withdraw(session, 2, someone())
        with pytest.raises(Conflict, match="withdrawn"):
            reviewed(session, 2, someone(), 12)
