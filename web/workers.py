"""Several serving processes on one socket: started together, ended together, and one that dies is replaced.

Python runs one thread at a time, so a second process is what uses a second core. Each worker is `kb serve` itself, told
by `--worker` which descriptors it shares with the supervisor: the socket, each of whose connections the system hands to
one of them; the lifeline, a pipe that they see close should the supervisor die, and end; and a pipe on which they say
that they have begun to serve.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb.errors import StoreUnavailable

log = logging.getLogger(__name__)
# A worker that ends this soon after its start would end at once again.
TOO_SOON = 5.0
MOST_IN_A_ROW = 3
SECONDS_TO_END = 10.0
METRICS = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class Shared:
    """The descriptors that a worker inherits."""

    socket: int
    lifeline: int
    ready: int

    @classmethod
    def read(cls, text: str) -> Shared:
        """From the value of `--worker`."""
        return cls(*(int(part) for part in text.split(",")))

    def __str__(self) -> str:
        return f"{self.socket},{self.lifeline},{self.ready}"


def supervise(
    listener: socket.socket, count: int, command: list[str], environ: Mapping[str, str], ready: Callable[[], None]
) -> None:
    """Run `count` workers until Ctrl-C or SIGTERM; `ready` is called when the first one serves.

    `command` is what starts one, without `--worker`. Raises StoreUnavailable where they end as soon as they begin.
    """
    lifeline, held = os.pipe()
    said, saying = os.pipe()
    shared = Shared(listener.fileno(), lifeline, saying)

    def await_first() -> None:
        os.read(said, 1)
        ready()

    threading.Thread(target=await_first, name="ready", daemon=True).start()
    # The workers keep their numbers in here, and whichever is asked for /metrics adds them up.
    with tempfile.TemporaryDirectory(prefix="caveat-metrics-") as metrics:
        crew = _Crew([*command, "--worker", str(shared)], {**environ, METRICS: metrics}, shared)
        try:
            for _ in range(count):
                crew.start()
            while True:
                crew.replace_dead()
                time.sleep(0.1)
        except KeyboardInterrupt:
            pass  # this is how it ends
        finally:
            os.close(held)
            crew.end()


def follow(shared: Shared) -> None:
    """In a worker: end, as by SIGTERM, when the supervisor is gone."""

    def wait() -> None:
        os.read(shared.lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def this_command(arguments: list[str]) -> list[str]:
    """How this very program is started again, with other arguments."""
    return [sys.executable, "-m", "web.cli", *arguments]


class _Crew:
    """The workers that run, by process, with the time each was started at."""

    def __init__(self, command: list[str], environ: Mapping[str, str], shared: Shared) -> None:
        self._command = command
        self._environ = environ
        self._inherited = (shared.socket, shared.lifeline, shared.ready)
        self._since: dict[subprocess.Popen[bytes], float] = {}
        self._in_a_row = 0

    def start(self) -> None:
        # In a session of its own: Ctrl-C goes to a whole group, and the workers are ended from here.
        worker = subprocess.Popen(self._command, env=self._environ, pass_fds=self._inherited, start_new_session=True)
        self._since[worker] = time.monotonic()

    def replace_dead(self) -> None:
        for worker in [each for each in self._since if each.poll() is not None]:
            lived = time.monotonic() - self._since.pop(worker)
            self._in_a_row = self._in_a_row + 1 if lived < TOO_SOON else 0
            if self._in_a_row >= MOST_IN_A_ROW:
                raise StoreUnavailable(
                    "The serving processes end as soon as they begin.", cure="What they wrote above says why."
                )
            log.warning("Worker %d ended with %s; another one takes its place.", worker.pid, worker.returncode)
            self.start()

    def end(self) -> None:
        for worker in self._since:
            worker.terminate()
        until = time.monotonic() + SECONDS_TO_END
        for worker in self._since:
            try:
                worker.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
