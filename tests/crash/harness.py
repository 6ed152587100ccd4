"""Kills at random moments, and what must hold after each: the proof that what is acknowledged is never lost.

A round starts writers, two indexers and readers as processes of their own, waits for a random moment, kills one of them
or all with SIGKILL, lets the others go on a while, and stops them. Then a fresh process starts on what the dead left
behind, catches up by the change log, and looks for everything that must be there.

SIGKILL stands for whatever ends a process. A power cut also takes what the disk's own memory holds; against that stand
the flushes (fsync) before a commit counts, which no test without a power switch can show to work.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import select as polling
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text

from indexer.sync import check, sync
from kb.model import Batch, Revision, Statement
from kb.verify import faults
from tests.crash.acts import (
    MOMENT,
    ORIGIN,
    WRITERS,
    Role,
    World,
    hasty,
    indexing,
    reading,
    rebuilding,
    writing,
    writing_twice,
)

FORK = multiprocessing.get_context("fork")

LONGEST_WAIT = 0.6
"""Seconds from the moment when all are at work to the kill, at most."""
GO_ON = 0.2
"""Seconds that survivors go on beside what the dead left."""
PATIENCE = 60.0
"""Seconds after which a process that should have begun or stopped is held up by something the dead left behind."""


@dataclass(frozen=True)
class Arrangement:
    """Who is at work, and whether a restart catches up by the log."""

    roles: Mapping[str, Role]
    by_log: bool = True


def arrangement(name: str) -> Arrangement:
    """`caveat` is Caveat itself; the others are controls, in which the harness must find something."""
    writers = {"caveat": writing, "no-log": writing_twice, "hasty": hasty}[name]
    roles: dict[str, Role] = {each: writers(act) for each, act in WRITERS.items()}
    roles |= {"reading-1": reading, "reading-2": reading}
    if name != "no-log":
        roles |= {"indexing": indexing, "rebuilding": rebuilding}
    return Arrangement(roles, by_log=name != "no-log")


@dataclass
class Tally:
    """What all rounds together did."""

    kills: int = 0
    saved: set[str] = field(default_factory=set)
    at_work: dict[str, int] = field(default_factory=dict)
    slowest_catch_up: float = 0.0


class Round:
    """One round: processes at work, a kill, the end of the others, and what they said."""

    def __init__(self, home: Path, roles: Mapping[str, Role], seed: int) -> None:
        self.saved: list[str] = []
        self.errors: list[str] = []
        self.turns: dict[str, int] = dict.fromkeys(roles, 0)
        self._buffer = b""
        self._reader, writer = os.pipe()
        self._processes = {
            name: FORK.Process(target=_at_work, args=(home, name, seed, role, writer), name=name)
            for name, role in roles.items()
        }
        for process in self._processes.values():
            process.start()
        os.close(writer)

    def begun(self) -> bool:
        """Listen until every process has done something; whether they all have in time."""
        return self._listen(PATIENCE, lambda: all(self.turns.values()) or bool(self.errors))

    def run(self, seconds: float) -> None:
        """Listen for so long."""
        self._listen(seconds, lambda: False)

    def kill(self, names: list[str]) -> None:
        """SIGKILL to all of these at once, and wait until they are gone."""
        for name in names:
            os.kill(self._pid(name), signal.SIGKILL)
        for name in names:
            self._processes[name].join(PATIENCE)

    def stop(self) -> None:
        """Let the living finish what they are at, and hear all that was said before the end."""
        alive = [process for process in self._processes.values() if process.is_alive()]
        for process in alive:
            process.terminate()
        if not self._listen(PATIENCE, lambda: False):
            stuck = [process.name for process in alive if process.is_alive()]
            self.errors.append(f"held up for {PATIENCE:g} s by what the dead left behind: {', '.join(stuck)}")
            self.kill(stuck)
            self._listen(PATIENCE, lambda: False)
        for process in self._processes.values():
            process.join()
        os.close(self._reader)

    def _pid(self, name: str) -> int:
        pid = self._processes[name].pid
        assert pid is not None
        return pid

    def _listen(self, seconds: float, enough: Callable[[], bool]) -> bool:
        """Hear what is said for so long, or until it is enough, or everybody is gone; whether it was not the time."""
        end = time.monotonic() + seconds
        while not enough():
            ready, _, _ = polling.select([self._reader], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return False
            if not (said := os.read(self._reader, 1 << 16)):
                return True
            *lines, self._buffer = (self._buffer + said).split(b"\n")
            for line in lines:
                self._hear(*json.loads(line))
        return True

    def _hear(self, name: str, what: str, content: str) -> None:
        if what == "saved":
            self.saved.append(content)
        elif what == "turn":
            self.turns[name] += 1
        else:
            self.errors.append(f"{name}: {content}")


def _at_work(home: Path, name: str, seed: int, role: Role, pipe: int) -> None:
    """The life of one process: turn after turn until it is killed or told to stop; an error is told, and ends it."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    def say(what: str, content: str = "") -> None:
        # Short enough for one write to a pipe to be whole.
        os.write(pipe, json.dumps([name, what, content[-1500:]]).encode() + b"\n")

    signal.signal(signal.SIGTERM, stop)
    parent = os.getppid()
    try:
        world = World.open(home, name, seed)
        for _ in role(world, lambda token: say("saved", token)):
            say("turn")
            time.sleep(world.chance.uniform(0, MOMENT))
            if stopping or os.getppid() != parent:
                break
        world.close()
    except BaseException:
        say("error", traceback.format_exc())
    os._exit(0)


def rounds(home: Path, kills: int, seed: int, who: Arrangement) -> Iterator[tuple[Tally, list[str]]]:
    """Round after round: the tally so far, and what does not hold. Ends with the first round where something does not.

    `kills` 0 makes one round without a kill.
    """
    chance = random.Random(seed)
    tally = Tally()
    for number in range(max(kills, 1)):
        at_work = Round(home, who.roles, seed * 1_000_000 + number)
        wrong = [] if at_work.begun() else [f"not at work after {PATIENCE:g} s"]
        at_work.run(chance.uniform(0, LONGEST_WAIT))
        if kills:
            names = list(who.roles)
            doomed = names if chance.random() < 0.5 else [chance.choice(names)]
            at_work.kill(doomed)
            tally.kills += 1
            if doomed != names:
                at_work.run(GO_ON)
        at_work.stop()
        tally.saved.update(at_work.saved)
        for name, turns in at_work.turns.items():
            tally.at_work[name] = tally.at_work.get(name, 0) + turns
        found, seconds = _looked_at(home, tally.saved, who.by_log)
        tally.slowest_catch_up = max(tally.slowest_catch_up, seconds)
        wrong += at_work.errors + found
        yield tally, wrong
        if wrong:
            return


def _looked_at(home: Path, saved: set[str], by_log: bool) -> tuple[list[str], float]:
    """What a fresh process finds: started anew, as after a crash, with nothing in its memory."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_look, args=(home, saved, by_log, sender))
    process.start()
    sender.close()
    try:
        found: tuple[list[str], float] = receiver.recv()
    except EOFError:
        found = (["the process that starts anew died"], 0.0)
    process.join()
    return found


def _look(home: Path, saved: set[str], by_log: bool, sender: multiprocessing.connection.Connection) -> None:
    try:
        world = World.open(home, "restarted", 0)
        started = time.monotonic()
        wrong = list(_caught_up(world)) if by_log else []
        seconds = time.monotonic() - started
        wrong += [*_lost(world, saved), *_half(world), *_differences(world), *_broken(world)]
        world.close()
    except BaseException:
        wrong, seconds = [traceback.format_exc()], 0.0
    sender.send((wrong, seconds))
    sender.close()
    os._exit(0)


def _caught_up(world: World) -> Iterator[str]:
    if sync(world.store, world.engine).rebuilt:
        yield "the index could not catch up by the log and was built anew"


def _lost(world: World, saved: set[str]) -> Iterator[str]:
    """Acknowledged changes that the history does not know."""
    with world.store.reading() as session:
        known = set(session.scalars(select(Revision.reason)))
    for token in sorted(saved - known):
        yield f"acknowledged and lost: {token}"


def _half(world: World) -> Iterator[str]:
    """Imports of which a part is there."""
    with world.store.reading() as session:
        brought = dict(
            session.execute(
                select(Statement.batch_id, func.count()).where(Statement.origin == ORIGIN).group_by(Statement.batch_id)
            ).all()
        )
        batches = session.execute(select(Batch.id, Revision.after).join(Revision, Revision.batch_id == Batch.id))
        for id_, after in batches:
            told = (after or {}).get("created", {}).get("statement", {}).get("count", 0)
            if brought.get(id_) is not None and brought[id_] != told:
                yield f"import {id_} is half there: {brought[id_]} of {told}"


def _differences(world: World) -> Iterator[str]:
    """Statements that index and store do not agree on, id by id and version by version."""
    found = check(world.store, world.engine)
    if found:
        yield (
            f"index and store have drifted apart: missing {list(found.missing)}, outdated {list(found.outdated)}, "
            f"surplus {list(found.surplus)}"
        )


def _broken(world: World) -> Iterator[str]:
    """What `kb verify` and the database itself find."""
    with world.store.reading() as session:
        for fault in faults(session):
            yield f"kb verify: {fault.place} {fault.message}"
        said = session.scalar(text("PRAGMA integrity_check"))
        if said != "ok":
            yield f"the database is torn: {said}"
        if orphans := session.execute(text("PRAGMA foreign_key_check")).all():
            yield f"rows point at nothing: {orphans}"
