"""`/s/ID/flag` and `/flags/N/resolve`: a doubt about a statement raised, and what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb import flags
from kb.curate import By
from kb.errors import CaveatError, InputError, NotFound
from kb.waiting import FLAGS
from web.pages.signing import local, seen_other
from web.pages.statement import ID, statement_page
from web.pages.work_queue import work_page
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor
from web.similar import Refused

blueprint = Blueprint("flags", __name__)


@blueprint.post(f"/s/{ID}/flag")
def flag(id_: int) -> Response:
    """Raise a flag on a statement, with a comment."""
    here, form = serving(), request.form
    try:
        by = _by("comment", "Say what you doubt.")
        with here.store.writing() as session:
            number = flags.flag(session, id_, by, form.get("version", type=int))
    except CaveatError as error:
        return statement_page(id_, Refused(error, "flag", 0))
    saved(f"Flag {number} is raised; a curator will look at it.")
    return seen_other(f"/s/{id_}#flags")


@blueprint.post("/flags/<int(max=2147483647):number>/resolve")
def resolve(number: int) -> Response:
    """Resolve a flag, with what came of it; back to where the form was."""
    here, form = serving(), request.form
    back = local(form.get("back", ""))
    try:
        by = _by("reason", "Say what came of it.")
        with here.store.writing() as session:
            statement_id = flags.resolve(session, number, by)
    except CaveatError as error:
        return _refused(number, error)
    saved(f"Flag {number} is resolved.")
    return seen_other(back if back != "/" else f"/s/{statement_id}#flags")


def _by(field: str, cure: str) -> By:
    said = request.form.get(field, "").strip()
    if not said:
        raise InputError("A flag needs words.", place=field, cure=cure)
    return By(visitor().name, said, now())


def _refused(number: int, error: CaveatError) -> Response:
    """The statement's page with what was typed; where it has none any more, the list of flags. Raises the error."""
    with serving().store.reading() as session:
        found = flags.flags(session, [number])
    if not found:
        raise error
    try:
        return statement_page(found[0].statement_id, Refused(error, "resolve", number))
    except NotFound:
        return work_page(FLAGS.name, error, number)
