"""The chain of revisions read from end to end: whether it holds together, and what it says of each record.

A revision's hash is over the canonical form of what it says (`kb.history.revision_hash`). orjson comes to the same text
some times faster, save for fractions and half surrogate pairs; so a hash that it does not reach is worked out in the
exact way before anything is called a fault. It reaches none that the exact way would not: equal hashes are equal texts.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from kb.beside import beside, two_cores
from kb.history import GENESIS, is_signed, revision_hash, stored_head
from kb.model import Revision
from kb.records import CHUNK

# Fewer revisions are read before a second process is ready.
WORTH_IT = 50_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: where (`revision 7`, `statement:12`) and what."""

    place: str
    message: str


@dataclass(slots=True)
class Ledger:
    """What the chain says of each record: its hash before its first change, after its last, and of whole batches."""

    first: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    batches: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    told: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)
    versions: dict[str, int] = field(default_factory=dict)
    """At which version statements began that came from another store; 1 where nothing is said."""

    def note(self, revision: _Read) -> None:
        """Take down what one revision says."""
        after = revision.after or {}
        if revision.subject.startswith("batch:"):
            if revision.action == "undo":
                return
            batch = int(revision.subject[6:])
            self.told[batch] = (revision.actor, after.get("file", ""), after.get("sha256", ""))
            created: dict[str, dict[str, Any]] = after.get("created", {})
            self.versions.update((f"statement:{id_}", version) for id_, version in after.get("versions", {}).items())
            for kind, said in created.items():
                self.batches[kind, batch] = (said["count"], said["digest"])
            return
        # What a person created begins at version 1 without having been changed.
        self.changes[revision.subject] += revision.before is not None
        self.first.setdefault(revision.subject, (revision.before or {}).get("content_hash", ""))
        self.last[revision.subject] = after.get("content_hash", "")

    def follow(self, later: Ledger) -> None:
        """Take down what was noted from the revisions after these."""
        self.first = {**later.first, **self.first}
        self.last |= later.last
        self.batches |= later.batches
        self.told |= later.told
        self.versions |= later.versions
        self.changes.update(later.changes)


@dataclass(slots=True)
class Stretch:
    """Revisions one after the other, as far as they hold: the hash they begin after, the last one's, and a fault."""

    begins: str | None = None
    ends: str | None = None
    count: int = 0
    fault: Fault | None = None
    noted: bool = False
    ledger: Ledger = field(default_factory=Ledger)


def chain_faults(session: Session, noted_head: str | None) -> tuple[list[Fault], Ledger | None]:
    """What does not hold in the chain or its head, and what the chain says of the records; None where it is broken.

    Raises json.JSONDecodeError where a revision holds something else than JSON.
    """
    whole = _whole(session, noted_head)
    if whole.fault is not None:
        return [whole.fault], None
    found = [*_head_faults(session, whole.count, whole.ends or GENESIS)]
    if noted_head not in (None, GENESIS) and not whole.noted:
        found.append(Fault("head", f"the noted head {noted_head} is not part of this history."))
    return found, whole.ledger


def _whole(session: Session, noted_head: str | None) -> Stretch:
    """All revisions; of many, a second process reads the later half."""
    last = session.scalar(select(func.max(Revision.seq))) or 0
    if last < WORTH_IT or not two_cores():
        return _joined(Stretch(ends=GENESIS), read_stretch(session, 1, last, noted_head))
    middle = last // 2
    with beside(session, read_stretch, middle + 1, last, noted_head) as answer:
        earlier = _joined(Stretch(ends=GENESIS), read_stretch(session, 1, middle, noted_head))
        if earlier.fault is not None:
            return earlier
        return _joined(earlier, answer() or read_stretch(session, middle + 1, last, noted_head))


def _joined(earlier: Stretch, later: Stretch) -> Stretch:
    """Two stretches of which the first holds, as one."""
    fault = later.fault
    if later.begins not in (None, earlier.ends):
        fault = _exchanged(earlier.count + 1)
    earlier.ledger.follow(later.ledger)
    ends, count, noted = later.ends or earlier.ends, earlier.count + later.count, earlier.noted or later.noted
    return Stretch(earlier.begins, ends, count, fault, noted, earlier.ledger)


def _exchanged(seq: int) -> Fault:
    return Fault(f"revision {seq}", "does not follow the one before it: one of them was exchanged.")


def read_stretch(session: Session, first: int, last: int, noted_head: str | None) -> Stretch:
    """The revisions from `first` to `last`, up to the first that does not hold.

    Raises json.JSONDecodeError where one of them holds something else than JSON.
    """
    found = Stretch()
    expected = first
    for revision in _read(session, first, last):
        if revision.seq != expected:
            break
        if found.begins is None:
            found.begins = revision.prev_hash
        elif revision.prev_hash != found.ends:
            found.fault = _exchanged(revision.seq)
            return found
        if not revision.holds:
            found.fault = Fault(f"revision {revision.seq}", "was changed after it was written.")
            return found
        found.ends = revision.hash
        found.count += 1
        found.noted = found.noted or revision.hash == noted_head
        found.ledger.note(revision)
        expected += 1
    if expected <= last:
        found.fault = Fault(f"revision {expected}", "is missing from the history.")
    return found


@dataclass(frozen=True, slots=True)
class _Read:
    """One revision, and whether its hash is that of what it says."""

    seq: int
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    prev_hash: str
    hash: str
    holds: bool


# JSON as it is kept, for the quick way to parse it. In order of their names, so that sorting them is quick.
_COLUMNS = (
    Revision.action,
    Revision.actor,
    cast(Revision.after, Text),
    Revision.at,
    Revision.batch_id,
    cast(Revision.before, Text),
    Revision.prev_hash,
    Revision.reason,
    Revision.seq,
    Revision.subject,
    Revision.hash,
)
_NAMES = ("action", "actor", "after", "at", "batch_id", "before", "prev_hash", "reason", "seq", "subject", "hash")


def _read(session: Session, first: int, last: int) -> Iterator[_Read]:
    query = select(*_COLUMNS).where(Revision.seq <= last).order_by(Revision.seq)
    if first > 1:
        query = query.where(Revision.seq >= first)
    for row in session.execute(query.execution_options(yield_per=CHUNK)):
        yield _quickly(tuple(row)) or _exactly(tuple(row))


def _quickly(row: tuple[Any, ...]) -> _Read | None:
    """The revision by orjson; None where it cannot read it, or writes another text than the one that was hashed."""
    action, actor, after, at, batch_id, before, prev_hash, reason, seq, subject, kept = row
    try:
        after = None if after is None else orjson.loads(after)
        before = None if before is None else orjson.loads(before)
        said = {
            "action": action,
            "actor": actor,
            "after": after,
            "at": at.astimezone(UTC).isoformat(),
            "batch_id": batch_id,
            "before": before,
            "prev_hash": prev_hash,
            "reason": reason,
            "seq": seq,
            "subject": subject,
        }
        text = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):
        return None
    if hashlib.sha256(text).hexdigest() != kept:
        return None
    return _Read(seq, actor, action, subject, before, after, prev_hash, kept, True)


def _exactly(row: tuple[Any, ...]) -> _Read:
    said = dict(zip(_NAMES, row, strict=True))
    for name in ("before", "after"):
        said[name] = None if said[name] is None else json.loads(said[name])
    names = ("seq", "actor", "action", "subject", "before", "after", "prev_hash", "hash")
    return _Read(**{name: said[name] for name in names}, holds=revision_hash(said) == said["hash"])


def _head_faults(session: Session, count: int, last_hash: str) -> Iterator[Fault]:
    head = stored_head(session)
    if head is None:
        if count:
            yield Fault("head", "the signed head of the history is missing.")
        return
    if not is_signed(session, head):
        yield Fault("head", "was not signed with this KB_SECRET_KEY.")
    elif (head.count, head.hash) != (count, last_hash):
        yield Fault("head", f"the history ends at revision {count}, but {head.count} were signed: the end was cut off.")
