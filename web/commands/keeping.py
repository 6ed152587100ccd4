"""`kb backup` and `kb restore`: the store as one file that proves itself, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kb import backup as backups
from web.opened import Opened


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(opened: Opened, file: Path) -> None:
    """Write the store to FILE, as it is at one moment, while others may go on writing.

    FILE also holds the key that signs the history, unless KB_SECRET_KEY gives it: keep it as safe as KB_HOME. The
    search index is not in it; it is built from the store.
    """
    _ = opened.store  # refused where there is none
    made = backups.backup(opened.settings, file, datetime.now(UTC))
    click.echo(f"{file} holds {made.statements} statements and {made.revisions} revisions; head {made.head or 'none'}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a store that is there; a backup of it is kept in KB_HOME.")
@click.pass_obj
def restore(opened: Opened, file: Path, force: bool) -> None:
    """Bring the store back from FILE, which `kb backup` wrote, and build the search index.

    Nothing is changed before FILE has proved to be whole and signed with the right key.
    """
    made, kept = backups.restore(opened.settings, file, datetime.now(UTC), force)
    if kept is not None:
        click.echo(f"The store that was there is kept in {kept}.")
    opened.catch_up()
    click.echo(f"{made.statements} statements and {made.revisions} revisions are back, as of {made.made_at}.")
    click.echo(f"Head {made.head or 'none'}; `kb verify` proves it. Servers that run are to be started again.")
