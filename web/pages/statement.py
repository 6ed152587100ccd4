"""`/s/ID`: all that is known of one statement, at its short stable address."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from kb.articles import read_sentence
from kb.as_of import Past, as_of, at_version, known_since, read_day, works_cited
from kb.errors import InputError, NotFound
from kb.graded import GradedStatement, read
from kb.history import statement_history
from kb.render.cite import cite_block
from kb.render.html import page_body, past_body
from kb.render.json import with_grades_json
from kb.render.linked_data import linked_data
from kb.render.past import no_past_csv, past_json
from kb.render.versions import entries
from kb.similar import similar
from web.answers import csv_answer, html_answer, json_answer
from web.at_work import at_work
from web.serving import serving
from web.signed_in import has_role, is_curator
from web.similar import KINDS, Refused, SameQuestion, same_question

blueprint = Blueprint("statement", __name__)

# The largest number that every database can hold as an id; anything larger is an address that never existed.
ID = "<int(max=2147483647):id_>"
DAY, VERSION = "as_of", "version"
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@blueprint.get(f"/s/{ID}")
def page(id_: int) -> Response:
    """The statement with its grade, caveats, slots, the sentence it was taken from, and its history.

    With `as_of`, as it stood at the end of that day; with `version`, as it stood in that version.
    """
    return statement_page(id_)


@blueprint.get(f"/s/{ID}.json")
def as_json_page(id_: int) -> Response:
    """The statement as JSON; with `as_of` or `version`, as it stood then."""
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
        past = _past(session, id_, here.today())
        return json_answer(
            with_grades_json(statement) if past is None else past_json(past, known_since(past, statement))
        )


@blueprint.get(f"/s/{ID}.csv")
def as_csv(id_: int) -> Response:
    """The statement as a CSV file of one record. Raises InputError for what stood once."""
    for name in (DAY, VERSION):
        if request.args.get(name):
            raise no_past_csv(name, f"Take the JSON: /s/{id_}.json with the same {name}.")
    return csv_answer([_statement(id_)], f"caveat-statement-{id_}")


def statement_page(id_: int, refused: Refused | None = None) -> Response:
    """The page, again with what a form sent where that was refused."""
    here = serving()
    day = here.today()
    beside: SameQuestion | None = None
    cite, linked = Markup(), None
    root = request.url_root.rstrip("/")
    with here.store.reading() as session:
        statement = shown(read(session, [id_], day), id_)
        body: Markup
        past = _past(session, id_, day)
        if past is not None:
            body = past_body(past, known_since(past, statement), works_cited(session, past))
        else:
            sentence = read_sentence(session, statement, day)
            body = page_body(statement, sentence, entries(statement_history(session, id_)))
            cite, linked = cite_block(statement, root), linked_data(statement, root)
            others = similar(session, id_)
            whole = {each.id: each for each in read(session, [each.id for each in others.shown], day)}
            beside = same_question(statement, others, whole)
    return html_answer(
        "statement.html",
        status=200 if refused is None else refused.error.http_status,
        body=body,
        id=statement.id,
        key=statement.key,
        url=statement.url,
        version=statement.version,
        published=statement.state == "published",
        past=past,
        beside=beside,
        work=at_work(id_) if past is None and has_role() else None,
        cite=cite,
        linked=linked,
        curating=is_curator(),
        kinds=KINDS,
        refused=refused,
        typed=request.form,
    )


def _past(session: Any, id_: int, today: date) -> Past | None:
    """What the address asks for of what stood once; None where it asks for today. Raises InputError and NotFound."""
    day, version = request.args.get(DAY), request.args.get(VERSION)
    if day and version:
        raise InputError("An address asks for a day or for a version.", place=VERSION, cure="Leave one of them out.")
    if version:
        if not _NUMBER.fullmatch(version):
            raise InputError(f"“{version}” is no version.", place=VERSION, cure="Write a number, like 1.")
        return at_version(session, id_, int(version), today)
    return as_of(session, id_, read_day(day, DAY, today)) if day else None


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
