"""One half of a long reading, done by a second process while this one does the other, so that both cores work."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from kb.cyclic_search import without_cyclic_search
from kb.store import Store, connect

T = TypeVar("T")
BEGIN = f"import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from {__name__} import main; main()"


@contextmanager
def beside(session: Session, read: Callable[..., T], *given: Any) -> Iterator[Callable[[], T | None]]:
    """Begin `read(session, *given)` in a second process, on the same store; what is yielded waits for its result.

    `read` is a function of a module. The second process sees what is committed, so it is for readers only. The result
    is None where that process could not be had or did not get to its end: then the caller reads that half too, and
    meets whatever was in the way. The process ends with the block, however that is left.
    """
    url = session.connection().engine.url.render_as_string(hide_password=False)
    program = [sys.executable, "-c", BEGIN]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    try:
        process = subprocess.Popen(program, **pipes)
    except OSError:
        yield lambda: None
        return
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        answer = process.stdout
        try:
            with suppress(BrokenPipeError):
                for each in (sys.path, (url, read, given)):
                    pickle.dump(each, process.stdin)
                process.stdin.close()
            yield lambda: _answered(answer)
        finally:
            process.kill()


def _answered(stream: Any) -> Any:
    try:
        return pickle.load(stream)
    except (EOFError, pickle.UnpicklingError):
        return None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def two_cores() -> bool:
    """Whether a second process would have a core of its own."""
    return processors() > 1


def main() -> None:
    """In the second process: read, and send what was read."""
    # Ctrl-C is for the first process, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    url, read, given = pickle.load(sys.stdin.buffer)
    store = Store(connect(url), b"")
    try:
        with store.reading() as session, without_cyclic_search():
            result = read(session, *given)
    finally:
        store.close()
    pickle.dump(result, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()
