"""`/s/ID/changes?from=…&to=…`: what changed in a statement between two days, who changed it and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request

from kb.as_of import Difference, difference, read_day
from kb.graded import read
from kb.render.html import changes_body
from kb.render.past import difference_json
from web.answers import html_answer, json_answer
from web.pages.statement import ID, shown
from web.serving import serving

blueprint = Blueprint("changes", __name__)


@blueprint.get(f"/s/{ID}/changes")
def page(id_: int) -> Response:
    """Both versions with their grades and caveats, and the revisions in between; up to today where no day is given."""
    with _difference(id_) as found:
        body = changes_body(found)
    return html_answer("changes.html", body=body, id=id_, first=found.first, last=found.last)


@blueprint.get(f"/s/{ID}/changes.json")
def as_json(id_: int) -> Response:
    """The same as JSON."""
    with _difference(id_) as found:
        return json_answer(difference_json(found))


@contextmanager
def _difference(id_: int) -> Iterator[Difference]:
    here = serving()
    today = here.today()
    first, last = request.args.get("from"), request.args.get("to")
    began = read_day(first, "from", today) if first else None
    ended = read_day(last, "to", today) if last else today
    with here.store.reading() as session:
        shown(read(session, [id_], today), id_)
        yield difference(session, id_, began, ended)
