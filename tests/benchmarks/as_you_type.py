"""How long the suggestions take while words are typed letter by letter, at 100,000 statements.

The statements are real sentences with grades, topics and slots drawn at random over 50,000 works; the words typed are
drawn from the sentences, one at a time and two side by side. Every state of the box is asked of a real server over one
kept connection, so each time holds all that a browser waits for. Beside it, in the same run and for the same words,
stands what an autocomplete on SQLite does: the five best rows of an FTS5 prefix query, text and nothing else.

Issue F wants: 95 of 100 answers within 50 ms. Needs `../shared/bench/sentences.tsv.gz`.

    python tests/benchmarks/as_you_type.py [--statements 100000] [--words 40] [--home FOLDER] [--slowest 10]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.audit import SENTENCES, write_statements, write_works

KB = Path(sys.executable).with_name("kb")
WORD = re.compile(r"[a-z]{4,}")
LONGEST_WORD = 14
WANTED_MS = 50
SEED = 20


def build(home: Path, count: int) -> None:
    """A home with as many statements, citing works, searchable."""
    chance, quiet = random.Random(SEED), subprocess.DEVNULL
    with tempfile.TemporaryDirectory() as made:
        works, rows = Path(made) / "works.json", Path(made) / "statements.jsonl"
        write_works(works, chance)
        write_statements(rows, count, chance)
        for words in (["init", "--demo"], ["import", works, "--as", "citations"], ["import", rows]):
            # Its warnings are about profiles drawn at random, twenty thousand of them.
            subprocess.run([KB, *words], env=environment(home), check=True, stdout=quiet, stderr=quiet)


def environment(home: Path) -> dict[str, str]:
    """What the commands are started with; nobody is held up for asking often."""
    return {**os.environ, "KB_HOME": str(home), "KB_SEARCH_RATE": "none"}


@contextmanager
def served(home: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to `kb serve` on the home."""
    server = subprocess.Popen(
        [KB, "serve", "--port", "0"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split("127.0.0.1:")[1].split()[0])
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            yield connection
    finally:
        server.terminate()
        server.wait(30)


def texts_of(home: Path) -> list[str]:
    """The statements' words, for drawing words and for the peer."""
    with closing(sqlite3.connect(home / "caveat.sqlite3")) as store:
        return [text for (text,) in store.execute("SELECT text FROM statement WHERE state = 'published' ORDER BY id")]


def typed(texts: Sequence[str], words: int) -> list[str]:
    """Every state of the box while `words` queries are typed: half of them one word, half two that stand together."""
    chance = random.Random(SEED)
    queries: list[str] = []
    while len(queries) < words:
        found = [each for each in WORD.findall(chance.choice(texts).casefold()) if len(each) <= LONGEST_WORD]
        if len(found) > 1:
            at = chance.randrange(len(found) - 1)
            queries.append(" ".join(found[at : at + 1 + len(queries) % 2]))
    return [query[:end] for query in queries for end in range(1, len(query) + 1)]


def asked(connection: http.client.HTTPConnection, states: Sequence[str]) -> list[float]:
    """Milliseconds for each state. Raises SystemExit for an answer other than 200."""
    taken = []
    for state in states:
        start = time.perf_counter()
        connection.request("GET", f"/suggest?q={quote(state)}")
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{state!r} was answered with {answer.status}")
    return taken


def asked_of_fts5(texts: Sequence[str], states: Sequence[str]) -> list[float]:
    """The same states as prefix queries of FTS5 with its Porter stemmer, in this process, from a file."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "fts.sqlite3")) as peer:
        peer.execute("CREATE VIRTUAL TABLE fts USING fts5(text, tokenize='porter unicode61')")
        peer.executemany("INSERT INTO fts(text) VALUES (?)", ((text,) for text in texts))
        peer.commit()
        taken = []
        for state in states:
            *whole, last = state.split()
            match = " ".join([*(f'"{word}"' for word in whole), f'"{last}" *'])
            start = time.perf_counter()
            peer.execute("SELECT rowid, text FROM fts WHERE fts MATCH ? ORDER BY rank LIMIT 5", (match,)).fetchall()
            taken.append((time.perf_counter() - start) * 1000)
        return taken


def report(name: str, taken: Sequence[float]) -> None:
    """One line: how many answers, and their median, 95th percentile and worst."""
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"{name:<34} n={len(taken):<5} p50 {statistics.median(taken):6.1f} ms  p95 {p95:6.1f} ms", end="  ")
    print(f"worst {ordered[-1]:6.1f} ms")


def main() -> None:
    """Build or open, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--home", type=Path, help="a home from an earlier run, or where to build one that is kept")
    parser.add_argument("--slowest", type=int, default=0, help="name so many of the slowest states")
    given = parser.parse_args()
    if not SENTENCES.exists():
        raise SystemExit(f"{SENTENCES} is not there.")
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if not (home / "caveat.sqlite3").exists():
            build(home, given.statements)
        texts = texts_of(home)
        states = typed(texts, given.words)
        print(f"{len(texts):,} statements, {len(states)} states of the box from {given.words} queries")
        with served(home) as connection:
            first = asked(connection, states[:1])
            report("the first answer of a new server", first)
            taken = asked(connection, states)
        report("/suggest, over HTTP", taken)
        by_length = [(len(state.split()[-1]), each) for state, each in zip(states, taken, strict=True)]
        for length in (1, 2, 3):
            report(
                f"  of these {length} letter{'' if length == 1 else 's'} of a word",
                [each for letters, each in by_length if letters == length],
            )
        report("FTS5 prefix query, in process", asked_of_fts5(texts, states))
        for each, state in sorted(zip(taken, states, strict=True), reverse=True)[: given.slowest]:
            print(json.dumps(state), f"{each:.1f} ms")
    p95 = sorted(taken)[int(len(taken) * 0.95)]
    print(f"wanted: p95 within {WANTED_MS} ms; it is {'' if p95 <= WANTED_MS else 'not '}so")


if __name__ == "__main__":
    main()
