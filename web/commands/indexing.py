"""`kb index`: keep the search index in step with the store, build it anew, compare the two."""

from __future__ import annotations

import sys

import click

from indexer import sync as syncing
from web.opened import Opened, today


@click.group()
def index() -> None:
    """The search index; it can always be thrown away and built again."""


@index.command()
@click.pass_obj
def sync(opened: Opened) -> None:
    """Read the changes that the index has not read yet; build it where there is none."""
    done = syncing.sync(opened.store, opened.engine, today())
    what = "was built" if done.rebuilt else f"has read {done.changes} changes"
    click.echo(f"The index {what} and stands at change {done.seq}.")


@index.command()
@click.pass_obj
def rebuild(opened: Opened) -> None:
    """Build a new index beside the present one, and switch to it at the end."""
    done = syncing.rebuild(opened.store, opened.engine, today())
    click.echo(f"The index was built and stands at change {done.seq}.")


@index.command()
@click.pass_obj
def check(opened: Opened) -> None:
    """Compare the index with the store, id by id and version by version."""
    differences = syncing.check(opened.store, opened.engine)
    for name, ids in (
        ("missing from the index", differences.missing),
        ("outdated in the index", differences.outdated),
        ("in the index only", differences.surplus),
    ):
        if ids:
            some = ", ".join(str(id_) for id_ in ids[:20]) + (" …" if len(ids) > 20 else "")
            click.echo(f"{len(ids)} {name}: {some}", err=True)
    if differences:
        click.echo("`kb index sync` or `kb index rebuild` mends this.", err=True)
        sys.exit(1)
    click.echo("The index and the store agree.")
