"""`/queue`: what waits for a curator, kind by kind, each a list with what can be done in one click."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb import drafting, waiting
from kb.curate import By
from kb.drafting import WHAT_IT_IS
from kb.errors import CaveatError, NotFound
from kb.render.html import card
from kb.render.json import as_json as statement_json
from kb.render.waiting import flag_json, how_many, url_of, waiting_json
from web.answers import csv_answer, html_answer, json_answer
from web.links import page_numbers
from web.pages.signing import seen_other
from web.pages.statement import ID
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor
from web.work_list import read_page

blueprint = Blueprint("queue", __name__)


@blueprint.get("/queue")
def page() -> Response:
    """How much of each kind of work waits."""
    here = serving()
    with here.store.reading() as session:
        found, audited = waiting.waiting(session, here.today()), waiting.audited_at(session)
    return html_answer("queue.html", found=found, audited=audited, how_many=how_many, url_of=url_of)


@blueprint.get("/queue.json")
def as_json() -> Response:
    """The same as JSON."""
    here = serving()
    with here.store.reading() as session:
        return json_answer(waiting_json(waiting.waiting(session, here.today())))


@blueprint.get("/queue/<work>")
def work(work: str) -> Response:
    """A page of one kind of work, each statement as its card, with what can be done about it."""
    return work_page(work)


@blueprint.get("/queue/<work>.json")
def work_json(work: str) -> Response:
    """The same as JSON. Of a draft it tells where it can be read: its words leave in no file."""
    found = read_page(work)
    (told,) = waiting_json([found.waiting])["waiting"]
    return json_answer(
        {
            **told,
            "page": found.page,
            "pages": found.pages,
            "limit": found.limit,
            "statements": [statement_json(each) for each in found.statements],
            "flags": [
                {**flag_json(flag), "statement": None if of is None else statement_json(of)} for flag, of in found.flags
            ],
            "drafts": [
                {"id": each.id, "what_it_is": WHAT_IT_IS, "article": article and article[0]}
                for each, article in found.drafts
            ],
        }
    )


@blueprint.get("/queue/<work>.csv")
def work_csv(work: str) -> Response:
    """The statements of the page as CSV. Raises NotFound for drafts and flags."""
    found = read_page(work)
    if found.work in (waiting.DRAFTS, waiting.FLAGS):
        raise NotFound(f"There is no CSV of {found.work.title.lower()}.", cure=f"Take the JSON: /queue/{work}.json.")
    return csv_answer(found.statements, f"caveat-{work}")


@blueprint.post(f"/queue/drafts/{ID}/publish")
def publish(id_: int) -> Response:
    """Publish one draft as it is."""
    here, form = serving(), request.form
    by = By(visitor().name, form.get("reason", "").strip() or "read and published", now())
    try:
        with here.store.writing() as session:
            drafting.publish(session, [id_], by, form.get("version", -1, type=int))
    except CaveatError as error:
        return work_page(waiting.DRAFTS.name, error)
    here.catch_up()
    saved(f"Statement {id_} is published; it is not graded yet.")
    return seen_other("/queue/drafts")


def work_page(name: str, error: CaveatError | None = None, refused: int | None = None) -> Response:
    """The page, again with what a form sent where that was refused; `refused` is the number of the flag."""
    found = read_page(name)
    return html_answer(
        "work.html",
        status=200 if error is None else error.http_status,
        found=found,
        name=name,
        counted=how_many(found.waiting),
        cards=[(each, card(each)) for each in found.statements],
        flagged=[(flag, of and card(of)) for flag, of in found.flags],
        numbers=page_numbers(found.page, found.pages),
        here=found.address(found.page),
        error=error,
        refused=refused,
        typed=request.form,
    )
