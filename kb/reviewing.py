"""A statement looked at again and found as it should be: the day is noted, and the next one set."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from sqlalchemy.orm import Session

from kb.curate import By, changing
from kb.errors import Conflict, InputError
from kb.settings import LONGEST_WAIT

NOTHING_CHANGED = "reviewed, nothing changed"
"""The reason where nobody gives another one."""


def reviewed(session: Session, statement_id: int, by: By, months: int, version: int | None = None) -> date:
    """Note that a published statement was looked at today; the day on which it is to be looked at again.

    Raises NotFound, Outdated where somebody changed it since `version`, Conflict where it is not published, and
    InputError for a number of months that is no time to wait.
    """
    if not 0 < months <= LONGEST_WAIT:
        raise InputError(f"{months} is no number of months to wait.", place="months", cure=f"Use 1 to {LONGEST_WAIT}.")
    today = by.at.date()
    with changing(session, statement_id, "review", by, version) as row:
        if row.state != "published":
            raise Conflict(f"Statement {statement_id} is {row.state}.", cure="Publish it first.")
        row.reviewed_on, row.review_due = today, later(today, months)
    return later(today, months)


def later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
