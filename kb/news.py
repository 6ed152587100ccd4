"""What is new: statements that became visible, and grades that changed, newest first and limited in number.

A statement's own words, grade and caveats are read through `kb.graded`; an event only says of which statement, when,
and what its grade was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.model import Batch, Change, Revision, Statement, StatementTopic, Topic
from kb.records import CHUNK
from kb.scales import UNGRADED

MOST = 40
"""Events of each kind: an import of a million statements must not drown a grade that changed."""
LOOKED_AT = 2_000
"""Changes of single statements that are looked through, the newest: a feed tells what is new, the history all."""
FEW = 5_000
"""Statements of a topic whose every change is looked up; of a larger topic, what is among the newest changes."""
_PREFIX = "statement:"


@dataclass(frozen=True, slots=True)
class GradeThen:
    """A grade as the history keeps it; `level` is `scale:level`, or `ungraded`."""

    level: str
    direction: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something new about one statement. `seq` is the revision that says so; None for one that came with its batch.

    `before` and `after` are there where a grade changed; by whom and why stands in `actor` and `reason`.
    """

    kind: Literal["new", "grade"]
    statement_id: int
    at: datetime
    seq: int | None = None
    before: GradeThen | None = None
    after: GradeThen | None = None
    actor: str = ""
    reason: str = ""


def news(session: Session, topic: str | None = None) -> list[Event]:
    """The newest events about statements that are published now, those of one topic or all. Raises NotFound."""
    topic_id = None if topic is None else _topic_id(session, topic)
    few = topic_id is not None and _count(session, _about(topic_id).limit(FEW + 1)) <= FEW
    told = [event for id_, row in _revisions(session, topic_id, few) for event in _events(id_, row)]
    new = {event.statement_id: event for event in reversed(told) if event.kind == "new"}
    arrived = [event for event in _arrived(session, topic_id, few) if event.statement_id not in new]
    fresh = sorted([*new.values(), *arrived], key=_newest)[:MOST]
    changed = [event for event in told if event.kind == "grade"][:MOST]
    return sorted([*fresh, *changed], key=_newest)


def last_changed(session: Session) -> datetime | None:
    """When something last changed that a statement shows; None where nothing ever has."""
    return session.scalar(select(Change.at).order_by(Change.seq.desc()).limit(1))


def changed_at(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When what each of these statements shows last changed by itself; one that came with its batch may be missing."""
    query = select(Change.statement_id, func.max(Change.at)).where(Change.statement_id.in_(ids))
    return {id_: at for id_, at in session.execute(query.group_by(Change.statement_id)) if id_ is not None}


def _newest(event: Event) -> tuple[float, int, int]:
    return -event.at.timestamp(), -(event.seq or 0), -event.statement_id


def _topic_id(session: Session, name: str) -> int:
    found = session.scalar(select(Topic.id).where(Topic.name == name))
    if found is None:
        raise NotFound("There is no such topic.", place="topic", cure="`/search/values?facet=topic` lists them.")
    return found


def _about(topic_id: int | None) -> Select[int]:
    return select(StatementTopic.statement_id).where(StatementTopic.topic_id == topic_id)


def _revisions(session: Session, topic_id: int | None, few: bool) -> Iterator[tuple[int, Revision]]:
    """The newest revisions of published statements, each with the statement's id, newest first.

    `few`: the topic has few statements, and all their revisions are looked up.
    """
    newest = select(Revision.seq).order_by(Revision.seq.desc()).limit(LOOKED_AT)
    if few:
        subjects = [f"{_PREFIX}{id_}" for id_ in session.scalars(_about(topic_id))]
        seqs: list[int] = []
        for at in range(0, len(subjects), CHUNK):
            seqs += session.scalars(newest.where(Revision.subject.in_(subjects[at : at + CHUNK])))
        seqs = sorted(seqs, reverse=True)[:LOOKED_AT]
    else:
        seqs = list(session.scalars(newest.where(Revision.subject.startswith(_PREFIX))))
    for at in range(0, len(seqs), CHUNK):
        query = select(Revision).where(Revision.seq.in_(seqs[at : at + CHUNK])).order_by(Revision.seq.desc())
        rows = [(int(row.subject.removeprefix(_PREFIX)), row) for row in session.scalars(query)]
        shown = _shown(session, {id_ for id_, _ in rows}, topic_id)
        yield from (each for each in rows if each[0] in shown)


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _shown(session: Session, ids: Collection[int], topic_id: int | None) -> set[int]:
    """Those of these statements that are published, and of the topic."""
    query = select(Statement.id).where(Statement.id.in_(ids), Statement.state == "published")
    if topic_id is not None:
        query = query.join(StatementTopic).where(StatementTopic.topic_id == topic_id)
    return set(session.scalars(query))


def _events(statement_id: int, row: Revision) -> Iterator[Event]:
    """What a revision tells that is new; nothing where it keeps no content."""
    before, after = ((kept or {}).get("content") for kept in (row.before, row.after))
    if after is None or after["state"] != "published":
        return
    if before is None or before["state"] != "published":
        yield Event("new", statement_id, row.at, row.seq)
    elif _then(before) != _then(after):
        yield Event("grade", statement_id, row.at, row.seq, _then(before), _then(after), row.actor, row.reason)


def _then(content: Mapping[str, Any]) -> GradeThen:
    grade = content["grade"]
    if grade is None:
        return GradeThen(UNGRADED.name, "not-stated")
    return GradeThen(f"{grade['scale']}:{grade['level']}", grade["direction"])


def _arrived(session: Session, topic_id: int | None, few: bool) -> Iterator[Event]:
    """The statements that were written last, each at the moment when it became visible."""
    query = select(Statement.id, Batch.at).outerjoin(Batch, Batch.id == Statement.batch_id)
    query = query.where(Statement.state == "published").order_by(Statement.id.desc()).limit(MOST)
    if few:
        query = query.where(Statement.id.in_(_about(topic_id)))
    elif topic_id is not None:
        # From the newest statement backwards, which soon finds enough of a large topic; its list would be sorted whole.
        query = query.where(_about(topic_id).where(StatementTopic.statement_id == Statement.id).exists())
    came: dict[int, datetime | None] = {row[0]: row[1] for row in session.execute(query)}
    own = select(Revision).where(Revision.subject.in_([f"{_PREFIX}{id_}" for id_ in came]))
    for row in session.scalars(own.order_by(Revision.seq.desc())):
        for event in _events(int(row.subject.removeprefix(_PREFIX)), row):
            if event.kind == "new" and event.statement_id in came:
                del came[event.statement_id]
                yield event
    yield from (Event("new", id_, at) for id_, at in came.items() if at is not None)
