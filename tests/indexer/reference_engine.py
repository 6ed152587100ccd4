"""A search engine that is obviously right and slow: documents in a dictionary, everything worked out from the text.

It passes the contract like any other engine, which shows that the contract is not Whoosh's; and what it finds, scores
and counts is what every other engine must find, score and count.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from indexer import bm25f
from indexer.engine import FIELD_WEIGHTS, FIELDS, SEPARATOR, Answer, IndexDocument, Position, Request
from indexer.scan import matches
from indexer.table import Table, TableRequest
from indexer.tabulate import tabulated
from indexer.text import stem, tokens
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
    neighbours,
)
from kb.errors import IndexUnavailable

Placed = list[tuple[str, str] | None]
"""A field's words as (term, surface); None where no phrase may reach across."""


@dataclass(slots=True)
class _Index:
    documents: dict[int, IndexDocument] = field(default_factory=dict)
    position: Position | None = None


_INDEXES: dict[Path, _Index] = defaultdict(_Index)
_LOCK = threading.RLock()


class ReferenceEngine:
    """A SearchEngine in this process's memory, one for each path."""

    fingerprint = "reference"

    def __init__(self, path: Path) -> None:
        self._path = path

    def position(self) -> Position | None:
        return _INDEXES[self._path].position

    @contextmanager
    def update(self) -> Iterator[_Update]:
        with _LOCK:
            self._here()
            yield _Update(_INDEXES[self._path])

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        with self.update() as update:
            update.apply(upserts, removals, position)

    def rebuild(self, documents: Iterable[IndexDocument], position: Position) -> None:
        made: dict[int, IndexDocument] = {}
        for document in documents:
            if document.id in made:
                raise ValueError(f"the statement {document.id} comes twice")
            made[document.id] = _checked(document)
        _INDEXES[self._path] = _Index(made, position)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        with _LOCK:
            yield

    def search(self, request: Request) -> Answer:
        here = self._here()
        scoring = _Scoring(list(here.documents.values()), request.most_expansions)
        every = [each for each in here.documents.values() if scoring.has(request.tree, each, exact=False)]
        if request.time_limit <= 0:
            every = []
        chosen = {name: {*values} for name, values in request.selected.items() if values}
        left = [each for each in every if all({*each.facets.get(name, ())} & chosen[name] for name in chosen)]
        facets, sizes = {}, {}
        for name in request.facets:
            others = [
                each
                for each in every
                if all({*each.facets.get(other, ())} & chosen[other] for other in chosen if other != name)
            ]
            counts = Counter(value for each in others for value in {*each.facets.get(name, ())} if value)
            ordered = sorted(counts, key=lambda value: (-counts[value], value))
            given = {*ordered[: request.most_values], *request.selected.get(name, ())}
            facets[name] = {
                value: counts.get(value, 0) for value in sorted(given, key=lambda value: (-counts.get(value, 0), value))
            }
            sizes[name] = len(counts)
        scores = {each.id: scoring.score(request.tree, each) for each in left}
        if request.sort == "relevance":
            best = sorted(left, key=lambda each: (-scores[each.id], each.id))[: bm25f.RERANKED]
            for each in best:
                scores[each.id] += scoring.nearness(request.tree, each)
        keys = {
            "relevance": lambda each: (-scores[each.id], each.id),
            "grade": lambda each: (each.grade_rank, -scores[each.id], each.id),
            "cited": lambda each: (-each.cited, -scores[each.id], each.id),
            "newest": lambda each: (-each.id,),
        }
        page = sorted(left, key=keys[request.sort])[request.offset : request.offset + request.limit]
        notes = [*scoring.notes, *(["The search was stopped."] if request.time_limit <= 0 else [])]
        assert here.position is not None
        return Answer(
            tuple(each.id for each in page),
            tuple(scores[each.id] for each in page),
            len(left),
            facets,
            here.position,
            complete=not notes,
            notes=tuple(notes),
            facet_sizes=sizes,
        )

    def table(self, request: TableRequest) -> Table:
        here = self._here()
        assert here.position is not None
        scoring = _Scoring(list(here.documents.values()), None)
        every = [each for each in here.documents.values() if scoring.has(request.tree, each, exact=False)]
        return tabulated(every, request, here.position.seq)

    def count(self, tree: Tree) -> int:
        documents = list(self._here().documents.values())
        scoring = _Scoring(documents, None)
        return sum(scoring.has(tree, each, exact=True) for each in documents)

    def suggest(self, surface: str, limit: int = 5) -> list[str]:
        documents = self._here().documents.values()
        if len(surface) < 3:
            return []
        counts: Counter[str] = Counter()
        surfaces = set()
        for document in documents:
            words = {token for value in document.words.values() for token in tokens(value)}
            surfaces |= {token.surface for token in words}
            counts.update({token.term for token in words})
        near = {}
        for word in surfaces - {surface}:
            away = _distance(word, surface)
            if away <= (1 if len(surface) <= 4 or word[0] != surface[0] else 2):
                near[word] = away
        return sorted(near, key=lambda word: (near[word], -counts[stem(word)], word))[:limit]

    def versions(self) -> Iterator[tuple[int, int]]:
        return iter([(each.id, each.version) for each in self._here().documents.values()])

    def close(self) -> None:
        """Nothing is open."""

    def _here(self) -> _Index:
        here = _INDEXES[self._path]
        if here.position is None:
            raise IndexUnavailable(
                "there is no search index yet.", place=str(self._path), cure="Run `kb index rebuild`."
            )
        return here


class _Update:
    def __init__(self, index: _Index) -> None:
        self._index = index

    @property
    def position(self) -> Position:
        assert self._index.position is not None
        return self._index.position

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        changed = {document.id: _checked(document) for document in upserts}
        kept = {id_: each for id_, each in self._index.documents.items() if id_ not in {*removals}}
        self._index.documents, self._index.position = kept | changed, position


def _checked(document: IndexDocument) -> IndexDocument:
    if document.id < 0:
        raise ValueError(f"a statement's id is not negative: {document.id}")
    return document


class _Scoring:
    """The model of `indexer.bm25f` over some documents, one by one."""

    def __init__(self, documents: Sequence[IndexDocument], most_expansions: int | None) -> None:
        self._documents = documents
        self._most = most_expansions
        self.notes: list[str] = []
        self._words = {each.id: {name: _words(each.words.get(name, "")) for name in FIELDS} for each in documents}
        self._means = {
            name: sum(_length(self._words[each.id][name]) for each in documents) / (len(documents) or 1)
            for name in FIELDS
        }

    def has(self, tree: Tree, document: IndexDocument, *, exact: bool) -> bool:
        match tree:
            case Prefix() | PhrasePrefix() if not exact:
                return self._weight(tree, document) > 0
            case Widened(part, names):
                return any(self.has(each, document, exact=exact) for each in (part, *names))
            case And(parts):
                return all(self.has(part, document, exact=exact) for part in parts)
            case Or(parts):
                return any(self.has(part, document, exact=exact) for part in parts)
            case Not(part):
                return not self.has(part, document, exact=True)
            case Ordered(part, _):
                return self.has(part, document, exact=exact)
            case _:
                return matches(tree, document)

    def score(self, tree: Tree, document: IndexDocument) -> float:
        match tree:
            case And(parts) | Or(parts):
                return math.fsum(
                    bm25f.repetition(often) * self.score(part, document)
                    for part, often in Counter(parts).items()
                    if not isinstance(part, Not) and self.has(part, document, exact=False)
                )
            case Ordered(_, by):
                return self.score(by, document) if self.has(by, document, exact=False) else 0.0
            case Everything() | Nothing() | Not():
                return 0.0
            case _:
                weight = self._weight(tree, document)
                having = sum(self._weight(tree, each) > 0 for each in self._documents)
                return (
                    bm25f.rarity(having, len(self._documents)) * weight * (bm25f.DAMPING + 1) / (weight + bm25f.DAMPING)
                )

    def nearness(self, tree: Tree, document: IndexDocument) -> float:
        total = 0.0
        for one, other in neighbours(tree):
            often = len(_runs(self._words[document.id]["text"], [{one.term}, {other.term}]))
            weight = often * self._factor("text", document)
            rarities = (
                bm25f.rarity(sum(self._weight(word, each) > 0 for each in self._documents), len(self._documents))
                for word in (one, other)
            )
            total += bm25f.NEXT_TO * sum(rarities) * weight * (bm25f.DAMPING + 1) / (weight + bm25f.DAMPING)
        return total

    def _weight(self, tree: Tree, document: IndexDocument) -> float:
        match tree:
            case Word(term):
                return self._in_all_fields(document, [{term}])
            case Phrase(terms):
                return self._in_all_fields(document, [{term} for term in terms])
            case Prefix(surface):
                return self._begun(document, [], surface)
            case PhrasePrefix(terms, _, surface):
                return self._begun(document, [{term} for term in terms], surface)
            case Widened(part, names):
                others = sum(self._weight(name, document) for name in names)
                return self._weight(part, document) + bm25f.OTHER_NAME * others
            case And(parts):
                return min(self._weight(part, document) for part in parts)
            case _:
                raise TypeError(tree)

    def _begun(self, document: IndexDocument, before: list[set[str]], beginning: str) -> float:
        surfaces = self._expanded(beginning)
        if not any(word and word[1] in surfaces for words in self._words[document.id].values() for word in words):
            return 0.0
        return self._in_all_fields(document, [*before, {stem(each) for each in surfaces}])

    def _expanded(self, beginning: str) -> set[str]:
        counts: Counter[str] = Counter()
        for words in self._words.values():
            counts.update(
                {word[1] for placed in words.values() for word in placed if word and word[1].startswith(beginning)}
            )
        if self._most is None or len(counts) <= self._most:
            return set(counts)
        self.notes = [f"“{beginning}*” stands for many words; the {self._most} most frequent were searched."]
        return {*sorted(counts, key=lambda word: (-counts[word], word))[: self._most]}

    def _in_all_fields(self, document: IndexDocument, slots: list[set[str]]) -> float:
        return math.fsum(
            len(_runs(self._words[document.id][name], slots)) * self._factor(name, document) for name in FIELDS
        )

    def _factor(self, name: str, document: IndexDocument) -> float:
        length = _length(self._words[document.id][name])
        pull = 1 - bm25f.LENGTH_PULL + bm25f.LENGTH_PULL * length / (self._means[name] or 1.0)
        return FIELD_WEIGHTS[name] / pull


def _words(value: str) -> Placed:
    words: Placed = []
    for part in value.split(SEPARATOR):
        words += [(token.term, token.surface) for token in tokens(part)]
        words.append(None)
    return words


def _length(words: Placed) -> int:
    return sum(word is not None for word in words)


def _runs(words: Placed, slots: Sequence[set[str]]) -> list[int]:
    """Where the slots are filled one after the other."""
    starts = range(len(words) - len(slots) + 1)
    return [
        start
        for start in starts
        if all((word := words[start + n]) is not None and word[0] in slot for n, slot in enumerate(slots))
    ]


def _distance(one: str, other: str) -> int:
    """Letters added, left out, mistaken or changed with their neighbour (Damerau and Levenshtein)."""
    table: dict[tuple[int, int], int] = {(-1, -1): 0}
    for i in range(-1, len(one)):
        table[i, -1] = i + 1
    for j in range(-1, len(other)):
        table[-1, j] = j + 1
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b))
            if i and j and a == other[j - 1] and one[i - 1] == b:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one) - 1, len(other) - 1]
