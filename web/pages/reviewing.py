"""`/s/ID/reviewed`: a statement looked at again, and nothing changed but the days."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb.curate import By
from kb.errors import Outdated
from kb.reviewing import NOTHING_CHANGED
from kb.reviewing import reviewed as note_review
from web.outdated import outdated_page
from web.pages.signing import local, seen_other
from web.pages.statement import ID
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("reviewing", __name__)


@blueprint.post(f"/s/{ID}/reviewed")
def reviewed(id_: int) -> Response:
    """Note the review, and set the next one by KB_REVIEW_MONTHS; where somebody was faster, show what they changed."""
    here, form = serving(), request.form
    by = By(visitor().name, form.get("reason", "").strip() or NOTHING_CHANGED, now())
    try:
        with here.store.writing() as session:
            due = note_review(session, id_, by, here.settings.review_months, form.get("version", -1, type=int))
    except Outdated as error:
        return outdated_page(error, f"/s/{id_}/reviewed", "Reviewed, nothing changed")
    here.catch_up()
    saved(f"Statement {id_} is reviewed, and due again on {due}.")
    back = local(form.get("back", ""))
    return seen_other(back if back != "/" else f"/s/{id_}")
