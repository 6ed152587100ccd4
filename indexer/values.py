"""One facet's values under a search, however many there are: those that begin with what was typed, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from sqlalchemy.orm import Session

from indexer.asked import Understood, understood
from indexer.engine import Answer, Request, SearchEngine
from indexer.names import Names
from indexer.scan import scan
from indexer.search import FacetValue, SearchRequest
from indexer.text import tokens
from kb.changes import lag
from kb.labels import facet_labels
from kb.store import Store

Order = Literal["count", "name"]
ORDERS: tuple[Order, ...] = ("count", "name")
ON_A_PAGE = 100
_PLAIN = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ValuesRequest:
    """Which values of one facet are wanted: those with all words of `find` begun in their label; pages count from 1."""

    facet: str
    find: str = ""
    by: Order = "count"
    page: int = 1
    limit: int = ON_A_PAGE


@dataclass(frozen=True, slots=True)
class Values:
    """One page of a facet's values. `size` is how many there are under the search, `total` how many of them fit `find`.

    Counts leave the facet's own choice out, as on the search's page. `chosen` are all the chosen values, on this page
    or not, with their labels.
    """

    request: ValuesRequest
    values: tuple[FacetValue, ...]
    chosen: tuple[FacetValue, ...]
    size: int
    total: int
    pages: int
    lag: int
    notes: tuple[str, ...]
    by_index: bool = True


def facet_values(
    store: Store, engine: SearchEngine, names: Names, search: SearchRequest, wanted: ValuesRequest
) -> Values:
    """The values of a facet, counted by the index. Raises IndexUnavailable where that cannot answer."""
    asked = understood(search.words, names if search.widen else None, search.without, engine.count)
    answer = engine.search(_asked(search, asked, wanted))
    with store.reading() as session:
        return _values(session, search, wanted, answer)


def read_values(
    store: Store, search: SearchRequest, wanted: ValuesRequest, day: date, why: str, names: Names
) -> Values:
    """The same without an index, as far as the store can be read in a second; `why` leads the notes."""
    asked = understood(search.words, names if search.widen else None, search.without, count=None)
    with store.reading() as session:
        answer = scan(session, _asked(search, asked, wanted), day)
        found = _values(session, search, wanted, answer)
    return replace(found, by_index=False, notes=(why, *answer.notes))


def _asked(search: SearchRequest, asked: Understood, wanted: ValuesRequest) -> Request:
    return Request(asked.tree, search.selected, "newest", 0, 0, facets=(wanted.facet,), most_values=None)


def _values(session: Session, search: SearchRequest, wanted: ValuesRequest, answer: Answer) -> Values:
    counts = answer.facets[wanted.facet]
    labels = facet_labels(session, {wanted.facet: counts})[wanted.facet]
    selected = search.selected.get(wanted.facet, ())
    begun = [token.surface for token in tokens(wanted.find)]
    fitting = [value for value in counts if fits(labels[value], value, begun)] if begun else list(counts)
    if wanted.by == "name":
        fitting.sort(key=lambda value: (_place(labels[value]), labels[value], value))
    first = (wanted.page - 1) * wanted.limit
    return Values(
        request=wanted,
        values=tuple(
            FacetValue(value, labels[value], counts[value], value in selected)
            for value in fitting[first : first + wanted.limit]
        ),
        chosen=tuple(FacetValue(value, labels[value], counts[value], True) for value in selected),
        size=answer.facet_sizes[wanted.facet],
        total=len(fitting),
        pages=-(-len(fitting) // wanted.limit),
        lag=lag(session, answer.position.seq),
        notes=(*answer.notes, *_no_words(wanted.find, begun)),
    )


def fits(label: str, value: str, begun: Sequence[str]) -> bool:
    """Whether each of the begun words begins a word of the label, or of the value itself: an article's short name."""
    if label.isascii() and value.isascii():
        # Of such text, folding changes capitals only. Of a hundred thousand labels most are passed over here.
        written = f"{label} {value}".lower()
        if any(each.isascii() and each.isalnum() and each not in written for each in begun):
            return False
    words = _words(label) if label == value else (*_words(label), *_words(value))
    return all(any(word.startswith(each) for word in words) for each in begun)


@lru_cache(maxsize=1 << 18)
def _words(label: str) -> tuple[str, ...]:
    """A label's words as they are compared: neither capitals nor accents count."""
    return tuple(token.surface for token in tokens(label))


def _place(label: str) -> str:
    """Where a label stands in the order of names; cutting up a hundred thousand plain ones properly takes too long."""
    return " ".join(_PLAIN.findall(label.lower()) if label.isascii() else _words(label))


def _no_words(find: str, begun: Sequence[str]) -> Iterator[str]:
    if find.strip() and not begun:
        yield f"“{find.strip()[:40]}” has no letter and no digit; all values are listed."
