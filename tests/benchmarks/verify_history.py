"""How long `kb verify` takes: a history of a million changes, and a million statements that never changed.

The changes are whole snapshots as `kb.curate` writes them: real sentences, graded with a profile, with slots and
caveats. No peer proves a history; beside it stand the least that any proof must do, in the same run: every row read and
hashed once by sqlite3, json and hashlib, and SQLite's own `integrity_check` of the same file. Needs
`../shared/bench/sentences.tsv.gz`.

    python tests/benchmarks/verify_history.py [--statements 20000] [--changes 50] [--unchanged 1000000] [--home FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.curate import By
from kb.data import data_folder
from kb.history import Act, append, snapshot
from kb.ingest.batch import Order, import_file
from kb.ingest.demo import load_demo
from kb.loading import load
from kb.model import CLAIM_TYPES, Statement
from kb.settings import Settings
from kb.store import Store, create_store

SENTENCES = Path(__file__).resolve().parents[3] / "shared" / "bench" / "sentences.tsv.gz"
ORIGIN = "bench"
BEGAN = datetime(2026, 1, 1, 8, tzinfo=UTC)
TOGETHER = 2000
"""Statements whose changes are written in one transaction."""
GRADE = {
    "scale": "grade",
    "level": "low",
    "direction": "supports",
    "rationale": "Two small trials, neither of them blinded.",
    "profile": {
        "start": "high",
        "start_reason": "randomised trials",
        "domains": [
            {"domain": "risk_of_bias", "step": -1, "reason": "nobody was blinded"},
            {"domain": "imprecision", "step": -1, "reason": "few people, wide intervals"},
        ],
    },
}


def write_statements(path: Path, count: int, whole: bool) -> None:
    """Statements in Caveat's own form; `whole` ones have a profile, a second slot and a caveat of their own."""
    with gzip.open(SENTENCES, "rt", encoding="utf-8", newline="") as source, path.open("w") as file:
        for number, line in zip(range(count), source, strict=False):
            document, _, sentence = line.rstrip("\n").partition("\t")
            row: dict[str, Any] = {"origin": ORIGIN, "key": f"s{number}", "text": sentence or "-"}
            row |= {"type": CLAIM_TYPES[number % len(CLAIM_TYPES)], "topics": [f"topic {number % 200}"]}
            row["slots"] = [{"citation": None, "stance": None, "note": f"wanted: {document}"}]
            row["grade"] = {**GRADE, "profile": None}
            if whole:
                row |= {"grade": GRADE, "caveats": ["liver"]}
                row["slots"].append({"citation": None, "stance": None, "note": "wanted: a trial in people"})
            file.write(json.dumps(row) + "\n")


def make_store(home: Path, statements: int, changes: int) -> None:
    """A store at `home` in which each of so many statements was changed so many times."""
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    by = By("a benchmark", "to measure", BEGAN)
    table = home / "rows.jsonl"
    write_statements(table, statements, changes > 0)
    with store.writing() as session:
        load_demo(session, data_folder(), by)
    with store.writing() as session:
        report = import_file(session, Order(table, "statements"), by)
        assert report.new == statements
        ids = session.scalars(select(Statement.id).where(Statement.origin == ORIGIN).order_by(Statement.id)).all()
    table.unlink()
    for at in range(0, len(ids) if changes else 0, TOGETHER):
        change(store, ids[at : at + TOGETHER], changes, BEGAN + timedelta(minutes=1 + at))
        print(f"  {(at + TOGETHER) * changes:,} changes written", end="\r", file=sys.stderr, flush=True)
    store.close()
    # What was written last stands in the log beside the file; the floor is to read all of it from the file.
    with closing(sqlite3.connect(home / "caveat.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def change(store: Store, ids: Sequence[int], changes: int, at: datetime) -> None:
    """Change each of these statements so many times, in turns; the rows are left as the last change says."""
    with store.writing() as session:
        append(session, _acts(session, ids, changes, at), "a curator", at)


def _acts(session: Session, ids: Sequence[int], changes: int, at: datetime) -> Iterator[Act]:
    records = {record.id: record for record in load(session, ids)}
    now = {id_: snapshot(record, at.date()) for id_, record in records.items()}
    for turn in range(changes):
        words = f"outcome as it was worded in turn {turn}"
        for id_, record in records.items():
            after = snapshot(replace(record, outcome=words), at.date())
            yield Act("reword", f"statement:{id_}", now[id_], after, f"the outcome was unclear ({turn})")
            now[id_] = after
    for id_, last in now.items():
        values = {"outcome": words, "version": changes + 1, "content_hash": last["content_hash"]}
        session.execute(update(Statement).where(Statement.id == id_).values(values))


def verified(home: Path) -> tuple[float, float, float, str]:
    """`kb verify`: seconds, those of both its processes' work, the most memory they had in MB, and what it says."""
    program = [sys.executable, "-c", "from web.cli import main; main()", "verify"]
    began, worked = time.perf_counter(), work()
    with subprocess.Popen(program, env={**os.environ, "KB_HOME": str(home)}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, together_mb(process.pid))
            time.sleep(0.05)
        said = process.stdout.read().decode().strip()
    assert process.returncode == 0, said
    return time.perf_counter() - began, work() - worked, peak, said


def work() -> float:
    """Seconds for which the processes that this one started, and theirs, have had a core."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def together_mb(pid: int) -> float:
    """What a process and those it started have in memory that is theirs alone or shared in part, in MB (Linux)."""
    total = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(int(1024 * together_mb(int(child))) for child in children.read_text().split())
    except (OSError, StopIteration):
        pass
    return total / 1024


def floor(file: Path) -> tuple[float, float]:
    """Seconds to read every revision, and hash its values once as JSON; seconds of SQLite's `integrity_check`."""
    with closing(sqlite3.connect(file)) as connection:
        began = time.perf_counter()
        columns = "seq, at, actor, action, subject, before, after, reason, batch_id, prev_hash"
        rows = connection.execute(f"SELECT {columns} FROM revision")
        for *plain, before, after, reason, batch, previous in rows:
            said = [*plain, json.loads(before or "null"), json.loads(after or "null"), reason, batch, previous]
            hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        hashed = time.perf_counter() - began
        began = time.perf_counter()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return hashed, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=20_000, help="Statements that have changed.")
    parser.add_argument("--changes", type=int, default=50, help="How often each of them has.")
    parser.add_argument("--unchanged", type=int, default=1_000_000, help="Statements of the second store.")
    parser.add_argument("--home", type=Path, help="Where the stores are kept for another run.")
    given = parser.parse_args()
    if not SENTENCES.exists():
        sys.exit(f"{SENTENCES} is not there: this benchmark needs the real sentences.")
    with tempfile.TemporaryDirectory() as name:
        for statements, changes in ((given.statements, given.changes), (given.unchanged, 0)):
            home = (given.home or Path(name)) / f"{statements}x{changes}"
            if statements and not home.exists():
                make_store(home, statements, changes)
            if statements:
                report(home, f"{statements:,} statements, each changed {changes} times")


def report(home: Path, what: str) -> None:
    """Print one store's times."""
    file = home / "caveat.sqlite3"
    seconds, worked, peak, said = verified(home)
    hashed, checked = floor(file)
    print(f"{what} ({file.stat().st_size / 2**20:,.0f} MB):")
    print(f"  kb verify {seconds:.1f} s ({worked:.1f} s of work), {peak:,.0f} MB")
    print(f"  {said}")
    print(
        f"  read and hashed once by sqlite3, json, hashlib: {hashed:.1f} s; integrity_check: {checked:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
