"""One serving process: the application on waitress, with its index keeper and its log."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

from web.app import create_app
from web.bodies import LARGEST_BODY
from web.keeper import Keeper
from web.limits import LARGEST_HEAD, MOST_CONNECTIONS, SECONDS_OF_SILENCE
from web.logs import to_standard_error
from web.misses import Misses
from web.opened import Opened
from web.serving import today_in_utc
from web.turns import Server
from web.warm import warm

log = logging.getLogger(__name__)
# A small store is searchable when the address is printed; a large one is built while its pages already answer.
SECONDS_FOR_INDEX = 5.0


def run_server(
    opened: Opened, listener: socket.socket, threads: int, ready: Callable[[], object], *, others: bool
) -> None:
    """Answer requests on `listener` until Ctrl-C or SIGTERM; `ready` is called when that has begun.

    `others` says whether other processes answer there too. Then this one makes ready first what its first reader would
    wait for; alone, it would let that reader wait for more than is needed.
    """
    signal.signal(signal.SIGTERM, end_like_ctrl_c)
    to_standard_error(opened.settings.log_level)
    keeper = Keeper(opened.store, opened.engine, today_in_utc)
    misses = Misses(opened.store, today_in_utc, on=opened.settings.misses)
    app = create_app(
        opened.settings,
        opened.store,
        opened.engine,
        keeper=keeper,
        queue=lambda: len(server.task_dispatcher.queue),
        held=misses,
    )
    server = Server(
        app,
        listener,
        others=others,
        threads=threads,
        ident=None,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SECONDS_OF_SILENCE,
        cleanup_interval=SECONDS_OF_SILENCE // 3,
        max_request_header_size=LARGEST_HEAD,
        # A little more than the application takes, whose refusal is a page.
        max_request_body_size=opened.settings.upload_limit + 2 * LARGEST_BODY,
        # `web.proxies` decides which of these to believe.
        clear_untrusted_proxy_headers=False,
        # select() ends at 1,024 open files.
        asyncore_use_poll=True,
    )
    keeper.start()
    misses.start()
    try:
        keeper.wait(SECONDS_FOR_INDEX)
        if others:
            warm(app)
        log.info("serving", extra={"pid": os.getpid()})
        ready()
        server.run()
    except KeyboardInterrupt:
        # waitress takes the one that comes while it serves; told to end before that, nothing is wrong either.
        log.info("ended before it served")
    finally:
        keeper.stop()
        server.close()
        misses.stop()


def end_like_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    """For SIGTERM: end as Ctrl-C does, so that the store and the index are closed."""
    # `make` passes on the signal that the whole group has had already; the second must not cut the closing short.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
