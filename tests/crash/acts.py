"""What the processes of the crash harness do until they are killed: write, index, read.

Each act of a writer carries a token, a word of its own that the history keeps as its reason. The token goes out on a
pipe when the act has returned, which is what a person takes for "saved": from then on it must never be lost.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.document import document
from indexer.engine import SearchEngine
from indexer.open import open_engine
from indexer.search import Search, SearchRequest
from indexer.sync import rebuild, sync
from kb import curate
from kb.curate import By, Judgement, SlotFilling
from kb.errors import Conflict, StoreUnavailable
from kb.graded import read
from kb.history import stored_head
from kb.ingest.batch import Order, import_file
from kb.model import Caveat, Citation, Statement, StatementCaveat
from kb.settings import Settings
from kb.store import Store, open_store

DAY = date(2026, 11, 23)
ROWS = 12
"""Statements in one import: all of them are there after a crash, or none."""
ORIGIN = "crash"
REBUILD_EVERY = 15
MOMENT = 0.03
"""Seconds that each process rests between two turns, at most: else a few would have the processors to themselves."""
TOO_EARLY = 0.05
LEVELS = ("high", "moderate", "low", "very-low")
WORDS = ("kratom", "liver", "joint function", "opioid receptors", "bulk", "")

Saved = Callable[[str], None]


@dataclass
class World:
    """One process's own view of the home: nothing is shared with other processes but the files."""

    home: Path
    name: str
    chance: random.Random
    store: Store
    engine: SearchEngine

    @classmethod
    def open(cls, home: Path, name: str, seed: int) -> World:
        settings = Settings.read({"KB_HOME": str(home)})
        store = open_store(settings.database_url, settings.secret_key())
        return cls(home, name, random.Random(f"{seed} {name}"), store, open_engine(settings.index_url))

    def by(self, token: str) -> By:
        return By(self.name, token, datetime.now(UTC))

    def ids(self, *where: object) -> list[int]:
        """Published statements, those of imports or of the article alike."""
        with self.store.reading() as session:
            query = select(Statement.id).where(Statement.state == "published", *where)  # type: ignore[arg-type]
            return list(session.scalars(query.order_by(Statement.id)))

    def close(self) -> None:
        self.engine.close()
        self.store.close()


# What one act changed: the ids of statements. The control writes these into the index by itself.
Act = Callable[[World, str], list[int]]
# What a process does, turn after turn.
Role = Callable[[World, Saved], Iterator[None]]


def grading(world: World, token: str) -> list[int]:
    """A new grade for any statement."""
    id_ = world.chance.choice(world.ids())
    judgement = Judgement(world.chance.choice(LEVELS), world.chance.choice(("supports", "mixed", "no-effect")))
    with world.store.writing() as session:
        curate.grade(session, id_, judgement, world.by(token))
    return [id_]


def citing(world: World, token: str) -> list[int]:
    """One more citation slot, filled or wanted."""
    id_ = world.chance.choice(world.ids())
    with world.store.writing() as session:
        citation = world.chance.choice([None, *session.scalars(select(Citation.key).order_by(Citation.id)).all()])
        stance = "supports" if citation else None
        filling = SlotFilling(citation, stance, note=f"wanted by {world.name}")
        curate.fill_slot(session, id_, None, filling, world.by(token))
    return [id_]


def warning(world: World, token: str) -> list[int]:
    """A caveat put on, or taken off."""
    id_ = world.chance.choice(world.ids())
    with world.store.writing() as session:
        on = set(session.scalars(select(Caveat.code).join(StatementCaveat).where(StatementCaveat.statement_id == id_)))
        code = world.chance.choice(session.scalars(select(Caveat.code).order_by(Caveat.code)).all())
        change = curate.detach_caveat if code in on else curate.attach_caveat
        change(session, id_, code, world.by(token))
    return [id_]


def withdrawing(world: World, token: str) -> list[int]:
    """An imported statement taken back."""
    if not (ids := world.ids(Statement.origin == ORIGIN)):
        return []
    id_ = world.chance.choice(ids)
    with world.store.writing() as session:
        curate.withdraw(session, id_, world.by(token))
    return [id_]


def importing(world: World, token: str) -> list[int]:
    """A file of new statements."""
    return _imported(world, token, [f"{token}-{number}" for number in range(ROWS)])


def rewording(world: World, token: str) -> list[int]:
    """A file that edits the words of statements that are there: the last import, once more."""
    with world.store.reading() as session:
        query = select(Statement.key).where(Statement.origin == ORIGIN, Statement.state == "published")
        keys = [str(key) for key in session.scalars(query.order_by(Statement.id.desc()).limit(ROWS))]
    return _imported(world, token, keys) if keys else []


def _imported(world: World, token: str, keys: list[str]) -> list[int]:
    file = world.home / f"{world.name}.jsonl"
    rows = [{"origin": ORIGIN, "key": key, "text": f"Bulk claim {token}: {key}.", "type": "efficacy"} for key in keys]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with world.store.writing() as session:
        done = import_file(session, Order(file, "statements"), world.by(token))
        # Where all of them were withdrawn meanwhile nothing was imported, and nothing is to be found again.
        return list(session.scalars(select(Statement.id).where(Statement.key.in_(keys)))) if done.batch else []


WRITERS: dict[str, Act] = {
    "grading": grading,
    "citing": citing,
    "warning": warning,
    "withdrawing": withdrawing,
    "importing": importing,
    "rewording": rewording,
}


def writing(act: Act) -> Role:
    """Commit, then say so; others read the change log."""

    def run(world: World, saved: Saved) -> Iterator[None]:
        for token in tokens(world):
            if done(act, world, token):
                saved(token)
            yield

    return run


def hasty(act: Act) -> Role:
    """A control: says "saved" a moment before it is."""

    def run(world: World, saved: Saved) -> Iterator[None]:
        honest = world.store.writing

        @contextmanager
        def writing() -> Iterator[Session]:
            with honest() as session:
                before = stored_head(session)
                yield session
                if stored_head(session) != before:
                    saved(token)
                    time.sleep(TOO_EARLY)

        world.store.writing = writing  # type: ignore[method-assign]
        for token in tokens(world):
            done(act, world, token)
            yield

    return run


def writing_twice(act: Act) -> Role:
    """A control: commit, then write the index, with no log to follow."""

    def run(world: World, saved: Saved) -> Iterator[None]:
        for token in tokens(world):
            if changed := done(act, world, token):
                with world.engine.update() as update, world.store.reading() as session:
                    shown = [document(each) for each in read(session, changed, DAY) if each.state == "published"]
                    update.apply(shown, set(changed) - {each.id for each in shown}, update.position)
                saved(token)
            yield

    return run


def done(act: Act, world: World, token: str) -> list[int]:
    """What an act changed; nothing where somebody else withdrew the statement between the choice and the change, or
    where the others kept the store for so long that the change was refused.
    """
    try:
        return act(world, token)
    except Conflict:
        return []
    except StoreUnavailable as error:
        if "for too long" in str(error):
            return []
        raise


def tokens(world: World) -> Iterator[str]:
    """Words that no other process and no other round uses."""
    start = world.chance.getrandbits(64)
    number = 0
    while True:
        yield f"{world.name}-{start:x}-{number}"
        number += 1


def indexing(world: World, saved: Saved) -> Iterator[None]:
    """Follow the change log, as every server does."""
    while True:
        sync(world.store, world.engine)
        yield


def rebuilding(world: World, saved: Saved) -> Iterator[None]:
    """Follow the change log, and now and then build the whole index anew beside it."""
    turn = world.chance.randrange(REBUILD_EVERY)
    while True:
        turn += 1
        (rebuild if turn % REBUILD_EVERY == 0 else sync)(world.store, world.engine)
        yield


def reading(world: World, saved: Saved) -> Iterator[None]:
    """Search, and read what was found: never an error, never a statement without a grade."""
    search = Search(world.store, world.engine)
    while True:
        found = search.run(SearchRequest(world.chance.choice(WORDS)), DAY)
        assert found.by_index
        for hit in found.hits:
            # Built by `read` only, with every caveat that the facts of this moment require, or an error.
            assert hit.statement.state == "published"
        yield
