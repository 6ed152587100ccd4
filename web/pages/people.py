"""`/people`: who has an account and what each may do; for administrators."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request

from kb import people, tokens
from kb.curate import By
from kb.errors import CaveatError, InputError
from web.answers import html_answer
from web.pages.signing import seen_other
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
def page() -> Response:
    """Everybody with an account, with their roles and tokens, and the forms to change them."""
    return _page()


@blueprint.post("/people")
def add() -> Response:
    """Give somebody an account; the password for its first use is shown this once."""
    form = request.form
    name = " ".join(form.get("name", "").split())
    try:
        with serving().store.writing() as session:
            made_up = people.add(session, name, _by(), email=form.get("email"), roles=form.getlist("role"))
    except CaveatError as error:
        return _page(error)
    return html_answer("secret.html", kind="password", whose=name, secret=made_up, back="/people")


@blueprint.post("/people/change")
def change() -> Response:
    """Change roles, disable, enable, reset the password, or erase the e-mail of one person."""
    form = request.form
    name, act = form.get("name", ""), form.get("act", "")
    made_up = None
    try:
        with serving().store.writing() as session:
            match act:
                case "roles":
                    people.set_roles(session, name, form.getlist("role"), _by())
                case "disable":
                    people.disable(session, name, _by())
                case "enable":
                    people.enable(session, name, _by())
                case "reset":
                    made_up = people.reset(session, name, _by())
                case "forget":
                    people.forget_email(session, name, _by())
                case _:
                    raise InputError(f"“{act}” is nothing that can be done.", place="act")
    except CaveatError as error:
        return _page(error)
    if made_up is not None:
        return html_answer("secret.html", kind="password", whose=name, secret=made_up, back="/people")
    flash(f"{DONE[act]}: {name}.")
    return seen_other("/people")


@blueprint.post("/people/tokens/<int:id_>/revoke")
def revoke_token(id_: int) -> Response:
    """End anybody's token."""
    with serving().store.writing() as session:
        tokens.revoke(session, id_, _by("revoked by an administrator"))
    flash(f"Token {id_} is revoked.")
    return seen_other("/people")


DONE = {"roles": "New roles", "disable": "Disabled", "enable": "Enabled", "forget": "E-mail erased"}


def _by(otherwise: str = "") -> By:
    return By(visitor().name, request.form.get("reason", "") or otherwise, now())


def _page(error: CaveatError | None = None) -> Response:
    here = serving()
    with here.store.reading() as session:
        everybody = people.accounts(session)
        everything = [each for each in tokens.tokens(session) if not each.revoked and each.expires_on >= here.today()]
    context = {"people": everybody, "tokens": everything, "roles": people.EVERY_ROLE, "error": error}
    return html_answer("people.html", status=error.http_status if error is not None else 200, **context)
