"""What is offered where nothing was found: other spellings, any of the words, fewer filters, each with its count.

Everything is searched the way it would be if the reader took the offer, and what finds nothing is not offered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import islice, pairwise
from typing import TypeVar

from indexer.engine import Request, SearchEngine
from indexer.query import ParsedQuery, any_of, parse
from indexer.tree import And, Leaf, Phrase, Tree, Word, as_text, replaced

T = TypeVar("T")

MOST_OFFERED = 3
MOST_TRIED = 12
SECONDS = 1.0
"""For all offers together; those that were not tried by then are not made."""
RARE = 2
"""A word in no more statements than these may be a slip of the pen that somebody else made too."""
TIMES_AS_MANY = 20
"""How many times as many statements another spelling must have, where the one typed is known but rare."""

Selected = Mapping[str, tuple[str, ...]]
Understand = Callable[[str], Tree]
"""From words to the tree that would be searched for them."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other words to search for, and how many hits they give: with the same filters, or where `filtered` is False
    without any.
    """

    words: str
    total: int
    filtered: bool = True


@dataclass(frozen=True, slots=True)
class FewerFilters:
    """How many hits there would be without one facet's filter; `facet` is None for without all of them."""

    facet: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Offers:
    """All that is offered."""

    spellings: tuple[Suggestion, ...] = ()
    any_of: Suggestion | None = None
    fewer: tuple[FewerFilters, ...] = ()


NO_OFFERS = Offers()


def offers(engine: SearchEngine, parsed: ParsedQuery, selected: Selected, understand: Understand) -> Offers:
    """What finds something where this query under these filters finds nothing."""
    offering = _Offering(engine, selected, understand)
    spellings = tuple(islice(offering.spellings(parsed), MOST_OFFERED))
    fewer = tuple(offering.fewer(parsed))
    return Offers(spellings, offering.any_of(parsed), fewer)


@dataclass(slots=True)
class _Offering:
    engine: SearchEngine
    selected: Selected
    understand: Understand
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def any_of(self, parsed: ParsedQuery) -> Suggestion | None:
        tree = any_of(parsed)
        return None if tree is None else self._suggestion(as_text(tree), self.selected)

    def fewer(self, parsed: ParsedQuery) -> Iterator[FewerFilters]:
        """Without each facet's filter, then without all; the most hits first among the single ones."""
        if self._over():
            return
        tree = self.understand(as_text(parsed.tree))
        chosen = {name: values for name, values in self.selected.items() if values}
        single = []
        for name in chosen if len(chosen) > 1 else ():
            left = {each: values for each, values in chosen.items() if each != name}
            if total := self._total(tree, left):
                single.append(FewerFilters(name, total))
        yield from sorted(single, key=lambda each: -each.total)
        if chosen and (total := self._total(tree, {})):
            yield FewerFilters(None, total)

    def spellings(self, parsed: ParsedQuery) -> Iterator[Suggestion]:
        """The query with its doubtful words put right. Where no spelling finds all words together under the filters,
        what it finds without filters is offered, and then, if the words as typed are in no statement, any of its words.
        """
        trees = [
            # Two neighbours that are a word when written as one are no chance.
            *islice((tree for tree, word in _joined(parsed.tree) if self.engine.count(word)), MOST_OFFERED),
            *_respelled(parsed.tree, self._better(parsed)),
        ]
        texts = list(dict.fromkeys(as_text(tree) for tree in trees))
        found = False
        choices: list[Selected] = [self.selected, *([{}] if any(self.selected.values()) else [])]
        for selected in choices:
            for text in texts:
                if (offer := self._suggestion(text, selected)) is not None:
                    found = True
                    yield offer
            if found:
                return
        if texts and self.any_of(parsed) is None and (tree := any_of(parse(texts[0]))) is not None:
            offers = (self._suggestion(as_text(tree), selected) for selected in choices)
            yield from islice((offer for offer in offers if offer is not None), 1)

    def _better(self, parsed: ParsedQuery) -> dict[Leaf, list[Tree]]:
        """For each leaf that holds a doubtful word, other trees in its place, the likeliest first."""
        better: dict[Leaf, list[Tree]] = {}
        for leaf in parsed.words:
            match leaf:
                case Word():
                    found = [parse(spelling).tree for spelling in self._spellings_of(leaf)]
                case Phrase():
                    found = list(self._phrases(leaf))
                case _:
                    found = []
            if found:
                better[leaf] = found
        return better

    def _phrases(self, phrase: Phrase) -> Iterator[Tree]:
        words = [Word(*each) for each in zip(phrase.terms, phrase.surfaces, strict=True)]
        known = [self._spellings_of(word) for word in words]
        if any(known):
            for surfaces in likeliest([each or [word.surface] for each, word in zip(known, words, strict=True)]):
                # A word that was put right by a blank makes the phrase longer.
                yield parse(as_text(replace(phrase, surfaces=tuple(" ".join(surfaces).split())))).tree

    def _spellings_of(self, word: Word) -> list[str]:
        """Other spellings of a word that no statement has, or next to none while another has many."""
        having = self.engine.count(word)
        if having > RARE or self._over():
            return []
        near = self.engine.suggest(word.surface, MOST_OFFERED)
        if not having:
            return near + list(self._in_two(word.surface))
        return [each for each in near if self._known(each) >= TIMES_AS_MANY * having]

    def _in_two(self, surface: str) -> Iterator[str]:
        """`jointpain` as two words that are known, the more frequent rarer part first."""
        if not surface.isalpha():
            return
        halves = [(surface[:cut], surface[cut:]) for cut in range(3, len(surface) - 2)]
        counted = {both: min(self._known(both[0]), self._known(both[1])) for both in halves}
        best = max(counted, key=lambda both: counted[both], default=None)
        if best is not None and counted[best]:
            yield " ".join(best)

    def _known(self, surface: str) -> int:
        return self.engine.count(parse(surface).tree)

    def _over(self) -> bool:
        return time.monotonic() >= self.until

    def _suggestion(self, words: str, selected: Selected) -> Suggestion | None:
        # Understanding asks for counts, which take time too.
        total = 0 if self._over() else self._total(self.understand(words), selected)
        filtered = selected is self.selected
        return Suggestion(words, total, filtered) if total else None

    def _total(self, tree: Tree, selected: Selected) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            return 0
        return self.engine.search(Request(tree, selected, limit=0, time_limit=left, facets=())).total


def _respelled(tree: Tree, better: Mapping[Leaf, list[Tree]]) -> Iterator[Tree]:
    """The tree with other leaves, the likeliest of each first."""
    for chosen in likeliest(list(better.values())) if better else ():
        other = tree
        for leaf, spelling in zip(better, chosen, strict=True):
            other = replaced(other, leaf, spelling)
        yield other


def likeliest(choices: Sequence[Sequence[T]], most: int = MOST_TRIED) -> Iterator[tuple[T, ...]]:
    """One of each, as many ways as `most`: first the first of all, then ever more steps away from it.

    With a hundred doubtful words there are more ways than could ever be counted; no more are made than are asked for.
    """
    ranks = (0,) * len(choices)
    waiting, met = [(0, ranks)], {ranks}
    while waiting and most > 0:
        steps, ranks = heappop(waiting)
        yield tuple(each[rank] for each, rank in zip(choices, ranks, strict=True))
        most -= 1
        for at, rank in enumerate(ranks):
            further = (*ranks[:at], rank + 1, *ranks[at + 1 :])
            if rank + 1 < len(choices[at]) and further not in met:
                met.add(further)
                heappush(waiting, (steps + 1, further))


def _joined(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    """The tree with two neighbouring words written as one (`auto immune` as `autoimmune`), and that one word."""
    parts = tree.parts if isinstance(tree, And) else ()
    for at, pair in enumerate(pairwise(parts)):
        match pair:
            case Word(_, one, _, False), Word(_, other, _, False):
                both = parse(one + other).tree
                left = (*parts[:at], both, *parts[at + 2 :])
                yield (And(left) if len(left) > 1 else both), both
