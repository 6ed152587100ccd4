"""`kb serve` as a process of its own: its address, its end, and changes that other processes make meanwhile."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import PATIENCE, Caveat, until


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_the_address_it_prints_answers_with_pages_searches_and_its_health(caveat: Caveat) -> None:
    server = caveat.serve()
    assert server.host == "127.0.0.1"
    assert server.json("/healthz") == {"status": "ok", "statements": 66, "lag": 0}
    assert server.json("/search.json?q=liver")["total"] == 33
    page = server.get("/search?q=liver")
    assert "<html" in page
    assert "injury with jaundice is documented in case series" in page
    assert server.get("/s/25.csv").startswith("id,origin,key,text,caveats,")


def test_ipv6_stands_in_brackets_in_the_address(caveat: Caveat, require: Any) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        require.missing("IPv6 on the loopback")
    server = caveat.serve("--host", "::1")
    assert server.host == "[::1]"
    assert server.json("/healthz")["status"] == "ok"


def test_a_taken_port_is_refused_in_one_line_with_the_cure(caveat: Caveat, taken: int) -> None:
    refused = caveat.run("serve", "--port", str(taken), code=2)
    assert refused.stdout == ""
    assert refused.stderr == (
        f"kb: Cannot listen on 127.0.0.1, port {taken}: Address already in use."
        " Choose another port: kb serve --port 8001 (make run PORT=8001).\n"
    )


def test_a_second_server_on_the_port_of_the_first_is_refused_and_the_first_goes_on(caveat: Caveat) -> None:
    first = caveat.serve()
    assert "Choose another port" in caveat.run("serve", "--port", str(first.port), code=2).stderr
    assert first.json("/healthz")["status"] == "ok"


def test_a_host_of_another_machine_is_refused_with_another_cure(caveat: Caveat) -> None:
    # 203.0.113.0/24 is for documentation (RFC 5737): no machine has it.
    refused = caveat.run("serve", "--host", "203.0.113.7", "--port", "0", code=2)
    assert "Choose an address of this machine" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]], ids=["term", "int", "term-twice"]
)
def test_a_signal_ends_it_cleanly_and_gives_the_port_back(caveat: Caveat, signals: list[signal.Signals]) -> None:
    server = caveat.serve()
    assert server.json("/search.json?q=liver")["total"] == 33
    assert server.end(*signals) == ("", "")
    assert server.process.returncode == 0
    again = caveat.serve("--port", str(server.port))
    assert again.json("/healthz")["status"] == "ok"
    caveat.run("verify")


def test_a_connection_that_is_kept_open_does_not_keep_it_from_ending(caveat: Caveat) -> None:
    server = caveat.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        assert server.end(signal.SIGTERM) == ("", "")
    assert server.process.returncode == 0


def test_a_judgement_made_in_another_process_is_on_the_page_and_in_search_at_once(caveat: Caveat) -> None:
    server = caveat.serve()
    assert 25 not in server.found("grade=grade:high")
    caveat.run("--actor", "S. Econd", "grade", "25", "--level", "high", "--reason", "two trials of a thousand")
    page = server.get("/s/25")
    assert "two trials of a thousand" in page
    assert "S. Econd" in page
    assert server.json("/s/25.json")["grade"]["level"] == "high"
    assert 25 in server.found("grade=grade:high")
    assert server.json("/healthz")["lag"] == 0


def test_a_withdrawal_in_another_process_empties_search_and_stands_on_the_page_at_once(caveat: Caveat) -> None:
    server = caveat.serve()
    assert 25 in server.found()
    caveat.run("withdraw", "25", "--reason", "the trial was never held")
    assert 25 not in server.found()
    assert "the trial was never held" in server.get("/s/25")
    assert server.json("/healthz")["statements"] == 65


def test_changes_that_the_index_has_not_read_are_on_the_pages_all_the_same(caveat: Caveat, tmp_path: Path) -> None:
    server = caveat.serve()
    elsewhere = f"whoosh:{tmp_path / 'other'}"
    caveat.run("withdraw", "25", "--reason", "the trial was never held", KB_INDEX_URL=elsewhere)
    caveat.run("grade", "26", "--level", "high", "--reason", "two new trials", KB_INDEX_URL=elsewhere)
    shown = {each["id"]: each for each in server.json("/search.json?limit=100")["statements"]}
    assert 25 not in shown
    assert shown[26]["grade"]["level"] == "high"
    # The server follows by itself what no command has indexed for it.
    until(lambda: server.json("/healthz").get("lag") == 0)
    assert 26 in server.found("grade=grade:high")


def test_an_index_that_was_rebuilt_meanwhile_answers(caveat: Caveat) -> None:
    server = caveat.serve()
    before = server.found("q=liver")
    caveat.run("index", "rebuild")
    assert server.found("q=liver") == before
    caveat.run("withdraw", str(min(before)), "--reason", "a double")
    assert server.found("q=liver") == before - {min(before)}


def test_a_start_reads_the_changes_that_the_index_had_missed(caveat: Caveat, tmp_path: Path) -> None:
    caveat.run("grade", "25", "--level", "high", "--reason", "r", KB_INDEX_URL=f"whoosh:{tmp_path / 'other'}")
    assert 25 in caveat.serve().found("grade=grade:high")


def test_a_home_without_an_index_gets_one_at_the_start(caveat: Caveat, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "home" / "index")
    assert caveat.serve().json("/search.json?q=liver")["total"] == 33


def test_without_a_store_an_empty_one_is_made_and_said_so(caveat: Caveat, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "home")
    server = caveat.serve()
    assert "an empty one was made" in server.before
    assert server.json("/healthz") == {"status": "ok", "statements": 0, "lag": 0}
    assert server.json("/search.json?q=liver")["total"] == 0
    assert "<h1" in server.get("/")
