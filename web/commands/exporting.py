"""`kb export`: all statements, or all of a search, as a stream that `kb import` reads back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from indexer.search import SearchRequest
from kb.graded import GradedStatement, read, read_all
from kb.render.csv import csv_lines
from kb.render.json import as_json
from web.opened import Opened, today

CHUNK = 500


@click.command()
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", help="csv, or jsonl.")
@click.option("--query", help="Only what a search for these words finds, all of it.")
@click.option("--origin", multiple=True, help="Only this data set. Repeat for OR.")
@click.pass_obj
def export(opened: Opened, form: str, query: str | None, origin: tuple[str, ...]) -> None:
    """Write published statements to standard output, each with its grade and caveats.

    `kb import` reads both forms back; JSONL (one object a line) holds everything, CSV what its columns hold.
    """
    _ = opened.store  # refused where there is none, before a header is written
    statements = _found(opened, query or "", origin) if query or origin else _all(opened)
    if form == "csv":
        for line in csv_lines(statements):
            click.echo(line, nl=False)
    else:
        for each in statements:
            click.echo(json.dumps(as_json(each), ensure_ascii=False))


def _all(opened: Opened) -> Iterator[GradedStatement]:
    with opened.store.reading() as session:
        yield from read_all(session, today())


def _found(opened: Opened, words: str, origin: tuple[str, ...]) -> Iterator[GradedStatement]:
    """Every statement of a search: first all ids, so that a change on the way moves none from page to page."""
    selected = {"origin": origin} if origin else {}
    ids: list[int] = []
    page, pages = 1, 1
    while page <= pages:
        results = opened.search.run(SearchRequest(words, selected, "newest", page, CHUNK), today())
        ids += [hit.statement.id for hit in results.hits]
        page, pages = page + 1, results.pages
    with opened.store.reading() as session:
        for at in range(0, len(ids), CHUNK):
            yield from read(session, sorted(ids)[at : at + CHUNK], today())
