"""`/s/ID/edit/caveat`: a curator attaches a caveat to one statement, or takes one off that is attached to it itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from kb import curate
from kb.curate import By
from kb.errors import InputError
from web.editing import Done, changed
from web.pages.statement import ID

blueprint = Blueprint("attach", __name__)
ACTS = {"attach": (curate.attach_caveat, "attached"), "detach": (curate.detach_caveat, "taken off")}


@blueprint.post(f"/s/{ID}/edit/caveat")
def caveat(id_: int) -> Response:
    """Attach or detach the caveat that the form names."""
    act, code = request.form.get("act", ""), request.form.get("code", "")

    def do(session: Any, by: By, version: int) -> Done:
        if act not in ACTS or not code:
            raise InputError("No caveat was chosen.", place="code", cure="Choose one of the list.")
        change, done = ACTS[act]
        change(session, id_, code, by, version)
        return f"The caveat “{code}” is {done}.", f"/s/{id_}/edit#caveats"

    return changed(id_, act if act in ACTS else "attach", do)
