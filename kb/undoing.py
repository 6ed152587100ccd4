"""Taking back a single change: what it changed says again what it said before, by a new revision.

Only the person who made a change takes it back, and only while nothing was done to the same records since: otherwise
somebody's later work would be lost without a word. Taking back what was taken back does it again. A whole batch is
taken back by `kb.ingest.undo`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.waivers import restore_waiver
from kb.curate import By, changing
from kb.errors import Conflict, NotAllowed, NotFound
from kb.flags import restore_flag
from kb.history import written_at
from kb.ingest.restoring import restore
from kb.model import Revision

KINDS = ("statement", "citation", "caveat", "article", "topic", "waiver", "flag")
MOST = 200
"""Revisions of one change; beyond that it is a batch, or it stays."""
AGAIN, UNDONE = "done again: ", "undone: "
GRADES = {"grade", "other_grades"}


@dataclass(frozen=True, slots=True)
class Undoable:
    """What can be taken back: a whole batch, or the revisions of one change."""

    changes: tuple[int, ...] = ()
    batch: int | None = None


def undoable(session: Session, actor: str, moments: Collection[datetime]) -> Undoable | None:
    """What somebody did at these moments, if it can be taken back at one go."""
    done = written_at(session, actor, moments, MOST + 1)
    batches = {each.batch_id for each in done}
    if len(batches) == 1 and (batch := next(iter(batches))) is not None:
        return Undoable(batch=batch)
    changed = [each for each in done if each.subject.partition(":")[0] in KINDS]
    if not changed or len(changed) < len(done) or len(done) > MOST or batches != {None}:
        return None
    return Undoable(tuple(sorted(each.seq for each in changed)))


def last_own(session: Session, subject: str, actor: str) -> Revision | None:
    """The last change of a record, where this person made it and can take it back."""
    query = select(Revision).where(Revision.subject == subject).order_by(Revision.seq.desc()).limit(1)
    last = session.scalar(query)
    if last is None or last.actor != actor or last.batch_id is not None:
        return None
    return last if last.before is None or "content" in last.before else None


def only_opinions(revisions: Sequence[Revision]) -> bool:
    """Whether these changed nothing but what people think of statements: grades and flags that they raised."""
    return all(
        (each.subject.startswith("statement:") and each.before is not None and _changed(each) <= GRADES)
        or (each.subject.startswith("flag:") and "resolve" not in each.action)
        for each in revisions
    )


def named(session: Session, seqs: Sequence[int]) -> Sequence[Revision]:
    """The revisions with these numbers, oldest first. Raises NotFound where one of them is not there."""
    found = session.scalars(select(Revision).where(Revision.seq.in_(seqs)).order_by(Revision.seq)).all()
    if not found or len(found) < len(set(seqs)):
        raise NotFound("There is no such change.", place="changes", cure="Look at the history.")
    return found


def since(session: Session, revisions: Sequence[Revision]) -> Sequence[Revision]:
    """What was done to the same records after these revisions, oldest first."""
    last = {each.subject: each.seq for each in revisions}
    query = select(Revision).where(Revision.subject.in_(last), Revision.seq > min(last.values(), default=0))
    return [each for each in session.scalars(query.order_by(Revision.seq)) if each.seq > last[each.subject]]


def undo_changes(session: Session, seqs: Sequence[int], actor: str, at: datetime) -> list[str]:
    """Take back one change, given by the numbers of its revisions; the subjects that say again what they said, which
    a work that was new is not: it stays known.

    Raises NotFound, NotAllowed for somebody else's change, and Conflict where a record was changed since, where the
    change is part of a batch, or where what stood before is not kept.
    """
    revisions = named(session, seqs)
    for each in revisions:
        _refuse(each, actor)
    if done := since(session, revisions):
        first = done[0]
        raise Conflict(
            f"It cannot be undone: {first.subject.replace(':', ' ')} was changed since, by {first.actor} "
            f"({first.action}: {first.reason}).",
            cure="Look at what was changed, then change it anew.",
        )
    reason = _reason(revisions[0].reason)
    firsts = {each.subject: each for each in reversed(revisions)}
    restored = {
        subject
        for subject in sorted(firsts, key=lambda each: -firsts[each].seq)
        if _undo(session, firsts[subject], By(actor, reason, at))
    }
    return [subject for subject in firsts if subject in restored]


def _refuse(revision: Revision, actor: str) -> None:
    if revision.actor != actor:
        raise NotAllowed(
            f"That change was made by {revision.actor}.", cure="Only they can undo it; you can change the record anew."
        )
    if revision.batch_id is not None:
        raise Conflict(
            f"That change came with batch {revision.batch_id}.", cure=f"Undo batch {revision.batch_id} as a whole."
        )
    if revision.subject.partition(":")[0] not in KINDS:
        raise Conflict(
            "A change of an account, or of what was signed in, is not undone here.", cure="Use the page of people."
        )


def _undo(session: Session, revision: Revision, by: By) -> bool:
    """Let its record say again what it said; whether that could be done."""
    kind, _, number = revision.subject.partition(":")
    content = (revision.before or {}).get("content")
    if kind == "flag":
        restore_flag(session, int(number), content, by)
    elif kind == "waiver":
        restore_waiver(session, int(number), content, by)
    elif kind == "statement" and revision.before is None:
        with changing(session, int(number), "undo", by, withdrawn_too=True) as row:
            row.state, row.withdrawn_reason = "withdrawn", by.reason
    elif revision.before is not None:
        restore(session, revision, by)
    else:
        # A work, a caveat or an article that was new stays known: nothing is deleted, and others may name it by now.
        return False
    return True


def _reason(reason: str) -> str:
    if reason.startswith(UNDONE):
        return AGAIN + reason.removeprefix(UNDONE)
    return UNDONE + reason.removeprefix(AGAIN)


def _changed(revision: Revision) -> set[str]:
    before, after = ((each or {}).get("content") or {} for each in (revision.before, revision.after))
    return {name for name in {**before, **after} if before.get(name) != after.get(name)}
