"""`kb` as processes: commands run to their end, servers that say where they are. For tests and benchmarks."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 120
# Loopback answers without whatever proxy the environment names.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Caveat:
    """`kb` in one home: `run` runs a command to its end, `serve` starts a server and waits until it has an address."""

    def __init__(self, home: Path, root: Path) -> None:
        script = Path(sys.executable).with_name("kb")
        self.words = [str(script)] if script.exists() else [sys.executable, "-m", "web.cli"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KB_", "PYTHON"))}
        self.environ = {
            **clean,
            "KB_HOME": str(home),
            "PYTHONPATH": str(root),
            # Connections that are open at the end are the operating system's to close.
            "PYTHONWARNINGS": "error,ignore::ResourceWarning",
            "PYTHONIOENCODING": "utf-8",
            "KB_LOG": "warning",
        }
        self.servers: list[subprocess.Popen[str]] = []

    def run(self, *args: str, code: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [*self.words, *args],
            env={**self.environ, **settings},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == code, ran.stderr
        return ran

    def serve(self, *args: str, **settings: str) -> Server:
        process = subprocess.Popen(
            [*self.words, "serve", "--port", "0", *args],
            env={**self.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.servers.append(process)
        return Server(process)

    def stop(self) -> None:
        for process in self.servers:
            if process.poll() is None:
                process.kill()
            with process:
                pass


class Server:
    """A server that has said where it is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.before, self.said = "", first_line(process)
        if "http://" not in self.said:
            self.before, self.said = self.said, first_line(process)
        address = re.search(r"http://(\S+):(\d+)", self.said)
        assert address, self.said
        self.url, self.host, self.port = address[0], address[1], int(address[2])

    def get(self, path: str) -> str:
        with DIRECT.open(self.url + path, timeout=PATIENCE) as answer:
            return str(answer.read().decode("utf-8"))

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def status(self, path: str) -> tuple[int, str, dict[str, str]]:
        """The status, the body and the headers of an answer of any kind."""
        try:
            with DIRECT.open(self.url + path, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode("utf-8"), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode("utf-8"), dict(error.headers)

    def found(self, query: str = "") -> set[int]:
        return {each["id"] for each in self.json(f"/search.json?limit=100&{query}")["statements"]}

    def end(self, *signals: signal.Signals) -> tuple[str, str]:
        """Send these signals; what the server still said on standard output and error before it ended."""
        for each in signals:
            self.process.send_signal(each)
        return self.process.communicate(timeout=PATIENCE)


def first_line(process: subprocess.Popen[str]) -> str:
    """The first line that a process prints. Fails where it prints none in time; an end without one is an empty line."""
    assert process.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(PATIENCE), "the server said nothing"
    return process.stdout.readline()


def children(pid: int) -> set[int]:
    """The running processes that a process has started, as /proc tells them."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        parent, state = re.search(r"^PPid:\s+(\d+)", text, re.M), re.search(r"^State:\s+(\w)", text, re.M)
        if parent and state and int(parent[1]) == pid and state[1] != "Z":
            found.add(int(status.parent.name))
    return found


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; fails where it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.05)
