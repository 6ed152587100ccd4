"""How long a million statements take into the store, and sixty thousand notices against a hundred thousand citations.

Beside `sqlite-utils insert` and `enable-fts` of the same CSV, in the same run; each in a process of its own, so that
its memory is its own. Needs `../shared/bench/sentences.tsv.gz`.

    python tests/benchmarks/bulk_import.py [--statements 10000 100000 1000000] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import gzip
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.curate import By
from kb.data import data_folder
from kb.ingest.batch import Order, import_file
from kb.ingest.demo import load_demo
from kb.settings import Settings
from kb.store import create_store

SENTENCES = Path(__file__).resolve().parents[3] / "shared" / "bench" / "sentences.tsv.gz"
HEADER = ("origin", "key", "text", "type", "grade", "direction", "rationale", "topics", "caveats", "citations")
LEVELS = ("grade:high", "grade:moderate", "grade:low", "grade:very-low", "")
TYPES = ("efficacy", "safety", "mechanism", "background", "appraisal")
TOPICS = ("trials", "plants", "methods", "outcomes", "people", "doses", "harms")
CITATIONS, NOTICES = 100_000, 60_000


def write_table(path: Path, count: int) -> None:
    """`count` statements in Caveat's own columns: real sentences, each with the document it is from as citation."""
    with gzip.open(SENTENCES, "rt", encoding="utf-8", newline="") as source, path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, line in zip(range(count), source, strict=False):
            document, _, sentence = line.rstrip("\n").partition("\t")
            level = LEVELS[number % len(LEVELS)]
            judged = (level, "supports" if level else "", "one reader's judgement" if level else "")
            caveat = "liver" if number % 3 == 0 else ""
            topic, type_ = TOPICS[number % len(TOPICS)], TYPES[number % len(TYPES)]
            writer.writerow(("bench", f"s{number}", sentence or "-", type_, *judged, topic, caveat, document))


def write_citations(folder: Path) -> tuple[Path, Path]:
    """A hundred thousand citations, and notices of which every twentieth is of one of them."""
    citations, notices = folder / "citations.json", folder / "notices.json"
    works = [
        {"id": f"w{n}", "type": "article-journal", "title": f"Work number {n}", "DOI": f"10.1000/w{n}"}
        for n in range(CITATIONS)
    ]
    citations.write_text(json.dumps(works))
    doi = {f"10.1000/w{n}" if n % 20 == 0 else f"10.2000/{n}": f"10.3000/n{n}" for n in range(NOTICES)}
    notices.write_text(json.dumps({"retractions": doi}))
    return citations, notices


def imported(home: Path, file: Path, kind: str, profile: bool) -> None:
    """In a process of its own: import one file, and print seconds and the peak of memory."""
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    by = By("a benchmark", "to measure", datetime.now(UTC))
    with store.writing() as session:
        load_demo(session, data_folder(), by)
    profiler = cProfile.Profile()
    began = time.perf_counter()
    if profile:
        profiler.enable()
    with store.writing() as session:
        report = import_file(session, Order(file, kind), by)
    if profile:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    seconds = time.perf_counter() - began
    told = {"seconds": seconds, "new": report.new, "changed": report.changed, "peak_mb": peak()}
    print(json.dumps(told))


def peak() -> float:
    """The most memory this process and the one that read ahead have had together, in MB (Linux counts in kB)."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def in_own_process(*arguments: str) -> dict[str, Any]:
    ran = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    if ran.stderr:
        print(ran.stderr, file=sys.stderr)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def peer(folder: Path, file: Path) -> tuple[float, float]:
    """Seconds of `sqlite-utils insert --csv` and of `enable-fts` on the words."""
    base, program = folder / "peer.db", [sys.executable, "-m", "sqlite_utils"]
    took = []
    for words in (["insert", base, "rows", file, "--csv"], ["enable-fts", base, "rows", "text"]):
        began = time.perf_counter()
        subprocess.run([*program, *map(str, words)], check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    base.unlink()
    return took[0], took[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--profile", action="store_true", help="Show where the time goes; slower.")
    parser.add_argument("--import", dest="one", nargs=3, metavar=("HOME", "FILE", "KIND"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        imported(Path(given.one[0]), Path(given.one[1]), given.one[2], given.profile)
        return
    if not SENTENCES.exists():
        sys.exit(f"{SENTENCES} is not there: this benchmark needs the real sentences.")
    more = ["--profile"] if given.profile else []
    print(f"{'statements':>12} {'seconds':>9} {'µs each':>9} {'peak MB':>9}   sqlite-utils insert + enable-fts")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in given.statements:
            file = folder / "rows.csv"
            write_table(file, count)
            done = in_own_process("--import", str(folder / f"home{count}"), str(file), "statements", *more)
            assert done["new"] == count
            insert, index = peer(folder, file)
            each = done["seconds"] / count * 1e6
            print(
                f"{count:>12,} {done['seconds']:>9.1f} {each:>9.1f} {done['peak_mb']:>9.0f}   "
                f"{insert:.1f} + {index:.1f} s",
                flush=True,
            )
        citations, notices = write_citations(folder)
        home = str(folder / "cited")
        first = in_own_process("--import", home, str(citations), "citations")
        done = in_own_process("--import", home, str(notices), "retractions", *more)
        print(
            f"{NOTICES:,} notices against {CITATIONS:,} citations: {done['seconds']:.1f} s, {done['changed']:,} of them"
            f" changed, {done['peak_mb']:.0f} MB (the citations themselves took {first['seconds']:.1f} s)"
        )


if __name__ == "__main__":
    main()
