"""`/api/v1/history` and `/api/v1/statements/ID/history`: who changed what, when and why."""

from __future__ import annotations

from flask import Response

from kb.graded import read
from kb.history import statement_history
from kb.paged import revisions_before
from kb.render.revisions import revision_json
from web.api.answers import answer, comparable
from web.api.asked import Numbered, PageAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Revisions
from web.pages.statement import shown
from web.serving import serving

blueprint = part("history", "Who changed what, when and why; each entry chained to the one before.")
comparable(blueprint)
KIND = "history"


@blueprint.get("/history", operation_id="history", summary="What was changed last", responses={"200": Revisions})
def newest(query: PageAsked) -> Response:
    """Newest first. What is changed while you read stands before where you began, so nothing comes twice."""
    where = parts_of(query.cursor, KIND, int)
    with serving().store.reading() as session:
        page = revisions_before(session, int(where[0]) if where else None, query.limit)
        told = [revision_json(each) for each in page.revisions]
    follows = cursor(KIND, page.next) if page.next is not None else None
    return answer({"revisions": told, "next": follows}, follows)


@blueprint.get(
    "/statements/<int(min=1,max=2147483647):id_>/history",
    operation_id="statement_history",
    summary="The history of one statement",
    responses={"200": Revisions},
)
def of_statement(path: Numbered, query: PageAsked) -> Response:
    """Oldest first: the import that brought it, then each change with the grade and caveats of both versions."""
    here = serving()
    kind = f"history {path.id_}"
    where = parts_of(query.cursor, kind, int)
    after = int(where[0]) if where else 0
    with here.store.reading() as session:
        shown(read(session, [path.id_], here.today()), path.id_)
        left = [each for each in statement_history(session, path.id_) if each.seq > after]
        told = [revision_json(each) for each in left[: query.limit]]
    follows = cursor(kind, left[query.limit - 1].seq) if len(left) > query.limit else None
    return answer({"revisions": told, "next": follows}, follows)
