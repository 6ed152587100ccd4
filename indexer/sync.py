"""The index kept in step with the store: follow the change log, rebuild where that cannot help, and compare.

The number up to which the index has read lies inside the index and is committed with the documents. A crash anywhere
repeats work and loses none. An index that is damaged, of another store, analyser or schema, or ahead of the store, is
rebuilt beside and switched in last: nothing is lost by that, so it needs no person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from indexer.document import documents
from indexer.engine import IndexDocument, Position, SearchEngine
from indexer.stored import Stored
from indexer.tree import Everything
from kb.changes import changed_after, lag, last_change, mark_of, published_versions, split_by_state
from kb.errors import IndexDamaged, IndexUnavailable
from kb.searchable import searchable
from kb.store import Store

log = logging.getLogger(__name__)
Progress = Callable[[int, int], object]
_ATTEMPTS = 5
MISSING = "there was none yet"
BEHIND = "so much changed that building it takes less than following"
WORN = "so many edits have passed that a new one is smaller and quicker"
FEW = 5_000
"""Changed statements that are always followed, however small the index is."""
FOLLOWING_COSTS = 8
"""How many statements are built into a new index in the time in which one change is followed, at least."""


def nobody_told(done: int, of: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: how many changes it read, whether it had to rebuild, and where the index now stands."""

    changes: int
    rebuilt: bool
    seq: int


def sync(store: Store, engine: SearchEngine, progress: Progress = nobody_told) -> Synced:
    """Bring the index up to the store's last change; rebuild it where following the log would not make it right.

    Raises IndexUnavailable where the index cannot be written, or another process keeps its lock.
    """
    torn: list[str] = []
    for _ in range(_ATTEMPTS):
        if _why_anew(store, engine) is None:
            try:
                if (done := _follow(store, engine)) is not None:
                    return done
            except IndexDamaged as error:
                torn.append(str(error))
        with engine.rebuilding():
            # Another process may have rebuilt it while this one waited: what cannot be followed is tried once more.
            if (why := _why_anew(store, engine) or (torn[-1] if len(torn) > 1 else None)) is not None:
                log.log(
                    logging.INFO if why in (MISSING, BEHIND, WORN) else logging.WARNING,
                    "The search index is built anew: %s",
                    why,
                )
                return _rebuilt(store, engine, progress)
    raise IndexUnavailable("other processes keep replacing the index.", cure="Run `kb index sync` again in a moment.")


def follow(store: Store, engine: SearchEngine) -> bool:
    """Read the changes that the index has not read; says whether that was enough. Where it is not, nothing was done,
    and `sync` builds a new index. One that is merely worn is followed.
    """
    try:
        position = engine.position()
        # What another program or store has written is none of this one's, and nobody waits for its lock.
        ours = position is not None and (position.store_id, position.fingerprint) == (store.id, engine.fingerprint)
        return ours and _follow(store, engine) is not None
    except IndexDamaged:
        return False


def in_step(store: Store, engine: SearchEngine) -> bool:
    """Whether the index has read all there is; looks only, takes no lock, and never raises IndexUnavailable."""
    try:
        position = engine.position()
    except IndexUnavailable:
        return False
    if position is None:
        return False
    with store.reading() as session:
        return position.seq == last_change(session) and _mismatch(store, engine, session, position) is None


def rebuild(store: Store, engine: SearchEngine, progress: Progress = nobody_told) -> Synced:
    """Build the index anew, beside the present one, from all published statements; `progress` is told how many of how
    many were read, about.
    """
    with engine.rebuilding():
        return _rebuilt(store, engine, progress)


def _rebuilt(store: Store, engine: SearchEngine, progress: Progress) -> Synced:
    with store.reading() as session:
        until = last_change(session)
        here = Position(store.id, engine.fingerprint, until, mark_of(session, until))
        engine.rebuild(Stored(session, progress), here)
    return Synced(until, True, until)


def _follow(store: Store, engine: SearchEngine) -> Synced | None:
    """Read what the index has not read; None where that would not make it right, or not soon."""
    with engine.update() as update, store.reading() as session:
        # Another process may have synced, or rebuilt, while this one waited for the lock.
        position, until = update.position, last_change(session)
        if _mismatch(store, engine, session, position) or _too_far(engine, lag(session, position.seq)):
            return None
        if position.seq < until:
            here = Position(store.id, engine.fingerprint, until, mark_of(session, until))
            update.apply(_documents(session, position.seq, until), _removed(session, position.seq, until), here)
    return Synced(until - position.seq, False, until)


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


def _why_not(store: Store, engine: SearchEngine) -> str | None:
    """Why following the log would not make this index right, or not soon; None where it would."""
    try:
        position = engine.position()
    except IndexDamaged as error:
        return str(error)
    if position is None:
        return MISSING
    with store.reading() as session:
        why = _mismatch(store, engine, session, position)
        behind = lag(session, position.seq)
    try:
        return why or _too_far(engine, behind)
    except IndexDamaged as error:
        return str(error)


def _why_anew(store: Store, engine: SearchEngine) -> str | None:
    """Why a new index should be built; None where following the log does as well."""
    try:
        return _why_not(store, engine) or (WORN if engine.is_worn() else None)
    except IndexDamaged as error:
        return str(error)


def _too_far(engine: SearchEngine, behind: int) -> str | None:
    return BEHIND if behind > FEW and behind > engine.count(Everything()) // FOLLOWING_COSTS else None


def _mismatch(store: Store, engine: SearchEngine, session: Session, position: Position) -> str | None:
    if position.store_id != store.id:
        return "it is of another store"
    if position.fingerprint != engine.fingerprint:
        return "it was written by another version of Caveat"
    if position.seq > last_change(session) or position.mark != mark_of(session, position.seq):
        return "the store was restored from a backup"
    return None


def _documents(session: Session, seq: int, until: int) -> Iterator[IndexDocument]:
    for ids in changed_after(session, seq, until):
        yield from documents(searchable(session, ids))


def _removed(session: Session, seq: int, until: int) -> Iterator[int]:
    for ids in changed_after(session, seq, until):
        _, hidden = split_by_state(session, ids)
        yield from hidden
