"""`kb search`: the page's search on a terminal."""

from __future__ import annotations

import json

import click

from indexer.engine import SORTS
from indexer.search import SearchRequest
from kb.render.csv import csv_lines
from kb.render.text import as_text
from web.found import search_json
from web.opened import Opened, today

MOST = 1000


@click.command()
@click.argument("words", nargs=-1)
@click.option("--grade", multiple=True, help="A level, as scale:level (grade:low), or ungraded. Repeat for OR.")
@click.option("--direction", multiple=True, help="Which way the evidence points. Repeat for OR.")
@click.option("--type", multiple=True, help="Claim type. Repeat for OR.")
@click.option("--topic", multiple=True, help="Topic. Repeat for OR.")
@click.option("--caveat", multiple=True, help="Code of a caveat. Repeat for OR.")
@click.option("--citation", multiple=True, help="cited, needed, unchecked, retracted or concern. Repeat for OR.")
@click.option("--article", multiple=True, help="Slug of an article. Repeat for OR.")
@click.option("--origin", multiple=True, help="Data set. Repeat for OR.")
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True, help="What comes first.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page of --limit statements.")
@click.option("--limit", type=click.IntRange(1, MOST), default=10, show_default=True, help="Statements on a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as /search.json does.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, as /search.csv does.")
@click.pass_obj
def search(
    opened: Opened,
    /,
    words: tuple[str, ...],
    sort: str,
    page: int,
    limit: int,
    as_json: bool,
    as_csv: bool,
    **facets: tuple[str, ...],
) -> None:
    """Find statements by their words, caveats, notes and cited titles.

    Words are ANDed; "a phrase", OR, -word and prefix* work. Put -- before WORDS that begin with a hyphen.
    """
    selected = {name: values for name, values in facets.items() if values}
    request = SearchRequest(" ".join(words), selected, sort, page, limit)  # type: ignore[arg-type]
    results = opened.search.run(request, today())
    if as_json:
        click.echo(json.dumps(search_json(results), ensure_ascii=False, indent=2))
        return
    if as_csv:
        for line in csv_lines(hit.statement for hit in results.hits):
            click.echo(line, nl=False)
        if len(results.hits) < results.total:
            click.echo(f"{len(results.hits)} of {results.total} written; --limit and --page give others.", err=True)
        return
    for hit in results.hits:
        click.echo(as_text(hit.statement) + "\n")
    shown = f", page {results.page} of {results.pages}" if results.pages > 1 else ""
    click.echo(f"{results.total} found{shown}.", err=True)
    for ignored in results.ignored:
        click.echo(f"Ignored: {ignored.text} ({ignored.reason}).", err=True)
    for suggestion in results.suggestions:
        click.echo(f"Did you mean: {suggestion.words} ({suggestion.total})?", err=True)
    if results.any_of is not None:
        click.echo(f"Any of the words: {results.any_of.words} ({results.any_of.total}).", err=True)
    for note in results.notes:
        click.echo(note, err=True)
    if results.lag:
        click.echo(f"The index lags {results.lag} changes behind; `kb index sync` brings it up to date.", err=True)
