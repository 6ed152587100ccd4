"""`/feed.atom`: statements that are new and grades that changed, of everything or of one topic."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import Blueprint, Response, request

from kb.graded import read
from kb.news import changed_at, last_changed, news
from kb.render.atom import feed, wanted
from web.answers import comparable
from web.serving import serving

blueprint = Blueprint("feed", __name__)


@blueprint.get("/feed.atom")
def as_atom() -> Response:
    """The newest of each kind, every entry with its statement's grade and caveats. Raises NotFound for no topic."""
    here = serving()
    day = here.today()
    topic = request.args.get("topic") or None
    with here.store.reading() as session:
        events = news(session, topic)
        statements = {each.id: each for each in read(session, wanted(events), day)}
        latest = last_changed(session)
        changed = changed_at(session, list(statements))
    # What time alone makes of a statement, such as an overdue review, is new with the day.
    modified = max(filter(None, (latest, datetime.combine(day, time(), UTC))))
    body = feed(
        events,
        statements,
        changed,
        store_id=here.store.id,
        root=request.url_root.rstrip("/"),
        topic=topic,
        updated=modified,
    )
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.last_modified = modified
    return comparable(response)
