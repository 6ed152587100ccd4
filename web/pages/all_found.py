"""`/search/all.csv`, `/search/all.jsonl`: all that a search finds, every page of it, as one file that streams.

The file is whole or it is refused: see `indexer.whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

from flask import Blueprint, Response

from indexer.whole import Whole
from kb.errors import InputError
from kb.render.csv import csv_lines
from web.asked import read_address
from web.found import jsonl_lines
from web.searching import run_whole

blueprint = Blueprint("all_found", __name__)
BLOCK = 1 << 16
"""Characters sent at once: a line at a time would take a system call each."""


@blueprint.get("/search/all.csv")
def as_csv() -> Response:
    """A row for each statement that the search finds, in the page's order."""
    return _file("csv", "text/csv; charset=utf-8", lambda found: csv_lines(found.statements()))


@blueprint.get("/search/all.jsonl")
def as_jsonl() -> Response:
    """A line for each of them, the same object as in the search's JSON."""
    return _file("jsonl", "application/x-ndjson; charset=utf-8", jsonl_lines)


def _file(ending: str, content_type: str, lines: Callable[[Whole], Iterable[str]]) -> Response:
    asked = read_address()
    if asked.remarks:
        # A page says what it ignored; a file has no place to, and would hold more or other statements than were meant.
        raise InputError(
            " ".join(asked.remarks), cure="Correct the address; a file is given for one that means all it says."
        )
    with ExitStack() as opened:
        found = opened.enter_context(run_whole(asked.address))
        response = Response(blocks(lines(found)), content_type=content_type)
        response.headers.set("Content-Disposition", "attachment", filename=f"caveat-search-all.{ending}")
        response.headers["X-Total-Count"] = str(len(found.ids))
        # One moment of the store, until the last line is sent or the reader leaves.
        response.call_on_close(opened.pop_all().close)
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
