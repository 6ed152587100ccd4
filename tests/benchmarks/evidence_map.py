"""How long an evidence map takes to answer, for everything and for the hits of a search, however large the store.

Loads data/ and beside it as many made-up statements as asked for, on two thousand interventions and five hundred
outcomes, starts the real server and asks it for each kind of map several times.

    python tests/benchmarks/evidence_map.py [--statements 10000 100000 1000000] [--rounds 5]

Wanted: the map of everything within a second, at a million statements too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KB = Path(sys.executable).with_name("kb")
WORDS = ("pain", "liver", "joint", "mood", "sleep", "trial", "dose", "risk", "may", "not", "reduce", "of", "the", "in")
LEVELS = ("high", "moderate", "low", "very-low", "not-gradable")
TYPES = ("efficacy", "safety", "mechanism", "background", "appraisal", "regulatory", "recommendation")
DIRECTIONS = ("supports", "contradicts", "mixed", "no-effect", "unclear")
ASKED = {
    "topics by kinds of claims": "/map",
    "interventions by outcomes": "/map?rows=intervention&columns=outcome",
    "the last of their parts": "/map?rows=intervention&columns=outcome&page=50&across=25",
    "populations by outcomes": "/map?rows=population&columns=outcome",
    "of a frequent word": "/map?q=pain&rows=intervention&columns=outcome",
    "of a word and filters": "/map?q=liver&grade=grade:low&type=safety&rows=intervention&columns=outcome",
    "as a picture": "/map.svg?rows=intervention&columns=outcome",
    "as JSON": "/map.json?rows=intervention&columns=outcome",
    "a search, beside it": "/search?q=pain",
    "a cell's statements": "/search?intervention=intervention+number+1&outcome=outcome+number+1",
    "feed of everything": "/feed.atom",
    "feed of a large topic": "/feed.atom?topic=topic+1",
    "feed of a small topic": "/feed.atom?topic=kratom",
}


def made_up(count: int, path: Path) -> None:
    """Statements on questions drawn at random, the common ones often; the seed makes each run alike."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            common = [min(int(chance.paretovariate(0.6)), most) for most in (2_000, 500, 50)]
            pico = {
                "intervention": f"Intervention number {common[0]}",
                "outcome": f"Outcome number {common[1]}",
                "population": f"people of kind {common[2]}",
            }
            row = {
                "origin": "bench",
                "key": f"B{number}",
                "text": " ".join(chance.choices(WORDS, k=14)).capitalize() + ".",
                "type": chance.choice(TYPES),
                "topics": [f"topic {n}" for n in {min(int(chance.paretovariate(0.5)), 200) for _ in range(2)}],
                "pico": pico if number % 5 else {},
                "grade": {"scale": "grade", "level": chance.choice(LEVELS), "direction": chance.choice(DIRECTIONS)},
                "caveats": ["liver"] if number % 3 else [],
            }
            file.write(json.dumps(row) + "\n")


def timed(connection: http.client.HTTPConnection, address: str, rounds: int) -> str:
    """The first answer and the median of the next, in milliseconds, and how long the answer is."""
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{address} was answered with {answer.status}")
    return f"{taken[0]:9.0f} {statistics.median(taken[1:]):9.0f} {len(body) / 1024:9.0f}"


def measured(count: int, rounds: int) -> None:
    """Load so many statements, serve them, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KB_HOME": folder, "KB_SEARCH_RATE": "none", "KB_LOG": "warning"}
        subprocess.run([KB, "init", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
        rows = Path(folder) / "bench.jsonl"
        made_up(count, rows)
        start = time.perf_counter()
        subprocess.run([KB, "import", rows], env=environment, check=True, stdout=subprocess.DEVNULL)
        index = sum(path.stat().st_size for path in (Path(folder) / "index").rglob("*") if path.is_file())
        print(f"\n{count:,} statements, searchable after {time.perf_counter() - start:.0f} s, index {index >> 20} MB")
        print(f"{'':<28} first ms  median ms      kB")
        server = subprocess.Popen(
            [KB, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().split("127.0.0.1:")[1].split()[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for name, address in ASKED.items():
                print(f"{name:<28}{timed(connection, address, rounds)}", flush=True)
        finally:
            server.terminate()
            server.wait(30)


def main() -> None:
    """All sizes, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for count in asked.statements:
        measured(count, asked.rounds)


if __name__ == "__main__":
    main()
