"""`kb export`: all statements, or all of a search, as a stream that `kb import` reads back."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from indexer.names import load_names
from indexer.search import SearchRequest
from indexer.whole import whole
from kb.graded import GradedStatement, read_all
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
@click.pass_obj
def export(opened: Opened, form: str, query: str | None, origin: tuple[str, ...]) -> None:
    """Write published statements to standard output, each with its grade and caveats, or the works that they cite.

    `kb import` reads CSV and JSONL back: JSONL (one object a line) holds everything, CSV what its columns hold. FHIR is
    NDJSON of R5 Evidence resources. RIS and CSL-JSON hold each cited work once, and whether it still stands.
    """
    with _all(opened) if not (query or origin) else _found(opened, query or "", origin) as statements:
        for line in FORMS[form].lines(statements):
            click.echo(line, nl=False)


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
