"""How long a second `make run` takes until the page answers: `make bench` prints it.

Issue A wants under 5 s. Uses the environment and the data of this checkout (`make run` once before), on a free port.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def seconds_until_it_answers() -> float:
    """Start `make run`, wait for the search page, stop it."""
    port = free_port()
    start = time.perf_counter()
    run = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=CHECKOUT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while time.perf_counter() - start < PATIENCE:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/search?q=liver", timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - start
            except urllib.error.URLError:
                time.sleep(0.02)
        raise SystemExit(f"no answer within {PATIENCE} s")
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(30)


if __name__ == "__main__":
    seconds_until_it_answers()
    taken = sorted(seconds_until_it_answers() for _ in range(3))
    print(f"second `make run` until /search?q=liver answers: median {taken[1]:.2f} s, worst {taken[2]:.2f} s")
