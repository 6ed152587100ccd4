"""How long agreement takes to count over a hundred thousand statements that two have judged, as the command one types.

python tests/benchmarks/agreement.py [--statements 100000]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from kb.curate import By, person
from kb.grade import LEVELS
from kb.ingest.batch import Order, import_file
from kb.model import Grade
from kb.settings import Settings
from kb.store import create_store

RATERS = ("Ann", "Bob", "Cid", "Dee", "Eve")
# Of the second opinions, how many are drawn by chance and how many repeat the first.
BY_CHANCE = 0.35
AT_ONCE = 5000


def fill(home: Path, count: int) -> None:
    """A store in which each statement has a first grade and a second opinion."""
    chance = random.Random(1)
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    rows = home / "rows.jsonl"
    with rows.open("w") as lines:
        for number in range(count):
            level = "not-gradable" if chance.random() < 0.03 else chance.choice(LEVELS)
            grade = {"scale": "grade", "level": level, "direction": "supports", "rationale": "read", "rater": "First"}
            row = {"origin": "o", "key": f"k{number}", "text": f"Claim {number} holds.", "type": "efficacy"}
            lines.write(json.dumps({**row, "topics": [f"topic {number % 200}"], "grade": grade}) + "\n")
    now = datetime.now(UTC)
    with store.writing() as session:
        import_file(session, Order(rows, "statements"), By("a benchmark", "to measure", now))
    with store.writing() as session:
        raters = [person(session, name).id for name in RATERS]
        plain = {"scale": "grade", "direction": "supports", "rationale": "read", "kind": "second", "made_at": now}
        made = [
            {
                **plain,
                "statement_id": id_,
                "level": chance.choice(LEVELS) if chance.random() < BY_CHANCE else level,
                "rater_id": chance.choice(raters),
            }
            for id_, level in session.execute(select(Grade.statement_id, Grade.level))
        ]
        for at in range(0, len(made), AT_ONCE):
            session.execute(insert(Grade), made[at : at + AT_ONCE])
    store.close()


def main() -> None:
    """Fill a store, then time the command in each of its forms."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--statements", type=int, default=100_000)
    count = options.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill(home, count)
        print(f"{count:,} statements, each judged by two")
        for form in ([], ["--topic", "topic 7"], ["--json"], ["--csv"]):
            began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, "-m", "web.cli", "agreement", *form],
                env={**os.environ, "KB_HOME": str(home)},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            took = time.perf_counter() - began
            words = " ".join(["kb agreement", *form])
            print(f"{words:<34} {took:6.1f} s, of which {worked:.1f} s of work; up to {after.ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
