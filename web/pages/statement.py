"""`/s/ID`: all that is known of one statement, at its short stable address."""

from __future__ import annotations

from flask import Blueprint, Response

from kb.articles import read_sentence
from kb.errors import NotFound
from kb.graded import GradedStatement, read
from kb.history import statement_history
from kb.render.html import page_body
from kb.render.json import as_json
from kb.render.versions import entries
from web.answers import csv_answer, html_answer, json_answer
from web.serving import serving

blueprint = Blueprint("statement", __name__)

# The largest number that every database can hold as an id; anything larger is an address that never existed.
ID = "<int(max=2147483647):id_>"


@blueprint.get(f"/s/{ID}")
def page(id_: int) -> Response:
    """The statement with its grade, caveats, slots, the sentence it was taken from, and its history."""
    here = serving()
    day = here.today()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], day), id_)
        body = page_body(statement, read_sentence(session, statement, day), entries(statement_history(session, id_)))
    return html_answer("statement.html", body=body, id=statement.id, key=statement.key, url=statement.url)


@blueprint.get(f"/s/{ID}.json")
def as_json_page(id_: int) -> Response:
    """The statement as JSON."""
    return json_answer(as_json(_statement(id_)))


@blueprint.get(f"/s/{ID}.csv")
def as_csv(id_: int) -> Response:
    """The statement as a CSV file of one record."""
    return csv_answer([_statement(id_)], f"caveat-statement-{id_}")


def _statement(id_: int) -> GradedStatement:
    here = serving()
    with here.store.reading() as session:
        return shown(read(session, [id_], here.today()), id_)


def shown(found: list[GradedStatement], id_: int) -> GradedStatement:
    """The statement, if it may be shown: a withdrawn one keeps its page, a draft has none yet. Raises NotFound.

    One that came with a batch which was taken back has none any more.
    """
    for statement in found:
        if statement.state != "draft" and not statement.is_undone:
            return statement
    raise NotFound(f"There is no statement {id_}.", cure="Search for its words instead.")
