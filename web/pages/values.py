"""`/search/values`: all values of one facet under a search, found by their first letters, to take one or several."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response

from indexer.values import ORDERS
from web.answers import html_answer, json_answer
from web.asked import read_values
from web.links import page_numbers
from web.pages.search import FACET_NAMES, FACET_PLURALS
from web.searching import run_values

blueprint = Blueprint("values", __name__)


@blueprint.get("/search/values")
def page() -> Response:
    """The values with their counts, each a link that takes it or takes it off, and boxes to take several."""
    asked, wanted = read_values()
    found = run_values(asked.address, wanted)
    here = {each.value for each in found.values}
    return html_answer(
        "values.html",
        address=asked.address,
        remarks=(*asked.remarks, *found.notes),
        found=found,
        facet=wanted.facet,
        name=FACET_NAMES[wanted.facet],
        plural=FACET_PLURALS[wanted.facet],
        orders=ORDERS,
        kept=asked.address.without_filter(wanted.facet).pairs(),
        elsewhere=[each for each in found.chosen if each.value not in here],
        numbers=page_numbers(wanted.page, found.pages),
    )


@blueprint.get("/search/values.json")
def as_json() -> Response:
    """The same page of values as JSON."""
    asked, wanted = read_values()
    found = run_values(asked.address, wanted)
    return json_answer(
        {
            "query": asked.address.words,
            "selected": {name: list(values) for name, values in asked.address.selected.items()},
            "facet": wanted.facet,
            "find": wanted.find,
            "by": wanted.by,
            "size": found.size,
            "total": found.total,
            "page": wanted.page,
            "pages": found.pages,
            "values": [asdict(each) for each in found.values],
            "lag": found.lag,
            "by_index": found.by_index,
            "notes": [*asked.remarks, *found.notes],
        }
    )
