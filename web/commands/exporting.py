"""`kb export`: all statements, or all of a search, as a stream that `kb import` reads back."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from indexer.names import load_names
from indexer.search import SearchRequest
from indexer.whole import whole
from kb.graded import GradedStatement, read_all
from kb.portable.writing import export_all
from kb.render.forms import FORMS
from web.opened import Opened, today


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="csv",
    help="csv, jsonl or fhir of the statements; ris or csl of the works that they cite.",
)
@click.option("--query", help="Only what a search for these words finds, all of it.")
@click.option("--origin", multiple=True, help="Only this data set. Repeat for OR.")
@click.option("--all", "folder", type=click.Path(path_type=Path), help="Everything, into this new folder.")
@click.pass_obj
def export(opened: Opened, form: str, query: str | None, origin: tuple[str, ...], folder: Path | None) -> None:
    """Write published statements to standard output, each with its grade and caveats, or the works that they cite.

    `kb import` reads CSV and JSONL back: JSONL (one object a line) holds everything, CSV what its columns hold. FHIR is
    NDJSON of R5 Evidence resources. RIS and CSL-JSON hold each cited work once, and whether it still stands.

    --all FOLDER writes all that is known: statements with every grade, drafts and withdrawn ones too, articles, works,
    caveats, topics, waivers and names, with the SHA-256 of each file and the head of the history. `kb import --all`
    brings it into an empty home, where the same export gives the same files on the same day. What is not in it stands
    in its manifest.json: the history itself, accounts, audits, batches; `kb backup` keeps these.
    """
    if folder is not None:
        if query or origin or given("form"):
            raise click.UsageError("--all takes no --format, --query or --origin: it writes everything.")
        with opened.store.reading() as session:
            made = export_all(session, opened.settings.home, folder, datetime.now(UTC))
        click.echo(
            f"{folder} holds {made.statements:,} statements in {len(made.files)} files; head {made.head or 'none'}."
        )
        for each in made.not_in_it:
            click.echo(f"Not in it: {each}", err=True)
        return
    with _all(opened) if not (query or origin) else _found(opened, query or "", origin) as statements:
        for line in FORMS[form].lines(statements):
            click.echo(line, nl=False)


def given(name: str) -> bool:
    """Whether an option was typed."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


@contextmanager
def _all(opened: Opened) -> Iterator[Iterator[GradedStatement]]:
    with opened.store.reading() as session:
        yield read_all(session, today())


@contextmanager
def _found(opened: Opened, words: str, origin: tuple[str, ...]) -> Iterator[Iterator[GradedStatement]]:
    """Every statement of a search, in order of id. Raises NotWhole where part of it is missing."""
    request = SearchRequest(words, {"origin": origin} if origin else {}, "newest")
    with whole(opened.store, opened.engine, load_names(opened.settings.home), request, today()) as found:
        yield replace(found, ids=array("q", reversed(found.ids))).statements()
