"""`kb index`: keep the search index in step with the store, build it anew, compare the two."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from indexer import sync as syncing
from web.opened import Opened


@click.group()
def index() -> None:
    """The search index; it can always be thrown away and built again."""


@index.command()
@click.pass_obj
def sync(opened: Opened) -> None:
    """Read the changes that the index has not read yet; build it where there is none."""
    with _progress() as told:
        done = syncing.sync(opened.store, opened.engine, told)
    what = "was built" if done.rebuilt else f"has read {done.changes} changes"
    click.echo(f"The index {what} and stands at change {done.seq}.")


@index.command()
@click.pass_obj
def rebuild(opened: Opened) -> None:
    """Build a new index beside the present one, and switch to it at the end."""
    with _progress() as told:
        done = syncing.rebuild(opened.store, opened.engine, told)
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


@contextmanager
def _progress() -> Iterator[Callable[[int, int], object]]:
    """A bar on a terminal, for as long as a whole index is being built; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, label="Building the index", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield told
