"""Everything that goes wrong, answered in one look: as a page, as JSON where the path ends in .json, as a problem
(RFC 9457) below /api.

The one place where Caveat's errors become HTTP statuses; each error class carries its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, current_app, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from kb.errors import CaveatError, SignInNeeded, TooOften
from web.answers import html_answer, json_answer
from web.logs import request_id

TITLES = {
    400: "This request cannot be understood",
    401: "This needs an account",
    403: "This is not for you to do",
    404: "There is nothing here",
    405: "This page cannot be used that way",
    409: "Somebody else was faster",
    413: "That is too much at once",
    414: "That is too long a search",
    429: "That was too often",
    500: "Something in Caveat broke",
    503: "Not available just now",
}
WORDS = {
    400: "Part of what your browser sent does not make sense here.",
    404: "Perhaps the address was mistyped. Statements are never deleted: a withdrawn one keeps its page.",
    405: "Open it in the ordinary way, by its address.",
    409: "Read the record again, then repeat your change.",
    413: "What was sent is larger than what is taken: a form may send one megabyte.",
    414: "The address is longer than any search needs. Search for fewer words.",
    429: "More came from your address than is answered at once. Wait a second, then try again.",
    500: "The fault is ours and was written to the log. Nothing you did was lost or changed.",
    503: "Try again in a moment.",
}
# What a program would have to do where an error names no cure of its own.
CURES = {
    400: "/api/docs lists what each address takes.",
    401: "Send a token that is in force as Authorization: Bearer TOKEN; one’s own page makes them.",
    403: "Ask somebody who has the role.",
    404: "/api/docs lists the addresses there are.",
    405: "Use GET: the API is for reading.",
    414: "Ask for less at once.",
    429: "Wait as many seconds as Retry-After says.",
    500: "Tell whoever runs this server the request’s number.",
    503: "Try again in a moment.",
}
DATA = (".json", ".jsonl", ".csv", ".atom", ".svg", ".bib", ".ris", ".ndjson")
"""How addresses end that programs ask for."""
HOST = "The page was asked for under a host name that this server does not answer to; KB_HOSTS lists those it does."


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a reader is told about an error."""

    status: int
    title: str
    message: str
    cure: str = ""
    place: str = ""


def handle_errors(app: Flask) -> None:
    """Register the answers to errors."""
    app.register_error_handler(CaveatError, _caveat_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _caveat_error(error: Exception) -> Response:
    assert isinstance(error, CaveatError)
    status = error.http_status
    if isinstance(error, SignInNeeded) and _by_browser():
        return _to_sign_in()
    if status >= 500:
        _log(error)
    # A fault's own words, and places on this machine, belong into the log, not onto a public page.
    message = WORDS[status] if status == 500 else error.message
    cure, place = ("", "") if status == 500 else (error.cure, error.place)
    answer = _answer(Trouble(status, TITLES[status], message, cure, place))
    if isinstance(error, SignInNeeded):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="caveat"'
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _by_browser() -> bool:
    """Whether a person reads pages, and can be sent to the form."""
    asks_for_data = request.path.endswith(DATA) or request.path == "/metrics" or _by_api()
    return "Authorization" not in request.headers and not asks_for_data


def _to_sign_in() -> Response:
    """To the form, and from there back to what was wanted; what a form had sent must be sent again."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    address = f"/sign-in?{urlencode({'next': wanted})}"
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    answer = redirect(address, 303)
    assert isinstance(answer, Response)
    return answer


def _http_error(error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.code or 500
    if error.response is not None or status < 400:
        return current_app.make_response(error.get_response())
    message, cure = WORDS.get(status) or error.description or "", ""
    if isinstance(error, CSRFError):
        message = "The form was too old or came from another site. Load the page again and repeat what you did."
    elif isinstance(error, SecurityError):
        message, cure = HOST, "Ask under one of those names."
    answer = _answer(Trouble(status, TITLES.get(status, error.name), message, cure))
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> Response:
    _log(error)
    return _answer(Trouble(500, TITLES[500], f"{WORDS[500]} It is there as {request_id()}."))


def _log(error: Exception) -> None:
    said = {"id": request_id(), "method": request.method, "path": request.path}
    current_app.logger.error("failed", extra=said, exc_info=error)


def _by_api() -> bool:
    """Whether a program asks; the page about the API is one like any other."""
    return f"{request.path}/".startswith("/api/") and request.path != "/api/docs"


def _answer(trouble: Trouble) -> Response:
    if _by_api():
        problem = {
            "type": f"/api/docs#problem-{trouble.status}",
            "title": trouble.title,
            "status": trouble.status,
            "detail": trouble.message,
            "place": trouble.place,
            "cure": trouble.cure or CURES.get(trouble.status, ""),
            "instance": f"#{request_id()}",
        }
        return Response(json.dumps(problem, ensure_ascii=False), trouble.status, mimetype="application/problem+json")
    if request.path.endswith((".json", ".jsonl")):
        error = {"status": trouble.status, "message": trouble.message, "cure": trouble.cure}
        return json_answer({"error": error}, status=trouble.status)
    return html_answer("error.html", status=trouble.status, trouble=trouble)
