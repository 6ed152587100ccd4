"""`/history`: who did what to anything, and why, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, g, request

from kb.happened import Happened, newest
from kb.history import ACCOUNTS, FLAGS
from kb.people import Account
from kb.render.happened import happened_json
from kb.render.html import happened_list
from web.answers import html_answer, json_answer
from web.serving import serving
from web.signed_in import has_role

blueprint = Blueprint("history", __name__)
USUAL, MOST = 50, 200


@blueprint.get("/history")
def page() -> Response:
    """A page of revisions, each version of a statement beside the grade and caveats of that version."""
    with _asked() as (found, following, limit):
        return html_answer(
            "happened.html",
            found=found,
            body=happened_list(found, 2),
            following=following,
            from_the_start=not request.args.get("before"),
            limit=None if limit == USUAL else limit,
        )


@blueprint.get("/history.json")
def as_json() -> Response:
    """The same as JSON; `next` is the address of what happened before that."""
    with _asked() as (found, following, limit):
        return json_answer(
            {
                "revisions": [happened_json(each) for each in found],
                "next": None if following is None else f"/history.json?before={following}&limit={limit}",
            }
        )


def hidden() -> tuple[str, ...]:
    """The kinds of subjects that whoever asks is not shown: accounts and, but for those with a role, flags."""
    who = g.visitor
    sees_sign_ins = isinstance(who, Account) and "admin" in who.roles
    return (*(() if sees_sign_ins else ACCOUNTS), *(() if has_role() else (FLAGS,)))


@contextmanager
def _asked() -> Iterator[tuple[list[Happened], int | None, int]]:
    """What the address asks for, the number before which it goes on, and how many there are on a page."""
    limit = min(_number("limit") or USUAL, MOST)
    with serving().store.reading() as session:
        found = newest(session, _number("before"), limit + 1, hidden())
        following = found[limit - 1].revision.seq if len(found) > limit else None
        yield found[:limit], following, limit


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 and int(given) else None
