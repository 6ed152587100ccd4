"""A caveat attached to many statements at once, or taken off them: one batch, which is undone as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.history import Act, append
from kb.ingest.in_bulk import change_in_bulk
from kb.model import ArticleCaveat, Batch, Caveat, Statement, StatementCaveat, StatementTopic, TopicCaveat
from kb.records import CHUNK

ATTACH, DETACH = "attach-caveat", "detach-caveat"
OPPOSITE = {ATTACH: DETACH, DETACH: ATTACH}
MOST = 20_000
"""Statements at once: nobody else can write meanwhile."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Of these statements: how many have the caveat attached, and how many inherit it of article or topic besides."""

    total: int
    attached: int
    inherited: int

    def changed_by(self, act: str) -> int:
        """How many an act would change."""
        return self.total - self.attached if act == ATTACH else self.attached


@dataclass(frozen=True, slots=True)
class Done:
    """What was changed, and with which batch."""

    batch: int
    changed: int
    unchanged: int


def reach(session: Session, ids: Sequence[int], code: str) -> Reach:
    """How far a caveat reaches among these statements. Raises NotFound for an unknown code."""
    caveat_id = _caveat_id(session, code)
    attached = set(_attached(session, ids, caveat_id))
    inherited = set(_inherited(session, ids, caveat_id)) - attached
    return Reach(len(ids), len(attached), len(inherited))


def mark_of(ids: Iterable[int]) -> str:
    """A mark of a set of statements, whatever their order; another set has another mark."""
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()


def change_all(session: Session, ids: Sequence[int], act: str, code: str, searched: str, by: By) -> Done:
    """Attach a caveat to those of these published statements that lack it, or take it off those that have it.

    `searched` says how they were found. In the caller's writing session; all or nothing. Raises NotFound for an unknown
    code, InputError for too many or an unknown act, and Conflict where nothing would change.
    """
    if act not in OPPOSITE:
        raise InputError(f"“{act}” is nothing that can be done.", place="act", cure=f"Use {ATTACH} or {DETACH}.")
    if len(ids) > MOST:
        raise InputError(
            f"{len(ids):,} statements are more than can be changed at once.",
            place="search",
            cure=f"Narrow the search down to {MOST:,} or fewer, and do it in parts.",
        )
    caveat_id = _caveat_id(session, code)
    have = set(_attached(session, ids, caveat_id))
    chosen = sorted(have if act == DETACH else set(ids) - have)
    if not chosen:
        raise Conflict(
            f"None of them would change: “{code}” is attached to {'all' if act == ATTACH else 'none'} of them.",
            cure="Choose another caveat.",
        )
    told = f"{searched} · {code}"
    batch = Batch(
        file=told,
        sha256=mark_of(ids),
        kind=act,
        counts={"new": 0, "changed": len(chosen), "unchanged": len(ids) - len(chosen)},
        actor=by.actor,
        at=by.at,
    )
    session.add(batch)
    session.flush()
    change_in_bulk(session, chosen, _changing(session, act, caveat_id), act, by, batch.id)
    after = {"file": told, "sha256": batch.sha256, "created": {}, "caveat": code}
    append(session, [Act(act, f"batch:{batch.id}", None, after, by.reason, batch.id)], by.actor, by.at)
    return Done(batch.id, len(chosen), len(ids) - len(chosen))


def take_back(session: Session, batch: Batch, ids: Sequence[int], by: By) -> None:
    """Undo such a batch, whose statements nobody changed since."""
    code = batch.file.rpartition(" · ")[2]
    change_in_bulk(session, ids, _changing(session, OPPOSITE[batch.kind], _caveat_id(session, code)), "undo", by)


def _changing(session: Session, act: str, caveat_id: int) -> Callable[[Sequence[int]], None]:
    def attach(some: Sequence[int]) -> None:
        session.execute(insert(StatementCaveat), [{"statement_id": id_, "caveat_id": caveat_id} for id_ in some])

    def detach(some: Sequence[int]) -> None:
        those = (StatementCaveat.statement_id.in_(some), StatementCaveat.caveat_id == caveat_id)
        session.execute(delete(StatementCaveat).where(*those))

    return attach if act == ATTACH else detach


def _attached(session: Session, ids: Sequence[int], caveat_id: int) -> Iterable[int]:
    for at in range(0, len(ids), CHUNK):
        query = select(StatementCaveat.statement_id).where(StatementCaveat.caveat_id == caveat_id)
        yield from session.scalars(query.where(StatementCaveat.statement_id.in_(ids[at : at + CHUNK])))


def _inherited(session: Session, ids: Sequence[int], caveat_id: int) -> Iterable[int]:
    article = select(ArticleCaveat.article_id).where(ArticleCaveat.caveat_id == caveat_id)
    for at in range(0, len(ids), CHUNK):
        some = Statement.id.in_(ids[at : at + CHUNK])
        yield from session.scalars(select(Statement.id).where(some, Statement.article_id.in_(article)))
        topic = (
            select(Statement.id)
            .join(StatementTopic, StatementTopic.statement_id == Statement.id)
            .join(TopicCaveat, TopicCaveat.topic_id == StatementTopic.topic_id)
            .where(
                some,
                TopicCaveat.caveat_id == caveat_id,
                or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type),
            )
        )
        yield from session.scalars(topic)


def _caveat_id(session: Session, code: str) -> int:
    found = session.scalar(select(Caveat.id).where(Caveat.code == code))
    if found is None:
        raise NotFound(f"There is no caveat “{code}”.", cure="/legend lists those that are recorded.")
    return found
