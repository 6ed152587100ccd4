"""Waivers: findings that somebody accepted, each with a reason and a last day. Every one has its revision."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.history import Act, append, hashed
from kb.model import Statement, Waiver
from kb.records import LARGEST_ID


@dataclass(frozen=True, slots=True)
class Accepted:
    """A waiver as it stands. `expires_on` is its last day; `ended_at` where somebody ended it before."""

    id: int
    rule: str
    statement_id: int
    reason: str
    expires_on: date
    actor: str
    made_at: datetime
    ended_at: datetime | None


LONGEST_DAYS = 731
# What is about waivers and about the audit itself is not waived.
NEVER = "A"


def waive(session: Session, rule: str, statement_id: int, expires_on: date, by: By) -> int:
    """Accept what a rule finds on a statement, up to and with a day; the waiver's number.

    The caller has seen that the rule exists. Raises NotFound, InputError for a day that is past or too far away, and
    Conflict where a waiver is in force already.
    """
    if rule.startswith(NEVER):
        raise InputError(f"{rule} cannot be waived.", place="rule", cure="Mend what it names.")
    today = by.at.date()
    if not today <= expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise InputError(
            f"A waiver cannot last until {expires_on}.",
            place="until",
            cure="Choose a day between today and two years from now: what is accepted is looked at again.",
        )
    row = session.get(Statement, statement_id) if 0 < statement_id <= LARGEST_ID else None
    if row is None or row.state != "published":
        raise NotFound(f"There is no published statement {statement_id}.")
    standing = select(Waiver.id, Waiver.expires_on).where(
        Waiver.rule == rule,
        Waiver.statement_id == statement_id,
        Waiver.ended_at.is_(None),
        Waiver.expires_on >= today,
    )
    if (found := session.execute(standing).first()) is not None:
        raise Conflict(
            f"{rule} is waived on statement {statement_id} already, until {found.expires_on}.",
            cure=f"End waiver {found.id} first.",
        )
    made = Waiver(
        rule=rule,
        statement_id=statement_id,
        reason=by.reason,
        expires_on=expires_on,
        actor=by.actor,
        made_at=by.at,
        ended_at=None,
    )
    session.add(made)
    session.flush()
    append(session, [Act("waive", f"waiver:{made.id}", None, hashed(waiver_content(made)), by.reason)], by.actor, by.at)
    return made.id


def end(session: Session, waiver_id: int, by: By) -> None:
    """End a waiver before its day; it stays to be seen. Raises NotFound, and Conflict where it has ended."""
    row = session.get(Waiver, waiver_id) if 0 < waiver_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(f"There is no waiver {waiver_id}.", cure="`kb waivers` lists them.")
    if row.ended_at is not None:
        raise Conflict(f"Waiver {waiver_id} has ended already.")
    before = hashed(waiver_content(row))
    row.ended_at = by.at
    session.flush()
    after = hashed(waiver_content(row))
    append(session, [Act("end-waiver", f"waiver:{row.id}", before, after, by.reason)], by.actor, by.at)


def restore_waiver(session: Session, waiver_id: int, content: dict[str, Any] | None, by: By) -> None:
    """Say again what a waiver said before; one that was not there before has ended, because none is deleted."""
    row = session.get_one(Waiver, waiver_id)
    before = hashed(waiver_content(row))
    ended_at = by.at.isoformat() if content is None else content["ended_at"]
    row.ended_at = None if ended_at is None else datetime.fromisoformat(ended_at)
    session.flush()
    append(session, [Act("undo", f"waiver:{row.id}", before, hashed(waiver_content(row)), by.reason)], by.actor, by.at)


def waived(session: Session, day: date) -> dict[str, set[int]]:
    """The statements on which each rule is waived on a day."""
    query = select(Waiver.rule, Waiver.statement_id).where(Waiver.ended_at.is_(None), Waiver.expires_on >= day)
    found: dict[str, set[int]] = {}
    for rule, statement_id in session.execute(query):
        found.setdefault(rule, set()).add(statement_id)
    return found


def waivers(session: Session, statement_id: int | None = None, with_ended: bool = False) -> list[Accepted]:
    """All waivers, or those of one statement: those that end soonest first."""
    query = select(Waiver).order_by(Waiver.expires_on, Waiver.id)
    if statement_id is not None:
        query = query.where(Waiver.statement_id == statement_id)
    if not with_ended:
        query = query.where(Waiver.ended_at.is_(None))
    names = [field.name for field in fields(Accepted)]
    return [Accepted(**{name: getattr(row, name) for name in names}) for row in session.scalars(query)]


def waiver_content(row: Waiver) -> dict[str, Any]:
    """What the history vouches for."""
    return {
        "rule": row.rule,
        "statement": row.statement_id,
        "reason": row.reason,
        "expires_on": row.expires_on.isoformat(),
        "actor": row.actor,
        "made_at": row.made_at.isoformat(),
        "ended_at": None if row.ended_at is None else row.ended_at.isoformat(),
    }
