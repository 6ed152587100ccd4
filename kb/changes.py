"""The numbered change log that every index follows.

A line is written in the transaction that changes what a card shows: so an index that has read up to number N has missed
nothing before N, whatever died in between. The log knows nothing of indexes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, bindparam, func, insert, literal, select
from sqlalchemy.orm import Session

from kb.model import Change, Statement
from kb.records import CHUNK
from kb.rows import Rows, among

# Every search asks for some of these, and every change for all: put together once, they are executed past the session.
_LAST = select(func.max(Change.seq))
_LINE = select(Change.statement_id, Change.batch_id, Change.at).where(Change.seq == bindparam("seq"))
_AFTER = Change.seq > bindparam("seq")
_WINDOW = (_AFTER, Change.seq <= bindparam("until"))
_SINGLES = (
    select(Change.statement_id)
    .where(*_WINDOW, Change.statement_id.is_not(None))
    .distinct()
    .order_by(Change.statement_id)
)
_BATCHES = select(Change.batch_id).where(*_WINDOW, Change.batch_id.is_not(None)).distinct()
_MEMBERS = select(Statement.id).where(Statement.batch_id == bindparam("batch_id")).order_by(Statement.id)
_SINGLES_AFTER = select(func.count(Change.statement_id.distinct())).where(_AFTER)
_MEMBERS_AFTER = (
    select(func.count()).select_from(Change).join(Statement, Statement.batch_id == Change.batch_id).where(_AFTER)
)
_PUBLISHED = select(Statement.id).where(among(Statement.id), Statement.state == "published")


def announce(session: Session, ids: Collection[int], at: datetime) -> None:
    """Say that these statements show something new."""
    if ids:
        session.execute(insert(Change), [{"statement_id": id_, "at": at} for id_ in sorted(set(ids))])


def announce_where(session: Session, which: ColumnElement[bool], at: datetime) -> None:
    """Say that the statements that `which` selects show something new, however many they are."""
    chosen = select(Statement.id, literal(at, Change.at.type)).where(which)
    session.execute(insert(Change).from_select(["statement_id", "at"], chosen))


def announce_batch(session: Session, batch_id: int, at: datetime) -> None:
    """Say in one line that all statements a batch created are new."""
    session.execute(insert(Change), [{"batch_id": batch_id, "at": at}])


def last_change(session: Session) -> int:
    """The highest number in the log; 0 where nothing has changed yet."""
    return session.connection().scalar(_LAST) or 0


def mark_of(session: Session, seq: int) -> str:
    """What change number `seq` was: another one of the same number, in a store that was restored, has another mark."""
    row = session.connection().execute(_LINE, {"seq": seq}).one_or_none() if seq else None
    return "" if row is None else f"{row.statement_id}:{row.batch_id}:{row.at.isoformat()}"


def changed_after(session: Session, seq: int, until: int) -> Iterator[list[int]]:
    """Ids of the statements announced after number `seq` and up to `until`, in chunks.

    Single announcements come once each. A batch's statements follow in order of id, and may repeat one of the single
    ones: reading a statement twice changes nothing.
    """
    rows, window = session.connection(), {"seq": seq, "until": until}
    yield from _chunks(rows.execute(_SINGLES, window))
    for batch_id in rows.scalars(_BATCHES, window).all():
        yield from _chunks(rows.execute(_MEMBERS, {"batch_id": batch_id}))


def lag(session: Session, seq: int) -> int:
    """How many statements were announced after number `seq`, a batch counted by its size."""
    if last_change(session) <= seq:
        return 0  # so it is for nearly every reader
    rows = session.connection()
    return sum(rows.scalar(each, {"seq": seq}) or 0 for each in (_SINGLES_AFTER, _MEMBERS_AFTER))


def _chunks(found: CursorResult[Any]) -> Iterator[list[int]]:
    # All at once: a reader who stops halfway must not leave its connection at the moment it saw.
    ids = found.scalars().all()
    yield from (list(ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))


def split_by_state(session: Session, ids: list[int]) -> tuple[list[int], list[int]]:
    """The ids of published statements, and those of all others (drafts, withdrawn ones, unknown ids)."""
    published = {id_ for (id_,) in Rows(session).of(_PUBLISHED, ids)}
    return [id_ for id_ in ids if id_ in published], [id_ for id_ in ids if id_ not in published]


def published_versions(session: Session) -> Iterator[tuple[int, int]]:
    """The id and version of every published statement, in order of id."""
    query = select(Statement.id, Statement.version).where(Statement.state == "published").order_by(Statement.id)
    yield from session.execute(query.execution_options(yield_per=CHUNK))
