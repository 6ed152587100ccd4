"""`make crash`: kill Caveat's processes a hundred times at random moments, and see that nothing saved was lost."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from indexer.open import open_engine
from indexer.sync import sync
from kb.curate import By
from kb.data import data_folder
from kb.ingest.demo import load_demo
from kb.settings import Settings
from kb.store import create_store
from tests.crash.harness import arrangement, rounds

MOST_SHOWN = 20


def new_home(home: Path) -> None:
    """A home with the data that comes with Caveat, indexed."""
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    with store.writing() as session:
        load_demo(session, data_folder(), By("the harness", "the beginning", datetime.now(UTC)))
    engine = open_engine(settings.index_url)
    sync(store, engine)
    engine.close()
    store.close()


def main() -> int:
    """0 where everything held after every kill, 1 where something did not; then it says what, and with which seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many rounds, a SIGKILL in each (100)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--as", dest="who", choices=("caveat", "no-log", "hasty"), default="caveat")
    given = parser.parse_args()
    print(f"seed {given.seed}, as {given.who}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="caveat-crash-") as folder:
        home = Path(folder) / "home"
        new_home(home)
        for tally, wrong in rounds(home, given.kills, given.seed, arrangement(given.who)):
            if sys.stdout.isatty() or tally.kills % 10 == 0:
                print(f"{tally.kills} kills, {len(tally.saved)} changes acknowledged", flush=True)
            if wrong:
                print(f"After kill {tally.kills} this did not hold:")
                print("\n".join(wrong[:MOST_SHOWN]))
                if len(wrong) > MOST_SHOWN:
                    print(f"and {len(wrong) - MOST_SHOWN} more")
                return 1
    print(
        f"{tally.kills} kills in {time.monotonic() - started:.0f} s: all {len(tally.saved)} acknowledged changes are "
        f"there, none is half there, index and store agree, the history holds. Slowest restart caught up in "
        f"{tally.slowest_catch_up:.2f} s."
    )
    print("turns: " + ", ".join(f"{name} {turns}" for name, turns in tally.at_work.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
