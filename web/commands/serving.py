"""`kb serve`: the pages, on waitress."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from types import FrameType

import click
from waitress.server import create_server

from kb.errors import InputError
from web.app import create_app
from web.opened import Opened


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address; 0.0.0.0 is all of this machine's.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Requests served at once.")
@click.pass_obj
def serve(opened: Opened, host: str, port: int, threads: int) -> None:
    """Serve the pages until Ctrl-C; where there is no store, make an empty one.

    Host names other than this machine's own must be named in KB_HOSTS.
    """
    signal.signal(signal.SIGTERM, _stop)
    listener = listening(host, port)
    if opened.make_missing_store():
        click.echo(f"There was no store in {opened.settings.home}; an empty one was made.")
    app = create_app(opened.settings, opened.store, opened.engine)
    server = create_server(app, sockets=[listener], threads=threads, ident=None)
    opened.catch_up()
    name = f"[{host}]" if ":" in host else host
    click.echo(f"Caveat is at http://{name}:{listener.getsockname()[1]} (stop it with Ctrl-C)")
    # Whoever started this through a pipe waits for that line.
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises InputError where the port is taken or the host is not this machine's."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        cure = (
            "Choose another port: kb serve --port 8001 (make run PORT=8001)."
            if error.errno in (errno.EADDRINUSE, errno.EACCES)
            else "Choose an address of this machine: kb serve --host 127.0.0.1 (make run HOST=127.0.0.1)."
        )
        raise InputError(f"Cannot listen on {host}, port {port}: {why}.", place="kb serve", cure=cure) from error


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the store and the index are closed."""
    # `make` passes on the signal that the whole group has had already; the second must not cut the closing short.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
