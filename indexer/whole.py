"""All of a search: every statement that it finds, in the page's order, a chunk of them in memory at a time; or nothing.

A file outlives the page that it was taken from, and nobody sees in it what is missing. So where the search was cut, or
the index has not read the last changes, no part of it is given.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from indexer.asked import understood
from indexer.engine import Request, SearchEngine
from indexer.names import Names
from indexer.search import EVERY, SearchRequest
from indexer.tree import Leaf
from kb.changes import lag
from kb.errors import NotWhole
from kb.graded import GradedStatement, read
from kb.records import CHUNK
from kb.store import Store

SECONDS = 10.0
"""A file may take longer than a page, which has one second."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a search finds, as the store stood at one moment; `words` are what a hit may contain."""

    ids: array[int]
    words: tuple[Leaf, ...]
    session: Session
    day: date

    def statements(self) -> Iterator[GradedStatement]:
        """The statements, the first first; one that is not published any more is left out."""
        for at in range(0, len(self.ids), CHUNK):
            for statement in read(self.session, self.ids[at : at + CHUNK], self.day):
                if statement.state == "published":
                    yield statement


@contextmanager
def whole(
    store: Store, engine: SearchEngine, names: Names, request: SearchRequest, day: date, seconds: float = SECONDS
) -> Iterator[Whole]:
    """Everything that the search finds on `day`, to be read as long as this is open; its page and length do not count.

    Raises NotWhole where the search was cut or the index lags, IndexUnavailable where it cannot answer.
    """
    asked = understood(request.words, names if request.widen else None, request.without, engine.count)
    answer = engine.search(
        Request(asked.tree, request.selected, request.sort, 0, EVERY, time_limit=seconds, facets=(), most_values=0)
    )
    if not answer.complete:
        raise NotWhole(
            f"Not all that this search finds can be given: {' '.join(answer.notes)}",
            cure="Ask for less: write words out that end in *, or add words or filters.",
        )
    ids = array("q", answer.ids)
    seq = answer.position.seq
    del answer
    # Begun after the search: where this moment knows of no later change, it is the one that the index has read up to.
    with store.reading() as session:
        if behind := lag(session, seq):
            changes = "the last change" if behind == 1 else f"the last {behind:,} changes"
            raise NotWhole(
                f"The search index has not read {changes} yet, so not all would be in the file.",
                cure="Try again in a moment.",
            )
        yield Whole(ids, asked.words, session, day)
