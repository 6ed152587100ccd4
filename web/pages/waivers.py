"""`/s/ID/audit` and `/audit/waivers`: what the audit says of one statement today, and findings that were accepted."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, request

from kb.audit import waivers as accepted
from kb.audit.findings import findings
from kb.audit.rule import Scope
from kb.audit.rules import RULES
from kb.audit.run import audit
from kb.curate import By
from kb.errors import CaveatError, InputError
from kb.graded import read
from kb.render.html import card
from web.answers import html_answer
from web.pages.audit import rule_or_refuse
from web.pages.signing import seen_other
from web.pages.statement import ID, shown
from web.saved import saved
from web.serving import serving
from web.signed_in import is_curator, now, visitor

blueprint = Blueprint("waivers", __name__)
# What most waivers wait for, a publication or a review, is there by then.
USUAL_DAYS = 90


@blueprint.get(f"/s/{ID}/audit")
def statement(id_: int) -> Response:
    """Every finding on a statement as it stands, its waivers, and for curators the forms to accept and to end."""
    return _statement_page(id_)


@blueprint.post(f"/s/{ID}/waive")
def waive(id_: int) -> Response:
    """Accept a finding until a day."""
    try:
        rule = rule_or_refuse(request.form.get("rule", ""))
        until = _day(request.form.get("until", ""))
        by = By(visitor().name, request.form.get("reason", ""), now())
        with serving().store.writing() as session:
            accepted.waive(session, rule.code, id_, until, by)
    except CaveatError as error:
        return _statement_page(id_, error)
    saved(f"{rule.code} is waived on this statement until {until}.")
    return seen_other(f"/s/{id_}/audit")


@blueprint.post("/audit/waivers/<int(max=2147483647):number>/end")
def end(number: int) -> Response:
    """End a waiver; it stays to be seen."""
    by = By(visitor().name, request.form.get("reason", "").strip() or "ended on the pages", now())
    with serving().store.writing() as session:
        accepted.end(session, number, by)
    saved(f"Waiver {number} has ended.")
    return seen_other("/audit/waivers")


@blueprint.get("/audit/waivers")
def page() -> Response:
    """All waivers that have not ended, each with its statement; those that expire soonest first."""
    here = serving()
    with here.store.reading() as session:
        found = accepted.waivers(session)
        statements = {each.id: each for each in read(session, [row.statement_id for row in found], here.today())}
    return html_answer(
        "waivers.html",
        waivers=[(row, card(statements[row.statement_id], heading_level=3)) for row in found],
        rules=RULES,
        today=here.today(),
        curating=is_curator(),
    )


def _statement_page(id_: int, wrong: CaveatError | None = None) -> Response:
    here = serving()
    scope = Scope(here.today(), ids=(id_,))
    with here.store.reading() as session:
        found = shown(read(session, [id_], scope.day), id_)
        done = audit(session, scope)
        told = [each for result in done.results for each in findings(session, result, scope)]
        standing = accepted.waivers(session, id_, with_ended=True)
    return html_answer(
        "statement_audit.html",
        status=200 if wrong is None else wrong.http_status,
        id=id_,
        key=found.key,
        body=card(found),
        findings=told,
        others={each.rule.code: card(each.other, heading_level=3) for each in told if each.other is not None},
        waivers=standing,
        rules=RULES,
        today=scope.day,
        usual=scope.day + timedelta(days=USUAL_DAYS),
        curating=is_curator(),
        typed=request.form,
        wrong=wrong,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(f"“{text}” is no day.", place="until", cure="Write it as 2027-01-31.") from error
