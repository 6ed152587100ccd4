"""`kb show`, `kb history` and `kb verify`: what is known, how it came to be, and whether that record is whole."""

from __future__ import annotations

import json
import sys

import click

from kb.errors import NotFound
from kb.graded import GradedStatement, read
from kb.history import statement_history, stored_head
from kb.render.csv import csv_lines
from kb.render.json import as_json as statement_json
from kb.render.revisions import revision_json, revision_text
from kb.render.text import as_text
from kb.verify import faults
from web.opened import Opened, today


def statement_or_refuse(opened: Opened, statement_id: int) -> GradedStatement:
    """The statement as it stands today. Raises NotFound."""
    with opened.store.reading() as session:
        found = read(session, [statement_id], today())
    # A draft is nobody's statement yet: it is shown while it is imported, and nowhere else.
    if not found or found[0].state == "draft" or found[0].is_undone:
        raise NotFound(f"There is no statement {statement_id}.", cure="`kb search` prints each statement's number.")
    return found[0]


@click.command()
@click.argument("id", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.pass_obj
def show(opened: Opened, id: int, as_json: bool, as_csv: bool) -> None:
    """Print statement ID with its grade, caveats and slots."""
    statement = statement_or_refuse(opened, id)
    if as_json:
        click.echo(json.dumps(statement_json(statement), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo("".join(csv_lines([statement])), nl=False)
    else:
        click.echo(as_text(statement))


@click.command()
@click.argument("id", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def history(opened: Opened, id: int, as_json: bool) -> None:
    """Print who changed statement ID, when and why, with the grade and caveats of each version."""
    statement_or_refuse(opened, id)
    with opened.store.reading() as session:
        revisions = statement_history(session, id)
        if as_json:
            click.echo(json.dumps([revision_json(each) for each in revisions], ensure_ascii=False, indent=2))
        else:
            click.echo("\n\n".join(revision_text(each) for each in revisions))


@click.command()
@click.option("--head", help="A head noted earlier: it must still be part of the history.")
@click.pass_obj
def verify(opened: Opened, head: str | None) -> None:
    """Prove that the history is whole and that today's rows are what it says.

    A chain of hashes cannot show that somebody who holds KB_SECRET_KEY rewrote all of it. Note the head that this
    prints somewhere else, and compare with --head.
    """
    found = 0
    with opened.store.reading() as session:
        for fault in faults(session, head):
            found += 1
            click.echo(f"{fault.place}: {fault.message}", err=True)
        now = stored_head(session)
    if found:
        sys.exit(1)
    click.echo(f"{now.count if now else 0} revisions hold; head {now.hash if now else 'none yet'}.")
