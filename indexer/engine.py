"""What a search engine must be able to do, whichever it is: take documents, find ids, count facets, say how
far it is.

An engine returns ids, never words. Its position (how far it has read the change log) lies inside the index
and is committed together with the documents, so no crash and no restored backup can make the two disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from indexer.table import Table, TableRequest
from indexer.tree import Tree

T = TypeVar("T")

FIELD_WEIGHTS: Mapping[str, float] = {
    "text": 1.0,
    "quote": 0.25,
    "topics": 0.25,
    "caveats": 0.15,
    "notes": 0.15,
    "titles": 0.2,
}
"""The fields that words are found in, and how much a word weighs in each: the statement's own words lead.

They weigh 1, so that what damps repetition (BM25's k1) has its usual meaning for them: heavier, one mention would count
nearly as much as many.
"""
FIELDS = tuple(FIELD_WEIGHTS)
FACETS = ("grade", "direction", "type", "topic", "caveat", "citation", "article", "origin")
"""What is counted beside every search."""
QUESTION = ("population", "intervention", "outcome")
"""What a statement is about; counted where a search narrows by it, and by the evidence map."""
FILTERS = (*FACETS, *QUESTION)
"""What a search can be narrowed by."""
REVIEW_DUE = "review_due"
"""The day by which a statement is to be looked at again: a date, and not whether it has passed."""
COLUMNS = (*FILTERS, REVIEW_DUE)
"""All exact values that an index keeps of a statement."""
SEPARATOR = "\u2029"
"""Put between two values of one field (two titles, two notes): no phrase reaches across it."""

MOST_EXPANSIONS = 128
"""Words that one beginning may stand for, where nobody asks for fewer."""
MOST_VALUES = 50
"""Of one facet, where nobody asks for more: a page cannot show a hundred thousand topics."""

Sort = Literal["relevance", "grade", "newest", "cited"]
SORTS: tuple[Sort, ...] = ("relevance", "grade", "newest", "cited")


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One statement as the index takes it. `id` is not negative. `grade_rank`: smaller is better. Facet
    values are exact strings, compared whole; empty ones are left out. A facet or field not named is empty."""

    id: int
    version: int
    words: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]]
    grade_rank: int
    cited: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far an index has read: of which store, with which analyser and schema, up to which change.

    `mark` says what that change was, so that a store restored from a backup is known even when it has as many changes
    again.
    """

    store_id: str
    fingerprint: str
    seq: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One search. Values of one facet are ORed, facets are ANDed; each facet's counts leave its own choice
    out.

    `newest` is by id, descending; every order ends with the id, so pages are stable. `time_limit` is in
    seconds, from when the newest commit is open. A beginning (`prefix*`) stands for the `most_expansions` most
    frequent words that begin so. Of each facet the `most_values` most frequent values are counted out, and the
    selected ones; None is for all.
    """

    tree: Tree
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    time_limit: float = 1.0
    facets: tuple[str, ...] = FACETS
    most_values: int | None = MOST_VALUES
    most_expansions: int = MOST_EXPANSIONS


@dataclass(frozen=True, slots=True)
class Answer:
    """The page of ids with their scores (0 where nothing was scored), how many there are in all, and facet
    counts.

    A facet's values stand with the most frequent first, those of one frequency by name; a selected value is there even
    with a count of 0. `facet_sizes` says how many values some hit has, also where not all were asked for.
    Where `complete` is false, a limit cut the search: every id still is a hit, but hits are missing, and
    `notes` says why.
    """

    ids: tuple[int, ...]
    scores: tuple[float, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    position: Position
    complete: bool = True
    notes: tuple[str, ...] = ()
    facet_sizes: Mapping[str, int] = field(default_factory=dict)


@runtime_checkable
class Pieced(Iterable[IndexDocument], Protocol):
    """Documents that can also be read piece by piece, several pieces at a time."""

    def each(self, make: Callable[..., T], *given: Any) -> list[T]:
        """What `make(documents, *given)` makes of each piece, which may happen in another process.

        `make` is a function of a module; what it is given and what it makes can be pickled.
        """


class IndexUpdate(Protocol):
    """The index while this process alone may write it; what `position` says stays true until `apply` changes
    it.
    """

    @property
    def position(self) -> Position:
        """How far the index has read, as it stands under the lock."""

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        """Replace or add documents, drop ids, and set the position, in one commit.

        Of several documents with one id the last counts; an id both upserted and removed is kept; removing an
        unknown id is no error. If anything fails, nothing is written.
        """


class SearchEngine(Protocol):
    """An index. Opening one creates nothing and repairs nothing.

    Every method but `position` (which answers None where no index was ever made) raises
    `kb.errors.IndexUnavailable` when the index is missing, torn or unreadable: an absent index never answers
    "no hits". Engines may be shared between threads.
    """

    @property
    def fingerprint(self) -> str:
        """The analyser and schema that this program writes with: what an up-to-date index has in its
        position.
        """

    def position(self) -> Position | None:
        """How far the index has read; None where there is none yet."""

    def update(self) -> AbstractContextManager[IndexUpdate]:
        """Take the write lock, waiting for other processes; IndexUnavailable after the engine's patience."""

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        """One `update()` with one `apply`."""

    def search(self, request: Request) -> Answer:
        """The page that was asked for."""

    def table(self, request: TableRequest) -> Table:
        """Two facets against each other, over all hits."""

    def count(self, tree: Tree) -> int:
        """How many statements match; 0.25 s at most are spent on it."""

    def suggest(self, surface: str, limit: int = 5) -> list[str]:
        """Known words that differ by at most two letters, or by one if it is the first; nearest first, then the
        most frequent.
        """

    def rebuild(self, documents: Iterable[IndexDocument] | Pieced, position: Position) -> None:
        """Build a new index beside the present one and switch to it in one step, last. If anything fails, the
        present one stays as it is. Ids must be distinct (ValueError)."""

    def is_worn(self) -> bool:
        """Whether so many edits have passed that a new index would be better; this one still answers rightly."""

    def rebuilding(self) -> AbstractContextManager[None]:
        """Keep other processes from building an index at the same time; waits until they are done."""

    def versions(self) -> Iterator[tuple[int, int]]:
        """Every document's id and version, in no order."""

    def close(self) -> None:
        """Let go of open files; the engine can be used again and opens them anew."""
