"""`/search/caveat`: a caveat attached to all that a search finds, or taken off, after a look at what would change."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from indexer.whole import Whole
from kb.curate import By
from kb.errors import CaveatError, Conflict, InputError, NotWhole
from kb.graded import read
from kb.ingest.caveat_to_all import ATTACH, DETACH, MOST, Done, change_all, mark_of, reach
from kb.legend import recorded_caveats
from kb.render.html import card
from web.answers import html_answer
from web.asked import read_address
from web.links import SearchAddress
from web.pages.signing import seen_other
from web.saved import saved
from web.searching import run_whole
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("caveat_to_all", __name__)
OWN = {"code", "act"}
FIRST = 5
"""Cards that stand for all that would change."""
TRIES = 3
DONE = {ATTACH: "attached to", DETACH: "taken off"}


@blueprint.get("/search/caveat")
def page() -> Response:
    """The form; with a caveat chosen, how many statements would change, and the first of them."""
    return _page(request.args)


@blueprint.post("/search/caveat")
def send() -> Response:
    """Change them all in one batch, if the search still finds what was looked at."""
    form = request.form
    code, act = form.get("code", ""), form.get("act", "")
    try:
        reason = form.get("reason", "").strip()
        if not reason:
            raise InputError("It needs a reason.", place="reason", cure="Say why; the history keeps it.")
        done = _changed(_address(), act, code, By(visitor().name, reason, now()), form.get("seen", ""))
    except CaveatError as error:
        if isinstance(error, NotWhole) or error.http_status >= 500:
            raise
        return _page(form, error)
    serving().catch_up()
    them = "1 statement" if done.changed == 1 else f"{done.changed:,} statements"
    saved(f"The caveat “{code}” is {DONE[act]} {them} (batch {done.batch}).")
    return seen_other(str(_address()))


def _changed(address: SearchAddress, act: str, code: str, by: By, seen: str) -> Done:
    """Search while nobody else can write, and change what is found. Raises Conflict where it is not what was seen."""
    here = serving()
    for remaining in reversed(range(TRIES)):
        here.catch_up()
        try:
            with here.store.writing() as session, run_whole(address) as found:
                if mark_of(found.ids) != seen:
                    raise Conflict(
                        f"The search finds other statements now: {len(found.ids):,} of them.",
                        cure="Look at what it would change now, then send it again.",
                    )
                return change_all(session, list(found.ids), act, code, str(address), by)
        except NotWhole:
            # Somebody wrote between the index's catching up and our turn to write.
            if not remaining:
                raise
    raise AssertionError("the last try returns or raises")


def _address() -> SearchAddress:
    """The search, whatever its pages are. Raises InputError where the address means less than it says."""
    asked = read_address(OWN)
    if asked.remarks:
        raise InputError(" ".join(asked.remarks), cure="Correct the address; what is changed must be what was meant.")
    return SearchAddress(
        asked.address.words, asked.address.selected, widen=asked.address.widen, without=asked.address.without
    )


def _page(chosen: Mapping[str, str], error: CaveatError | None = None) -> Response:
    address = _address()
    with run_whole(address) as found:
        known = recorded_caveats(found.session)
        code, act = chosen.get("code", ""), chosen.get("act") or ATTACH
        wanted = next((each for each in known if each.code == code), None)
        if act not in DONE:
            raise InputError(f"“{act[:40]}” is nothing that can be done.", place="act", cure="Use the form.")
        return html_answer(
            "caveat_to_all.html",
            status=200 if error is None else error.http_status,
            address=address,
            known=known,
            wanted=wanted,
            act=act,
            acts={ATTACH: "Attach it to all that lack it", DETACH: "Take it off all that have it"},
            reach=None if wanted is None else reach(found.session, list(found.ids), code),
            total=len(found.ids),
            most=MOST,
            seen=mark_of(found.ids),
            cards=_first(found),
            error=error,
            reason=chosen.get("reason", ""),
        )


def _first(found: Whole) -> list[object]:
    return [card(each) for each in read(found.session, list(found.ids[:FIRST]), found.day)]
