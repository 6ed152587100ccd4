"""What a serving process writes: one line of JSON an event on standard error, one event a request.

A line says what was asked for and how it went, and no words of queries: what people search for is theirs. Only at level
debug, for somebody who looks for a fault on their own machine, the query string is in it.
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
NAMES = {"asctime": "at", "levelname": "level", "name": "logger"}
# An id that a proxy in front gave the request; anything else is not copied into a log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LONGEST_PATH = 200

log = logging.getLogger(__name__)


def to_standard_error(level: str) -> None:
    """Write all events of this process from `level` on, as JSON lines with times in UTC."""
    formatter = JsonFormatter(FORMAT, rename_fields=NAMES, json_ensure_ascii=False, datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Alembic tells of every connection it looks at.
    logging.getLogger("alembic").setLevel(max(logging.WARNING, root.level))
    # Waitress warns of every request that waits; how many do is a number of /metrics, which tells it without the flood.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def request_id() -> str:
    """The id of the request being answered, for the log, the answer's header and the page about a fault."""
    return str(g.request_id)


def note(**facts: object) -> None:
    """Add facts about this request to its line."""
    g.setdefault("facts", {}).update(facts)


def log_requests(app: Flask) -> None:
    """One line a request; register it before anything that may refuse one."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        said = {
            "id": request_id(),
            "method": request.method,
            "path": request.path[:LONGEST_PATH],
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - g.began), 1),
            **g.get("facts", {}),
        }
        if log.isEnabledFor(logging.DEBUG):
            said["query"] = request.query_string.decode("utf-8", "replace")
        log.info("request", extra=said)
        return response
