"""Which of several processes takes a connection: the one that has least to do.

They share one socket, and the system wakes all of them for each connection; left alone, one that computes pages takes
the next connection as readily as one that is idle, and its readers wait beside an idle processor. So a process that is
at work lets a moment pass for each request it has, and takes only what nobody took meanwhile.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

from waitress.server import TcpWSGIServer

from web.bodies import Channel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SECONDS_A_REQUEST = 0.004
"""Longer than an idle process takes to wake up; much shorter than a page."""
MOST_REQUESTS = 5
"""Beyond, nobody waits longer: they may be downloads, which take long and little of a processor."""


class Server(TcpWSGIServer):
    """Waitress's server on a socket that listens; `others` says whether other processes answer there too."""

    channel_class = Channel

    def __init__(self, app: WSGIApplication, listener: socket.socket, *, others: bool, **adjustments: Any) -> None:
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        self._sockets: dict[int, Any] = {}
        super().__init__(
            app, self._sockets, _sock=listener, sockinfo=where, bind_socket=False, sockets=[listener], **adjustments
        )
        self._others = others
        self._lets_pass_until: float | None = None
        self._took = False

    def at_work(self) -> int:
        """How many requests have come whole and are not answered."""
        channels: dict[int, Any] = vars(self)["active_channels"]
        return sum(len(each.requests) for each in list(channels.values()))

    def readable(self) -> bool:
        """Whether to be told of a connection that waits; waitress asks before each look at its sockets."""
        if not super().readable():
            return False
        if not self._others:
            return True
        # Without a free thread it would only be kept from the others. Waitress looks again when a request is answered.
        requests = self.at_work()
        return requests < self.adj.threads and (self._lets_pass_until is None or self._passed() or not requests)

    def handle_accept(self) -> None:
        """Take the connection that waits, or let others have it for a moment."""
        if self._others and self._lets_pass_until is None and (requests := self.at_work()):
            self._lets_pass_until = time.monotonic() + min(requests, MOST_REQUESTS) * SECONDS_A_REQUEST
            return
        if not self._passed():
            self._lets_pass_until = None
        self._took = True
        super().handle_accept()

    def run(self) -> None:
        """Serve until KeyboardInterrupt or SystemExit."""
        try:
            while self._sockets:
                passed, self._took = self._passed(), False
                self.asyncore.loop(self._seconds_to_look(), self.adj.asyncore_use_poll, self._sockets, 1)
                # Of those that nobody took all are taken; then the next one that comes is let pass again.
                if passed and not self._took:
                    self._lets_pass_until = None
        except (SystemExit, KeyboardInterrupt):
            self.task_dispatcher.shutdown()

    def _passed(self) -> bool:
        return self._lets_pass_until is not None and time.monotonic() >= self._lets_pass_until

    def _seconds_to_look(self) -> float:
        """How long to wait for something to happen. Waitress wakes it up itself where a request was answered."""
        if self._lets_pass_until is None:
            return float(self.adj.asyncore_loop_timeout)
        # Poll counts in whole milliseconds and cuts off the rest, which would be spent looking over and over.
        left = self._lets_pass_until - time.monotonic()
        return left + 0.001 if left > 0 else 0.0
