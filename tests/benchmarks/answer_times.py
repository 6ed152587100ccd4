"""How long the search page takes to answer, hostile input included: `make bench` prints it.

Loads data/, and beside it as many made-up statements as asked for (`--statements`, default 10,000), starts the real
server and asks it each query several times over one kept connection. Every string of the naughty strings is asked too
where the folder with the shared examples lies beside the checkout.

Issue A wants: whatever is typed answers 200 in under 1.5 s.
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
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
KB = Path(sys.executable).with_name("kb")
NAUGHTY = CHECKOUT.parent / "shared" / "examples" / "strings" / "naughty-strings.json"
ORDINARY = ["joint function", "opioid receptors", "liver", "kratom", "", '"side effects"', "kratm zzz", "pain OR mood"]
BEGUN = ("pai", "liv", "joi", "moo", "sle", "tri", "dos", "ris", "may", "red", "inc")
HOSTILE = [
    *("*", "a*", "[a TO z]", "(" * 10_000, '"', "NOT", "x" * 10_000, "a " * 5_000, "\0", "the of and to in is a"),
    " OR ".join(f"{letters}*" for letters in BEGUN),
    " ".join(f"-{letters}*" for letters in BEGUN),
    " OR ".join(['"the of"', '"in and"', '"of the in"'] * 12),
    " OR ".join(["the", "of", "in", "and"] * 16),
    "-(the OR of) OR -(in and)",
]
WORDS = "pain liver joint mood sleep trial dose risk may not reduce increase kratom placebo week of the in and"


def made_up(count: int, path: Path) -> None:
    """Statements with words drawn at random, the common ones often; the seed makes each run alike."""
    chance = random.Random(7)
    common = WORDS.split()
    words = common + [f"{chance.choice(common)}{n}" for n in range(20_000)]
    weights = [1000 / (rank + 1) for rank in range(len(words))]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = " ".join(chance.choices(words, weights, k=20)).capitalize() + "."
            row = {
                "origin": "bench",
                "key": f"B{number}",
                "text": text,
                "type": chance.choice(["efficacy", "safety", "background"]),
                "topics": [chance.choice(common)],
                "grade": {"level": chance.choice(["high", "moderate", "low", "very-low"])},
                "caveats": ["liver"] if number % 3 else [],
            }
            file.write(json.dumps(row) + "\n")


def timed(connection: http.client.HTTPConnection, query: str, rounds: int) -> list[float]:
    """Milliseconds for each round. Raises SystemExit for an answer other than 200."""
    taken = []
    # A request line has an end: what is longer than a server takes is asked as far as it goes.
    address = "/search?q=" + quote(query.encode("utf-8", "surrogatepass"))
    for _ in range(rounds):
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{query[:40]!r} was answered with {answer.status}")
    return taken


def report(name: str, taken: list[float]) -> None:
    """One line: how many answers, and their median, 95th percentile and worst."""
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    p50 = statistics.median(taken)
    print(f"{name:<28} n={len(taken):<5} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  worst {ordered[-1]:7.1f} ms")


def main() -> None:
    """Load, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KB_HOME": folder}
        subprocess.run([KB, "init", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
        if asked.statements:
            rows = Path(folder) / "bench.jsonl"
            made_up(asked.statements, rows)
            start = time.perf_counter()
            subprocess.run([KB, "import", rows], env=environment, check=True, stdout=subprocess.DEVNULL)
            print(f"import of {asked.statements:,} statements until searchable: {time.perf_counter() - start:.1f} s")
        server = subprocess.Popen(
            [KB, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().split("127.0.0.1:")[1].split()[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            for query in ORDINARY:
                report(f"{query[:20]!r}", timed(connection, query, asked.rounds))
            worst = {query[:12]: timed(connection, query, 1) for query in HOSTILE}
            report("hostile", [each for taken in worst.values() for each in taken])
            if NAUGHTY.exists():
                naughty = json.loads(NAUGHTY.read_text(encoding="utf-8"))
                report("naughty strings", [each for text in naughty for each in timed(connection, text, 1)])
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
