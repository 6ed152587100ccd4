"""`/misses`: what people searched and did not find, for curators and administrators; each line can be forgotten."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request

from kb import misses
from kb.errors import InputError
from kb.render.misses import COUNTED, HOW_TO_SWITCH_OFF, KEPT, SWITCHED_OFF, gap_json, gap_url, misses_csv
from web.answers import html_answer, json_answer
from web.gaps import read_gaps
from web.links import page_numbers
from web.pages.signing import seen_other
from web.serving import serving

blueprint = Blueprint("misses", __name__)


@blueprint.get("/misses")
def page() -> Response:
    """What was searched most often first, with what it finds today."""
    found = read_gaps()
    return html_answer(
        "misses.html",
        found=found,
        address=gap_url,
        numbers=page_numbers(found.page, found.pages),
        on=serving().settings.misses,
        kept=KEPT,
        counted=COUNTED,
        switched_off=SWITCHED_OFF,
        how_to_switch_off=HOW_TO_SWITCH_OFF,
    )


@blueprint.get("/misses.json")
def as_json() -> Response:
    """The same page as JSON."""
    found = read_gaps()
    return json_answer(
        {
            "noted": serving().settings.misses,
            "kept": KEPT,
            "counted": COUNTED,
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "limit": found.limit,
            "gaps": [gap_json(gap, hits) for gap, hits in found.gaps],
        }
    )


@blueprint.get("/misses.csv")
def as_csv() -> Response:
    """The same page as CSV."""
    response = Response("".join(misses_csv(read_gaps().gaps)), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="caveat-misses.csv")
    return response


@blueprint.post("/misses/forget")
def forget() -> Response:
    """Forget one search."""
    words = request.form.get("words", "")
    if not words.strip():
        raise InputError("There are no words to forget.", place="words", cure="Use the button beside a search.")
    here = serving()
    # In memory first: written meanwhile, it is there to be deleted.
    here.misses.forget(words)
    with here.store.writing() as session:
        days = misses.forget(session, words)
    # The words stand in no cookie and no log, so they are not said again.
    flash("It is forgotten." if days else "It was forgotten already.")
    return seen_other("/misses")


@blueprint.post("/misses/forget-all")
def forget_all() -> Response:
    """Forget every search."""
    here = serving()
    here.misses.forget_all()
    with here.store.writing() as session:
        number = misses.forget_all(session)
    flash(f"{number} {'search is' if number == 1 else 'searches are'} forgotten.")
    return seen_other("/misses")
