"""How long an audit takes: every rule over ten thousand and over a million statements, as the command a user types.

The statements are real sentences with grades, profiles, slots, topics and PICO drawn at random, sound and unsound ones
mixed. No peer lints evidence; beside it stands the least that any audit must do, in the same run: SQLite's own
`integrity_check` of the same file. Needs `../shared/bench/sentences.tsv.gz`.

    python tests/benchmarks/audit.py [--statements 10000 1000000] [--home FOLDER] [--rules]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kb.audit.rule import Scope
from kb.audit.run import audit
from kb.curate import By
from kb.data import data_folder
from kb.grade import DOMAINS, LEVELS
from kb.ingest.batch import Order, import_file
from kb.ingest.demo import load_demo
from kb.model import CLAIM_TYPES, DIRECT_EVIDENCE, DIRECTIONS, STANCES
from kb.settings import Settings
from kb.store import create_store, open_store

SENTENCES = Path(__file__).resolve().parents[3] / "shared" / "bench" / "sentences.tsv.gz"
WORKS = 50_000
DESIGNS = (
    "randomised controlled trial",
    "randomized, double-blind, placebo-controlled crossover",
    "cohort study",
    "case-control study",
    "cross-sectional survey",
    "case series",
    "animal study (rat)",
    "in vitro",
    "systematic review",
    "narrative review",
    "",
)
TOPICS = tuple(f"topic {number}" for number in range(200))


def write_works(path: Path, chance: random.Random) -> None:
    """Fifty thousand citations of all designs; some without a DOI, some that nobody has checked."""
    works = []
    for number in range(WORKS):
        custom: dict[str, Any] = {"study_design": chance.choice(DESIGNS)}
        if chance.random() < 0.1:
            custom["unchecked_fields"] = ["DOI"]
        work = {"id": f"w{number}", "type": "article-journal", "title": f"Work number {number}", "custom": custom}
        if chance.random() < 0.9:
            work["DOI"] = f"10.1000/w{number}"
        works.append(work)
    path.write_text(json.dumps(works))


def write_notices(path: Path, chance: random.Random) -> None:
    """Retractions of one work in fifty."""
    path.write_text(json.dumps({"retractions": {f"10.1000/w{n}": f"10.3000/n{n}" for n in range(0, WORKS, 50)}}))


def write_statements(path: Path, count: int, chance: random.Random) -> None:
    """Statements in Caveat's own form, no two alike."""
    with gzip.open(SENTENCES, "rt", encoding="utf-8", newline="") as source, path.open("w") as file:
        for number, line in zip(range(count), source, strict=False):
            sentence = line.rstrip("\n").partition("\t")[2] or "-"
            file.write(json.dumps(statement(number, sentence, chance)) + "\n")


def statement(number: int, sentence: str, chance: random.Random) -> dict[str, Any]:
    """One row: graded in nine of ten cases, with a profile in three of ten, with one to three slots."""
    row: dict[str, Any] = {"origin": "bench", "key": f"s{number}", "text": sentence, "type": chance.choice(CLAIM_TYPES)}
    row["direct_evidence"] = chance.choice(DIRECT_EVIDENCE)
    row["topics"] = [chance.choice(TOPICS)]
    row["caveats"] = ["liver"] if chance.random() < 0.3 else []
    if chance.random() < 0.3:
        row["pico"] = {
            "population": f"adults of group {chance.randrange(1000)}",
            "intervention": f"drug {chance.randrange(3000)}",
            "outcome": f"outcome {chance.randrange(500)}",
        }
    if chance.random() < 0.9:
        row["grade"] = grade(chance)
    row["slots"] = [slot(chance) for _ in range(chance.randint(1, 3))]
    return row


def grade(chance: random.Random) -> dict[str, Any]:
    level = chance.choice((*LEVELS, *LEVELS, "not-gradable", "no-evidence"))
    made: dict[str, Any] = {"scale": "grade", "level": level, "direction": chance.choice(DIRECTIONS)}
    made["rationale"] = "one reader's judgement" if chance.random() < 0.95 else "-"
    if level in LEVELS and chance.random() < 0.4:
        judged = chance.sample(list(DOMAINS.values()), 3)
        domains = [
            {"domain": each.name, "step": chance.choice(each.steps), "reason": chance.choice(("", "as judged"))}
            for each in judged
        ]
        made["profile"] = {"start": chance.choice(("high", "low")), "start_reason": "by design", "domains": domains}
    return made


def slot(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.2:
        return {"citation": None, "stance": None, "note": "wanted: a trial"}
    return {"citation": f"w{chance.randrange(WORKS)}", "stance": chance.choice(STANCES), "note": ""}


def made_store(home: Path, count: int) -> None:
    """A store of `count` statements in `home`."""
    chance = random.Random(20261123)
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    by = By("a benchmark", "to measure", datetime.now(UTC))
    with store.writing() as session:
        load_demo(session, data_folder(), by)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_works(folder / "works.json", chance)
        write_notices(folder / "notices.json", chance)
        write_statements(folder / "rows.jsonl", count, chance)
        files = (("works.json", "citations"), ("notices.json", "retractions"), ("rows.jsonl", "statements"))
        for file, kind in files:
            with store.writing() as session:
                import_file(session, Order(folder / file, kind), by)
    store.close()


def by_command(home: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of `kb audit`."""
    kb = Path(sys.executable).with_name("kb")
    environ = {**os.environ, "KB_HOME": str(home)}
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run([kb, "audit", "--fail-on", "never"], check=True, env=environ, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    return seconds, max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def by_rule(home: Path) -> list[tuple[float, str, int]]:
    """Seconds and findings of each rule; rules that share a pass are named by the first of them."""
    settings = Settings.read({"KB_HOME": str(home)})
    store = open_store(settings.database_url, settings.secret_key())
    moments: list[tuple[float, str]] = []
    with store.reading() as session:
        scope = Scope(date.today())
        done = audit(session, scope, advance=lambda code: moments.append((time.perf_counter(), code)))
    moments.append((time.perf_counter(), ""))
    counts = {result.rule.code: result.count for result in done.results}
    took = [(moments[at + 1][0] - began, code, counts[code]) for at, (began, code) in enumerate(moments[:-1])]
    return sorted(took, reverse=True)


def floor(home: Path) -> float:
    """Seconds of SQLite's integrity check of the same file."""
    with closing(sqlite3.connect(home / "caveat.sqlite3")) as connection:
        began = time.perf_counter()
        connection.execute("PRAGMA integrity_check").fetchall()
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--home", type=Path, help="Where stores are kept from one run to the next.")
    parser.add_argument("--rules", action="store_true", help="Show the time of each rule too.")
    given = parser.parse_args()
    if not SENTENCES.exists():
        sys.exit(f"{SENTENCES} is not there: this benchmark needs the real sentences.")
    with tempfile.TemporaryDirectory() as name:
        print(f"{'statements':>12} {'kb audit':>10} {'peak MB':>9} {'integrity_check':>17}")
        for count in given.statements:
            home = (given.home or Path(name)) / str(count)
            if not (home / "caveat.sqlite3").exists():
                made_store(home, count)
            seconds, peak = by_command(home)
            print(f"{count:>12,} {seconds:>8.2f} s {peak:>9.0f} {floor(home):>15.2f} s", flush=True)
            if given.rules:
                for took, code, found in by_rule(home):
                    print(f"             {code} {took:8.2f} s {found:>10,} findings")


if __name__ == "__main__":
    main()
