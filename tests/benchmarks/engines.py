"""The search engine beside its peers: `make bench` prints the table at 10,000, 100,000 and 1,000,000 statements.

Real sentences (`../shared/bench/sentences.tsv.gz`) with grades, topics and caveats; the words asked for are drawn from
them, each query once, so that no answer can be remembered. Caveat searches statements with all their fields, facets and
deletions, and its whole page is what the server makes; the peers (`tests/benchmarks/peers.py`) have the words alone.
Every engine is built, opened and asked in a process of its own.

    python tests/benchmarks/engines.py [--statements 10000 100000 1000000] [--queries 200] [--json FILE] [--plot FILE]
                                       [--home FOLDER] [--without "plain Whoosh"] [--profile]

`--home` is a store of so many statements that an earlier run made and kept.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import os
import pstats
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from indexer.engine import FACETS, Request, SearchEngine
from indexer.open import open_engine
from indexer.query import parse
from indexer.sync import follow, rebuild
from kb import curate
from kb.curate import By
from kb.graded import read
from kb.settings import Settings
from kb.store import Store, open_store
from tests.benchmarks.bulk_import import LEVELS, SENTENCES, TOPICS, TYPES, write_table
from tests.benchmarks.engines_plot import plot
from tests.benchmarks.peers import PEERS, Asked, Row
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)
SEED = 11
WORD = re.compile(r"[a-z]{4,}")
EDITS = 20
OURS = "Caveat"
ROWS = {
    "index": "index from the store, s",
    "memory": "  the most memory, MB",
    "open": "open the index, ms",
    "resident": "  resident above the process, MB",
    "and": "two words AND, ms p50 / p95",
    "or": "two words OR, all facets, ms",
    "phrase": "phrase, ms",
    "prefix": "prefix, ms",
    "page": "the whole page in the server, ms",
    "edit": "one edit until searchable, ms",
}


def queries(count: int, statements: int) -> list[Asked]:
    """So many queries of each kind, the words of each drawn from sentences that are there."""
    chance = random.Random(SEED)
    lines = sentences(statements)
    sample = [
        words for line in chance.sample(lines, min(len(lines), 20 * count)) if len(words := WORD.findall(line)) > 3
    ]
    made = []
    for number in range(count):
        one, other = sample[2 * number], sample[2 * number + 1]
        at = chance.randrange(len(one) - 1)
        made += [
            Asked("and", tuple(chance.sample(one, 2))),
            Asked("or", (chance.choice(one), chance.choice(other)), facets=True),
            Asked("phrase", tuple(one[at : at + 2])),
            Asked("prefix", (chance.choice(one)[:4],)),
        ]
    return made


def sentences(count: int) -> list[str]:
    return [row.text for row in rows(count)]


def rows(count: int) -> Iterator[Row]:
    """The same statements as `write_table` writes, as a peer takes them."""
    with gzip.open(SENTENCES, "rt", encoding="utf-8", newline="") as source:
        for n, line in zip(range(count), source, strict=False):
            text = line.rstrip("\n").partition("\t")[2] or "-"
            caveat = "liver" if n % 3 == 0 else "none"
            level = LEVELS[n % len(LEVELS)] or "ungraded"
            yield Row(n, text, (level, TYPES[n % len(TYPES)], TOPICS[n % len(TOPICS)], caveat, "bench"))


def timed(ask: Callable[[Asked], int], asked: Sequence[Asked]) -> dict[str, list[float]]:
    """Milliseconds of each query, by kind."""
    taken: dict[str, list[float]] = {}
    for each in asked:
        began = time.perf_counter()
        ask(each)
        taken.setdefault(each.kind, []).append((time.perf_counter() - began) * 1000)
    return taken


def halves(taken: Sequence[float]) -> list[float]:
    """Median and 95th percentile."""
    ordered = sorted(taken)
    return [statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]]


def most_memory() -> float:
    """The most memory of this process and its largest child together, in MB (Linux counts in kB)."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def resident() -> float:
    """What this process has in memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def build_ours(home: Path) -> dict[str, Any]:
    """Build the index of the store in `home`."""
    _, store, engine = opened(home)
    began = time.perf_counter()
    rebuild(store, engine)
    return {"index": time.perf_counter() - began, "memory": most_memory()}


def ask_ours(home: Path, asked: Sequence[Asked], profile: bool) -> dict[str, Any]:
    """Open, ask, ask for whole pages, edit."""
    settings, store, engine = opened(home)
    before = resident()
    began = time.perf_counter()
    engine.position()
    found: dict[str, Any] = {"open": (time.perf_counter() - began) * 1000, "resident": resident() - before}
    for warm in asked[:8]:
        searched(engine, warm)
    found |= {kind: halves(taken) for kind, taken in timed(lambda each: searched(engine, each), asked[8:]).items()}
    client = create_app(settings, store, engine).test_client()
    client.get("/search?q=warm")
    profiler = cProfile.Profile()
    taken = []
    for each in [each for each in asked if each.kind == "or"]:
        began = time.perf_counter()
        if profile:
            profiler.enable()
        answer = client.get("/search", query_string={"q": " OR ".join(each.words)})
        profiler.disable()
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(40)
    found["page"] = halves(taken)
    found["edit"] = halves([edited(store, engine, number) for number in range(EDITS)])
    return found


def opened(home: Path) -> tuple[Settings, Store, SearchEngine]:
    settings = Settings.read({"KB_HOME": str(home), "KB_SEARCH_RATE": "none", "KB_MISSES": "off"})
    return settings, open_store(settings.database_url, settings.secret_key()), open_engine(settings.index_url)


def typed(asked: Asked) -> str:
    """What a person types for it."""
    words = {"or": " OR ".join(asked.words), "phrase": f'"{" ".join(asked.words)}"', "prefix": f"{asked.words[0]}*"}
    return words.get(asked.kind, " ".join(asked.words))


def searched(engine: SearchEngine, asked: Asked) -> int:
    tree = parse(typed(asked)).tree
    return len(engine.search(Request(tree, facets=FACETS if asked.facets else ())).ids)


def edited(store: Store, engine: SearchEngine, number: int) -> float:
    """Milliseconds from when a changed grade is committed until a search finds the statement by it."""
    by = By("a benchmark", f"to measure {number}", datetime.now(UTC))
    with store.writing() as session:
        (statement,) = read(session, [1000 + 37 * number], DAY)
        curate.grade(session, statement.id, curate.Judgement("moderate", "mixed"), by)
    began = time.perf_counter()
    assert follow(store, engine)
    word = WORD.findall(statement.text.lower()) or ["the"]
    answer = engine.search(Request(parse(" ".join(word[:6])).tree, {"direction": ("mixed",)}, limit=200))
    taken = (time.perf_counter() - began) * 1000
    assert statement.id in answer.ids
    return taken


def ask_peer(name: str, folder: Path, count: int, asked: Sequence[Asked]) -> dict[str, Any]:
    """Build a peer and ask it."""
    peer = next(each for each in PEERS if each.name == name)(folder / "peer")
    began = time.perf_counter()
    peer.build(rows(count))
    found: dict[str, Any] = {"index": time.perf_counter() - began, "memory": most_memory()}
    for warm in asked[:8]:
        peer.ask(warm)
    found |= {kind: halves(taken) for kind, taken in timed(peer.ask, asked[8:]).items()}
    peer.close()
    return found


def in_own_process(*words: str) -> dict[str, Any]:
    """What this file prints when it is started with these words."""
    ran = subprocess.run([sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def measured(count: int, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The figures of every engine at one size."""
    common = ["--statements", str(count), "--queries", str(given.queries), *(["--profile"] if given.profile else [])]
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as made:
        home = given.home or Path(made) / "home"
        home_with(count, home)
        found[OURS] = in_own_process("--run", "build", str(home), *common)
        found[OURS] |= in_own_process("--run", "ask", str(home), *common)
        for peer in PEERS:
            if peer.name not in given.without:
                with tempfile.TemporaryDirectory() as folder:
                    found[peer.name] = in_own_process("--run", peer.name, folder, *common)
    return found


def home_with(count: int, home: Path) -> None:
    """Make a home with so many statements, unless it is there."""
    if home.exists():
        return
    with tempfile.TemporaryDirectory() as made:
        table = Path(made) / "rows.csv"
        write_table(table, count)
        words = [sys.executable, "-c", IMPORTED, str(home), str(table)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


IMPORTED = (
    "import sys; from pathlib import Path; from tests.benchmarks.bulk_import import imported;"
    "imported(Path(sys.argv[1]), Path(sys.argv[2]), 'statements', False)"
)


def table(found: dict[str, dict[str, Any]], count: int) -> Iterator[str]:
    """The figures of one size, line by line."""
    yield f"{f'{count:,} statements':<36}" + "".join(f"{name:>18}" for name in found)
    for key, told in ROWS.items():
        cells = (figure(each.get(key)) for each in found.values())
        yield f"{told:<36}" + "".join(f"{cell:>18}" for cell in cells)


def figure(value: float | list[float] | None) -> str:
    if value is None:
        return "–"
    return " / ".join(f"{each:.1f}" for each in value) if isinstance(value, list) else f"{value:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not SENTENCES.exists():
        sys.exit(f"{SENTENCES} is not there: this benchmark needs the real sentences.")
    if given.run:
        what, folder = given.run[0], Path(given.run[1])
        if what == "build":
            print(json.dumps(build_ours(folder)))
        else:
            asked = queries(given.queries, given.statements[0])
            ours = what == "ask"
            told = (
                ask_ours(folder, asked, given.profile) if ours else ask_peer(what, folder, given.statements[0], asked)
            )
            print(json.dumps(told))
        return
    every = {}
    for count in given.statements:
        every[count] = measured(count, given)
        print("\n".join(table(every[count], count)), flush=True)
    if given.json:
        given.json.write_text(json.dumps(every, indent=1) + "\n", encoding="utf-8")
    if given.plot:
        given.plot.write_text(plot(every[max(every)], max(every), OURS), encoding="utf-8")


if __name__ == "__main__":
    main()
