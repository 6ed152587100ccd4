"""`/s/ID.bib`, `.ris`, `.csl.json`: a statement as a record for reference managers, with version, day and grade."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from kb.graded import GradedStatement, read
from kb.render.cite import cited_bibtex, cited_csl, cited_ris
from web.answers import comparable
from web.pages.statement import ID, shown
from web.serving import serving

blueprint = Blueprint("cite", __name__)


@blueprint.get(f"/s/{ID}.bib")
def as_bibtex(id_: int) -> Response:
    """The statement as a BibTeX record."""
    return _file(cited_bibtex(_statement(id_), _root()), "application/x-bibtex", id_, "bib")


@blueprint.get(f"/s/{ID}.ris")
def as_ris(id_: int) -> Response:
    """The statement as a RIS record."""
    return _file(cited_ris(_statement(id_), _root()), "application/x-research-info-systems", id_, "ris")


@blueprint.get(f"/s/{ID}.csl.json")
def as_csl(id_: int) -> Response:
    """The statement as CSL-JSON, a list of one record."""
    body = json.dumps([cited_csl(_statement(id_), _root())], ensure_ascii=False, indent=1)
    return _file(body, "application/vnd.citationstyles.csl+json", id_, "csl.json")


def _root() -> str:
    return request.url_root.rstrip("/")


def _statement(id_: int) -> GradedStatement:
    here = serving()
    with here.store.reading() as session:
        return shown(read(session, [id_], here.today()), id_)


def _file(body: str, kind: str, id_: int, ending: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"caveat-statement-{id_}.{ending}")
    return comparable(response)
