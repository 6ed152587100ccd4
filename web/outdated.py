"""Somebody else was faster: what they changed, what stands now, and the same button once more, for what stands now."""

from __future__ import annotations

from flask import Response, request

from kb.errors import Outdated
from kb.graded import read
from kb.happened import happened
from kb.history import changes_since
from kb.render.html import card, happened_list
from web.answers import html_answer
from web.pages.signing import local
from web.pages.statement import shown
from web.serving import serving


def outdated_page(error: Outdated, address: str, words: str) -> Response:
    """The page that refuses, with the button `words` that sends to `address` again."""
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [error.statement_id], here.today()), error.statement_id)
        since = happened(session, changes_since(session, error.statement_id, error.seen))
        told = happened_list(since, 3)
    return html_answer(
        "outdated.html",
        status=error.http_status,
        error=error,
        since=told,
        changed=bool(since),
        card=card(statement),
        version=statement.version,
        address=address,
        words=words,
        reason=request.form.get("reason", ""),
        back=local(request.form.get("back", "")),
    )
