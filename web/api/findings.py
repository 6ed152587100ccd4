"""`/api/v1/findings`: what the last audit found and still holds."""

from __future__ import annotations

from flask import Response

from kb.audit.paged import Place, findings_from
from kb.audit.reports.json import finding_json
from kb.audit.runs import LAST, run_called
from web.api.answers import answer, comparable
from web.api.asked import FindingsAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Findings
from web.serving import serving

blueprint = part("findings", "What the rules of the audit found, each with its statement.")
comparable(blueprint)


@blueprint.get("/findings", operation_id="findings", summary="Findings of the last audit", responses={"200": Findings})
def last(query: FindingsAsked) -> Response:
    """Rule by rule, gravest first. A list that was begun goes on in the run in which it was begun."""
    here = serving()
    kind = f"findings {query.rule}"
    where = parts_of(query.cursor, kind, int, str, int)
    place = Place(int(where[0]), str(where[1]), int(where[2])) if where else None
    with here.store.reading() as session:
        run = run_called(session, LAST if place is None else str(place.run))
        found, after = findings_from(session, run, place, query.limit, here.today(), query.rule)
        told = [finding_json(each) for each in found]
    follows = cursor(kind, after.run, after.rule, after.passed) if after is not None else None
    body = {
        "run": run.id,
        "at": run.at.isoformat(),
        "statements": run.counts["statements"],
        "severities": run.counts["severities"],
        "findings": told,
        "next": follows,
    }
    return answer(body, follows)
