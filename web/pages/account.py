"""`/account`: a person's own password and tokens."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, flash, request

from kb import people, sign_in, tokens
from kb.curate import By
from kb.errors import CaveatError, InputError, NotAllowed
from web.answers import html_answer
from web.pages.signing import seen_other
from web.serving import serving
from web.signed_in import enter, now, visitor

blueprint = Blueprint("account", __name__)
OFFERED = timedelta(days=90)


@blueprint.get("/account")
def page() -> Response:
    """What is known of the person, their tokens, and the forms for both."""
    return _page()


@blueprint.post("/account/password")
def password() -> Response:
    """Change the password: every sign-in ends, and this browser begins a new one."""
    store, who, at = serving().store, visitor(), now()
    new = request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise InputError("The two new passwords differ.", place="again", cure="Type the same twice.")
        if not sign_in.proved(store, who.name, request.form.get("old", ""), request.remote_addr or "", at):
            raise InputError("The present password is not right.", place="old", cure="Type it once more.")
        with store.writing() as session:
            people.change_password(session, who.name, new, By(who.name, "a new password of their own", at))
            secret = sign_in.begin(session, who.id, at)
    except CaveatError as error:
        return _page(error)
    enter(secret)
    flash("Your password is changed. Wherever else you were signed in, you are signed out.")
    return seen_other("/account")


@blueprint.post("/account/tokens")
def make_token() -> Response:
    """Make a token, and show its secret this once."""
    who, at = visitor(), now()
    if who.must_change:
        raise NotAllowed("Your password was made up for you.", cure="Choose one of your own first.")
    label, scopes = request.form.get("label", ""), request.form.getlist("scope")
    try:
        with serving().store.writing() as session:
            secret = tokens.make(session, who.name, label, scopes, day(request.form), By(who.name, label or "-", at))
    except CaveatError as error:
        return _page(error)
    return html_answer("secret.html", kind="token", whose=who.name, secret=secret, back="/account")


@blueprint.post("/account/tokens/<int:id_>/revoke")
def revoke_token(id_: int) -> Response:
    """End a token of one's own."""
    who = visitor()
    with serving().store.writing() as session:
        tokens.revoke(session, id_, By(who.name, "no longer wanted", now()), owner=who.name)
    flash(f"Token {id_} is revoked.")
    return seen_other("/account")


def day(form: object) -> date:
    """The day in a form's `expires`. Raises InputError for one that is none."""
    text = request.form.get("expires", "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"“{text}” is no day.", place="expires", cure="Write YYYY-MM-DD.") from error


def _page(error: CaveatError | None = None) -> Response:
    here, who = serving(), visitor()
    with here.store.reading() as session:
        own = tokens.tokens(session, who.name)
    return html_answer(
        "account.html",
        status=error.http_status if error is not None else 200,
        who=who,
        tokens=own,
        scopes=[scope for scope, role in tokens.SCOPES.items() if role is None or role in who.roles],
        today=here.today(),
        offered=here.today() + OFFERED,
        error=error,
    )
