"""`/audit/agreement`: how far raters agree, scale by scale, and the statements on which they do not."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request, stream_with_context

from kb.audit.agreement import Agreement, agreement
from kb.changes import last_change
from kb.render.agreement import (
    YARDSTICK,
    agreement_json,
    briefly,
    caution,
    counted,
    gaps,
    gaps_csv,
    in_words,
    outside_in_words,
    percent_in_words,
    verdict,
)
from kb.render.html import card
from kb.scales import load_scales
from web.answers import html_answer, json_answer
from web.serving import serving

blueprint = Blueprint("agreement", __name__)
SHOWN_GAPS = 20
KEPT = "caveat-agreement"
MOST_KEPT = 20
Asked = tuple[str | None, str | None]


@blueprint.get("/audit/agreement")
def page() -> Response:
    """Coefficients with their intervals, the tables of levels, and the largest gaps with their statements."""
    here = serving()
    found = _found()
    with here.store.reading() as session:
        shown = [
            (
                each,
                [(gap, card(gap.statement, heading_level=4)) for gap in gaps(session, each, here.today(), SHOWN_GAPS)],
            )
            for each in found
        ]
    return html_answer(
        "agreement.html",
        shown=shown,
        topic=request.args.get("topic", ""),
        scale=request.args.get("scale", ""),
        scales=list(load_scales()),
        query=request.query_string.decode("ascii", "replace"),
        yardstick=YARDSTICK,
        in_words=in_words,
        briefly=briefly,
        percent_in_words=percent_in_words,
        outside_in_words=outside_in_words,
        verdict=verdict,
        caution=caution,
        counted=counted,
    )


@blueprint.get("/audit/agreement.json")
def as_json() -> Response:
    """The same as JSON."""
    here = serving()
    found = _found()
    with here.store.reading() as session:
        scales = [agreement_json(each, gaps(session, each, here.today(), SHOWN_GAPS)) for each in found]
    return json_answer({"scales": scales, "yardstick": YARDSTICK})


@blueprint.get("/audit/agreement.csv")
def as_csv() -> Response:
    """Every pair that differs, with its statement, as a CSV file that is sent while it is read."""
    here = serving()
    day = here.today()
    found = _found()

    def lines() -> Iterator[str]:
        with here.store.reading() as session:
            yield from gaps_csv(gap for each in found for gap in gaps(session, each, day, None))

    response = Response(stream_with_context(lines()), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="caveat-agreement.csv")
    return response


def _found() -> list[Agreement]:
    """What the address asks for; counted once for each state of the store, because a large one takes seconds."""
    topic, scale = request.args.get("topic", "").strip() or None, request.args.get("scale", "").strip() or None
    kept: dict[Asked, tuple[int, list[Agreement]]] = current_app.extensions.setdefault(KEPT, {})
    with serving().store.reading() as session:
        seen = last_change(session)
        before = kept.get((topic, scale))
        if before is not None and before[0] == seen:
            return before[1]
        found = agreement(session, topic, scale)
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[topic, scale] = seen, found
    return found
