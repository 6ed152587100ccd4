"""`/` and `/search`: words in, graded statements out, facets to narrow by, an honest answer where nothing is found."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request

from indexer.search import Results
from kb.articles import list_articles
from kb.render.html import card
from web.answers import csv_answer, html_answer, json_answer
from web.asked import read_address
from web.found import search_json
from web.gaps import note_gap
from web.links import SearchAddress, page_numbers
from web.searching import run
from web.serving import serving
from web.signed_in import is_curator

blueprint = Blueprint("search", __name__)

ARTICLES_AT_HOME = 6
# A facet's other values are one click away.
SHOWN_VALUES = 6
# Beyond this, a field finds among them.
MANY_VALUES = 12
FACET_NAMES = {
    "grade": "Grade",
    "direction": "Direction",
    "type": "Claim",
    "topic": "Topic",
    "caveat": "Caveat",
    "citation": "Citations",
    "article": "Article",
    "origin": "Origin",
    "population": "Population",
    "intervention": "Intervention",
    "outcome": "Outcome",
}
FACET_PLURALS = {
    "grade": "grades",
    "direction": "directions",
    "type": "kinds of claim",
    "topic": "topics",
    "caveat": "caveats",
    "citation": "states of citations",
    "article": "articles",
    "origin": "origins",
    "population": "populations",
    "intervention": "interventions",
    "outcome": "outcomes",
}
SORT_NAMES = {"relevance": "Relevance", "grade": "Grade", "newest": "Newest", "cited": "Most cited"}
EXAMPLES = ("joint function", "opioid receptors", "liver")


@blueprint.get("/")
def home() -> Response:
    """The search box and what Caveat is; with a query it is the search page."""
    if request.args:
        return found()
    with serving().store.reading() as session:
        articles = list_articles(session, ARTICLES_AT_HOME)
    everything = run(SearchAddress(limit=1))
    return html_answer("home.html", results=everything, articles=articles, examples=EXAMPLES)


@blueprint.get("/search")
def found() -> Response:
    """One page of a search."""
    asked = read_address()
    results = run(asked.address)
    return html_answer(
        "search.html",
        address=asked.address,
        remarks=asked.remarks,
        results=results,
        cards=[card(hit.statement, hit.marks) for hit in results.hits],
        facet_names=FACET_NAMES,
        labels={(name, each.value): each.label for name, values in results.facets.items() for each in values},
        facet_plurals=FACET_PLURALS,
        shown_values=SHOWN_VALUES,
        many_values=MANY_VALUES,
        several_scales=asked.address.sort == "grade" and len(set(_scales(results))) > 1,
        sort_names=SORT_NAMES,
        examples=EXAMPLES,
        numbers=page_numbers(results.page, results.pages),
        noted=note_gap(results),
        curating=is_curator(),
    )


@blueprint.get("/search.json")
def found_json() -> Response:
    """The same page of the search as JSON."""
    asked = read_address()
    results = run(asked.address)
    note_gap(results)
    body = search_json(results)
    return json_answer({**body, "notes": [*asked.remarks, *body["notes"]]})


@blueprint.get("/search.csv")
def found_csv() -> Response:
    """The same page of the search as CSV."""
    results = run(read_address().address)
    return csv_answer((hit.statement for hit in results.hits), "caveat-search")


def _scales(results: Results) -> Iterator[str]:
    """The scales on which the statements found were judged, as their values of the facet tell."""
    chosen = results.request.selected.get("grade")
    for each in results.facets["grade"]:
        if each.count and (chosen is None or each.selected) and ":" in each.value:
            yield each.value.partition(":")[0]
