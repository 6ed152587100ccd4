"""`/undo`: one's own last change taken back, or a whole batch; where that cannot be, what was changed since."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

from kb import undoing
from kb.curate import By
from kb.errors import CaveatError, Conflict, InputError, NotAllowed
from kb.graded import read
from kb.happened import happened
from kb.ingest.undo import undo as undo_batch
from kb.render.html import card, happened_list
from web.answers import html_answer
from web.pages.signing import local, seen_other
from web.saved import read_ranges, saved
from web.serving import serving
from web.signed_in import is_curator, now, visitor

blueprint = Blueprint("undo", __name__)
BATCH_REASON = "undone on the pages"


@blueprint.post("/undo")
def undo() -> Response:
    """Take back a change, named by its revisions, or a batch; then back to where the button was."""
    here, form = serving(), request.form
    seqs = read_ranges(form.get("changes", ""), undoing.MOST)
    batch = form.get("batch", type=int)
    try:
        if batch is not None:
            _refuse_others()
            with here.store.writing() as session:
                done = undo_batch(session, batch, By(visitor().name, BATCH_REASON, now()))
            said = f"Batch {batch} is undone: {done.withdrawn} statements hidden, {done.restored} records as before."
        elif seqs:
            with here.store.writing() as session:
                changed = undoing.named(session, seqs)
                if not undoing.only_opinions(changed):
                    _refuse_others()
                subjects = undoing.undo_changes(session, seqs, visitor().name, now())
            said = f"Undone: {', '.join(each.replace(':', ' ') for each in subjects[:3])}{_more(subjects)}."
        else:
            raise InputError("No change was named.", place="changes", cure="Use the button beside what was saved.")
    except Conflict as error:
        return _refused(error, seqs)
    here.catch_up()
    saved(said)
    return seen_other(local(form.get("back", "")))


def _more(subjects: Sequence[str]) -> str:
    return f" and {len(subjects) - 3} more" if len(subjects) > 3 else ""


def _refuse_others() -> None:
    """Raise NotAllowed: what a curator did is taken back by one who still is."""
    if not is_curator():
        raise NotAllowed("Only curators undo changes of records.", cure="Ask an admin for the role.")


def _refused(error: CaveatError, seqs: Sequence[int]) -> Response:
    here = serving()
    with here.store.reading() as session:
        since = happened(session, undoing.since(session, undoing.named(session, seqs)) if seqs else [])
        told = happened_list(since, 3)
        ids = list(dict.fromkeys(each.statement_id for each in since if each.statement_id is not None))
        cards = [
            card(each) for each in read(session, ids, here.today()) if each.state != "draft" and not each.is_undone
        ]
    return html_answer(
        "undo_refused.html",
        status=error.http_status,
        error=error,
        changed=bool(since),
        since=told,
        cards=cards,
        back=local(request.form.get("back", "")),
    )
