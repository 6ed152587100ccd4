"""From words to a page of graded statements: hits with their marks, facets, offers where nothing is found, and the lag.

The engine gives ids, scores and counts; every word that is shown is read from the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product

from sqlalchemy.orm import Session

from indexer.engine import FACETS, Answer, Request, SearchEngine, Sort
from indexer.highlight import marks
from indexer.query import Ignored, ParsedQuery, any_of, parse
from indexer.scan import scan
from indexer.tree import Everything, Nothing, Tree, Word, as_text, replaced
from kb.changes import lag
from kb.graded import GradedStatement, read
from kb.labels import facet_labels
from kb.store import Store

MOST_OFFERED = 3
MOST_TRIED = 9


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for. Values of one facet are ORed, facets are ANDed; pages count from 1."""

    words: str = ""
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1
    limit: int = 20


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
class Suggestion:
    """Other words to search for, and how many hits they give with the same facets."""

    words: str
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search. `lag` is how many changes the index has not read yet.

    `by_index` is False where the store was read instead, because the index could not answer; `notes` then say so.
    """

    request: SearchRequest
    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    ignored: tuple[Ignored, ...]
    suggestions: tuple[Suggestion, ...]
    any_of: Suggestion | None
    lag: int
    notes: tuple[str, ...]
    by_index: bool = True


class Search:
    """Searches one store through one engine; may be shared between threads."""

    def __init__(self, store: Store, engine: SearchEngine) -> None:
        self._store = store
        self._engine = engine

    def run(self, request: SearchRequest, day: date) -> Results:
        """Find a page of statements as they stand on `day`.

        A page past the end is empty and still says how many pages there are. Raises IndexUnavailable where the index
        cannot answer: that is never "nothing found".
        """
        parsed = parse(request.words)
        answer = self._engine.search(_asked(request, parsed))
        with self._store.reading() as session:
            found = _results(session, request, parsed, answer, day)
        if answer.total == 0 and not isinstance(parsed.tree, Nothing | Everything):
            offers = tuple(self._spellings(request, parsed))
            return replace(found, suggestions=offers, any_of=self._any_of(request, parsed))
        return found

    def _any_of(self, request: SearchRequest, parsed: ParsedQuery) -> Suggestion | None:
        """The same words with OR between them, where that finds something."""
        tree = any_of(parsed)
        return None if tree is None else self._offer(request, tree)

    def _spellings(self, request: SearchRequest, parsed: ParsedQuery) -> Iterator[Suggestion]:
        """The query with its unknown words put right; only what finds something is offered.

        Where not even that finds all the words together, any of them is offered.
        """
        unknown = [word for word in parsed.words if isinstance(word, Word) and not self._engine.count(word)]
        known = [self._engine.suggest(word.surface, MOST_OFFERED) or [word.surface] for word in unknown]
        spelled = [[word.surface] for word in unknown]
        if known == spelled:
            return
        # The first spellings are the nearest, and `product` tries them first.
        trees = [_respelled(parsed.tree, unknown, better) for better in islice(product(*known), MOST_TRIED)]
        offers = (offer for tree in trees if (offer := self._offer(request, tree)) is not None)
        first = next(offers, None)
        if first is not None:
            yield first
            yield from islice(offers, MOST_OFFERED - 1)
        elif (offer := self._any_of(request, parse(as_text(trees[0])))) is not None:
            yield offer

    def _offer(self, request: SearchRequest, tree: Tree) -> Suggestion | None:
        total = self._engine.search(Request(tree, request.selected, limit=0, facets=())).total
        return Suggestion(as_text(tree), total) if total else None


def search_store(store: Store, request: SearchRequest, day: date, why: str) -> Results:
    """The same page without an index: the store's statements read one by one, as far as that goes in a second.

    `why` is a sentence for the reader; it leads the notes.
    """
    parsed = parse(request.words)
    with store.reading() as session:
        answer = scan(session, _asked(request, parsed), day)
        found = _results(session, request, parsed, answer, day)
    return replace(found, by_index=False, notes=(why, *answer.notes))


def _asked(request: SearchRequest, parsed: ParsedQuery) -> Request:
    offset = (request.page - 1) * request.limit
    return Request(parsed.tree, request.selected, request.sort, offset, request.limit, facets=FACETS)


def _results(session: Session, request: SearchRequest, parsed: ParsedQuery, answer: Answer, day: date) -> Results:
    """An engine's answer with everything that is shown read from the store; no offers yet."""
    statements = read(session, answer.ids, day)
    labels = facet_labels(session, answer.facets)
    return Results(
        request=request,
        total=answer.total,
        page=request.page,
        pages=-(-answer.total // request.limit),
        hits=tuple(_hit(statement, parsed) for statement in statements if statement.state == "published"),
        facets={
            name: tuple(
                FacetValue(value, labels[name].get(value, value), count, value in request.selected.get(name, ()))
                for value, count in values.items()
            )
            for name, values in answer.facets.items()
        },
        ignored=parsed.ignored,
        suggestions=(),
        any_of=None,
        lag=lag(session, answer.position.seq),
        notes=(*answer.notes, *_without_effect(request, answer)),
    )


def _without_effect(request: SearchRequest, answer: Answer) -> Iterator[str]:
    """A sentence for each chosen value that no statement of this search has: it may be misspelt."""
    for name, values in request.selected.items():
        for value in values:
            if not answer.facets[name].get(value):
                yield f"No statement found has the {name} “{value}”."


def _respelled(tree: Tree, words: Sequence[Word], better: Sequence[str]) -> Tree:
    for word, spelling in zip(words, better, strict=True):
        tree = replaced(tree, word, parse(spelling).tree)
    return tree


def _hit(statement: GradedStatement, parsed: ParsedQuery) -> Hit:
    found = marks(statement, parsed.words)
    return Hit(statement, found, tuple(found))
