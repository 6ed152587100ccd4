"""`kb serve`: the pages, by one process or several."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys

import click

from indexer.names import load_names
from kb.errors import InputError
from web.logs import to_standard_error
from web.opened import Opened
from web.server import end_like_ctrl_c, run_server
from web.workers import Shared, follow, supervise, this_command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address; 0.0.0.0 is all of this machine's.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Of each process.")
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Processes; one a core.")
@click.option("--worker", hidden=True, help="What a worker shares with its supervisor.")
@click.pass_obj
def serve(
    opened: Opened,
    host: str,
    port: int,
    threads: int,
    workers: int,
    worker: str | None,
) -> None:
    """Serve the pages until Ctrl-C; where there is no store, make an empty one.

    Host names other than this machine's own must be named in KB_HOSTS. Each request is a line of JSON on standard
    error, without the words that were searched for.
    """
    if worker is not None:
        shared = Shared.read(worker)
        follow(shared)
        run_server(
            opened, socket.socket(fileno=shared.socket), threads, lambda: os.write(shared.ready, b"."), others=True
        )
        return
    load_names(opened.settings.home)  # refused with its line where somebody's own file of names is wrong
    signal.signal(signal.SIGTERM, end_like_ctrl_c)
    listener = listening(host, port)
    if opened.make_missing_store():
        click.echo(f"There was no store in {opened.settings.home}; an empty one was made.")

    def announce() -> None:
        name = f"[{host}]" if ":" in host else host
        click.echo(f"Caveat is at http://{name}:{listener.getsockname()[1]} (stop it with Ctrl-C)")
        # Whoever started this through a pipe waits for that line.
        sys.stdout.flush()

    if workers == 1:
        run_server(opened, listener, threads, announce, others=False)
    else:
        _ = opened.store  # refused here, once, where it cannot be opened
        opened.close()
        to_standard_error(opened.settings.log_level)
        command = this_command(["serve", "--threads", str(threads)])
        supervise(listener, workers, command, opened.settings.environ(), announce)


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
        raise InputError(f"Cannot listen on {host}, port {port}: {why}.", cure=cure) from error
