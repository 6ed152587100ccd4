"""`/map`: what evidence there is for what, a bubble for each pair of row and column that statements have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from flask import Blueprint, Response, render_template, request

from indexer.evidence_map import COLUMNS, ROWS, Columns, EvidenceMap, Rows
from kb.errors import NotWhole
from kb.meanings import DIRECTIONS
from kb.render.xml import kept_in_xml
from web.answers import comparable, html_answer, json_answer
from web.asked import read_address, whole_number
from web.links import page_numbers
from web.map_drawing import drawing, radius, tone
from web.mapped import MapAddress, levels_of, map_csv, map_json, signs, ways
from web.pages.all_found import refuse_remarks
from web.pages.search import FACET_NAMES, FACET_PLURALS
from web.searching import run_map

blueprint = Blueprint("evidence_map", __name__)

OWN = {"rows", "columns", "across"}
LAST_PART = 100_000
ROW_NAMES: dict[str, str] = {name: FACET_NAMES[name] for name in ROWS}
COLUMN_NAMES: dict[str, str] = {name: "Kind of claim" if name == "type" else FACET_NAMES[name] for name in COLUMNS}
ARROWS = {
    "supports": "↑",
    "contradicts": "↓",
    "mixed": "↕",
    "no-effect": "=",
    "unclear": "?",
    "not-stated": "·",
}
"""Signs beside the words of the directions."""


@blueprint.get("/map")
def page() -> Response:
    """The map as a table with a bubble in each cell; each cell leads to the search that finds its statements."""
    address, remarks = read_map_address()
    found = run_map(address)
    return html_answer(
        "map.html",
        **_shown(address, found),
        remarks=(*remarks, *found.notes),
        row_names=ROW_NAMES,
        column_names=COLUMN_NAMES,
        facet_names=FACET_NAMES,
        radius=radius,
        tone=tone,
        numbers=page_numbers(found.request.page, found.pages),
        numbers_across=page_numbers(found.request.across, found.pages_across),
    )


@blueprint.get("/map.json")
def as_json() -> Response:
    """The same part of the map as JSON."""
    address, remarks = read_map_address()
    body = map_json(run_map(address), address)
    return json_answer({**body, "notes": [*remarks, *body["notes"]]})


@blueprint.get("/map.csv")
def as_csv() -> Response:
    """The same part of the map as CSV, a row for each cell. Raises NotWhole where not everything could be counted."""
    address, remarks = read_map_address()
    refuse_remarks(remarks)
    found = run_map(address)
    if found.notes or found.lag or not found.by_index:
        notes = " ".join(found.notes) or "The search index has not read the last changes yet."
        raise NotWhole(f"Not all that this map shows can be given: {notes}", cure="Try again in a moment.")
    response = Response(map_csv(found, address), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="caveat-map.csv")
    return comparable(response)


@blueprint.get("/map.svg")
def as_svg() -> Response:
    """The same part of the map as a picture that stands by itself."""
    address, remarks = read_map_address()
    found = run_map(address)
    picture = render_template(
        "map.svg",
        **_shown(address, found),
        remarks=(*remarks, *found.notes),
        drawn=drawing(found),
        root=request.url_root.rstrip("/"),
    )
    return comparable(Response(kept_in_xml(picture), content_type="image/svg+xml; charset=utf-8"))


def read_map_address() -> tuple[MapAddress, tuple[str, ...]]:
    """What the query string says of a map, and what of it made no sense, in words."""
    asked = read_address(OWN)
    remarks = list(asked.remarks)
    rows = _one_of("rows", get_args(Rows), remarks)
    columns = _one_of("columns", get_args(Columns), remarks)
    if rows == columns:
        remarks.append(f"Rows and columns were both {rows}; the columns are kinds of claims.")
        columns = "type"
    across = whole_number("across", 1, LAST_PART, remarks)
    part = replace(asked.address, page=1)
    return MapAddress(part, rows, columns, min(asked.address.page, LAST_PART), across), tuple(remarks)


def _one_of(name: str, known: tuple[str, ...], remarks: list[str]) -> str:
    given = request.args.get(name) or known[0]
    if given in known:
        return given
    remarks.append(f"“{given[:40]}” cannot be {name} of a map; {known[0]} is shown. There are {', '.join(known)}.")
    return known[0]


def _shown(address: MapAddress, found: EvidenceMap) -> dict[str, Any]:
    """What the page and the picture both show."""
    return {
        "address": address,
        "found": found,
        "row_name": ROW_NAMES[address.rows],
        "column_name": COLUMN_NAMES[address.columns],
        "row_plural": FACET_PLURALS[address.rows],
        "column_plural": FACET_PLURALS[address.columns],
        "ways": ways,
        "signs": signs,
        "levels_of": levels_of,
        "arrows": ARROWS,
        "directions": DIRECTIONS,
    }
