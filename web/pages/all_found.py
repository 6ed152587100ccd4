"""`/search/all.csv`, `.jsonl`, `.fhir.ndjson`: all that a search finds, every page of it, as one file that streams.

`.ris` and `.csl.json` hold the works that these statements cite, each once.

The file is whole or it is refused: see `indexer.whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack

from flask import Blueprint, Response

from indexer.whole import Whole
from kb.errors import InputError
from kb.render.forms import FORMS, Form
from web.asked import read_address
from web.found import jsonl_lines
from web.searching import run_whole

blueprint = Blueprint("all_found", __name__)
BLOCK = 1 << 16
"""Characters sent at once: a line at a time would take a system call each."""


@blueprint.get("/search/all.csv")
def as_csv() -> Response:
    """A row for each statement that the search finds, in the page's order."""
    return _file(FORMS["csv"])


@blueprint.get("/search/all.jsonl")
def as_jsonl() -> Response:
    """A line for each of them, the same object as in the search's JSON."""
    return _file(FORMS["jsonl"], jsonl_lines)


@blueprint.get("/search/all.fhir.ndjson")
def as_fhir() -> Response:
    """A line for each of them, an Evidence resource of FHIR R5."""
    return _file(FORMS["fhir"])


@blueprint.get("/search/all.ris")
def as_ris() -> Response:
    """The works that these statements cite, as reference managers read them; each says whether it still stands."""
    return _file(FORMS["ris"])


@blueprint.get("/search/all.csl.json")
def as_csl() -> Response:
    """The same works as CSL-JSON."""
    return _file(FORMS["csl"])


def _file(form: Form, lines: Callable[[Whole], Iterable[str]] | None = None) -> Response:
    asked = read_address()
    refuse_remarks(asked.remarks)
    with ExitStack() as opened:
        found = opened.enter_context(run_whole(asked.address))
        parts = form.lines(found.statements()) if lines is None else lines(found)
        response = file_answer(parts, form, "caveat-search-all")
        if not form.of_works:
            response.headers["X-Total-Count"] = str(len(found.ids))
        # One moment of the store, until the last line is sent or the reader leaves.
        response.call_on_close(opened.pop_all().close)
    return response


def refuse_remarks(remarks: Sequence[str]) -> None:
    """Raise InputError for an address of which a part means nothing.

    A page says what it ignored; a file has no place to, and would hold more or other statements than were meant.
    """
    if remarks:
        raise InputError(" ".join(remarks), cure="Correct the address; a file is given for one that means all it says.")


def file_answer(lines: Iterable[str], form: Form, name: str) -> Response:
    """A file in this form that is sent while it is made; of works it is called so."""
    response = Response(blocks(lines), content_type=form.content_type)
    called = f"{name}-works" if form.of_works else name
    response.headers.set("Content-Disposition", "attachment", filename=f"{called}.{form.ending}")
    return response


def blocks(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines, joined to pieces that are worth sending."""
    waiting: list[str] = []
    length = 0
    for line in lines:
        waiting.append(line)
        length += len(line)
        if length >= BLOCK:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    yield "".join(waiting).encode()
