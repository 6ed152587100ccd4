"""`/sign-in` and `/sign-out`."""

from __future__ import annotations

import re

from flask import Blueprint, Response, flash, g, redirect, request

from kb.errors import TooOften
from kb.people import accounts
from kb.settings import LOOPBACK
from kb.sign_in import sign_in as try_to_sign_in
from web.answers import html_answer
from web.serving import serving
from web.signed_in import enter, leave, now, visitor

blueprint = Blueprint("signing", __name__)
WRONG = "That name and that password do not go together, or the account is not in use."


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The form, and what comes of it; afterwards the page that was wanted."""
    wanted = local(request.values.get("next", ""))
    if request.method == "GET":
        return seen_other(wanted) if g.visitor is not None else _form(wanted)
    said, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        secret = try_to_sign_in(serving().store, said, password, request.remote_addr or "", now())
    except TooOften as error:
        answer = _form(wanted, said, f"{error.message} {error.cure}", status=429)
        answer.headers["Retry-After"] = str(error.wait)
        return answer
    if secret is None:
        return _form(wanted, said, WRONG, status=403)
    enter(secret)
    if visitor().must_change:
        flash("You are signed in with a password that was made up for you. Choose your own now.")
        return seen_other("/account")
    return seen_other(wanted)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this sign-in, for this cookie and every copy of it."""
    leave()
    flash("You are signed out.")
    answer = seen_other("/")
    # What was shown to somebody is not for whoever goes back in this browser.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def local(address: str) -> str:
    """An address on this server to go on to; the beginning where the one given leads elsewhere."""
    # Browsers take `//name`, and `/\\name` too, for another server, and leave out line ends and tabs.
    here = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if here else "/"


def seen_other(address: str) -> Response:
    """Go on there with GET."""
    answer = redirect(address, 303)
    assert isinstance(answer, Response)
    return answer


def _form(wanted: str, said: str = "", wrong: str = "", status: int = 200) -> Response:
    here = serving()
    with here.store.reading() as session:
        nobody = not accounts(session)
    safe = request.is_secure or here.settings.plain_http or re.sub(r":[0-9]+\Z", "", request.host) in LOOPBACK
    context = {"wanted": wanted, "said": said, "wrong": wrong, "nobody": nobody, "plain": not safe}
    return html_answer("sign_in.html", status=status, **context)
