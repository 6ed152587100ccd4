"""`/person/NAME`: what somebody has changed, newest first."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from kb.errors import NotFound
from kb.history import FLAGS, SIGN_INS, count_by, done_by
from kb.people import account
from web.answers import html_answer
from web.links import page_numbers
from web.serving import serving
from web.signed_in import has_role

blueprint = Blueprint("person", __name__)
ON_A_PAGE = 100
PLACES = {"statement": "/s/", "citation": "/c/"}


@blueprint.get("/person/<path:name>")
def page(name: str) -> Response:
    """Their changes; sign-ins only for themselves and for administrators, flags for those with a role."""
    who = g.visitor
    kept_back = [] if has_role() else [FLAGS]
    if who is None or (who.name != name and "admin" not in who.roles):
        kept_back.append(SIGN_INS)
    asked = request.args.get("page", "")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 10 else 1
    with serving().store.reading() as session:
        known = account(session, name)
        total = count_by(session, name, kept_back)
        revisions = done_by(session, name, kept_back, (number - 1) * ON_A_PAGE, ON_A_PAGE)
        done = [
            (each.seq, each.at, each.action, each.subject, _address(each.subject), each.reason) for each in revisions
        ]
    if known is None and not count_by_anybody(name):
        raise NotFound(f"Nobody called “{name}” is known here.")
    return html_answer(
        "person.html",
        name=name,
        account=known,
        done=done,
        total=total,
        page=number,
        pages=page_numbers(number, max(1, -(-total // ON_A_PAGE))),
    )


def count_by_anybody(name: str) -> int:
    """How many revisions of any kind bear this name."""
    with serving().store.reading() as session:
        return count_by(session, name)


def _address(subject: str) -> str:
    kind, _, id_ = subject.partition(":")
    return PLACES[kind] + id_ if kind in PLACES else ""
