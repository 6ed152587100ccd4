"""From words to a page of graded statements: hits with their marks, facets, offers where nothing is found, and the lag.

The engine gives ids, scores and counts; every word that is shown is read from the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, product

from indexer.engine import FACETS, Request, SearchEngine, Sort
from indexer.highlight import marks
from indexer.query import Ignored, ParsedQuery, any_of, parse
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
    """One page of a search. `lag` is how many changes the index has not read yet."""

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
        offset = (request.page - 1) * request.limit
        answer = self._engine.search(
            Request(parsed.tree, request.selected, request.sort, offset, request.limit, facets=FACETS)
        )
        with self._store.reading() as session:
            statements = read(session, answer.ids, day)
            behind = lag(session, answer.position.seq)
            labels = facet_labels(session, answer.facets)
        hits = tuple(_hit(statement, parsed) for statement in statements if statement.state == "published")
        nothing = answer.total == 0 and not isinstance(parsed.tree, Nothing | Everything)
        return Results(
            request=request,
            total=answer.total,
            page=request.page,
            pages=-(-answer.total // request.limit),
            hits=hits,
            facets={
                name: tuple(
                    FacetValue(value, labels[name].get(value, value), count, value in request.selected.get(name, ()))
                    for value, count in values.items()
                )
                for name, values in answer.facets.items()
            },
            ignored=parsed.ignored,
            suggestions=tuple(self._spellings(request, parsed)) if nothing else (),
            any_of=self._any_of(request, parsed) if nothing else None,
            lag=behind,
            notes=answer.notes,
        )

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


def _respelled(tree: Tree, words: Sequence[Word], better: Sequence[str]) -> Tree:
    for word, spelling in zip(words, better, strict=True):
        tree = replaced(tree, word, parse(spelling).tree)
    return tree


def _hit(statement: GradedStatement, parsed: ParsedQuery) -> Hit:
    found = marks(statement, parsed.words)
    return Hit(statement, found, tuple(found))
