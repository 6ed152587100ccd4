"""`kb show`, `kb history` and `kb verify`: what is known, how it came to be, and whether that record is whole."""

from __future__ import annotations

import json
import sys

import click

from kb.as_of import as_of, at_version, difference, known_since, read_day
from kb.errors import InputError, NotFound
from kb.graded import GradedStatement, read
from kb.history import statement_history, stored_head
from kb.render.csv import csv_lines
from kb.render.json import with_grades_json
from kb.render.past import difference_json, difference_text, no_past_csv, past_json, past_text
from kb.render.revisions import revision_json, revision_text
from kb.render.text import as_text
from kb.render.what_if import what_if_json, what_if_text
from kb.verify import faults
from kb.what_if import what_if
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
@click.option("--as-of", "day", metavar="DAY", help="As it stood at the end of that day (UTC), like 2026-03-01.")
@click.option("--version", type=click.IntRange(0), help="As it stood in that version.")
@click.option("--what-if", "hangs", is_flag=True, help="Also on which single judgement or work its level hangs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.pass_obj
def show(
    opened: Opened, id: int, day: str | None, version: int | None, hangs: bool, as_json: bool, as_csv: bool
) -> None:
    """Print statement ID with its grade, caveats and slots."""
    statement = statement_or_refuse(opened, id)
    if day is not None and version is not None:
        raise InputError("It can be told of a day or of a version.", place="--version", cure="Leave one of them out.")
    past = day is not None or version is not None
    if hangs:
        _show_what_if(statement, past, as_json, as_csv)
    elif past:
        _show_past(opened, statement, day, version, as_json, as_csv)
    elif as_json:
        click.echo(json.dumps(with_grades_json(statement), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo("".join(csv_lines([statement])), nl=False)
    else:
        click.echo(as_text(statement))


def _show_what_if(statement: GradedStatement, past: bool, as_json: bool, as_csv: bool) -> None:
    if past or as_csv:
        raise InputError(
            "This is told of today's grade, as text or JSON.", place="--what-if", cure="Leave the other out."
        )
    found = what_if(statement)
    if as_json:
        click.echo(json.dumps(what_if_json(statement, found), ensure_ascii=False, indent=2))
    else:
        click.echo(what_if_text(statement, found))


def _show_past(
    opened: Opened, statement: GradedStatement, day: str | None, version: int | None, as_json: bool, as_csv: bool
) -> None:
    asked = None if day is None else read_day(day, "--as-of", today())
    if as_csv:
        raise no_past_csv("--version" if asked is None else "--as-of", "Print it as text, or with --json.")
    with opened.store.reading() as session:
        if asked is None:
            past = at_version(session, statement.id, version or 0, today())
        else:
            past = as_of(session, statement.id, asked)
        since = known_since(past, statement)
        if as_json:
            click.echo(json.dumps(past_json(past, since), ensure_ascii=False, indent=2))
        else:
            click.echo(past_text(past, since))


@click.command()
@click.argument("id", type=int)
@click.option("--from", "first", metavar="DAY", help="What changed from the end of that day (UTC), like 2026-03-01.")
@click.option("--to", "last", metavar="DAY", help="Up to the end of that day; today where it is left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def history(opened: Opened, id: int, first: str | None, last: str | None, as_json: bool) -> None:
    """Print who changed statement ID, when and why, with the grade and caveats of each version.

    With --from or --to also both versions side by side, and only the changes between these days.
    """
    statement_or_refuse(opened, id)
    with opened.store.reading() as session:
        if first is None and last is None:
            revisions, head, whole = statement_history(session, id), [], None
        else:
            began = None if first is None else read_day(first, "--from", today())
            found = difference(session, id, began, today() if last is None else read_day(last, "--to", today()))
            revisions, head, whole = found.revisions, [difference_text(found)], difference_json(found)
        if as_json:
            told = whole or [revision_json(each) for each in revisions]
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            click.echo("\n\n".join([*head, *(revision_text(each) for each in revisions)]))


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
