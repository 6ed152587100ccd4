"""`/api/v1/citations`: cited works, whether they still stand, and what rests on them."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from kb.cited import read_citation
from kb.paged import citations_after
from kb.render.collected import citation_json, work_json
from web.api.answers import answer, comparable
from web.api.asked import Numbered, PageAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Citations, CitedWork
from web.serving import serving

blueprint = part("citations", "Cited works, whether they still stand, and what rests on them.")
comparable(blueprint)
KIND = "citations"


@blueprint.get("/citations", operation_id="citations", summary="All cited works", responses={"200": Citations})
def every(query: PageAsked) -> Response:
    """In order of their numbers, as CSL-JSON, each with its standing and what of it was not checked."""
    where = parts_of(query.cursor, KIND, int)
    with serving().store.reading() as session:
        found = citations_after(session, int(where[0]) if where else 0, query.limit + 1)
    given = found[: query.limit]
    follows = cursor(KIND, given[-1].id) if len(found) > query.limit else None
    return answer({"citations": [citation_json(each) for each in given], "next": follows}, follows)


@blueprint.get(
    "/citations/<int(min=1,max=2147483647):id_>",
    operation_id="citation",
    summary="One work and what rests on it",
    responses={"200": CitedWork},
)
def one(path: Numbered, query: PageAsked) -> Response:
    """The work, and the statements that cite it, a page at a time in order of their numbers."""
    here = serving()
    kind = f"citation {path.id_}"
    where = parts_of(query.cursor, kind, int)
    with here.store.reading() as session:
        work = read_citation(session, path.id_, here.today(), query.limit + 1, after=int(where[0]) if where else 0)
    given = work.citing[: query.limit]
    follows = cursor(kind, given[-1].statement.id) if len(work.citing) > query.limit else None
    return answer({**work_json(replace(work, citing=given)), "next": follows}, follows)
