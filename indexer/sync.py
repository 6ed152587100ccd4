"""The index kept in step with the store: follow the change log, rebuild where that cannot help, and compare.

The number up to which the index has read lies inside the index and is committed with the documents. A crash anywhere
repeats work and loses none; an index of another store, analyser or schema is rebuilt beside and switched in last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from indexer.document import document
from indexer.engine import IndexDocument, Position, SearchEngine
from kb.changes import changed_after, last_change, published_versions, split_by_state
from kb.graded import read, read_all
from kb.store import Store


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: how many changes it read, whether it had to rebuild, and where the index now stands."""

    changes: int
    rebuilt: bool
    seq: int


def sync(store: Store, engine: SearchEngine, day: date) -> Synced:
    """Bring the index up to the store's last change; rebuild it where it is missing, foreign, outdated or ahead.

    Raises IndexUnavailable where the index is torn (`kb index rebuild` mends that) or another process keeps its lock.
    """
    position = engine.position()
    if position is None or not _follows(store, engine, position):
        return rebuild(store, engine, day)
    with engine.update() as update, store.reading() as session:
        # Another process may have synced, or rebuilt, while this one waited for the lock.
        position, until = update.position, last_change(session)
        if position.seq < until:
            here = Position(store.id, engine.fingerprint, until)
            update.apply(_documents(session, position.seq, until, day), _removed(session, position.seq, until), here)
    return Synced(max(0, until - position.seq), False, until)


def rebuild(store: Store, engine: SearchEngine, day: date) -> Synced:
    """Build the index anew, beside the present one, from all published statements."""
    with store.reading() as session:
        until = last_change(session)
        documents = (document(statement) for statement in read_all(session, day))
        engine.rebuild(documents, Position(store.id, engine.fingerprint, until))
    return Synced(until, True, until)


@dataclass(frozen=True, slots=True)
class Differences:
    """Where index and store differ, by id; all empty where they agree."""

    missing: tuple[int, ...]
    outdated: tuple[int, ...]
    surplus: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.surplus)


def check(store: Store, engine: SearchEngine) -> Differences:
    """Compare ids and versions on both sides; run `sync` first, or what is not yet read shows as a difference."""
    indexed = dict(engine.versions())
    with store.reading() as session:
        missing, outdated = [], []
        for id_, version in published_versions(session):
            found = indexed.pop(id_, None)
            if found is None:
                missing.append(id_)
            elif found != version:
                outdated.append(id_)
    return Differences(tuple(missing), tuple(outdated), tuple(sorted(indexed)))


def _follows(store: Store, engine: SearchEngine, position: Position) -> bool:
    if (position.store_id, position.fingerprint) != (store.id, engine.fingerprint):
        return False
    with store.reading() as session:
        # Ahead of the store: the store was restored from a backup, and its numbers will come again.
        return position.seq <= last_change(session)


def _documents(session: Session, seq: int, until: int, day: date) -> Iterator[IndexDocument]:
    for ids in changed_after(session, seq, until):
        published, _ = split_by_state(session, ids)
        yield from (document(statement) for statement in read(session, published, day))


def _removed(session: Session, seq: int, until: int) -> Iterator[int]:
    for ids in changed_after(session, seq, until):
        _, hidden = split_by_state(session, ids)
        yield from hidden
