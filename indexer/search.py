"""From words to a page of graded statements: hits with their marks, facets, offers where nothing is found, and the lag.

The engine gives ids, scores and counts; every word that is shown is read from the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from indexer.asked import Understood, understood
from indexer.engine import FACETS, Answer, Request, SearchEngine, Sort
from indexer.highlight import Sought, marks
from indexer.names import NO_NAMES, Names
from indexer.offers import NO_OFFERS, Offers, offers
from indexer.scan import scan
from indexer.tree import Nothing
from kb.changes import lag
from kb.graded import GradedStatement, read
from kb.labels import facet_labels
from kb.store import Store

NEAR = 200
"""So many hits before and after its old place a hit is looked for, before it is looked for among all."""
EVERY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for. Values of one facet are ORed, facets are ANDed; pages count from 1.

    With `start` the hits are those after so many, wherever a page would begin. Other names of what was typed are
    searched too unless `widen` is False; those in `without` are not.
    """

    words: str = ""
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1
    limit: int = 20
    widen: bool = True
    without: tuple[str, ...] = ()
    start: int | None = None

    @property
    def offset(self) -> int:
        """How many hits stand before the first that is asked for."""
        return (self.page - 1) * self.limit if self.start is None else self.start


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that was found, and where its words stand: keys as in `indexer.highlight.marks`."""

    statement: GradedStatement
    marks: Mapping[str, tuple[tuple[int, int], ...]]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value to narrow by; `count` is how many hits would be left by it, its own facet's choice aside."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search. `lag` is how many changes the index has not read yet. `facets` holds the most frequent
    values of each facet and those chosen; `facet_sizes` says how many there are in all.

    `by_index` is False where the store was read instead, because the index could not answer; `notes` then say so.
    """

    request: SearchRequest
    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    facet_sizes: Mapping[str, int]
    asked: Understood
    offers: Offers
    lag: int
    notes: tuple[str, ...]
    by_index: bool = True


class Search:
    """Searches one store through one engine; may be shared between threads."""

    def __init__(self, store: Store, engine: SearchEngine, names: Names = NO_NAMES) -> None:
        self._store = store
        self._engine = engine
        self._names = names

    def run(self, request: SearchRequest, day: date) -> Results:
        """Find a page of statements as they stand on `day`.

        A page past the end is empty and still says how many pages there are. Raises IndexUnavailable where the index
        cannot answer: that is never "nothing found".
        """
        asked = self._understand(request, request.words)
        answer = self._engine.search(_asked(request, asked))
        with self._store.reading() as session:
            found = _results(session, request, asked, answer, day)
        if answer.total == 0 and not isinstance(asked.tree, Nothing):
            made = offers(
                self._engine, asked.typed, request.selected, lambda words: self._understand(request, words).tree
            )
            return replace(found, offers=made)
        return found

    def place_after(self, request: SearchRequest, last: int) -> int:
        """How many hits there are up to and with statement `last`, which once was the one before `request.start`.

        Others may have come or gone before it since. Where it is no hit any more, what follows its old place follows.
        """
        asked = self._understand(request, request.words)
        begin = max(request.offset - NEAR, 0)
        near = replace(_asked(request, asked), offset=begin, limit=2 * NEAR, facets=(), most_values=0)
        for wanted in (near, replace(near, offset=0, limit=EVERY)):
            found = self._engine.search(wanted)
            if last in found.ids:
                return wanted.offset + found.ids.index(last) + 1
            if begin == 0 and found.total <= near.limit:
                break
        return request.offset

    def _understand(self, request: SearchRequest, words: str) -> Understood:
        names = self._names if request.widen else None
        return understood(words, names, request.without, self._engine.count)


def search_store(store: Store, request: SearchRequest, day: date, why: str, names: Names = NO_NAMES) -> Results:
    """The same page without an index: the store's statements read one by one, as far as that goes in a second.

    `why` is a sentence for the reader; it leads the notes.
    """
    asked = understood(request.words, names if request.widen else None, request.without, count=None)
    with store.reading() as session:
        answer = scan(session, _asked(request, asked), day)
        found = _results(session, request, asked, answer, day)
    return replace(found, by_index=False, notes=(why, *answer.notes))


def _asked(request: SearchRequest, asked: Understood) -> Request:
    # What a search is about is counted only where it narrows: three more facets would cost every search their time.
    facets = tuple(dict.fromkeys((*FACETS, *request.selected)))
    return Request(asked.tree, request.selected, request.sort, request.offset, request.limit, facets=facets)


def _results(session: Session, request: SearchRequest, asked: Understood, answer: Answer, day: date) -> Results:
    """An engine's answer with everything that is shown read from the store; no offers yet."""
    statements = read(session, answer.ids, day)
    labels, sought = facet_labels(session, answer.facets), Sought(asked.words)
    return Results(
        request=request,
        total=answer.total,
        page=request.page,
        pages=-(-answer.total // request.limit),
        hits=tuple(_hit(statement, sought) for statement in statements if statement.state == "published"),
        facets={
            name: tuple(
                FacetValue(value, labels[name].get(value, value), count, value in request.selected.get(name, ()))
                for value, count in values.items()
            )
            for name, values in answer.facets.items()
        },
        facet_sizes=answer.facet_sizes,
        asked=asked,
        offers=NO_OFFERS,
        lag=lag(session, answer.position.seq),
        notes=(*answer.notes, *_without_effect(request, answer)),
    )


def _without_effect(request: SearchRequest, answer: Answer) -> Iterator[str]:
    """A sentence for each chosen value that no statement of this search has: it may be misspelt."""
    others = "found" if len(request.selected) == 1 else "found with the other filters"
    for name, values in request.selected.items():
        for value in values:
            if not answer.facets[name].get(value):
                yield f"No statement {others} has the {name} “{value}”."


def _hit(statement: GradedStatement, sought: Sought) -> Hit:
    found = marks(statement, sought)
    return Hit(statement, found, tuple(found))
