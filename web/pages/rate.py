"""`/rate`: second opinions, given without sight of the first, and the consensus that follows where two differ."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb import curate
from kb.blind import WITHHELD, BlindStatement, Turn, rate, read_blind, turn, waiting
from kb.errors import CaveatError, Conflict
from kb.graded import read
from kb.opinions import opinions, side_by_side
from kb.render.blind import blind_card, blind_json, scale_of
from kb.render.html import card
from kb.scales import load_scales
from web.answers import html_answer, json_answer
from web.judging import GRADE, RUBRIC, Judged, judged
from web.pages.signing import seen_other
from web.pages.statement import ID, shown
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("rate", __name__)
ON_A_PAGE = 10


@blueprint.get("/rate")
def queue() -> Response:
    """Statements that somebody else has graded and the rater has not, none with its grade."""
    here = serving()
    topic, article = request.args.get("topic", "").strip(), request.args.get("article", "").strip()
    after = max(request.args.get("after", 0, type=int), 0)
    with here.store.reading() as session:
        found = waiting(session, visitor().name, here.today(), topic or None, article or None, after, ON_A_PAGE + 1)
    shown_now = found[:ON_A_PAGE]
    return html_answer(
        "rate.html",
        cards=[blind_card(each, linked=True) for each in shown_now],
        after=after,
        more=shown_now[-1].id if len(found) > ON_A_PAGE else None,
        topic=topic,
        article=article,
        withheld=WITHHELD,
    )


@blueprint.get(f"/rate/{ID}")
def statement(id_: int) -> Response:
    """One statement without its grade, the rubric and the form; or why there is no form."""
    return _blind_page(id_)


@blueprint.get(f"/rate/{ID}.json")
def as_json(id_: int) -> Response:
    """The statement without its grade, as JSON."""
    return json_answer(blind_json(_blind(id_)))


@blueprint.post(f"/rate/{ID}")
def send(id_: int) -> Response:
    """Record the second opinion; a profile that leads to another level than the one stated must be confirmed first."""
    here = serving()
    try:
        sent = judged(request.form, _blind(id_).scale or GRADE, "second")
        by = curate.By(visitor().name, request.form.get("reason", "").strip(), now())
        if sent.differs and not request.form.get("confirmed"):
            return _blind_page(id_, unconfirmed=sent)
        with here.store.writing() as session:
            if turn(session, id_, by.actor) is not Turn.OPEN:
                raise Conflict(
                    "You have judged this statement already.", cure="Your opinion stands as it was recorded."
                )
            rate(session, id_, sent.judgement, by, seen=request.form.get("seen", ""))
    except CaveatError as error:
        return _blind_page(id_, error)
    here.catch_up()
    saved(f"Your second opinion on statement {id_} is recorded.")
    return seen_other(f"/rate/{id_}")


@blueprint.get(f"/rate/{ID}/consensus")
def consensus(id_: int) -> Response:
    """What every rater thinks of it, part by part, and the form of a consensus."""
    return _consensus_page(id_)


@blueprint.post(f"/rate/{ID}/consensus")
def agree(id_: int) -> Response:
    """Record a consensus beside the opinions, which stay."""
    here = serving()
    try:
        with here.store.reading() as session:
            statement = shown(read(session, [id_], here.today()), id_)
        sent = judged(request.form, statement.grade.level.scale or GRADE, "consensus")
        by = curate.By(visitor().name, request.form.get("reason", "").strip(), now())
        if sent.differs and not request.form.get("confirmed"):
            return _consensus_page(id_, unconfirmed=sent)
        with here.store.writing() as session:
            curate.grade(session, id_, sent.judgement, by, request.form.get("version", -1, type=int))
    except CaveatError as error:
        return _consensus_page(id_, error)
    here.catch_up()
    saved("The consensus is recorded; the opinions before it stay.")
    return seen_other(f"/rate/{id_}/consensus")


def _blind(id_: int) -> BlindStatement:
    here = serving()
    with here.store.reading() as session:
        return read_blind(session, id_, here.today())


def _blind_page(id_: int, wrong: CaveatError | None = None, unconfirmed: Judged | None = None) -> Response:
    here, rater = serving(), visitor().name
    with here.store.reading() as session:
        blind = read_blind(session, id_, here.today())
        whose = turn(session, id_, rater)
        # From here on, and at the end from the beginning.
        following = waiting(session, rater, here.today(), after=id_, limit=1) or waiting(
            session, rater, here.today(), limit=1
        )
    return html_answer(
        "rate_one.html",
        status=200 if wrong is None else wrong.http_status,
        id=id_,
        body=blind_card(blind, heading_level=1),
        seen=blind.seen,
        scale=scale_of(blind),
        turn=whose.value,
        following=following[0].id if following else None,
        typed=request.form,
        wrong=wrong,
        unconfirmed=unconfirmed,
        **RUBRIC,
    )


def _consensus_page(id_: int, wrong: CaveatError | None = None, unconfirmed: Judged | None = None) -> Response:
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
    said = opinions(statement)
    told = len(said) > 1
    return html_answer(
        "consensus.html",
        status=200 if wrong is None else wrong.http_status,
        id=id_,
        # Before two people have judged, this page shows nothing that the second must not see.
        body=card(statement) if told else None,
        opinions=said,
        rows=side_by_side(said),
        settled=statement.judged if statement.grade.kind == "consensus" else None,
        took_part=visitor().name in {each.rater for each in said},
        version=statement.version,
        scale=load_scales().get(statement.grade.level.scale or GRADE),
        state=statement.state,
        typed=request.form,
        wrong=wrong,
        unconfirmed=unconfirmed,
        **RUBRIC,
    )
