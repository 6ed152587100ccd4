"""`/api/v1/statements`: published statements in order of their numbers, and each by itself with all its grades."""

from __future__ import annotations

from flask import Response

from kb.graded import read
from kb.paged import statements_after
from kb.render.json import as_json, with_grades_json
from web.api.answers import answer, comparable
from web.api.asked import Numbered, StatementsAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Statements
from web.api.statement_models import StatementWithGrades
from web.pages.statement import shown
from web.serving import serving

blueprint = part("statements", "Claims, each with its grade, caveats and citations.")
comparable(blueprint)
KIND = "statements"


@blueprint.get(
    "/statements", operation_id="statements", summary="All published statements", responses={"200": Statements}
)
def every(query: StatementsAsked) -> Response:
    """In order of their numbers. What is published while you read comes last."""
    here = serving()
    where = parts_of(query.cursor, KIND, int)
    after = int(where[0]) if where else 0
    with here.store.reading() as session:
        found = statements_after(session, after, query.limit + 1, here.today(), query.origin, query.article)
    given = found[: query.limit]
    follows = cursor(KIND, given[-1].id) if len(found) > query.limit else None
    return answer({"statements": [as_json(each) for each in given], "next": follows}, follows)


@blueprint.get(
    "/statements/<int(min=1,max=2147483647):id_>",
    operation_id="statement",
    summary="One statement",
    responses={"200": StatementWithGrades},
)
def one(path: Numbered) -> Response:
    """With every grade it was ever given. A withdrawn one keeps its address, and says why it was withdrawn."""
    here = serving()
    with here.store.reading() as session:
        return answer(with_grades_json(shown(read(session, [path.id_], here.today()), path.id_)))
