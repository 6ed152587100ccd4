"""`/c/ID`: a cited work, whether it still stands, and what rests on it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb.cited import CitedWork, read_citation
from kb.falls import FALLEN
from kb.meanings import STANCES
from kb.render.collected import work_json
from kb.render.html import card, citation_head
from web.answers import csv_answer, html_answer, json_answer
from web.pages.statement import ID
from web.serving import serving

blueprint = Blueprint("citation", __name__)

ON_A_PAGE = 50


@blueprint.get(f"/c/{ID}")
def page(id_: int) -> Response:
    """The work, its standing and the statements that cite it, a page at a time."""
    given = request.args.get("page", "1")
    number = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    work = _work(id_, ON_A_PAGE, (number - 1) * ON_A_PAGE)
    return html_answer(
        "citation.html",
        id=id_,
        key=work.citation.key,
        head=citation_head(work.citation, work.caveats),
        citing=[
            (
                [STANCES[stance] for stance in dict.fromkeys(each.stances)],
                card(each.statement, heading_level=3),
                each.loses_only_support,
            )
            for each in work.citing
        ],
        fallen=work.citation.standing in FALLEN,
        total=work.total,
        page=number,
        pages=-(-work.total // ON_A_PAGE),
    )


@blueprint.get(f"/c/{ID}.json")
def as_json(id_: int) -> Response:
    """The work and all that rests on it as JSON."""
    return json_answer(work_json(_work(id_)))


@blueprint.get(f"/c/{ID}.csv")
def as_csv(id_: int) -> Response:
    """All statements that cite the work as CSV."""
    return csv_answer(_work(id_).statements, f"caveat-citation-{id_}")


def _work(id_: int, limit: int | None = None, offset: int = 0) -> CitedWork:
    here = serving()
    with here.store.reading() as session:
        return read_citation(session, id_, here.today(), limit, offset)
