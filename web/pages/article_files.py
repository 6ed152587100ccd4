"""`/a/SLUG.jsonl`, `.fhir.ndjson`, `.ris`, `.csl.json`: an article's statements, or the works they cite, as a file."""

from __future__ import annotations

from flask import Blueprint, Response

from kb.articles import read_article
from kb.render.forms import FORMS, Form
from web.pages.all_found import file_answer
from web.serving import serving

blueprint = Blueprint("article_files", __name__)


@blueprint.get("/a/<slug>.jsonl")
def as_jsonl(slug: str) -> Response:
    """A line for each statement."""
    return _file(slug, FORMS["jsonl"])


@blueprint.get("/a/<slug>.fhir.ndjson")
def as_fhir(slug: str) -> Response:
    """A line for each statement, an Evidence resource of FHIR R5."""
    return _file(slug, FORMS["fhir"])


@blueprint.get("/a/<slug>.ris")
def as_ris(slug: str) -> Response:
    """The works that the statements cite, as reference managers read them; each says whether it still stands."""
    return _file(slug, FORMS["ris"])


@blueprint.get("/a/<slug>.csl.json")
def as_csl(slug: str) -> Response:
    """The same works as CSL-JSON."""
    return _file(slug, FORMS["csl"])


def _file(slug: str, form: Form) -> Response:
    here = serving()
    with here.store.reading() as session:
        statements = read_article(session, slug, here.today()).statements
    return file_answer(form.lines(statements), form, f"caveat-{slug}")
