"""The numbered change log that every index follows.

A line is written in the transaction that changes what a card shows: so an index that has read up to number N has missed
nothing before N, whatever died in between. The log knows nothing of indexes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, insert, literal, select
from sqlalchemy.orm import Session

from kb.model import Change, Statement
from kb.records import CHUNK


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
    return session.scalar(select(func.max(Change.seq))) or 0


def mark_of(session: Session, seq: int) -> str:
    """What change number `seq` was: another one of the same number, in a store that was restored, has another mark."""
    row = session.get(Change, seq) if seq else None
    return "" if row is None else f"{row.statement_id}:{row.batch_id}:{row.at.isoformat()}"


def changed_after(session: Session, seq: int, until: int) -> Iterator[list[int]]:
    """Ids of the statements announced after number `seq` and up to `until`, in chunks.

    Single announcements come once each. A batch's statements follow in order of id, and may repeat one of the single
    ones: reading a statement twice changes nothing.
    """
    window = (Change.seq > seq, Change.seq <= until)
    singles = select(Change.statement_id).where(*window, Change.statement_id.is_not(None)).distinct()
    yield from _chunks(session, singles.order_by(Change.statement_id))
    batches = select(Change.batch_id).where(*window, Change.batch_id.is_not(None)).distinct()
    for batch_id in session.scalars(batches).all():
        yield from _chunks(session, select(Statement.id).where(Statement.batch_id == batch_id).order_by(Statement.id))


def lag(session: Session, seq: int) -> int:
    """How many statements were announced after number `seq`, a batch counted by its size."""
    if last_change(session) <= seq:
        return 0  # so it is for nearly every reader
    window = Change.seq > seq
    singles = select(func.count(Change.statement_id.distinct())).where(window)
    members = (
        select(func.count()).select_from(Change).join(Statement, Statement.batch_id == Change.batch_id).where(window)
    )
    return (session.scalar(singles) or 0) + (session.scalar(members) or 0)


def _chunks(session: Session, query: Select[int | None] | Select[int]) -> Iterator[list[int]]:
    for chunk in session.scalars(query).partitions(CHUNK):
        yield [id_ for id_ in chunk if id_ is not None]


def split_by_state(session: Session, ids: list[int]) -> tuple[list[int], list[int]]:
    """The ids of published statements, and those of all others (drafts, withdrawn ones, unknown ids)."""
    query = select(Statement.id).where(Statement.id.in_(ids), Statement.state == "published")
    published = set(session.scalars(query))
    return [id_ for id_ in ids if id_ in published], [id_ for id_ in ids if id_ not in published]


def published_versions(session: Session) -> Iterator[tuple[int, int]]:
    """The id and version of every published statement, in order of id."""
    query = select(Statement.id, Statement.version).where(Statement.state == "published").order_by(Statement.id)
    yield from session.execute(query.execution_options(yield_per=CHUNK))
