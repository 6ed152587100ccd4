"""How a statement stood at the end of a day or in a version, and what changed between two days, by its revisions.

Days are those of UTC. What a version says, its grade and the caveats that a reader saw beside it come together from one
snapshot, so a day has the caveats that were known when its version was made, and a version those that it had last; what
is known only since then stands beside it as `since` (see `known_since`). A day that is not over yet shows what stands
now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from kb.caveats import DERIVED, RequiredCaveat
from kb.content import content_hash
from kb.errors import InputError, NotFound
from kb.graded import GradedStatement
from kb.history import snapshot
from kb.loading import citation_record, load
from kb.model import Batch, Citation, Revision, Statement
from kb.records import CitationRecord

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WITHDRAWN = "withdrawn"
_NONE = DERIVED["none-recorded"]
_NONE_RECORDED = {"code": _NONE.code, "severity": _NONE.severity, "text": _NONE.meaning}


@dataclass(frozen=True, slots=True)
class Past:
    """A statement as it stood: a snapshot of its content with caveats, and where it is kept.

    `made` is the revision that left it so, `ended` the one that changed it next; each None where there is none. So it
    stood at the end of `day`; where a version `was_asked` for, until it was changed on that day, or today.
    """

    id: int
    day: date
    version: int
    snapshot: Mapping[str, Any]
    made: Revision | None
    ended: Revision | None
    was_asked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement at the end of two days; `earlier` is None where it was not there yet, `why_not` says so in words."""

    id: int
    first: date
    last: date
    earlier: Past | None
    why_not: str
    later: Past
    revisions: Sequence[Revision]

    @property
    def changed(self) -> list[str]:
        """The names of the fields that say something else, in their order; all of them where nothing was before."""
        before = {} if self.earlier is None else self.earlier.snapshot["content"]
        after = self.later.snapshot["content"]
        return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def read_day(words: str, place: str, today: date) -> date:
    """A day as people type it. Raises InputError for what is none, and for one that lies ahead."""
    try:
        if not _DAY.fullmatch(words.strip()):
            raise ValueError
        day = date.fromisoformat(words.strip())
    except ValueError as error:
        raise InputError(f"“{words}” is no day.", place=place, cure=f"Write it like {today}.") from error
    if day > today:
        raise InputError(f"{day} lies ahead; nobody knows it yet.", place=place, cure=f"Give a day up to {today}.")
    return day


def as_of(session: Session, id_: int, day: date) -> Past:
    """The statement as it stood at the end of `day`.

    Raises NotFound where it was not there yet, was a draft, had been taken back with its batch, or never existed.
    """
    own = _own(id_)
    made = session.scalar(select(Revision).where(own, _until(day)).order_by(Revision.seq.desc()).limit(1))
    later = select(Revision).where(own, Revision.seq > (made.seq if made else 0)).order_by(Revision.seq)
    ended = session.scalar(later.limit(1))
    if made is None:
        _refuse_before_it_came(session, id_, day, ended)
    told = _told(session, id_, day, made, ended, f"on {day}")
    # Counted from the end: a statement that came from another store brought its version along.
    since = select(func.count()).select_from(Revision).where(own, ~_until(day), Revision.before.is_not(None))
    return Past(id_, day, _version(session, id_) - (session.scalar(since) or 0), told, made, ended)


def at_version(session: Session, id_: int, version: int, today: date) -> Past:
    """The statement in one of its versions, as it stood last before the next one, or as it stands.

    Raises NotFound where it has no such version, was a draft in it, or is not known any more as it was.
    """
    own = _own(id_)
    changes = session.scalars(
        select(Revision.seq).where(own, Revision.before.is_not(None)).order_by(Revision.seq)
    ).all()
    now = _version(session, id_)
    earliest = now - len(changes)
    if not now or not earliest <= version <= now:
        known = f"It has the versions {earliest} to {now}" if earliest < now else f"It has version {now} only"
        _came(session, id_)
        raise NotFound(f"Statement {id_} has no version {version}.", cure=f"{known}: /s/{id_}.")
    ended = session.get(Revision, changes[version - earliest]) if version < now else None
    before = select(Revision).where(own, Revision.seq < ended.seq if ended else true())
    made = session.scalar(before.order_by(Revision.seq.desc()).limit(1))
    day = ended.at.date() if ended else today
    told = _told(session, id_, day, made, ended, f"in version {version}")
    # Caveats may have come or gone while it stood, with the standing of a work for example: what counts is the last.
    last = _unchanged(session, id_, today) if ended is None else ended.before or {}
    return Past(id_, day, version, last if "caveats" in last else told, made, ended, was_asked=True)


def _told(
    session: Session, id_: int, day: date, made: Revision | None, ended: Revision | None, when: str
) -> Mapping[str, Any]:
    """The snapshot between two revisions. Raises NotFound where it cannot be shown."""
    if made is not None:
        told = made.after or {}
    else:
        told = _unchanged(session, id_, day) if ended is None else ended.before or {}
    if "caveats" not in told and made is None and ended is not None:
        told = _before_it_was_taken_back(session, _own(id_), told)
    content = told.get("content", {})
    if content.get("state") not in ("published", WITHDRAWN):
        what = "was taken back with the batch it came with" if made else "is known by its hash only"
        what = "was a draft" if content else what
        raise NotFound(f"Statement {id_} {what} {when}.", cure=f"See what stands now: /s/{id_}.")
    return told


def difference(session: Session, id_: int, first: date | None, last: date) -> Difference:
    """What changed in a statement from the end of one day to the end of another; from its beginning without `first`.

    Raises InputError where the days stand the wrong way round, NotFound where it was not to be seen on the last day.
    """
    came = _came(session, id_)
    since = first or came.at.date() - timedelta(days=1)
    if since > last and first is not None:
        raise InputError(f"{first} comes after {last}.", place="from", cure="Give the earlier day first.")
    later = as_of(session, id_, last)
    earlier, why_not = None, ""
    try:
        earlier = as_of(session, id_, since)
    except NotFound as error:
        why_not = error.message
    own = or_(Revision.subject == f"statement:{id_}", Revision.subject == f"batch:{came.batch_id}")
    between = select(Revision).where(own, _until(last), ~_until(since)).order_by(Revision.seq)
    return Difference(id_, since, last, earlier, why_not, later, session.scalars(between).all())


def known_since(past: Past, today: GradedStatement) -> tuple[RequiredCaveat, ...]:
    """The caveats that the statement carries today and that were not beside the version, such as a retraction."""
    seen = {(each["code"], each["text"]) for each in past.snapshot["caveats"]}
    return tuple(each for each in today.caveats if (each.code, each.text) not in seen)


def works_cited(session: Session, past: Past) -> dict[str, CitationRecord]:
    """The works in the version's slots by their keys, as they are known today."""
    keys = [slot["citation"] for slot in past.snapshot["content"]["slots"] if slot["citation"] is not None]
    return {row.key: citation_record(row) for row in session.scalars(select(Citation).where(Citation.key.in_(keys)))}


def _own(id_: int) -> ColumnElement[bool]:
    return Revision.subject == f"statement:{id_}"


def _version(session: Session, id_: int) -> int:
    """The version in which the statement stands; 0 where there is none."""
    return session.scalar(select(Statement.version).where(Statement.id == id_)) or 0


def _until(day: date) -> ColumnElement[bool]:
    return Revision.at < datetime.combine(day + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, slots=True)
class _Arrival:
    at: datetime
    how: str
    batch_id: int | None


def _came(session: Session, id_: int) -> _Arrival:
    """When and how a statement came to be. Raises NotFound where there is none."""
    batch_id = session.execute(select(Statement.batch_id).where(Statement.id == id_)).one_or_none()
    if batch_id is None:
        raise NotFound(f"There is no statement {id_}.", cure="Search for its words instead.")
    batch = session.get(Batch, batch_id[0]) if batch_id[0] is not None else None
    if batch is not None:
        return _Arrival(batch.at, f"it came with batch {batch.id} on {batch.at.date()}", batch.id)
    created = select(Revision).where(Revision.subject == f"statement:{id_}").order_by(Revision.seq).limit(1)
    made = session.scalars(created).one()
    return _Arrival(made.at, f"{made.actor} wrote it on {made.at.date()}", None)


def _refuse_before_it_came(session: Session, id_: int, day: date, first: Revision | None) -> None:
    came = _came(session, id_)
    if came.at.date() > day or (first is not None and first.before is None):
        raise NotFound(f"There was no statement {id_} on {day}: {came.how}.", cure="Give that day or a later one.")


def _unchanged(session: Session, id_: int, day: date) -> dict[str, Any]:
    (record,) = load(session, [id_])
    return snapshot(record, day)


def _before_it_was_taken_back(session: Session, own: ColumnElement[bool], told: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement said before its batch was undone: that revision keeps the hash alone, a later one the words.

    The words are taken only where they give that hash; where they do not, nothing is known, and nothing is returned.
    """
    revived = select(Revision.before).where(own).order_by(Revision.seq)
    for before in session.scalars(revived):
        if before is None or "caveats" not in before:
            continue
        for state in ("published", "draft"):
            content = {**before["content"], "state": state, "withdrawn_reason": None}
            if content_hash(content) == told.get("content_hash"):
                caveats = [each for each in before["caveats"] if each["code"] != WITHDRAWN] or [_NONE_RECORDED]
                return {**before, "content": content, "content_hash": told["content_hash"], "caveats": caveats}
    return {}
