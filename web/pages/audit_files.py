"""`/audit.json`, `.csv`, `.sarif`, `.html`: what the last run found and still holds, as files that stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response

from kb.audit.reports.csv import csv_lines
from kb.audit.reports.html import html_parts
from kb.audit.reports.json import json_lines
from kb.audit.reports.kept import kept_report
from kb.audit.reports.report import Report
from kb.audit.reports.sarif import sarif_lines
from kb.audit.runs import runs
from kb.errors import NotFound
from web.serving import serving

blueprint = Blueprint("audit_files", __name__)
SHOWN_IN_HTML = 100
Lines = Callable[[Report], Iterable[str]]


@blueprint.get("/audit.json")
def as_json() -> Response:
    """All findings with their statements, and the counts."""
    return _streamed(json_lines, "application/json")


@blueprint.get("/audit.csv")
def as_csv() -> Response:
    """A row for each finding, with its statement's columns."""
    return _streamed(csv_lines, "text/csv; charset=utf-8", "csv")


@blueprint.get("/audit.sarif")
def as_sarif() -> Response:
    """The findings in SARIF 2.1.0."""
    return _streamed(sarif_lines, "application/sarif+json", "sarif")


@blueprint.get("/audit.html")
def as_html() -> Response:
    """One self-contained report, to be kept: its style stands in it, which no page of ours may have."""
    return _streamed(lambda report: html_parts(report, SHOWN_IN_HTML), "text/html; charset=utf-8", "html")


def _streamed(lines: Lines, content_type: str, ending: str = "") -> Response:
    here = serving()
    day = here.today()
    with here.store.reading() as session:
        kept = runs(session, 1)
    if not kept:
        raise NotFound("No audit has been run yet.", place="/audit", cure="Run one there, or with `kb audit`.")
    number = kept[0].id

    def parts() -> Iterator[str]:
        # A session of its own, for as long as somebody reads.
        with here.store.reading() as session:
            yield from lines(kept_report(session, number, day))

    response = Response(parts(), content_type=content_type)
    if ending:
        response.headers.set("Content-Disposition", "attachment", filename=f"caveat-audit-{number}.{ending}")
    return response
