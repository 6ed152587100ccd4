"""`/s/ID/relate` and `/s/ID/unrelate`: how two statements stand to each other, recorded and taken off by curators."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from kb import relations
from kb.curate import By
from kb.errors import CaveatError, InputError
from web.pages.signing import seen_other
from web.pages.statement import ID, statement_page
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor
from web.similar import Refused

blueprint = Blueprint("relations", __name__)


@blueprint.post(f"/s/{ID}/relate")
def relate(id_: int) -> Response:
    """Record a relation to another statement; both pages say so from then on."""
    return _changed(id_, "relate", relations.relate, "Recorded")


@blueprint.post(f"/s/{ID}/unrelate")
def unrelate(id_: int) -> Response:
    """Take a relation off again, whichever of the two says so."""
    return _changed(id_, "unrelate", relations.unrelate, "Taken off")


def _changed(id_: int, act: str, change: Callable[..., tuple[int, int]], done: str) -> Response:
    here, form = serving(), request.form
    # Whoever only turns pages may have seen an older version: the form says which one it was made for.
    other, seen = form.get("other", 0, type=int), form.get("version", -1, type=int)
    try:
        if not other:
            raise InputError("No other statement was named.", place="other", cure="Give its number.")
        by = By(visitor().name, form.get("reason", "").strip(), now())
        with here.store.writing() as session:
            says, of = change(session, id_, form.get("kind", ""), other, by, seen, form.get("other_version", type=int))
    except CaveatError as error:
        return statement_page(id_, Refused(error, act, other))
    here.catch_up()
    saved(f"{done}: {relations.relation_told(says, form['kind'], of)}")
    return seen_other(f"/s/{id_}#same-question")
