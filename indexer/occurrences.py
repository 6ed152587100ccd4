"""Where words stand: for a word, a phrase, a beginning or all the names of a thing, which documents have it and how
much it weighs in each.

Documents are numbers within one segment (a *leaf* of the snapshot), ascending, deleted ones left out. A weight is the
sum over the fields of the count times the field's factor (see `indexer.bm25f`), not yet damped.

Once the time of a search is up no further list is opened: what was found is true, and more may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Protocol

import numpy as np

from indexer import bm25f
from indexer.arrays import Numbers, Scores, both, either, lookup, place_in
from indexer.clock import Clock
from indexer.engine import FIELDS
from indexer.leaf import Leaf

NOBODY: Numbers = np.empty(0, dtype=np.uint32)


class Occurrences(Protocol):
    """One word, or what counts as one."""

    @property
    def documents(self) -> Sequence[Numbers]:
        """For each leaf, the documents that have it."""

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        """How much it weighs in each of these documents of a leaf; 0 where it does not stand."""


class Stems:
    """A word: any of these indexed terms, in any field."""

    def __init__(self, leaves: Sequence[Leaf], terms: Sequence[str], clock: Clock) -> None:
        self._leaves = leaves
        self._terms = terms
        self._clock = clock
        self.documents = [either([leaf.having(term) for term in terms if not clock.up()]) for leaf in leaves]

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        at = self._leaves[leaf]
        total = np.zeros(len(hits))
        for name in FIELDS:
            for term in self._terms:
                if self._clock.up() or (postings := at.postings(name, term)) is None:
                    continue
                here, there = place_in(hits, postings.documents)
                counts = 1 if postings.counts is None else postings.counts[there]
                total[here] += counts * at.factors(name, hits[here])
        return total


class Phrase:
    """Words next to each other within one field; each place may be filled by any of several terms."""

    def __init__(self, leaves: Sequence[Leaf], slots: Sequence[Sequence[str]], clock: Clock) -> None:
        found = [_phrase_in(leaf, slots, clock) for leaf in leaves]
        self.documents = [documents for documents, _ in found]
        self._weights = [weights for _, weights in found]

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        return lookup(hits, self.documents[leaf], self._weights[leaf])


class Restricted:
    """Occurrences in some documents only."""

    def __init__(self, occurrences: Occurrences, documents: Sequence[Numbers]) -> None:
        self._occurrences = occurrences
        self.documents = [both(*each) for each in zip(occurrences.documents, documents, strict=True)]

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        weights = self._occurrences.weights(leaf, hits)
        here, _ = place_in(hits, self.documents[leaf])
        kept = np.zeros(len(hits))
        kept[here] = weights[here]
        return kept


class Together:
    """Several words that are one name: a document has it if it has them all, and as often as it has the rarest."""

    def __init__(self, parts: Sequence[Occurrences]) -> None:
        self._parts = parts
        self.documents = [reduce(both, each) for each in zip(*(part.documents for part in parts), strict=True)]

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        least: Scores = np.min([part.weights(leaf, hits) for part in self._parts], axis=0)
        return least


class AnyName:
    """What was typed, or another name of it, which counts a little less."""

    def __init__(self, typed: Occurrences, names: Sequence[Occurrences]) -> None:
        self._typed = typed
        self._names = names
        every = zip(*(each.documents for each in (typed, *names)), strict=True)
        self.documents = [either(list(each)) for each in every]

    def weights(self, leaf: int, hits: Numbers) -> Scores:
        total = self._typed.weights(leaf, hits)
        for name in self._names:
            total += bm25f.OTHER_NAME * name.weights(leaf, hits)
        return total


def _phrase_in(leaf: Leaf, slots: Sequence[Sequence[str]], clock: Clock) -> tuple[Numbers, Scores]:
    found, weighed = [], []
    for name in FIELDS:
        if clock.up():
            break
        documents, counts = leaf.side_by_side(name, slots, clock)
        found.append(documents)
        weighed.append(counts * leaf.factors(name, documents))
    documents = either(found)
    weights = np.zeros(len(documents))
    for each, its_weights in zip(found, weighed, strict=True):
        weights[np.searchsorted(documents, each)] += its_weights
    return documents, weights
