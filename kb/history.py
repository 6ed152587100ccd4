"""The append-only history: who changed what, when and why, each entry chained to the one before.

Every change writes its revision in its own transaction. A revision of a statement keeps the whole content before and
after, with the caveats that a reader saw beside it. A batch that creates records writes one revision with a digest over
them; a record's own revisions begin with its first change. What proves that all this still holds is `kb.verify`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, not_, or_, select
from sqlalchemy.orm import Session

from kb.caveats import required_caveats
from kb.content import canonical, content_hash, statement_content
from kb.errors import StoreUnavailable
from kb.model import Meta, Revision, Statement
from kb.records import StatementRecord

GENESIS = "0" * 64
HEAD = "history-head"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to one subject (`statement:12`, `citation:3`, `batch:1`), not yet in the chain."""

    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """That a revision was written: its number, about what, and with which batch."""

    seq: int
    subject: str
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """How many revisions there are, and the hash of the last; signed, and kept outside the chain's own table."""

    count: int
    hash: str
    signature: str


def append(session: Session, acts: Iterable[Act], actor: str, at: datetime) -> Head:
    """Add revisions to the chain, in order, and sign the new head.

    `session` must be a writing one. Returns the head after the last act, or as it was where there is none. Raises
    StoreUnavailable where the present head is not signed with this key: signing after it would make a forgery good.
    """
    stored = stored_head(session)
    if stored is not None and not is_signed(session, stored):
        raise StoreUnavailable(
            "The head of the history was not signed with this KB_SECRET_KEY; nothing was changed.",
            cure="Give back the key that the store was written with, or see what `kb verify` says.",
        )
    seq, previous = (stored.count, stored.hash) if stored else (0, GENESIS)
    rows = []
    for act in acts:
        seq += 1
        row = {
            "seq": seq,
            "at": at,
            "actor": actor,
            "action": act.action,
            "subject": act.subject,
            "before": act.before,
            "after": act.after,
            "reason": act.reason,
            "batch_id": act.batch_id,
            "prev_hash": previous,
        }
        previous = row["hash"] = revision_hash(row)
        rows.append(row)
    if rows:
        session.execute(insert(Revision), rows)
    head = Head(seq, previous, sign(session, seq, previous))
    value = json.dumps({"count": head.count, "hash": head.hash, "signature": head.signature})
    session.merge(Meta(name=HEAD, value=value))
    session.flush()
    return head


def stored_head(session: Session) -> Head | None:
    """The head as it was last signed; None in a store without history. One that cannot be read has no signature."""
    row = session.get(Meta, HEAD)
    if row is None:
        return None
    try:
        said = json.loads(row.value)
        return Head(int(said["count"]), str(said["hash"]), str(said["signature"]))
    except (ValueError, TypeError, KeyError):
        return Head(0, GENESIS, "")


def sign(session: Session, count: int, last_hash: str) -> str:
    """HMAC-SHA-256 of the head under KB_SECRET_KEY."""
    message = f"{count}:{last_hash}".encode()
    return hmac.new(session.info["signing_key"], message, hashlib.sha256).hexdigest()


def is_signed(session: Session, head: Head) -> bool:
    """Whether a head bears the signature of KB_SECRET_KEY."""
    return hmac.compare_digest(head.signature.encode(), sign(session, head.count, head.hash).encode())


def revision_hash(row: dict[str, Any]) -> str:
    """The hash of a revision: over all it says, and over the hash of the one before."""
    said = {name: row[name] for name in _HASHED}
    said["at"] = row["at"].astimezone(UTC).isoformat()
    return hashlib.sha256(canonical(said).encode("utf-8", "surrogatepass")).hexdigest()


_HASHED = ("seq", "actor", "action", "subject", "before", "after", "reason", "batch_id", "prev_hash")


def snapshot(record: StatementRecord, day: date) -> dict[str, Any]:
    """A statement's content with its hash, and the caveats that a reader saw beside it on `day`."""
    content = statement_content(record)
    return {
        "content_hash": content_hash(content),
        "content": content,
        "caveats": [
            {"code": caveat.code, "severity": caveat.severity, "text": caveat.text}
            for caveat in required_caveats(record, day)
        ],
    }


def hashed(content: dict[str, Any]) -> dict[str, Any]:
    """The snapshot of any other record: its content and the hash over it."""
    return {"content_hash": content_hash(content), "content": content}


class Digest:
    """The hash over many records, taken one by one in order of id."""

    def __init__(self) -> None:
        self.count = 0
        self._running = hashlib.sha256()

    def add(self, id_: int, content_hash: str) -> None:
        """One more record."""
        self.count += 1
        self._running.update(f"{id_}:{content_hash}\n".encode())

    def hexdigest(self) -> str:
        """The hash over all that were added, in hexadecimal."""
        return self._running.hexdigest()


def digest(members: Iterable[tuple[int, str]]) -> str:
    """The hash over many records, given as (id, content hash) in order of id."""
    running = Digest()
    for id_, hash_ in members:
        running.add(id_, hash_)
    return running.hexdigest()


def statement_history(session: Session, statement_id: int) -> Sequence[Revision]:
    """The revisions that concern a statement, oldest first: the batch that brought it, then its own."""
    batch_id = session.scalar(select(Statement.batch_id).where(Statement.id == statement_id))
    own = Revision.subject == f"statement:{statement_id}"
    brought = Revision.subject == f"batch:{batch_id}"
    return session.scalars(select(Revision).where(or_(own, brought)).order_by(Revision.seq)).all()


def changes_since(session: Session, statement_id: int, version: int) -> Sequence[Revision]:
    """The statement's own revisions that led from `version` to the present one, oldest first."""
    # Counted from the end: a statement that came from another store brought its version along.
    now = session.scalar(select(Statement.version).where(Statement.id == statement_id)) or 0
    own = select(Revision).where(Revision.subject == f"statement:{statement_id}").order_by(Revision.seq.desc())
    return session.scalars(own.limit(max(now - version, 0))).all()[::-1]


def written_at(session: Session, actor: str, moments: Collection[datetime], limit: int) -> Sequence[Written]:
    """What a person did at these very moments, newest first, looked for among the last `limit` things they did."""
    newest = select(Revision.seq, Revision.at, Revision.subject, Revision.batch_id).where(Revision.actor == actor)
    found = session.execute(newest.order_by(Revision.seq.desc()).limit(limit))
    return [Written(seq, subject, batch_id) for seq, at, subject, batch_id in found if at in moments]


SIGN_INS = "account:"
# Who came and went, and with which token: for themselves and for administrators.
ACCOUNTS = (SIGN_INS, "person:", "token:")
# What somebody doubts about a statement: for those who are signed in.
FLAGS = "flag:"


def done_by(session: Session, actor: str, hidden: Collection[str], offset: int, limit: int) -> Sequence[Revision]:
    """A person's revisions, newest first, but for those whose subjects begin with what is `hidden`."""
    query = select(Revision).where(Revision.actor == actor, *but_for(hidden)).order_by(Revision.seq.desc())
    return session.scalars(query.offset(offset).limit(limit)).all()


def count_by(session: Session, actor: str, hidden: Collection[str] = ()) -> int:
    """How many there are."""
    query = select(func.count()).select_from(Revision).where(Revision.actor == actor, *but_for(hidden))
    return session.scalar(query) or 0


def but_for(hidden: Collection[str]) -> list[ColumnElement[bool]]:
    """Conditions that leave out the revisions of some kinds of subjects."""
    return [not_(Revision.subject.startswith(each)) for each in hidden]
