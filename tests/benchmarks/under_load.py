"""How many searches and edits two workers bear, and how long it takes to catch up: `make bench-load` prints it.

For each number of statements asked for (`--statements 10000 100000`) it loads data/ and as many made-up statements,
starts `kb serve --workers 2`, and asks for search pages from this process, open loop: requests are due at random
moments at a given rate whether or not earlier ones were answered, and time counts from the moment a request was due.
The rate doubles until the 95th percentile passes a second. Client and workers share the machine's cores.

Then, on the same store: edits a second, each made searchable or left to the server; how long the index takes to catch
up with 10,000 changes; and how long `kb serve` takes to say where it is.
"""

from __future__ import annotations

import argparse
import http.client
import os
import queue
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from indexer.open import open_engine
from indexer.sync import sync
from kb.curate import By, Judgement, grade
from kb.settings import Settings
from kb.store import open_store
from tests.benchmarks.answer_times import KB, WORDS, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 64
SECONDS = 10.0
TOO_SLOW = 1.0
LEVELS = ("high", "moderate", "low", "very-low")


class Served(NamedTuple):
    """A running `kb serve`: its port, its process, and the seconds until it said where it is."""

    port: int
    pid: int
    seconds: float


@contextmanager
def served(environment: dict[str, str]) -> Iterator[Served]:
    """`kb serve` with two workers, as long as the block lasts."""
    begun = time.perf_counter()
    server = subprocess.Popen(
        [KB, "serve", "--port", "0", "--workers", "2"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split("127.0.0.1:")[1].split()[0])
        yield Served(port, server.pid, time.perf_counter() - begun)
    finally:
        server.terminate()
        server.wait(60)


def queries(chance: random.Random) -> Iterator[str]:
    """What people type, made from the words of the made-up statements: one word, two, either of two, a filter."""
    words = WORDS.split()
    while True:
        first, second = chance.choice(words), f"{chance.choice(words)}{int(chance.expovariate(1 / 200))}"
        yield chance.choice(
            [f"?q={second}", f"?q={first}+{second}", f"?q={quote(f'{first} OR {second}')}", f"?q={first}&type=safety"]
        )


def asked(port: int, rate: float, seconds: float) -> tuple[list[float], int]:
    """Seconds each answer took from when it was due, and how many were no answer."""
    chance = random.Random(rate)
    due: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
    taken: list[float] = []
    failed = 0

    def client() -> None:
        nonlocal failed
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (next_ := due.get()) is not None:
            at, words = next_
            try:
                connection.request("GET", "/search" + words)
                answer = connection.getresponse()
                answer.read()
                good = answer.status == 200
            except (OSError, http.client.HTTPException):
                connection.close()
                good = False
            if good:
                taken.append(time.perf_counter() - at)
            else:
                failed += 1

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    asking = queries(chance)
    at, end = time.perf_counter(), time.perf_counter() + seconds
    while (at := at + chance.expovariate(rate)) < end:
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, next(asking)))
    for _ in clients:
        due.put(None)
    for each in clients:
        each.join()
    return taken, failed


def searches(port: int) -> None:
    """One line for each rate, until it is too much."""
    asked(port, 5, 3)
    rate = 5.0
    while True:
        begun = time.perf_counter()
        taken, failed = asked(port, rate, SECONDS)
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        answered = len(taken) / (time.perf_counter() - begun)
        print(
            f"  searches due {rate:5.0f}/s  answered {answered:6.1f}/s  p50 {p50 * 1000:7.1f} ms  "
            f"p95 {p95 * 1000:7.1f} ms  failed {failed}",
            flush=True,
        )
        if p95 > TOO_SLOW:
            return
        rate *= 2


def edits(settings: Settings, statements: int) -> None:
    """Edits a second with and without the index, and the time to catch up with 10,000 of them."""
    store, engine = open_store(settings.database_url, settings.secret_key()), open_engine(settings.index_url)
    chance = random.Random(1)
    by = By("a benchmark", "to see how long it takes", datetime.now(UTC))

    def edit() -> None:
        with store.writing() as session:
            grade(session, chance.randint(1, statements), Judgement(chance.choice(LEVELS)), by)

    for name, searchable, seconds in (("committed", False, 5.0), ("committed and searchable", True, 10.0)):
        taken = []
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            edit()
            if searchable:
                sync(store, engine)
            taken.append(time.perf_counter() - begun)
        print(
            f"  edits {name}: {len(taken) / sum(taken):.0f}/s  p50 {statistics.median(taken) * 1000:.1f} ms  "
            f"p95 {statistics.quantiles(taken, n=20)[-1] * 1000:.1f} ms",
            flush=True,
        )
        sync(store, engine)
    with store.writing() as session:
        for _ in range(10_000):
            grade(session, chance.randint(1, statements), Judgement(chance.choice(LEVELS)), by)
    begun = time.perf_counter()
    done = sync(store, engine)
    print(f"  catching up with {done.changes:,} changes: {time.perf_counter() - begun:.1f} s", flush=True)
    engine.close()
    store.close()


def main() -> None:
    """Load, serve, ask, edit, print; for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--only-start", action="store_true", help="only how long the server takes to start")
    given = parser.parse_args()
    for count in given.statements:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "KB_HOME": folder, "KB_SEARCH_RATE": "none", "KB_LOG": "warning"}
            subprocess.run([KB, "init", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
            rows = Path(folder) / "bench.jsonl"
            made_up(count, rows)
            begun = time.perf_counter()
            subprocess.run([KB, "import", rows], env=environment, check=True, stdout=subprocess.DEVNULL)
            print(
                f"{count:,} statements (imported until searchable in {time.perf_counter() - begun:.0f} s)", flush=True
            )
            starts = []
            for _ in range(3):
                with served(environment) as server:
                    starts.append(server.seconds)
            print(f"  start until it serves: {', '.join(f'{each:.2f}' for each in starts)} s", flush=True)
            if not given.only_start:
                with served(environment) as server:
                    searches(server.port)
                edits(Settings.read(environment), count)


if __name__ == "__main__":
    main()
