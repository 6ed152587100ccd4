"""How the API answers: JSON with the next page in the body and in `Link`, and 304 where nothing has changed.

The tag of an answer is made of how far history, change log, audit and index have come, and of the day: it is known
before anything else is read, so that a program that asks again and again costs next to nothing. It changes with every
change of the store, also with one that this answer does not show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from indexer.names import names_stamp
from kb.errors import IndexUnavailable, InputError
from kb.progress import progress_of
from web.serving import Serving, serving


def answer(body: Mapping[str, Any], next_cursor: str | None = None) -> Response:
    """An object as JSON; a list's says where it goes on."""
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    if next_cursor is not None:
        pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        response.headers["Link"] = f'<{request.path}?{urlencode([*pairs, ("cursor", next_cursor)])}>; rel="next"'
    return response


def comparable(blueprint: Blueprint, *, by_index: bool = False) -> None:
    """Let every answer of these addresses bear a tag, and be left out where the reader has it."""

    @blueprint.before_request
    def known() -> Response | None:
        g.tag = _tag(serving(), by_index) if request.method in ("GET", "HEAD") else None
        if g.tag is not None and not request.if_none_match.star_tag and request.if_none_match.contains_weak(g.tag):
            return Response(status=304)
        return None

    @blueprint.after_request
    def mark(response: Response) -> Response:
        tag = g.get("tag")
        if tag is not None and response.status_code in (200, 304):
            response.set_etag(tag, weak=True)
            if response.status_code == 200:
                response.make_conditional(request)
        return response


def _tag(here: Serving, by_index: bool) -> str | None:
    """The tag of what this request asks for; None where it cannot be told from outside."""
    try:
        searched = f"{here.index().position()} {names_stamp(here.settings.home)}" if by_index else ""
    except (IndexUnavailable, InputError):
        return None
    with here.store.reading() as session:
        reached = progress_of(session)
    said = f"{_version()} {here.store.id} {reached} {searched} {here.today()} {request.full_path}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24]


@cache
def _version() -> str:
    return version("caveat-kb")
