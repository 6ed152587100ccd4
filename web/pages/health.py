"""`/healthz`: whether the store and the index answer, for whoever watches the service."""

from __future__ import annotations

from flask import Blueprint, Response

from kb.changes import lag
from kb.errors import IndexUnavailable
from kb.legend import published_count
from web.answers import json_answer
from web.serving import serving

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def page() -> Response:
    """`status` is ok, or degraded where search does not answer; then the status code is 503 and `index` says why."""
    here = serving()
    with here.store.reading() as session:
        statements = published_count(session)
        try:
            position = here.index().position()
        except IndexUnavailable as error:
            return _degraded(statements, error.message)
        if position is None:
            return _degraded(statements, "There is no index yet.")
        return json_answer({"status": "ok", "statements": statements, "lag": lag(session, position.seq)})


def _degraded(statements: int, reason: str) -> Response:
    return json_answer({"status": "degraded", "statements": statements, "index": reason}, status=503)
