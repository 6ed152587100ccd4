"""`/s/ID/edit/slot` and `/s/ID/edit/works`: citation slots filled, emptied and added, and the works to choose from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from kb import curate
from kb.curate import By, SlotFilling
from kb.graded import GradedStatement, read
from kb.known_works import PARTS, NewWork, make, meant
from kb.quoted import quote_checked
from web.answers import html_answer
from web.editing import Done, Refused, changed, edit_page
from web.pages.statement import ID, shown
from web.serving import serving
from web.works import Unchosen, candidates

blueprint = Blueprint("slots", __name__)
LONGEST = 2_000
NEW = "new"


@blueprint.get(f"/s/{ID}/edit/works")
def works(id_: int) -> Response:
    """The known works for what is typed so far, to be put under the field; empty where nothing is typed."""
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
        found = candidates(session, statement, request.args.get("work", "")[:LONGEST])
    return html_answer("works.html", works=found, sent={}, name=request.args.get("slot", "new")[:10])


@blueprint.post(f"/s/{ID}/edit/slot")
def slot(id_: int) -> Response:
    """Fill, change or empty a slot, or add one; or look the work up and show the page with what was found."""
    form = request.form
    position = form.get("position", type=int)
    if form.get("act") == "look":
        return _looked_up(id_, position)

    def do(session: Any, by: By, version: int) -> Done:
        statement = shown(read(session, [id_], serving().today()), id_)
        emptied = form.get("act") == "empty"
        try:
            key = None if emptied else _citation(session, statement, position, by)
        except Unchosen as error:
            if form.get("stance"):
                raise
            # Both at once: whoever has chosen the work should not meet a second refusal.
            cure = f"{error.cure} Choose also how the work stands to the statement."
            raise Unchosen(error.found, error.message, cure) from error
        # Words and place of a work go with it; what is wanted in its stead stays.
        names = ("note",) if emptied else ("quote", "locator", "note")
        said = {name: form.get(name, "").strip() or None for name in names}
        before = next((each for each in statement.slots if each.position == position), None)
        if key is not None and before is not None and before.citation is None and said["note"] == before.note:
            said["note"] = None  # it said what is wanted, and now that is there
        stance = form.get("stance") or None
        curate.fill_slot(session, id_, position, SlotFilling(key, stance, **said), by, version)
        return _told(read(session, [id_], serving().today())[0], position), f"/s/{id_}/edit#slots"

    return changed(id_, "slot", do, position)


def _looked_up(id_: int, position: int | None) -> Response:
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
        found = candidates(session, statement, request.form.get("work", "")[:LONGEST], whole=True)
    return edit_page(id_, Refused("slot", slot=position, works=found))


def _citation(session: Any, statement: GradedStatement, position: int | None, by: By) -> str | None:
    """The key of the work that is meant: chosen, typed so that it can only be one, or made of what was typed.

    None where nothing was typed and the slot is empty. Raises Unchosen where a person has to say which work it is.
    """
    form = request.form
    kept = next((each.citation for each in statement.slots if each.position == position), None)
    typed = form.get("work", "").strip()
    if not typed:
        return kept.key if kept is not None else None
    found = candidates(session, statement, typed[:LONGEST], whole=True)
    # What was offered for other words than those that stand there now was chosen for those.
    chosen = form.get("citation", "") if form.get("of", typed) == typed else ""
    if chosen == NEW and found.exact:
        raise Unchosen(found, "This work is known here already.", "Choose it.")
    if chosen == NEW:
        return make(session, _new_work(typed), by)
    if not chosen and len(found.exact) == 1:
        chosen = found.exact[0].key
    if not chosen:
        if found.meant is None:
            raise Unchosen(found, "The work was not recognised.", found.note)
        if found.found:
            raise Unchosen(found, "It is not certain which work is meant.", "Choose one of them, or make a new one.")
        raise Unchosen(found, "No work here is known by that.", "Say what it is, and save again to make it known.")
    here = next((each.here for each in found.found if each.key == chosen), ())
    if (others := [each for each in here if each != position]) and not form.get("twice"):
        raise Unchosen(
            found, f"Slot {others[0]} cites this work already.", "Choose another, or say that it is meant twice."
        )
    return chosen


def _new_work(typed: str) -> NewWork:
    form = request.form
    compared = frozenset(form.getlist("compared"))
    return NewWork(meant(typed), **{name: form.get(name, "") for name in PARTS}, compared=compared)


def _told(statement: GradedStatement, position: int | None) -> str:
    """What is said of a slot that was saved, and of the quotation in it."""
    slot = next((each for each in statement.slots if each.position == position), statement.slots[-1])
    if slot.citation is None:
        return f"Slot {slot.position} is saved: a citation is wanted there."
    checked = quote_checked(slot.quote or "", slot.citation.csl)
    return f"Slot {slot.position} is saved. {checked}".rstrip()
