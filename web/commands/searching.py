"""`kb search`: the page's search on a terminal."""

from __future__ import annotations

import json

import click
from click.core import ParameterSource

from indexer.engine import SORTS
from indexer.names import load_names
from indexer.search import SearchRequest
from indexer.whole import whole
from kb.render.csv import csv_lines
from kb.render.text import as_text
from web.found import hit_json, jsonl_lines, remarks, search_json
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
@click.option("--population", multiple=True, help="Of whom it speaks, word for word. Repeat for OR.")
@click.option("--intervention", multiple=True, help="Of what it speaks, word for word. Repeat for OR.")
@click.option("--outcome", multiple=True, help="Of which outcome it speaks, word for word. Repeat for OR.")
@click.option("--synonyms/--no-synonyms", "widen", default=True, help="Search other names of the words too, or not.")
@click.option("--without", multiple=True, help="Another name that is not to be searched. Repeat for more.")
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True, help="What comes first.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page of --limit statements.")
@click.option("--limit", type=click.IntRange(1, MOST), default=10, show_default=True, help="Statements on a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as /search.json does.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, as /search.csv does.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a statement, each on its line.")
@click.option("--all", "everything", is_flag=True, help="All pages at once, as --csv or --jsonl; whole, or refused.")
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
    as_jsonl: bool,
    everything: bool,
    widen: bool,
    without: tuple[str, ...],
    **facets: tuple[str, ...],
) -> None:
    """Find statements by their words, caveats, notes and cited titles.

    Words are ANDed; "a phrase", OR, -word and prefix* work. Put -- before WORDS that begin with a hyphen.
    """
    selected = {name: values for name, values in facets.items() if values}
    request = SearchRequest(" ".join(words), selected, sort, page, limit, widen, without)  # type: ignore[arg-type]
    if everything:
        _refuse_parts(as_csv, as_jsonl, as_json)
        _write_all(opened, request, as_csv)
        return
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
    if as_jsonl:
        for hit in results.hits:
            click.echo(json.dumps(hit_json(hit.statement, hit.where), ensure_ascii=False))
        return
    for hit in results.hits:
        click.echo(as_text(hit.statement) + "\n")
    shown = f", page {results.page} of {results.pages}" if results.pages > 1 else ""
    click.echo(f"{results.total} found{shown}.", err=True)
    for remark in remarks(results):
        click.echo(remark, err=True)
    for note in results.notes:
        click.echo(note, err=True)
    if results.lag:
        click.echo(f"The index lags {results.lag} changes behind; `kb index sync` brings it up to date.", err=True)


def _refuse_parts(as_csv: bool, as_jsonl: bool, as_json: bool) -> None:
    """Raise UsageError for what does not go with --all."""
    if as_csv == as_jsonl or as_json:
        raise click.UsageError("--all is written as --csv or as --jsonl.")
    context = click.get_current_context()
    if any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("page", "limit")):
        raise click.UsageError("--all takes no --page and no --limit: it writes all pages.")


def _write_all(opened: Opened, request: SearchRequest, as_csv: bool) -> None:
    with whole(opened.store, opened.engine, load_names(opened.settings.home), request, today()) as found:
        for line in csv_lines(found.statements()) if as_csv else jsonl_lines(found):
            click.echo(line, nl=False)
    click.echo(f"{len(found.ids):,} written.", err=True)
