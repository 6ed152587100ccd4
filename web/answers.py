"""The three media in which a page answers: HTML, JSON and CSV, with what browsers need to keep and compare them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from flask import Response, render_template, request

from kb.graded import GradedStatement
from kb.render.csv import csv_lines


def html_answer(template: str, *, status: int = 200, **context: object) -> Response:
    """A page from its template."""
    return comparable(Response(render_template(template, **context), status=status, mimetype="text/html"))


def json_answer(body: Mapping[str, object], *, status: int = 200) -> Response:
    """An object as JSON in UTF-8, readable as it stands."""
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return comparable(Response(text, status=status, mimetype="application/json"))


def csv_answer(statements: Iterable[GradedStatement], name: str) -> Response:
    """Graded statements as a CSV file called `name`.csv."""
    response = Response("".join(csv_lines(statements)), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return comparable(response)


def comparable(response: Response) -> Response:
    """With a mark of its content, so that a browser that has it already is told so (304)."""
    if response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response
