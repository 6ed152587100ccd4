"""A query tree on one commit's arrays: which documents match, what they score, and which are the best.

Matching comes first and works on sets of document numbers; scores are worked out afterwards, for the hits alone. The
model of scoring is `indexer.bm25f`. A phrase, a beginning and all the names of one thing count as one word each.

Where the time limit or the limit on beginnings cuts the work, what is returned are hits all the same, only not all:
inside NOT, where leaving something out would let wrong documents through, beginnings are followed to the end, and if
the time is up nothing is returned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import Protocol

import numpy as np

from indexer import bm25f
from indexer.arrays import Numbers, Scores, both, either, place_in, without
from indexer.clock import Clock
from indexer.engine import MOST_EXPANSIONS
from indexer.occurrences import NOBODY, AnyName, Occurrences, Restricted, Stems, Together
from indexer.occurrences import Phrase as PhraseOccurrences
from indexer.text import stem
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
from indexer.whoosh_snapshot import Snapshot

CLOSENESS_FIELD = "text"
"""Where words side by side count for more: in what the statement itself says."""


class Found(Protocol):
    """What a tree finds."""

    @property
    def documents(self) -> Sequence[Numbers]:
        """For each leaf, the documents that match."""

    @property
    def most(self) -> float:
        """No document scores more."""

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        """The scores of some of the leaf's matching documents."""


class Unscored:
    """Documents that match without a word of theirs being asked for."""

    most = 0.0

    def __init__(self, documents: Sequence[Numbers]) -> None:
        self.documents = documents

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        return np.zeros(len(hits))


class One:
    """One word, or what counts as one, among `statements` live documents."""

    def __init__(self, occurrences: Occurrences, statements: int, times: int = 1) -> None:
        self.documents = occurrences.documents
        self._occurrences = occurrences
        self._worth = bm25f.rarity(sum(map(len, self.documents)), statements)
        self.most = self._worth * bm25f.MOST_DAMPED

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        return self._worth * bm25f.damped(self._occurrences.weights(leaf, hits))


class Repeated:
    """A part that was typed several times."""

    def __init__(self, part: Found, often: int) -> None:
        self.documents = part.documents
        self._part = part
        self._factor = bm25f.repetition(often)
        self.most = self._factor * part.most

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        return self._factor * self._part.scores(leaf, hits)


class All:
    """Documents that every part matches."""

    def __init__(self, parts: Sequence[Found]) -> None:
        self._parts = parts
        self.documents = [
            reduce(both, sorted(each, key=len)) for each in zip(*(part.documents for part in parts), strict=True)
        ]
        self.most = sum(part.most for part in parts)

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        return np.sum([part.scores(leaf, hits) for part in self._parts], axis=0)  # type: ignore[no-any-return]


class Some:
    """Documents that any part matches."""

    def __init__(self, parts: Sequence[Found]) -> None:
        self._parts = parts
        self.documents = [either(each) for each in zip(*(part.documents for part in parts), strict=True)]
        self.most = sum(part.most for part in parts)

    def contenders(self, leaf: int, hits: Numbers, wanted: int) -> tuple[Numbers, Scores]:
        """Some of the hits with their scores, among them the best `wanted`, whatever ids decide.

        The parts that can give most are looked at first; as soon as so many hits have more than all other parts can
        give together, the documents of those parts alone are out (Turtle and Flood 1995,
        doi:10.1016/0306-4573(95)00020-H).
        """
        parts = sorted(self._parts, key=lambda part: -part.most)
        for n in range(1, len(parts)):
            left = sum(part.most for part in parts[n:])
            some = both(either([part.documents[leaf] for part in parts[:n]]), hits)
            if wanted <= len(some) < len(hits) // 2:
                scores = self.scores(leaf, some)
                if np.partition(scores, len(scores) - wanted)[len(scores) - wanted] > left:
                    return some, scores
        return hits, self.scores(leaf, hits)

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        total = np.zeros(len(hits))
        for part in self._parts:
            here, _ = place_in(hits, part.documents[leaf])
            total[here] += part.scores(leaf, hits[here])
        return total


class Less:
    """What one part matches and the other does not."""

    def __init__(self, part: Found, unwanted: Found) -> None:
        self._part = part
        self.documents = [without(*each) for each in zip(part.documents, unwanted.documents, strict=True)]
        self.most = part.most

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        return self._part.scores(leaf, hits)


class InOrderOf:
    """What one part matches, scored as another one would."""

    def __init__(self, part: Found, by: Found) -> None:
        self.documents = part.documents
        self.most = by.most
        self._by = by

    def scores(self, leaf: int, hits: Numbers) -> Scores:
        scores = np.zeros(len(hits))
        here, _ = place_in(hits, self._by.documents[leaf])
        scores[here] = self._by.scores(leaf, hits[here])
        return scores


class Matching:
    """One search on one commit. `notes` says in words what a limit cut."""

    def __init__(self, snapshot: Snapshot, clock: Clock, most_expansions: int = MOST_EXPANSIONS) -> None:
        self._snapshot = snapshot
        self._most_expansions = most_expansions
        self._leaves = snapshot.leaves
        self._clock = clock
        self.notes: list[str] = []

    def found(self, tree: Tree, *, exact: bool = False) -> Found:
        """What the tree matches. With `exact` no beginning is cut."""
        if self._clock.up():
            return self._nothing()
        match tree:
            case Word() | Prefix() | Phrase() | PhrasePrefix() | Widened():
                return One(self._occurrences(tree, exact), self._snapshot.live_count)
            case And(parts):
                return self._all_of(parts, exact)
            case Or(parts):
                return Some(self._each_once(parts, exact))
            case Not(part):
                return self._less(self._everything(), part)
            case Ordered(part, by):
                return InOrderOf(self.found(part, exact=exact), self.found(by, exact=exact))
            case Everything():
                return self._everything()
            case Nothing():
                return self._nothing()

    def _occurrences(self, tree: Tree, exact: bool) -> Occurrences:
        match tree:
            case Word(term):
                return Stems(self._leaves, (term,), self._clock)
            case Phrase(terms):
                return PhraseOccurrences(self._leaves, [(term,) for term in terms], self._clock)
            case Prefix(surface):
                surfaces = self._expanded(surface, exact)
                return self._really(Stems(self._leaves, _stems(surfaces), self._clock), surfaces)
            case PhrasePrefix(terms, _, surface):
                surfaces = self._expanded(surface, exact)
                slots = [*((term,) for term in terms), _stems(surfaces)]
                return self._really(PhraseOccurrences(self._leaves, slots, self._clock), surfaces)
            case Widened(part, names):
                others = [self._occurrences(name, exact) for name in names]
                return AnyName(self._occurrences(part, exact), others)
            case And(parts):  # a name of several words, typed without quotation marks
                return Together([self._occurrences(part, exact) for part in parts])
            case _:
                raise TypeError(f"{tree!r} is no word and no name")

    def _really(self, found: Occurrences, surfaces: Sequence[str]) -> Occurrences:
        """Those that have a word of this beginning: `universi*` shares a stem with "universe", which is none."""
        return Restricted(found, [either([leaf.beginning(each) for each in surfaces]) for leaf in self._leaves])

    def _expanded(self, surface: str, exact: bool) -> tuple[str, ...]:
        surfaces, cut = self._snapshot.surfaces(surface, None if exact else self._most_expansions)
        if cut:
            self.notes.append(
                f"“{surface}*” stands for many words; the {self._most_expansions} most frequent were searched."
            )
        return tuple(surfaces)

    def _all_of(self, parts: Sequence[Tree], exact: bool) -> Found:
        wanted = [part for part in parts if not isinstance(part, Not)]
        found: Found = All(self._each_once(wanted, exact)) if wanted else self._everything()
        for part in parts:
            if isinstance(part, Not):
                found = self._less(found, part.part)
        return found

    def _each_once(self, parts: Sequence[Tree], exact: bool) -> list[Found]:
        found = ((self.found(part, exact=exact), often) for part, often in Counter(parts).items())
        return [part if often == 1 else Repeated(part, often) for part, often in found]

    def _less(self, found: Found, unwanted: Tree) -> Found:
        dropped = self.found(unwanted, exact=True)
        return self._nothing() if self._clock.up() else Less(found, dropped)

    def _everything(self) -> Found:
        return Unscored([leaf.everything for leaf in self._leaves])

    def _nothing(self) -> Found:
        return Unscored([NOBODY for _ in self._leaves])

    def nearer(self, tree: Tree, leaf: int, hits: Numbers) -> Scores:
        """What to add to the scores of some of the best hits: words typed side by side stand side by side in them."""
        at = self._leaves[leaf]
        added = np.zeros(len(hits))
        for pair in neighbours(tree):
            if self._clock.up():
                break
            documents, often = at.side_by_side(CLOSENESS_FIELD, [(word.term,) for word in pair], self._clock, hits)
            worth = bm25f.NEXT_TO * sum(self._rarity(word.term) for word in pair)
            here = np.searchsorted(hits, documents)
            added[here] += worth * bm25f.damped(often * at.factors(CLOSENESS_FIELD, documents))
        return added

    def _rarity(self, term: str) -> float:
        return bm25f.rarity(sum(len(leaf.having(term)) for leaf in self._leaves), self._snapshot.live_count)


def _stems(surfaces: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({stem(each) for each in surfaces}))
