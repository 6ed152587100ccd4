"""How much one address may ask for, and how much at once; what is beyond is refused with the reason (413, 414, 429).

Each process counts by itself. Sizes that a server must refuse before it has read them are waitress's to refuse; they
stand here too, and those of bodies in `web.bodies`.
"""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limit, Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.exceptions import RequestURITooLarge

from kb.errors import InputError
from kb.settings import Settings
from web.api import findings
from web.api import search as api_search
from web.pages import all_found, evidence_map, feed, search, suggest, values

# Ten thousand characters of any writing, percent-encoded, and room for the facets.
LONGEST_QUERY_STRING = 150_000
# Of everything before the body. Waitress refuses what is longer by itself (431).
LARGEST_HEAD = 256 * 1024
# Open at once; a connection costs some kilobytes, and only one that has sent its whole request takes a thread.
MOST_CONNECTIONS = 1_000
# After so long without a byte from the other side, a connection is closed.
SECONDS_OF_SILENCE = 30
# A file of all that a search finds counts as so many searches, and so does a map.
COST_OF_A_FILE = 60
COST_OF_A_MAP = 10
WRITING = ["POST", "PUT", "PATCH", "DELETE"]
NO_LIMIT = "none"


def limit_requests(app: Flask, settings: Settings) -> None:
    """Refuse what is too long or comes too often. Call it when all pages are registered."""
    app.before_request(_refuse_long)
    writes, searches = rate("KB_WRITE_RATE", settings.write_rate), rate("KB_SEARCH_RATE", settings.search_rate)
    limiter = Limiter(
        get_remote_address,
        app=app,
        default_limits=[Limit(writes, methods=WRITING, scope="writes", shared=True)] if writes else [],
        storage_uri="memory://",
        strategy="sliding-window-counter",
        headers_enabled=True,
        retry_after="delta-seconds",
    )
    if searches:
        for page in (search, values, suggest, feed, api_search, findings):
            limiter.shared_limit(searches, scope="searches")(page.blueprint)
        # Where that is more than may be asked at once, a file takes all of it.
        most = min(each.amount for each in parse_many(searches))
        for page, cost in ((all_found, COST_OF_A_FILE), (evidence_map, COST_OF_A_MAP)):
            limiter.shared_limit(searches, scope="searches", cost=min(cost, most))(page.blueprint)


def rate(name: str, text: str) -> str:
    """A rate such as `600/minute`, checked; empty for none. Raises InputError naming the setting."""
    if text == NO_LIMIT:
        return ""
    try:
        parse_many(text)
    except ValueError as error:
        raise InputError(
            f"“{text}” is no rate.", place=name, cure="Write for example 10/second, 600/minute, or none."
        ) from error
    return text


def _refuse_long() -> None:
    if len(request.query_string) > LONGEST_QUERY_STRING:
        raise RequestURITooLarge
