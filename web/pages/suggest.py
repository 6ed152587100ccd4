"""`/suggest`: what the words typed so far lead to, as a list under the search box."""

from __future__ import annotations

import logging
from dataclasses import asdict

from flask import Blueprint, Response, request

from indexer.typed import Typed, typed
from kb.errors import IndexUnavailable
from kb.reference import short_reference
from kb.render.html import line
from kb.render.json import as_json as statement_json
from web.answers import html_answer, json_answer
from web.links import SearchAddress
from web.serving import serving

log = logging.getLogger(__name__)
blueprint = Blueprint("suggest", __name__)

LONGEST = 200
"""Characters of the box that are looked at: nobody waits for suggestions to a whole abstract."""


@blueprint.get("/suggest")
def as_list() -> Response:
    """The list of suggestions alone, to be put under the box; empty where there is none.

    `statements=no` leaves the statements out, for a page that shows them anyway.
    """
    found, note = _typed()
    shown = () if request.args.get("statements") == "no" else found.statements
    return html_answer(
        "suggest.html",
        lines=[line(each, found.marks.get(each.id, {}), f"suggested-s{each.id}") for each in shown],
        topics=[(each, SearchAddress(selected={"topic": (each.value,)})) for each in found.topics],
        articles=found.articles,
        citations=[(each, short_reference(each.csl)) for each in found.citations],
        note=note,
    )


@blueprint.get("/suggest.json")
def as_json() -> Response:
    """The same as JSON, each statement whole."""
    found, note = _typed()
    return json_answer(
        {
            "query": _words(),
            "statements": [statement_json(each) for each in found.statements],
            "topics": [asdict(each) for each in found.topics],
            "articles": [asdict(each) for each in found.articles],
            "citations": [
                {"id": each.id, "title": each.title, "standing": each.standing, "url": each.url}
                for each in found.citations
            ],
            "note": note,
        }
    )


def _words() -> str:
    return request.args.get("q", "").replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST]


def _typed() -> tuple[Typed, str]:
    """What there is, and a sentence where the index could not be asked: a list that comes late is of no use."""
    here = serving()
    try:
        with here.store.reading() as session:
            return typed(here.index(), session, _words(), here.today()), ""
    except IndexUnavailable as error:
        if here.keeper is not None:
            here.keeper.wake()
        log.info("No suggestions: %s", error)
        return Typed(), "There are no suggestions just now; a search still finds statements."
