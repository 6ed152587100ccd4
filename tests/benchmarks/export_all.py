"""How long all of a search takes to write, and how much memory: `python tests/benchmarks/export_all.py --home HOME`.

HOME is a store with an index in step. The real `/search/all.csv`, `/search/all.jsonl` (over HTTP, from `kb serve`) and
`kb search --all` are timed and their peak memory is read, beside the `sqlite3` program writing the bare table of
statements, without grades, slots and caveats. Without HOME a store is made with `--statements` made-up statements.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.benchmarks.answer_times import made_up

KB = Path(sys.executable).with_name("kb")
MIB = 1024 * 1024


def peak_of(process: int) -> int:
    """The most memory that a running process has had, in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def told(name: str, seconds: float, size: int, lines: int, peak: int) -> None:
    print(
        f"{name:<26} {seconds:8.1f} s  {size / MIB:8.0f} MiB  {lines:>10,} lines  peak {peak / MIB:6.0f} MiB",
        flush=True,
    )


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A server of its own, with its port and its process."""
    server = subprocess.Popen(
        [KB, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline().split("127.0.0.1:")[1].split()[0]), server.pid
    finally:
        server.terminate()
        server.wait(60)


def over_http(environment: dict[str, str], words: str, ending: str) -> None:
    """One file, read as it comes. Raises SystemExit where it is refused."""
    with serving(environment) as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request("GET", "/search?limit=1")
        connection.getresponse().read()
        before = peak_of(process)
        start = time.perf_counter()
        connection.request("GET", f"/search/all.{ending}?q={quote(words)}")
        answer = connection.getresponse()
        size = lines = 0
        first = 0.0
        while block := answer.read(1 << 16):
            first = first or time.perf_counter() - start
            size += len(block)
            lines += block.count(b"\n")
        if answer.status != 200:
            raise SystemExit(f"refused with {answer.status}")
        told(f"/search/all.{ending}", time.perf_counter() - start, size, lines, peak_of(process))
        count = answer.headers["X-Total-Count"]
        print(f"{'':<26} {count} statements; first bytes after {first:.2f} s; peak before it {before / MIB:.0f} MiB")


def by_command(name: str, command: list[str | Path], environment: dict[str, str]) -> None:
    """A command's standard output, read as it comes. Raises SystemExit where it fails."""
    start = time.perf_counter()
    size = lines = peak = 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        while block := running.stdout.read(1 << 20):
            peak = max(peak, peak_of(running.pid))
            size += len(block)
            lines += block.count(b"\n")
    if running.returncode:
        raise SystemExit(f"{name} ended with {running.returncode}")
    told(name, time.perf_counter() - start, size, lines, peak)


def measure(home: Path, words: str) -> None:
    environment = {**os.environ, "KB_HOME": str(home), "KB_SEARCH_RATE": "none", "KB_LOG": "warning"}
    for ending in ("csv", "jsonl"):
        over_http(environment, words, ending)
    by_command("kb search --all --csv", [KB, "search", "--all", "--csv", *words.split()], environment)
    program = shutil.which("sqlite3")
    if program:
        store = str(home / "caveat.sqlite3")
        by_command("sqlite3, bare table", [program, "-csv", store, "select * from statement"], environment)
    else:
        print("sqlite3 is not installed; nothing stands beside.")


def main() -> None:
    """Make a store where none is given; write all of it in each way; print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, help="a store with an index in step")
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--words", default="", help="what is searched for; nothing is everything")
    asked = parser.parse_args()
    if asked.home:
        measure(asked.home, asked.words)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        rows = Path(folder) / "made.jsonl"
        made_up(asked.statements, rows)
        environment = {**os.environ, "KB_HOME": str(home)}
        subprocess.run([KB, "init", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([KB, "import", rows], env=environment, check=True, stdout=subprocess.DEVNULL)
        measure(home, asked.words)


if __name__ == "__main__":
    main()
