"""`/` and `/search`: words in, graded statements out, facets to narrow by, an honest answer where nothing is found."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from flask import Blueprint, Response, request

from indexer.engine import FACETS, SORTS, Sort
from indexer.search import Results, Search, SearchRequest, search_store
from kb.articles import list_articles
from kb.errors import IndexUnavailable
from kb.render.html import card
from web.answers import csv_answer, html_answer, json_answer
from web.found import search_json
from web.keeper import Keeper
from web.links import SearchAddress, page_numbers
from web.logs import note
from web.metrics import LAG, SEARCHES
from web.serving import Serving, serving

log = logging.getLogger(__name__)
blueprint = Blueprint("search", __name__)

MOST_ON_A_PAGE = 200
LAST_PAGE = 1_000_000
ARTICLES_AT_HOME = 6
# A facet's other values are one click away.
SHOWN_VALUES = 6
PARAMETERS = {"q", "sort", "page", "limit", *FACETS}
FACET_NAMES = {
    "grade": "Grade",
    "direction": "Direction",
    "type": "Claim",
    "topic": "Topic",
    "caveat": "Caveat",
    "citation": "Citations",
    "article": "Article",
    "origin": "Origin",
}
SORT_NAMES = {"relevance": "Relevance", "grade": "Grade", "newest": "Newest", "cited": "Most cited"}
EXAMPLES = ("joint function", "opioid receptors", "liver")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and what of it made no sense, in words."""

    address: SearchAddress
    remarks: tuple[str, ...]


@blueprint.get("/")
def home() -> Response:
    """The search box and what Caveat is; with a query it is the search page."""
    if request.args:
        return found()
    with serving().store.reading() as session:
        articles = list_articles(session, ARTICLES_AT_HOME)
    everything = _run(SearchAddress(limit=1))
    return html_answer("home.html", results=everything, articles=articles, examples=EXAMPLES)


@blueprint.get("/search")
def found() -> Response:
    """One page of a search."""
    asked = read_address()
    results = _run(asked.address)
    return html_answer(
        "search.html",
        address=asked.address,
        remarks=asked.remarks,
        results=results,
        cards=[card(hit.statement, hit.marks) for hit in results.hits],
        facet_names=FACET_NAMES,
        labels={(name, each.value): each.label for name, values in results.facets.items() for each in values},
        shown_values=SHOWN_VALUES,
        sort_names=SORT_NAMES,
        examples=EXAMPLES,
        numbers=page_numbers(results.page, results.pages),
    )


@blueprint.get("/search.json")
def found_json() -> Response:
    """The same page of the search as JSON."""
    asked = read_address()
    results = _run(asked.address)
    body = search_json(results)
    return json_answer({**body, "notes": [*asked.remarks, *body["notes"]]})


@blueprint.get("/search.csv")
def found_csv() -> Response:
    """The same page of the search as CSV."""
    results = _run(read_address().address)
    return csv_answer((hit.statement for hit in results.hits), "caveat-search")


def read_address() -> Asked:
    """What the query string says; a part that makes no sense takes its default and is remarked on."""
    remarks: list[str] = []
    sort = request.args.get("sort") or "relevance"
    if sort not in SORTS:
        remarks.append(f"“{_short(sort)}” is no order; the list is sorted by relevance.")
        sort = "relevance"
    for name in request.args:
        if name not in PARAMETERS:
            remarks.append(f"“{_short(name)}” is no filter; it was ignored. Filters are {', '.join(FACETS)}.")
    address = SearchAddress(
        words=request.args.get("q", "").replace("\x00", "\N{REPLACEMENT CHARACTER}").strip(),
        selected={
            facet: tuple(dict.fromkeys(chosen))
            for facet in FACETS
            if (chosen := [value for value in request.args.getlist(facet) if value])
        },
        sort=sort,
        page=_number("page", 1, LAST_PAGE, remarks),
        limit=_number("limit", SearchAddress.DEFAULT_LIMIT, MOST_ON_A_PAGE, remarks),
    )
    return Asked(address, tuple(remarks))


def _number(name: str, default: int, most: int, remarks: list[str]) -> int:
    given = request.args.get(name, "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or int(given[:12]) < 1:
        remarks.append(f"“{_short(given)}” is no {name}; {name} {default} is shown.")
        return default
    number = int(given[:12])
    if number > most:
        remarks.append(f"The largest {name} is {most}.")
    return min(number, most)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _run(address: SearchAddress) -> Results:
    """Search the store as it is today: by the index, or where that cannot answer, by reading."""
    here = serving()
    sort: Sort = next(each for each in SORTS if each == address.sort)
    wanted = SearchRequest(address.words, address.selected, sort, address.page, address.limit)
    began = time.perf_counter()
    found = _found(here, wanted)
    SEARCHES.labels("index" if found.by_index else "reading").observe(time.perf_counter() - began)
    LAG.set(found.lag)
    note(hits=found.total, lag=found.lag, by_index=found.by_index)
    return found


def _found(here: Serving, wanted: SearchRequest) -> Results:
    try:
        return Search(here.store, here.index()).run(wanted, here.today())
    except IndexUnavailable as error:
        if here.keeper is not None:
            here.keeper.wake()
        log.info("Read from the store: %s", error)
        return search_store(here.store, wanted, here.today(), _why(here.keeper))


def _why(keeper: Keeper | None) -> str:
    """What a reader is told of an index that does not answer."""
    what = "cannot be used" if keeper is None or keeper.trouble else "is being built"
    return f"The search index {what} just now, so the statements themselves were read, one by one."
