"""Searches and writes at once, for a minute, and for another in which a worker is killed: `make bench-load` prints it.

100,000 real sentences (`../shared/bench/sentences.tsv.gz`), `kb serve --workers 2`, and a client on the same
processors. Open loop: 40 searches and 5 writes a second are due at random moments whether or not earlier ones were
answered, and time counts from when a request was due. Writers grade statements, often two the same one, and say which
version they mean to change; one who is told that it changed meanwhile reads it again and repeats.

Afterwards the store is asked: each write that was acknowledged stands in the history once, none that was refused does,
no version of a statement was changed by two, the history verifies, and the index has all of it.

    python tests/benchmarks/searches_and_writes.py [--statements 100000] [--seconds 60] [--searches 40] [--writes 5]
                                                   [--home FOLDER]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import select

from kb import people, tokens
from kb.curate import By
from kb.model import Revision
from kb.settings import Settings
from kb.store import open_store
from tests.benchmarks.bulk_import import SENTENCES
from tests.benchmarks.engines import halves, home_with, queries, typed
from tests.benchmarks.under_load import served
from tests.running import children

KB = Path(sys.executable).with_name("kb")
CLIENTS = 64
HOT = 60
"""Statements that are written to: few, so that writers meet."""
TRIES = 20
LEVELS = ("high", "moderate", "low", "very-low")


class Write(NamedTuple):
    """One attempt to change a statement, and the status of the answer; None where there was none."""

    reason: str
    id: int
    version: int
    status: int | None


@dataclass
class Told:
    """What the clients were told: seconds from when each was due, attempts to write, and what went wrong."""

    searches: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    attempts: list[Write] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


class Client:
    """Asks as people do who come one after the other: each request has a connection of its own."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body, as anybody. Raises OSError, HTTPException."""
        return self._asked("GET", path, None, {})

    def post(self, path: str, form: dict[str, object]) -> int:
        """The status, as the rater. Raises OSError, HTTPException."""
        headers = {**self._token, "Content-Type": "application/x-www-form-urlencoded"}
        return self._asked("POST", path, urlencode(form), headers)[0]

    def _asked(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request(method, path, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read()


def search(client: Client, told: Told, words: str) -> bool:
    """Ask for a search page; whether it came."""
    try:
        status, _ = client.get(f"/search?q={quote(words)}")
    except (OSError, http.client.HTTPException) as error:
        told.wrong[f"search: {type(error).__name__}"] += 1
        return False
    if status != 200:
        told.wrong[f"search: {status}"] += 1
    return status == 200


def write(client: Client, told: Told, id_: int, name: str) -> bool:
    """Grade a statement as somebody does who reads it first; whether it was acknowledged."""
    chance = random.Random(name)
    for number in range(TRIES):
        reason, version, status = f"{name}, try {number}", -1, None
        try:
            version = json.loads(client.get(f"/s/{id_}.json")[1])["version"]
            form = {
                "scale": "grade",
                "level": chance.choice(LEVELS),
                "direction": "supports",
                "reason": reason,
                "version": version,
            }
            status = client.post(f"/s/{id_}/grade", form)
        except (OSError, http.client.HTTPException) as error:
            told.wrong[f"write: {type(error).__name__}"] += 1
        told.attempts.append(Write(reason, id_, version, status))
        if status == 303:
            return True
        if status != 409:
            if status is not None:
                told.wrong[f"write: {status}"] += 1
            return False
    told.wrong["write: changed by others every time"] += 1
    return False


def load(port: int, token: str, given: argparse.Namespace, kill: Callable[[], None] | None, name: str) -> Told:
    """A minute of searches and writes; in its middle `kill` is called."""
    told, chance = Told(), random.Random(name)
    words = cycle(list(asked(given.statements, name)))
    due: queue.SimpleQueue[tuple[float, str | int, str] | None] = queue.SimpleQueue()

    def work() -> None:
        client = Client(port, token)
        while (next_ := due.get()) is not None:
            at, what, name = next_
            good, taken = (
                (search(client, told, what), told.searches)
                if isinstance(what, str)
                else (write(client, told, what, name), told.writes)
            )
            if good:
                taken.append(time.perf_counter() - at)

    workers = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for each in workers:
        each.start()
    begun = time.perf_counter()
    at, number, rate = begun, 0, given.searches + given.writes
    while (at := at + chance.expovariate(rate)) < begun + given.seconds:
        if kill is not None and at > begun + given.seconds / 2:
            kill()
            kill = None
        time.sleep(max(0.0, at - time.perf_counter()))
        number += 1
        writing = chance.random() < given.writes / rate
        due.put((at, 1000 + chance.randrange(HOT) if writing else next(words), f"{name} {number}"))
    for _ in workers:
        due.put(None)
    for each in workers:
        each.join()
    return told


def asked(statements: int, name: str) -> Iterator[str]:
    """Words that people type: two words, either of two, a phrase, a beginning."""
    chance = random.Random(name)
    made = queries(2000, statements)
    chance.shuffle(made)
    yield from map(typed, made)


def raters_token(environment: dict[str, str], name: str) -> str:
    """The secret of a token of a new rater, who has changed the password made up for them."""
    settings, by = Settings.read(environment), By(name, "to measure", datetime.now(UTC))
    store = open_store(settings.database_url, settings.secret_key())
    with store.writing() as session:
        people.add(session, name, by, roles=["rater"])
        people.change_password(session, name, secrets.token_urlsafe(20), by)
        made = tokens.make(session, name, "load", ["rate"], date.today() + timedelta(days=1), by)
    store.close()
    return made


def worked(pids: Collection[int]) -> float:
    """Seconds of processor time that these processes have had."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")


def faults(told: Told, home: Path, environment: dict[str, str]) -> list[str]:
    """What does not hold of the store after these answers; nothing, where all is well."""
    settings = Settings.read(environment)
    store = open_store(settings.database_url, settings.secret_key())
    with store.reading() as session:
        kept = Counter(session.scalars(select(Revision.reason)))
    store.close()
    wrong = []
    for each in told.attempts:
        if each.status == 303 and kept[each.reason] != 1:
            wrong.append(f"acknowledged, and {kept[each.reason]} times in the history: {each}")
        if each.status not in (303, None) and kept[each.reason]:
            wrong.append(f"refused, and yet in the history: {each}")
    twice = Counter((each.id, each.version) for each in told.attempts if each.status == 303)
    wrong += [f"two changed version {version} of statement {id_}" for (id_, version), n in twice.items() if n > 1]
    for words in (("index", "sync"), ("index", "check"), ("verify",)):
        ran = subprocess.run([KB, *words], env=environment, capture_output=True, text=True, check=False)
        if ran.returncode:
            wrong.append(f"kb {' '.join(words)}: {ran.stdout}{ran.stderr}".strip())
    return wrong


def line(name: str, taken: Sequence[float], rate: float) -> str:
    """Median, 95th percentile and worst in milliseconds."""
    if not taken:
        return f"  {name} due {rate:g}/s: none was answered"
    p50, p95, worst = (each * 1000 for each in (*halves(taken), max(taken)))
    return f"  {name} due {rate:g}/s: {len(taken)} answered, p50 {p50:.0f} ms, p95 {p95:.0f} ms, slowest {worst:.0f} ms"


def main() -> int:
    """0 where nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--searches", type=float, default=40.0)
    parser.add_argument("--writes", type=float, default=5.0)
    parser.add_argument("--home", type=Path, help="a store of so many statements that is kept")
    given = parser.parse_args()
    if not SENTENCES.exists():
        sys.exit(f"{SENTENCES} is not there: this benchmark needs the real sentences.")
    bad: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        home_with(given.statements, home)
        no_limits = {"KB_SEARCH_RATE": "none", "KB_WRITE_RATE": "none"}
        environment = {**os.environ, **no_limits, "KB_HOME": str(home), "KB_LOG": "warning"}
        subprocess.run([KB, "index", "sync"], env=environment, check=True, stdout=subprocess.DEVNULL)
        name = f"W. Riter {time.time():.0f}"
        token = raters_token(environment, name)
        for minute, killed in (("undisturbed", False), ("a worker killed in the middle", True)):
            with served(environment) as server:

                def kill() -> None:
                    os.kill(min(children(server.pid)), signal.SIGKILL)

                for warm in ("trial", "kratom", "liver"):
                    search(Client(server.port, ""), Told(), warm)
                begun, used, busy = time.perf_counter(), time.process_time(), worked(children(server.pid))
                told = load(server.port, token, given, kill if killed else None, f"{name} {minute}")
                seconds = time.perf_counter() - begun
                own = (time.process_time() - used) / seconds
                theirs = (worked(children(server.pid)) - busy) / seconds
            conflicts = sum(each.status == 409 for each in told.attempts)
            print(f"{given.statements:,} statements, two workers, {given.seconds:g} s, {minute}")
            print(line("searches", told.searches, given.searches))
            print(line("writes", told.writes, given.writes) + f"; told of another's change {conflicts} times")
            print(f"  unanswered: {dict(told.wrong) or 'none'}")
            if not killed:
                print(f"  of a processor the client took {own:.0%}, the workers {theirs:.0%}")
            wrong = faults(told, home, environment)
            print("\n".join(f"  {each}" for each in wrong) or "  nothing acknowledged is lost, nothing refused is kept")
            bad += wrong
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
