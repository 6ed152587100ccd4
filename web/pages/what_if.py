"""`/s/ID/what-if`: on which single judgement or cited work a statement's level hangs."""

from __future__ import annotations

from flask import Blueprint, Response

from kb.graded import GradedStatement, read
from kb.render.html import card
from kb.render.what_if import NOT_GRADED, what_if_json
from kb.what_if import what_if
from web.answers import html_answer, json_answer
from web.pages.statement import ID, shown
from web.serving import serving

blueprint = Blueprint("what_if", __name__)


@blueprint.get(f"/s/{ID}/what-if")
def page(id_: int) -> Response:
    """The statement, and what would follow if one thing were taken away."""
    statement = _statement(id_)
    return html_answer(
        "what_if.html",
        id=id_,
        key=statement.key,
        statement=card(statement),
        found=what_if(statement),
        not_graded=NOT_GRADED,
    )


@blueprint.get(f"/s/{ID}/what-if.json")
def as_json(id_: int) -> Response:
    """The same as JSON."""
    statement = _statement(id_)
    return json_answer(what_if_json(statement, what_if(statement)))


def _statement(id_: int) -> GradedStatement:
    here = serving()
    with here.store.reading() as session:
        return shown(read(session, [id_], here.today()), id_)
