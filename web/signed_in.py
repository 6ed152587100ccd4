"""Who is asking: somebody signed in with a browser, a program with a token, or nobody; and what they may do.

Flask-Login keeps the browser's secret in the session's cookie; whose it is stands in the store. A request with an
Authorization header is that token's, or refused: a browser's cookie beside it is not looked at, which is why it needs
no form token.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, current_app, g, has_request_context, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import CSRFProtect

from kb import passwords, sign_in, tokens
from kb.errors import CaveatError, SignInNeeded
from kb.people import Account
from web.access import ROLES_OF, ROUTES, Need, refuse
from web.serving import serving

DECLARED = "caveat-access"
SAFE = ("GET", "HEAD", "OPTIONS")


class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody signed in with this browser; what Flask-Login passes around."""

    def __init__(self, secret: str, account: Account) -> None:
        self.secret = secret
        self.account = account

    def get_id(self) -> str:
        """What the cookie keeps."""
        return self.secret


def admit(app: Flask, *, private: bool) -> None:
    """Ask of every request who it is from, and refuse what they may not do."""
    manager = LoginManager(app)
    # A sign-in is bound to its random secret; an address or a browser's name changes on a journey.
    manager.session_protection = None
    # Our own guard asks for a token, because only it knows whether a program or a browser is asking.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # Form tokens live as long as the sign-in they belong to.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf = CSRFProtect(app)
    # Makes the hash that unknown names are compared with, so that the first of them takes no longer.
    passwords.is_right(None, "")

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> Visitor | None:
        found = sign_in.signed_in(serving().store, secret, now())
        return None if found is None else Visitor(secret, found)

    app.extensions[DECLARED] = needs = dict(ROUTES)

    @app.before_request
    def guard() -> None:
        g.visitor = None
        if request.endpoint is None or request.endpoint == "static":
            return
        by_token = "Authorization" in request.headers
        need = needs[request.endpoint]
        g.visitor = _token_holder() if by_token else _signed_in(need is Need.NOTHING)
        refuse(need, g.visitor, private=private, by_token=by_token)
        if request.method not in SAFE and not by_token:
            csrf.protect()

    @app.context_processor
    def who() -> dict[str, object]:
        return {"visitor": g.get("visitor")}


def visitor() -> Account:
    """Who is signed in; only for addresses that need somebody."""
    found = g.visitor
    assert isinstance(found, Account)
    return found


def is_curator() -> bool:
    """Whether a curator is signed in who may act: an open page then offers more."""
    who = g.visitor
    return isinstance(who, Account) and "curator" in who.roles and not who.must_change


def may_see_gaps() -> bool:
    """Whether somebody is signed in who is shown what others searched and did not find."""
    who = g.visitor
    return isinstance(who, Account) and not who.roles.isdisjoint(ROLES_OF[Need.CURATOR_OR_ADMIN])


def enter(secret: str) -> None:
    """Let this browser in: whatever its session held before is forgotten, so nothing planted there lives on."""
    found = sign_in.signed_in(serving().store, secret, now())
    assert found is not None
    session.clear()
    login_user(Visitor(secret, found))
    g.visitor = found


def leave() -> None:
    """Forget this browser, here and in the store."""
    with serving().store.writing() as writing:
        sign_in.sign_out(writing, current_user.get_id(), now())
    session.clear()
    g.visitor = None


def now() -> datetime:
    """This moment, with its zone; the request remembers it, so that what was done at it can be found and undone."""
    moment = datetime.now(UTC)
    if has_request_context():
        g.setdefault("moments", []).append(moment)
    return moment


def moments() -> list[datetime]:
    """The moments that this request gave out."""
    return list(g.get("moments", ()))


def has_role() -> bool:
    """Whether somebody is signed in who may act in any role: they see flags, and can undo what they did."""
    who = g.visitor
    return isinstance(who, Account) and bool(who.roles) and not who.must_change


def _token_holder() -> Account:
    kind, _, secret = request.headers["Authorization"].partition(" ")
    found = tokens.holder(serving().store, secret.strip(), now()) if kind.casefold() == "bearer" else None
    if found is None:
        raise SignInNeeded("This token is of no use here: unknown, expired, revoked, or of a disabled person.")
    return found


def _signed_in(page_is_open: bool) -> Account | None:
    try:
        user = current_user
        return user.account if user.is_authenticated else None
    except CaveatError:
        # Whether the process lives is answered even where the store is not.
        if page_is_open:
            current_app.logger.warning("Who is signed in cannot be looked up.", exc_info=True)
            return None
        raise
