"""Which of several servers on one socket takes a connection, with real sockets and two servers in threads."""

from __future__ import annotations

import http.client
import queue
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from web.turns import Server

THREADS = 4


class Ending(Server):
    """A server that can be told to end from another thread."""

    ended = False

    def readable(self) -> bool:
        if self.ended:
            raise SystemExit
        return super().readable()


class Answering:
    """Two servers on one socket; each says its name, after a wait where it is asked to wait."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.go_on = threading.Event()
        self.at_work: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._servers = [self._server(name) for name in ("one", "another")]
        self._threads = [threading.Thread(target=each.run) for each in self._servers]
        for each in self._threads:
            each.start()

    def _server(self, name: str) -> Ending:
        def app(environ, start_response):  # type: ignore[no-untyped-def]
            if environ["PATH_INFO"] == "/wait":
                self.at_work.put(name)
                self.go_on.wait(20)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [name.encode()]

        return Ending(app, self.listener.dup(), others=True, threads=THREADS, asyncore_use_poll=True)

    def ask(self, path: str = "/") -> str:
        """Who answered."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().read().decode()

    def wait_in_one(self) -> tuple[threading.Thread, str]:
        """Begin a request that takes long; returns when a server is at work on it, and which one."""
        asking = threading.Thread(target=self.ask, args=("/wait",))
        asking.start()
        return asking, self.at_work.get(timeout=20)

    def end(self) -> None:
        self.go_on.set()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.ended = True
            server.pull_trigger()
            thread.join(20)
            assert not thread.is_alive()
            for channel in list(server.active_channels.values()):
                channel.handle_close()
            server.close()
        self.listener.close()


@pytest.fixture
def answering() -> Iterator[Answering]:
    made = Answering()
    yield made
    made.end()


def test_who_is_idle_takes_the_connection(answering: Answering) -> None:
    long, busy = answering.wait_in_one()
    answered = Counter(answering.ask() for _ in range(40))
    answering.go_on.set()
    long.join(20)
    # Some may be let pass for longer than this machine takes to wake the other one up.
    assert answered[busy] <= 10, answered


def test_who_waits_for_a_thread_is_answered_when_one_is_free(answering: Answering) -> None:
    long = [answering.wait_in_one()[0] for _ in range(2 * THREADS)]
    waiting = threading.Thread(target=answering.ask)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    answering.go_on.set()
    for each in (*long, waiting):
        each.join(20)
        assert not each.is_alive()


def test_where_all_are_at_work_a_connection_is_taken_nevertheless(answering: Answering) -> None:
    long = [answering.wait_in_one()[0] for _ in range(3)]
    assert {answering.ask() for _ in range(5)} <= {"one", "another"}
    answering.go_on.set()
    for each in long:
        each.join(20)
