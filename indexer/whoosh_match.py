"""A query tree on one commit's arrays: which documents match, and BM25F scores.

A word counts over all fields together before its repetition is damped (BM25F, Robertson and Zaragoza 2009,
section 3.6, doi:10.1561/1500000019), so a word in text and title is not worth two words. A phrase or a prefix
counts as one word.

Where the time limit or the expansion limit cuts the work, what is returned are hits all the same, only not
all: inside NOT, where leaving something out would let wrong documents through, prefixes are expanded fully,
and if the time ends nothing is returned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.engine import FIELDS
from indexer.text import stem
from indexer.tree import And, Everything, Not, Or, Phrase, PhrasePrefix, Prefix, Tree, Word
from indexer.whoosh_schema import SURFACES
from indexer.whoosh_segment import Clock, Numbers, Scores
from indexer.whoosh_snapshot import Snapshot

MOST_EXPANSIONS = 128
"""Words that one prefix may stand for."""
_DAMPING = 1.2
"""BM25's k1: how fast repeating a word stops counting."""

Choice = tuple[str, ...]


class Matches(NamedTuple):
    """Documents, ascending and each once, with their scores."""

    documents: Numbers
    scores: Scores


_NONE = Matches(np.empty(0, dtype=np.int64), np.empty(0))


class Matching:
    """One search on one commit. `notes` says in words what a limit cut."""

    def __init__(self, snapshot: Snapshot, clock: Clock) -> None:
        self._snapshot = snapshot
        self._clock = clock
        self.notes: list[str] = []

    def matches(self, tree: Tree, *, exact: bool = False) -> Matches:
        """The live documents that match. With `exact` no prefix is cut."""
        if isinstance(tree, Word):
            return self._one_word((tree.term,))
        if isinstance(tree, Prefix):
            surfaces = self._expanded(tree.surface, exact)
            return self._with_any(self._one_word(_stems(surfaces)), surfaces)
        if isinstance(tree, Phrase):
            return self._phrase([(term,) for term in tree.terms])
        if isinstance(tree, PhrasePrefix):
            surfaces = self._expanded(tree.surface, exact)
            return self._with_any(self._phrase([*((term,) for term in tree.terms), _stems(surfaces)]), surfaces)
        if isinstance(tree, And):
            return self._all_of(tree.parts, exact)
        if isinstance(tree, Or):
            return _joined([self.matches(part, exact=exact) for part in tree.parts])
        if isinstance(tree, Not):
            return self._without(self._everything(), tree.part)
        return self._everything() if isinstance(tree, Everything) else _NONE

    def _everything(self) -> Matches:
        documents = np.flatnonzero(self._snapshot.live).astype(np.int64)
        return Matches(documents, np.zeros(len(documents)))

    def _all_of(self, parts: Sequence[Tree], exact: bool) -> Matches:
        wanted = [part for part in parts if not isinstance(part, Not)]
        left = self.matches(wanted[0], exact=exact) if wanted else self._everything()
        for part in wanted[1:]:
            if len(left.documents):
                left = _both(left, self.matches(part, exact=exact))
        for unwanted in parts:
            if isinstance(unwanted, Not) and len(left.documents):
                left = self._without(left, unwanted.part)
        return left

    def _without(self, left: Matches, unwanted: Tree) -> Matches:
        dropped = self.matches(unwanted, exact=True).documents
        if self._clock.up():
            return _NONE
        kept = ~np.isin(left.documents, dropped, assume_unique=True)
        return Matches(left.documents[kept], left.scores[kept])

    def _one_word(self, terms: Choice) -> Matches:
        found = []
        for name in FIELDS:
            for term in terms:
                documents, counts = self._snapshot.postings(name, term, self._clock)
                if len(documents):
                    found.append(self._weighted(name, documents, counts))
        return self._scored(found)

    def _phrase(self, slots: list[Choice]) -> Matches:
        found = []
        for name in FIELDS:
            candidates = self._with_every_slot(name, slots)
            if not len(candidates):
                continue
            documents, counts = [], []
            placed = [self._places(name, slot, candidates) for slot in slots]
            for document in candidates.tolist():
                starts = placed[0].get(document, set())
                for offset, places in enumerate(placed[1:], 1):
                    starts = {start for start in starts if start + offset in places.get(document, ())}
                if starts:
                    documents.append(document)
                    counts.append(len(starts))
            found.append(self._weighted(name, np.asarray(documents, dtype=np.int64), np.asarray(counts, dtype=float)))
        return self._scored(found)

    def _with_every_slot(self, name: str, slots: list[Choice]) -> Numbers:
        """The documents that have all of the phrase's words in the field, in whatever order."""
        candidates: Numbers | None = None
        for slot in slots:
            if candidates is not None and not len(candidates):
                break
            lists = [self._snapshot.postings(name, term, self._clock)[0] for term in slot]
            having = np.unique(np.concatenate(lists)) if lists else _NONE.documents
            candidates = having if candidates is None else np.intersect1d(candidates, having, assume_unique=True)
        return _NONE.documents if candidates is None else candidates[self._snapshot.live[candidates]]

    def _places(self, name: str, slot: Choice, candidates: Numbers) -> dict[int, set[int]]:
        places: dict[int, set[int]] = {}
        for term in slot:
            for document, found in self._snapshot.places(name, term, candidates, self._clock).items():
                places.setdefault(document, set()).update(found)
        return places

    def _weighted(self, name: str, documents: Numbers, counts: Scores) -> Matches:
        return Matches(documents, counts * self._snapshot.field_factors[name][documents])

    def _scored(self, found: list[Matches]) -> Matches:
        """One word's occurrences in all fields as scores, deleted documents left out."""
        documents, weights = _joined(found)
        live = self._snapshot.live[documents]
        documents, weights = documents[live], weights[live]
        rarity = math.log(1 + (self._snapshot.live_count - len(documents) + 0.5) / (len(documents) + 0.5))
        return Matches(documents, rarity * weights * (_DAMPING + 1) / (weights + _DAMPING))

    def _expanded(self, surface: str, exact: bool) -> Choice:
        surfaces, cut = self._snapshot.surfaces(surface, None if exact else MOST_EXPANSIONS)
        if cut:
            self.notes.append(f"“{surface}*” stands for many words; the {MOST_EXPANSIONS} most frequent were searched.")
        return tuple(surfaces)

    def _with_any(self, found: Matches, surfaces: Choice) -> Matches:
        """Those that really have a word of this beginning: `universi*` shares a stem with "universe", which is none."""
        having = [self._snapshot.postings(SURFACES, surface, self._clock)[0] for surface in surfaces]
        if not having:
            return _NONE
        kept = np.isin(found.documents, np.concatenate(having))
        return Matches(found.documents[kept], found.scores[kept])


def _stems(surfaces: Choice) -> Choice:
    return tuple(sorted({stem(each) for each in surfaces}))


def _both(left: Matches, right: Matches) -> Matches:
    documents, ours, theirs = np.intersect1d(left.documents, right.documents, assume_unique=True, return_indices=True)
    return Matches(documents, left.scores[ours] + right.scores[theirs])


def _joined(found: list[Matches]) -> Matches:
    if not found:
        return _NONE
    documents, places = np.unique(np.concatenate([each.documents for each in found]), return_inverse=True)
    scores = np.bincount(places, np.concatenate([each.scores for each in found]), len(documents))
    return Matches(documents.astype(np.int64), scores.astype(np.float64))
