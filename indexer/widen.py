"""A query widened by the other names of what was typed, and a list of what was added, so that a reader can see it and
switch it off.

What stands in quotation marks, what is only begun (`mitra*`) and what is left out (`-kratom`) is never widened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from indexer.names import Names, Terms, terms_of
from indexer.query import parse
from indexer.tree import And, Or, Phrase, Tree, Widened, Word

Count = Callable[[Tree], int]

MOST_NAMES = 60
"""Other names that are searched for one that was typed."""
MOST_IN_ALL = 120


@dataclass(frozen=True, slots=True)
class Added:
    """Another name of what was typed. `used` is False where the reader switched it off."""

    typed: str
    name: str
    used: bool


def widened(
    tree: Tree, names: Names, without: Collection[str] = (), count: Count | None = None
) -> tuple[Tree, tuple[Added, ...]]:
    """The tree with other names beside those typed, and each name that was added or, being in `without`, left out.

    Names in `without` are compared by their words. A name that finds nothing more than what was typed is left away, and
    so is one with a word that no statement has, where `count` (how many statements match) can be asked.
    """
    widening = _Widening(names, {terms_of(name) for name in without}, count)
    return widening.of(tree), tuple(widening.added)


class _Widening:
    def __init__(self, names: Names, without: Collection[Terms], count: Count | None) -> None:
        self._names = names
        self._without = without
        self._count = count
        self._known: dict[str, bool] = {}
        self.added: dict[Added, None] = {}

    def of(self, tree: Tree) -> Tree:
        match tree:
            case And(parts):
                left = tuple(self._run(parts))
                return left[0] if len(left) == 1 else And(left)
            case Or(parts):
                return Or(tuple(self.of(part) for part in parts))
            case Word() | Phrase():
                return next(self._run((tree,)))
            case _:
                return tree

    def _run(self, parts: Sequence[Tree]) -> Iterator[Tree]:
        """Parts that stand one after the other; the longest name that begins at each place is widened."""
        at = 0
        while at < len(parts):
            length, others = self._longest(parts, at)
            if not length:
                part = parts[at]
                yield self.of(part) if isinstance(part, And | Or) else part
                at += 1
                continue
            typed = tuple(parts[at : at + length])
            yield self._widened(typed, others)
            at += length

    def _longest(self, parts: Sequence[Tree], at: int) -> tuple[int, tuple[str, ...]]:
        """How many parts from `at` on are a name, and its other names; 0 where none is."""
        best: tuple[int, tuple[str, ...]] = (0, ())
        terms: Terms = ()
        for end in range(at, len(parts)):
            its_terms = _bare(parts[end])
            terms += its_terms
            if not its_terms or len(terms) > self._names.longest:
                break
            part = parts[end]
            typed = part.typed if end == at and isinstance(part, Word | Phrase) else ""
            if others := self._names.others(terms, typed):
                best = end - at + 1, others
        return best

    def _widened(self, typed: tuple[Tree, ...], others: Sequence[str]) -> Tree:
        terms = sum((_bare(part) for part in typed), ())
        as_typed = " ".join(part.typed for part in typed if isinstance(part, Word | Phrase))
        part = typed[0] if len(typed) == 1 else And(typed)
        wanted: list[Tree] = []
        for name in others:
            its_terms = terms_of(name)
            if _covers(terms, its_terms) or not all(map(self._stands_somewhere, its_terms)):
                continue
            room = len(wanted) < MOST_NAMES and sum(each.used for each in self.added) < MOST_IN_ALL
            used = room and its_terms not in self._without
            self.added[Added(as_typed, name, used)] = None
            if used:
                wanted.append(parse(f'"{name}"').tree)
        return Widened(part, tuple(wanted)) if wanted else part

    def _stands_somewhere(self, term: str) -> bool:
        if self._count is None:
            return True
        if term not in self._known:
            self._known[term] = self._count(Word(term, term)) > 0
        return self._known[term]


def _bare(part: Tree) -> Terms:
    """The terms of a part that was typed without quotation marks; empty for all others."""
    match part:
        case Word(term, _, _, False):
            return (term,)
        case Phrase(terms, _, _, False):
            return terms
        case _:
            return ()


def _covers(typed: Terms, name: Terms) -> bool:
    """Whether what was typed stands in the name as it is, so that it finds all that the name would."""
    return any(name[start : start + len(typed)] == typed for start in range(len(name) - len(typed) + 1))
