"""What the reader typed, as a query tree, and what of it was ignored and why.

The language: words are ANDed; `"phrases"`; `OR` and `NOT` in capitals; `-word` after a blank; parentheses;
`prefix*` with three letters or more. A compound (`IL-6`, `omega-3`, `7-OH`) means its parts next to each
other. Nothing else is syntax: an unknown `field:` is words. `OR` binds more loosely than the blank: `kratom
liver OR kidney` asks for kratom and liver, or for kidney.

Parsing never raises and takes time in proportion to the text: the text is cut into symbols by one regular
expression and put together on an explicit stack, so ten thousand parentheses cost no recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indexer.symbols import QUOTES, symbols
from indexer.text import Token, tokens
from indexer.tree import (
    And,
    Everything,
    Leaf,
    Not,
    Nothing,
    Phrase,
    PhrasePrefix,
    Prefix,
    Tree,
    Word,
    all_of,
    every_leaf,
    leaves,
    one_of,
)

LONGEST_QUERY = 2_000
"""Characters that are read."""
MOST_WORDS = 64
DEEPEST_NESTING = 16
SHORTEST_PREFIX = 3
SHORTEST_ORDINARY = 3
"""Letters from which on a part of a compound is a word that stands for itself."""
MOST_REMARKS = 20

# What may hold a compound together; everything else between two words separates them like a blank.
_PART = re.compile(r"[^,;:!?=<>|\[\]{}…—]+")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A piece of what was typed that has no part in the search, and why, in words for the reader."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The query as it will be searched. `words` are those a hit may contain, for marks and suggestions."""

    tree: Tree
    ignored: tuple[Ignored, ...]
    words: tuple[Leaf, ...]


@dataclass(slots=True)
class _Group:
    """A parenthesis that is still open (or the whole query): finished alternatives, the one being read, and
    whether a NOT or an OR waits for what follows. `negated` says whether the group itself stands under a
    NOT."""

    negated: bool = False
    alternatives: list[Tree] = field(default_factory=list)
    current: list[Tree] = field(default_factory=list)
    not_waits: bool = False
    or_waits: bool = False


def parse(text: str) -> ParsedQuery:
    """Read what was typed. Nothing typed asks for everything; nothing usable finds nothing and says why."""
    if not text.strip():
        return ParsedQuery(Everything(), (), ())
    reader = _Reader()
    tree = reader.read(text) or Nothing()
    return ParsedQuery(tree, tuple(reader.ignored), leaves(tree))


def any_of(parsed: ParsedQuery) -> Tree | None:
    """The same words with OR between them, still without what NOT shuts out; None where that would ask the same.

    A compound of ordinary words (`boundary-layer`) is taken apart; one that is a name (`IL-6`, `vitamin-c`) is not.
    """
    if len(parsed.words) < 2:
        return None
    wanted = one_of([each for leaf in every_leaf(parsed.tree) for each in _loosened(leaf)])
    parts = parsed.tree.parts if isinstance(parsed.tree, And) else ()
    tree = all_of([*([wanted] if wanted else []), *(part for part in parts if isinstance(part, Not))])
    return None if tree == parsed.tree else tree


def _loosened(leaf: Leaf) -> list[Leaf]:
    if not isinstance(leaf, Phrase) or leaf.quoted:
        return [leaf]
    if any(len(surface) < SHORTEST_ORDINARY or not surface.isalpha() for surface in leaf.surfaces):
        return [leaf]
    return [Word(term, surface) for term, surface in zip(leaf.terms, leaf.surfaces, strict=True)]


class _Reader:
    """Reads one query. Holds what was ignored so far and how many words there are already."""

    def __init__(self) -> None:
        self.ignored: dict[Ignored, None] = {}
        self.words = 0
        self.stack = [_Group()]
        self.too_deep = 0

    def read(self, text: str) -> Tree | None:
        for symbol, negates in symbols(self._shortened(text)):
            self._take(symbol, negates)
        while len(self.stack) > 1:
            self._ignore("(", "this parenthesis is never closed")
            self._close()
        return self._finish(self.stack[0])

    def _shortened(self, text: str) -> str:
        if len(text) <= LONGEST_QUERY:
            return text
        blank = max(text.rfind(" ", LONGEST_QUERY - 100, LONGEST_QUERY), 0)
        end = blank or LONGEST_QUERY
        self._ignore(text[end:].strip(), f"only the first {LONGEST_QUERY:,} characters are read")
        return text[:end]

    def _take(self, symbol: str, negates: bool) -> None:
        group = self.stack[-1]
        if symbol == "OR":
            self._or(group)
        elif symbol == "NOT":
            group.not_waits = not group.not_waits
        elif symbol == "AND":
            pass
        elif symbol == "(":
            self._open(group, negates)
        elif symbol == ")":
            self._shut()
        elif symbol[0] in QUOTES:
            self._quoted(group, symbol, negates)
        else:
            parts = [part for piece in _PART.findall(symbol) if (part := self._compound(piece))]
            if not parts and not self._full():
                self._ignore(symbol, "there is no letter and no digit in it")
            if (tree := all_of(parts)) is not None:
                self._add(group, tree, negates)

    def _or(self, group: _Group) -> None:
        self._drop_waiting_not(group)
        if not group.current:
            self._ignore("OR", "it needs a word on each side")
            return
        self._end_alternative(group)
        group.or_waits = True

    def _open(self, group: _Group, negates: bool) -> None:
        if len(self.stack) > DEEPEST_NESTING:
            self.too_deep += 1
            self._ignore("(", f"parentheses are read {DEEPEST_NESTING} deep and no deeper")
            return
        self.stack.append(_Group(negated=group.not_waits != negates))
        group.not_waits = False

    def _shut(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.stack) == 1:
            self._ignore(")", "no parenthesis was opened before it")
        else:
            self._close()

    def _close(self) -> None:
        inner = self.stack.pop()
        tree = self._finish(inner)
        if tree is None:
            self._ignore("( )", "there is nothing to search inside")
        else:
            self._add(self.stack[-1], tree, inner.negated)

    def _finish(self, group: _Group) -> Tree | None:
        self._drop_waiting_not(group)
        if group.or_waits and not group.current:
            self._ignore("OR", "it needs a word on each side")
        self._end_alternative(group)
        return one_of(group.alternatives)

    def _end_alternative(self, group: _Group) -> None:
        if (tree := all_of(group.current)) is not None:
            group.alternatives.append(tree)
        group.current = []

    def _drop_waiting_not(self, group: _Group) -> None:
        if group.not_waits:
            self._ignore("NOT", "no word follows it")
            group.not_waits = False

    def _add(self, group: _Group, tree: Tree, negates: bool) -> None:
        negative = group.not_waits != negates
        group.not_waits = False
        if negative and isinstance(tree, Not):
            self._add(group, tree.part, negates=False)
        elif negative:
            group.current.append(Not(tree))
        elif isinstance(tree, And):
            group.current.extend(tree.parts)
        else:
            group.current.append(tree)

    def _quoted(self, group: _Group, symbol: str, negates: bool) -> None:
        if len(symbol) == 1:
            self._ignore(symbol, "this quotation mark has no partner")
            return
        words = self._counted(list(tokens(symbol)), symbol)
        if "*" in symbol:
            self._ignore("*", "inside quotation marks it stands for nothing")
        if words:
            self._add(group, _adjacent(words, symbol, quoted=True), negates)
        elif not self._full():
            self._ignore(symbol, "there is no letter and no digit in it")

    def _compound(self, piece: str) -> Tree | None:
        """A word, or several that were typed without a blank between them; with a star at its end, a
        beginning.
        """
        words = self._counted(list(tokens(piece)), piece)
        if not words:
            return None
        starred = piece.endswith("*")
        last = words[-1].surface
        if starred and len(last) >= SHORTEST_PREFIX:
            if "*" in piece.rstrip("*"):
                self._ignore("*", "it counts at the end of a word only")
            if len(words) == 1:
                return Prefix(last)
            before = words[:-1]
            return PhrasePrefix(tuple(w.term for w in before), tuple(w.surface for w in before), last)
        if starred:
            self._ignore(f"{last}*", f"a word's beginning needs {SHORTEST_PREFIX} letters; the star was left out")
        elif "*" in piece:
            self._ignore("*", "it counts at the end of a word only")
        return _adjacent(words, piece, quoted=False)

    def _counted(self, words: list[Token], symbol: str) -> list[Token]:
        room = MOST_WORDS - self.words
        self.words += min(len(words), room)
        if len(words) > room:
            self._ignore(symbol, f"only the first {MOST_WORDS} words are searched")
        return words[:room]

    def _full(self) -> bool:
        return self.words >= MOST_WORDS

    def _ignore(self, text: str, reason: str) -> None:
        if len(self.ignored) < MOST_REMARKS:
            self.ignored[Ignored(text if len(text) <= 40 else text[:39] + "…", reason)] = None


def _adjacent(words: list[Token], symbol: str, *, quoted: bool) -> Tree:
    if len(words) == 1:
        only = words[0]
        return Word(only.term, only.surface, symbol[only.start : only.end], quoted)
    typed = symbol[words[0].start : words[-1].end]
    return Phrase(tuple(w.term for w in words), tuple(w.surface for w in words), typed, quoted)
