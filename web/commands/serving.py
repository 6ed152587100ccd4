"""`kb serve`: the pages, on waitress."""

from __future__ import annotations

import click
from waitress import create_server

from kb.errors import InputError
from web.app import create_app
from web.opened import Opened


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@click.pass_obj
def serve(opened: Opened, host: str, port: int, threads: int) -> None:
    """Serve the pages until Ctrl-C.

    Host names other than this machine's own must be named in KB_HOSTS.
    """
    app = create_app(opened.settings, opened.store, opened.engine)
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident=None)
    except OSError as error:
        raise InputError(
            f"Cannot listen on {host}:{port}: {error.strerror}.", place="--port", cure="Choose another: --port 8001."
        ) from error
    opened.catch_up()
    click.echo(
        f"Caveat is at http://{f'[{host}]' if ':' in host else host}:{server.effective_port} (stop it with Ctrl-C)"
    )
    try:
        server.run()
    finally:
        server.close()
