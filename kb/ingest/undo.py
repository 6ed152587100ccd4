"""Taking a batch back: what it created is withdrawn and hidden, what it changed says again what it said before.

Nothing is deleted: the history keeps the batch and its undoing. A batch is undone whole, and only as long as nothing
that it wrote was changed since; otherwise somebody's later work would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select, update
from sqlalchemy.orm import Session

from kb.changes import announce
from kb.content import statement_content, statement_hash
from kb.curate import By
from kb.errors import Conflict, NotFound
from kb.history import Act, append
from kb.ingest.caveat_to_all import OPPOSITE, take_back
from kb.ingest.restoring import restore
from kb.loading import load
from kb.model import Batch, Revision, Statement
from kb.records import CHUNK, LARGEST_ID

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Undone:
    """How many statements were withdrawn and hidden, and how many records say again what they said before."""

    batch: int
    withdrawn: int
    restored: int


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One import, as it is listed."""

    id: int
    at: datetime
    actor: str
    file: str
    kind: str
    mapping: str | None
    counts: dict[str, Any]
    state: str


def batches(session: Session) -> list[BatchLine]:
    """All imports, newest first."""
    return [
        BatchLine(each.id, each.at, each.actor, each.file, each.kind, each.mapping, each.counts, each.state)
        for each in session.scalars(select(Batch).order_by(Batch.id.desc()))
    ]


def citations_of(session: Session, batch_id: int) -> set[int]:
    """The ids of the citations that a batch changed."""
    query = select(Revision.subject).where(Revision.batch_id == batch_id, Revision.subject.startswith("citation:"))
    return {int(subject.partition(":")[2]) for subject in session.scalars(query)}


def undo(session: Session, batch_id: int, by: By) -> Undone:
    """Take a batch back, in the caller's writing session.

    Raises NotFound, and Conflict where it is undone already or something that it wrote was changed since.
    """
    batch = session.get(Batch, batch_id) if 0 < batch_id <= LARGEST_ID else None
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.", cure="`kb batches` lists them.")
    if batch.state == "undone":
        raise Conflict(f"Batch {batch_id} is undone already.")
    subjects = _subjects(session, batch_id)
    _refuse_later_changes(session, batch_id, subjects)
    restored = set(subjects)
    if batch.kind in OPPOSITE:
        take_back(session, batch, sorted(int(each.partition(":")[2]) for each in restored), by)
    else:
        for revision in _firsts(session, batch_id):
            restore(session, revision, by)
    withdrawn = _withdraw_created(session, batch_id, by)
    batch.state = "undone"
    session.flush()
    told = {"withdrawn": withdrawn, "restored": len(restored)}
    append(session, [Act("undo", f"batch:{batch_id}", None, told, by.reason, None)], by.actor, by.at)
    return Undone(batch_id, withdrawn, len(restored))


def undone_reason(batch_id: int) -> str:
    """Why a statement that a batch created is withdrawn when the batch is undone; such a statement is hidden."""
    return f"batch {batch_id} undone"


def _subjects(session: Session, batch_id: int) -> list[str]:
    """What the batch changed, the first change first."""
    query = select(Revision.subject).where(Revision.batch_id == batch_id, ~Revision.subject.startswith("batch:"))
    return list(session.scalars(query.order_by(Revision.seq)))


def _firsts(session: Session, batch_id: int) -> Iterator[Revision]:
    """The first of each record's revisions in this batch, which says how it was before."""
    query = select(Revision).where(Revision.batch_id == batch_id, ~Revision.subject.startswith("batch:"))
    seen = set()
    for revision in session.scalars(query.order_by(Revision.seq)).all():
        if revision.subject not in seen:
            seen.add(revision.subject)
            yield revision


def _refuse_later_changes(session: Session, batch_id: int, subjects: Sequence[str]) -> None:
    """Raise Conflict where one of these records, or a statement that the batch created, has a later revision."""
    last = select(func.max(Revision.seq)).where(Revision.batch_id == batch_id).scalar_subquery()
    created = select(literal("statement:") + cast(Statement.id, String)).where(Statement.batch_id == batch_id)
    undone = select(Batch.id).where(Batch.state == "undone")
    # What came and was taken back has left nothing.
    counts = (Revision.action != "undo", or_(Revision.batch_id.is_(None), Revision.batch_id.not_in(undone)))
    after = select(Revision).where(Revision.seq > last, *counts)
    later: list[Revision] = []
    for at in range(0, len(subjects), CHUNK):
        chunk = subjects[at : at + CHUNK]
        later += session.scalars(after.where(Revision.subject.in_(chunk)).limit(SHOWN))
    later += session.scalars(after.where(Revision.subject.in_(created)).limit(SHOWN))
    if later:
        first = min(later, key=lambda each: each.seq)
        whose = f"batch {first.batch_id}" if first.batch_id else f"{first.actor} ({first.reason})"
        cure = f"Undo batch {first.batch_id} first." if first.batch_id else "Correct the statements one by one instead."
        raise Conflict(
            f"Batch {batch_id} cannot be undone: {first.subject.replace(':', ' ')} was changed since by {whose}.",
            cure=cure,
        )


def _withdraw_created(session: Session, batch_id: int, by: By) -> int:
    """Withdraw the statements that the batch created, each with a revision of hashes that repeats no words."""
    query = select(Statement.id).where(Statement.batch_id == batch_id, Statement.state != "withdrawn")
    ids = list(session.scalars(query.order_by(Statement.id)))
    for at in range(0, len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        before = {record.id: record for record in load(session, chunk)}
        session.execute(
            update(Statement)
            .where(Statement.id.in_(chunk))
            .values(state="withdrawn", withdrawn_reason=undone_reason(batch_id), version=Statement.version + 1),
            execution_options={"synchronize_session": False},
        )
        session.expire_all()
        acts, sealed = [], []
        for record in load(session, chunk):
            after = statement_hash(statement_content(record))
            sealed.append({"id": record.id, "content_hash": after})
            was = {"content_hash": before[record.id].content_hash}
            acts.append(Act("undo", f"statement:{record.id}", was, {"content_hash": after}, by.reason))
        session.execute(update(Statement), sealed)
        append(session, acts, by.actor, by.at)
        related = {each.other_id for record in before.values() for each in record.relations}
        announce(session, {*chunk, *related}, by.at)
    return len(ids)
