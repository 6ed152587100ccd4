"""Search without an index: the store's statements are read one by one, for as long as a reader can be asked to wait.

It finds what the index would find, by the same analyser and the same documents, but in a large store not all of it. It
serves while an index is missing or being built; the answer says how far it got.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from indexer import text
from indexer.document import document
from indexer.engine import FIELDS, SEPARATOR, Answer, IndexDocument, Position, Request, Sort
from indexer.table import Table, TableRequest
from indexer.tabulate import tabulated
from indexer.tree import (
    And,
    Everything,
    Not,
    Nothing,
    Or,
    Ordered,
    Phrase,
    PhrasePrefix,
    Prefix,
    Tree,
    Widened,
    Word,
)
from kb.changes import last_change
from kb.graded import read_all
from kb.legend import published_count

SECONDS = 0.8


@dataclass(slots=True)
class _Read:
    """What was found so far."""

    hits: list[IndexDocument] = field(default_factory=list)
    facets: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seen: int = 0
    complete: bool = True


def scan(session: Session, request: Request, day: date, seconds: float = SECONDS) -> Answer:
    """The page that was asked for, of what was found in the time; scores are 0, and relevance is the order of ids."""
    read = _read(session, request, day, time.monotonic() + seconds)
    hits = sorted(read.hits, key=lambda hit: _place(hit, request.sort))
    page = hits[request.offset : request.offset + request.limit]
    return Answer(
        ids=tuple(hit.id for hit in page),
        scores=(0.0,) * len(page),
        total=len(hits),
        facets={
            name: _counted(read.facets[name], request.selected.get(name, ()), request.most_values)
            for name in request.facets
        },
        # All that is in the store was open to this search; so it has no lag.
        position=Position("", "", last_change(session)),
        complete=read.complete,
        notes=_how_far(session, read),
        facet_sizes={name: len(read.facets[name]) for name in request.facets},
    )


def scan_table(session: Session, request: TableRequest, day: date, seconds: float = SECONDS) -> Table:
    """Two facets against each other, of what was found in the time."""
    read = _Read()
    found = list(_matching(session, request.tree, day, time.monotonic() + seconds, read))
    return tabulated(found, request, last_change(session), read.complete, _how_far(session, read))


def _how_far(session: Session, read: _Read) -> tuple[str, ...]:
    if read.complete:
        return ()
    return (f"Until then, {read.seen:,} of {published_count(session):,} statements were looked at.",)


def _matching(session: Session, tree: Tree, day: date, until: float, read: _Read) -> Iterator[IndexDocument]:
    """The documents that the tree matches, as far as the time goes; `read` is told how far."""
    for statement in read_all(session, day):
        if time.monotonic() > until:
            read.complete = False
            break
        read.seen += 1
        found = document(statement)
        if matches(tree, found):
            yield found


def _read(session: Session, request: Request, day: date, until: float) -> _Read:
    read = _Read()
    for found in _matching(session, request.tree, day, until, read):
        refused = [
            name for name, chosen in request.selected.items() if chosen and not {*chosen} & {*found.facets[name]}
        ]
        if not refused:
            read.hits.append(found)
        # A facet's counts leave its own choice out.
        for name in request.facets if not refused else refused if len(refused) == 1 else ():
            read.facets[name].update(found.facets[name])
    return read


def matches(tree: Tree, of: IndexDocument) -> bool:
    """Whether the document is a hit of the tree, as an engine would say."""
    return _matches(tree, [_words(of.words.get(name, "")) for name in FIELDS])


# The words of a field as (term, surface) pairs; None stands where no phrase may reach across.
_Words = Sequence[tuple[str, str] | None]


def _words(value: str) -> _Words:
    words: list[tuple[str, str] | None] = []
    for part in value.split(SEPARATOR):
        words += [(token.term, token.surface) for token in text.tokens(part)]
        words.append(None)
    return words


def _matches(tree: Tree, fields: Sequence[_Words]) -> bool:
    match tree:
        case Everything():
            return True
        case Nothing():
            return False
        case And(parts):
            return all(_matches(part, fields) for part in parts)
        case Or(parts):
            return any(_matches(part, fields) for part in parts)
        case Not(part):
            return not _matches(part, fields)
        case Widened(part, names):
            return any(_matches(each, fields) for each in (part, *names))
        case Ordered(part, _):
            return _matches(part, fields)
        case Word(term):
            return any(word is not None and word[0] == term for words in fields for word in words)
        case Prefix(surface):
            return any(word is not None and word[1].startswith(surface) for words in fields for word in words)
        case Phrase(terms):
            return any(_runs(words, terms, None) for words in fields)
        case PhrasePrefix(terms, _, surface):
            return any(_runs(words, terms, surface) for words in fields)


def _runs(words: _Words, terms: tuple[str, ...], begun: str | None) -> bool:
    """Whether the terms stand next to each other, and a word that begins so after them where one is asked for."""
    for run in _windows(words, len(terms) + (begun is not None)):
        if all(word[0] == term for word, term in zip(run, terms, strict=False)) and (
            begun is None or run[-1][1].startswith(begun)
        ):
            return True
    return False


def _windows(words: _Words, length: int) -> Iterator[list[tuple[str, str]]]:
    for start in range(len(words) - length + 1):
        run = [word for word in words[start : start + length] if word is not None]
        if len(run) == length:
            yield run


def _place(hit: IndexDocument, sort: Sort) -> tuple[int, ...]:
    match sort:
        case "grade":
            return hit.grade_rank, hit.id
        case "cited":
            return -hit.cited, hit.id
        case "newest":
            return (-hit.id,)
        case "relevance":
            return (hit.id,)


def _counted(counts: Mapping[str, int], selected: Sequence[str], most: int | None) -> dict[str, int]:
    """The most frequent first, `most` of them; a selected value stands there in any case, also with a count of 0."""
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    known = {value: counts.get(value, 0) for value in dict.fromkeys((*ordered[:most], *selected))}
    return dict(sorted(known.items(), key=lambda each: (-each[1], each[0])))
