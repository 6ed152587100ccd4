"""`kb import`: show what a file would change, or change it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from kb.errors import RejectedRows
from kb.falls import what_falls
from kb.ingest.batch import KINDS, Order, import_file
from kb.ingest.guess import write_guess
from kb.ingest.reading import Progress, Report
from kb.ingest.sources import UnknownTable
from kb.ingest.under_way import noted
from kb.ingest.undo import batches as all_batches
from kb.ingest.undo import citations_of
from kb.ingest.undo import undo as undo_batch
from kb.ingest.uploaded import kind_told_by
from kb.portable.reading import bring_names, import_all
from kb.render.text import as_text
from kb.words import plain
from web.opened import Opened, today

SHOWN_FALLS = 20


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the file holds.")
@click.option("--origin", help="The data set the statements belong to, where the rows do not say it.")
@click.option("--article", help="The slug of the article: of the one that is imported, or that statements come from.")
@click.option(
    "--map", "mapping", help="What the columns of a table mean: a mapping's name, such as civic, or its file."
)
@click.option("--title", help="The title of an article, where its file does not say it.")
@click.option("--url", help="Where an article stands on the web.")
@click.option("--reason", help="Why; kept in the history.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--keep-going", is_flag=True, help="Take the good rows; write the others into a file beside it.")
@click.option(
    "--withdraw-missing", is_flag=True, help="Take back what the store has of this origin and the file has not."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--all", "everything", is_flag=True, help="FILE is a folder that `kb export --all` wrote.")
@click.pass_obj
def import_(
    opened: Opened,
    file: Path,
    kind: str | None,
    origin: str | None,
    article: str | None,
    mapping: str | None,
    title: str | None,
    url: str | None,
    reason: str | None,
    dry_run: bool,
    keep_going: bool,
    withdraw_missing: bool,
    as_json: bool,
    everything: bool,
) -> None:
    """Import FILE: all of it, or nothing where a row cannot be taken.

    Statements come as JSON Lines, citations as CSL-JSON, caveats as JSON, an article as TOML with its text beside it;
    docs/formats.md shows each form. Rows whose key is known already are updates.

    --all takes a folder that `kb export --all` wrote, into a home that holds nothing yet (`kb init` makes one): every
    record with its number and version. A folder with a file that is missing or damaged is refused.
    """
    if everything:
        if kind or origin or article or mapping or title or url or dry_run or keep_going or withdraw_missing:
            raise click.UsageError("--all goes with --reason and --json only: it takes everything as it is.")
        _import_all(opened, file, reason, as_json)
        return
    kind = kind or ("statements" if mapping else kind_told_by(file))
    order = Order(file, kind, origin, article, mapping, keep_going, withdraw_missing, title, url)
    name = os.fsencode(file.name).decode("utf-8", "replace")
    by = opened.by(reason or f"import of {name}")
    try:
        # A dry run only reads: others can go on writing meanwhile.
        entered = opened.store.reading() if dry_run else opened.store.writing()
        note = nullcontext() if dry_run else noted(opened.settings.home, file, by)
        with note, _progress(file) as progress, entered as session:
            report = import_file(session, order, by, dry_run, progress)
    except UnknownTable as error:
        for line in _guessed(error.path):
            click.echo(line, err=True)
        raise
    except RejectedRows as error:
        if as_json:
            click.echo(json.dumps(error.report, ensure_ascii=False, indent=2))
        raise
    if report.batch is not None:
        opened.catch_up()
    click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2) if as_json else _told(report, order, dry_run))
    if not as_json:
        for problem in report.problems:
            click.echo(f"{problem.severity}: {problem}", err=True)
        if order.kind == "retractions" and report.batch is not None:
            for line in _falls(opened, report.batch):
                click.echo(line)
    if report.rejected:
        sys.exit(1)


def _import_all(opened: Opened, folder: Path, reason: str | None, as_json: bool) -> None:
    by = opened.by(reason or f"import of everything in {os.fsencode(folder.name).decode('utf-8', 'replace')}")
    with noted(opened.settings.home, folder, by), opened.store.writing() as session:
        brought = import_all(session, folder, by)
        # Before the end of the transaction: where it fails, nothing is kept.
        bring_names(folder, opened.settings.home)
    opened.catch_up()
    if as_json:
        click.echo(json.dumps({**asdict(brought)}, ensure_ascii=False, indent=2))
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in brought.counts.items())
    click.echo(f"Everything is here: {counts}.")
    click.echo(f"The history begins anew; that of before ended with {brought.head or 'nothing'}.")


@contextmanager
def _progress(path: Path) -> Iterator[Progress | None]:
    """A bar on a terminal, by the lines that were read; nothing where nobody looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        with path.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(partial(file.read, 1 << 20), b""))
    except OSError:
        # The import itself says what is wrong.
        yield None
        return
    # The header is no row.
    with click.progressbar(length=max(lines - 1, 1), label=f"Reading {plain(path.name)}", file=sys.stderr) as bar:
        yield lambda rows: bar.update(rows - bar.pos)


def _falls(opened: Opened, batch: int) -> Iterator[str]:
    """The statements that rest on works which fell in this batch; the first of them whole."""
    with opened.store.reading() as session:
        falls = what_falls(session, citations_of(session, batch), today())
    alone = [each for each in falls if each.only_support]
    yield f"{len(falls)} statements rest on these works; {len(alone)} of them have no other support."
    for each in falls[:SHOWN_FALLS]:
        yield ""
        yield "Loses its only support:" if each.only_support else "Loses a support:"
        yield as_text(each.statement)
    if len(falls) > SHOWN_FALLS:
        rest = ", ".join(str(each.statement.id) for each in falls[SHOWN_FALLS:])
        yield f"\nand {len(falls) - SHOWN_FALLS} more: {rest}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def batches(opened: Opened, as_json: bool) -> None:
    """List all imports, newest first."""
    with opened.store.reading() as session:
        lines = all_batches(session)
    if as_json:
        shown = [{**asdict(each), "at": each.at.isoformat()} for each in lines]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for each in lines:
        counts = ", ".join(f"{count} {name}" for name, count in each.counts.items())
        state = " · UNDONE" if each.state == "undone" else ""
        click.echo(f"{each.id}  {each.at:%Y-%m-%d %H:%M} UTC  {each.actor}  {plain(each.file)}: {counts}{state}")


@click.command()
@click.argument("batch", type=int)
@click.option("--reason", required=True, help="Why; kept in the history.")
@click.pass_obj
def undo(opened: Opened, batch: int, reason: str) -> None:
    """Take BATCH back: what it created is hidden, what it changed says again what it said before.

    Refused where something that it wrote was changed since. Importing the same file again brings it all back.
    """
    with opened.store.writing() as session:
        done = undo_batch(session, batch, opened.by(reason))
    opened.catch_up()
    click.echo(f"Batch {batch} is undone: {done.withdrawn} statements hidden, {done.restored} records as before.")


def _guessed(path: Path) -> Iterator[str]:
    """What a table that nobody has described may mean, and where that was written down to be corrected."""
    columns, guesses, target = write_guess(path)
    yield f"The columns of {path.name}: {', '.join(columns)}."
    for each in guesses:
        yield f"  {each.column} may be the {each.field}: {each.why}."
    yield f"This guess is written to {target}. Correct it, then add: --map {target}"


def _told(report: Report, order: Order, dry_run: bool) -> str:
    counts = f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged"
    lines = [f"Would be: {counts}." if dry_run else f"{counts[0].upper()}{counts[1:]}."]
    if report.changes:
        lines.append("Changed fields: " + ", ".join(f"{name} {count}" for name, count in report.changes.items()) + ".")
    for outcome, samples in report.samples.items():
        if dry_run and samples:
            lines.append(f"{outcome.capitalize()}, for example: " + "; ".join(samples) + ".")
    if report.missing:
        lines.append(
            f"{report.missing} of the same origin are in the store and not in the file; they "
            + ("are withdrawn." if order.withdraw_missing else "were left as they are.")
        )
    if report.possible_duplicates:
        if order.kind == "citations":
            lines.append(f"{report.possible_duplicates} more are of works that are there already; see below.")
        else:
            say = "says" if report.possible_duplicates == 1 else "say"
            lines.append(f"{report.possible_duplicates} of the new ones {say} what another statement says already.")
    if report.rejected:
        lines.append(f"{report.rejected} rows cannot be taken; see below.")
    if report.rejected_rows is not None:
        lines.append(
            f"The rows that were not taken are in {report.rejected_rows}: mend them there and import that file."
        )
    if report.batch is not None:
        lines.append(f"This is batch {report.batch}; `kb undo {report.batch}` takes it back.")
    return "\n".join(lines)
