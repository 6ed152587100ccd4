"""Several serving processes on one port: they share the work, are replaced when they die, and end together."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.running import Caveat, Server, children, until

LOG = {"KB_LOG": "info"}


def workers_of(server: Server) -> set[int]:
    """The processes that the server has started and that still run."""
    return children(server.process.pid)


@pytest.fixture(autouse=True)
def proc(require: Callable[..., str]) -> None:
    """The tests look at processes through /proc."""
    if not Path("/proc/self/status").exists():
        require.missing("/proc")  # type: ignore[attr-defined]


def test_two_workers_answer_on_one_port_and_end_with_their_supervisor(caveat: Caveat) -> None:
    server = caveat.serve("--workers", "2")
    until(lambda: len(workers_of(server)) == 2)
    with ThreadPoolExecutor(8) as readers:
        totals = list(readers.map(lambda _: server.json("/search.json?q=liver")["total"], range(40)))
    assert set(totals) == {33}
    workers = workers_of(server)
    assert server.end(signal.SIGTERM) == ("", "")
    assert server.process.returncode == 0
    assert all(not Path(f"/proc/{pid}").exists() for pid in workers)


def test_a_worker_that_is_killed_is_replaced_and_readers_are_answered_meanwhile(caveat: Caveat) -> None:
    server = caveat.serve("--workers", "2")
    until(lambda: len(workers_of(server)) == 2)
    first = min(workers_of(server))
    os.kill(first, signal.SIGKILL)
    assert server.json("/search.json?q=liver")["total"] == 33
    until(lambda: len(workers_of(server)) == 2 and first not in workers_of(server))
    assert server.json("/search.json?q=liver")["total"] == 33
    _, said = server.end(signal.SIGINT)
    assert f"Worker {first} ended with -9" in said


def test_workers_end_when_their_supervisor_is_killed(caveat: Caveat) -> None:
    server = caveat.serve("--workers", "2")
    until(lambda: len(workers_of(server)) == 2)
    workers = workers_of(server)
    server.process.kill()
    until(lambda: all(not Path(f"/proc/{pid}").exists() for pid in workers))


def test_the_numbers_are_those_of_all_workers(caveat: Caveat) -> None:
    server = caveat.serve("--workers", "2")
    until(lambda: len(workers_of(server)) == 2)
    with ThreadPoolExecutor(8) as readers:
        list(readers.map(lambda _: server.get("/legend"), range(40)))
    assert 'caveat_requests_total{method="GET",route="/legend",status="200"} 40.0' in server.get("/metrics")


def test_readers_go_on_while_one_process_imports_and_others_edit(caveat: Caveat, tmp_path: Path) -> None:
    server = caveat.serve("--workers", "2")
    row = '{{"origin": "bulk", "key": "B{0}", "text": "Bulk claim {0} about sleep.", "type": "efficacy"}}\n'
    file = tmp_path / "bulk.jsonl"
    file.write_text("".join(row.format(number) for number in range(1500)), "utf-8")

    def edit(number: int) -> int:
        ran = caveat.run("grade", str(20 + number), "--level", "low", "--reason", f"second look {number}")
        return ran.returncode

    with ThreadPoolExecutor(8) as people:
        importing = people.submit(caveat.run, "import", str(file))
        edits = [people.submit(edit, number) for number in range(4)]
        statuses = {server.status(f"/search?q=liver&page={page % 3}")[0] for page in range(60)}
        assert importing.result().returncode == 0
        assert [each.result() for each in edits] == [0, 0, 0, 0]
    assert statuses == {200}
    until(lambda: server.json("/healthz").get("lag") == 0)
    assert server.json("/search.json?q=bulk+claim&limit=1")["total"] == 1500
    assert caveat.run("index", "check").stdout == "The index and the store agree.\n"
    caveat.run("verify")
