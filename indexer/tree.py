"""A query as a tree: words, phrases and prefixes joined by AND, OR and NOT; the one form every engine
understands.

`term` and `terms` are words as they are indexed, `surface` and `surfaces` the same words unstemmed, for
suggestions, for marks and for writing the query down again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Word:
    """A statement with this word in any of its fields.

    `typed` is how it was written, capitals and all; `quoted` says that it stood in quotation marks. Words that
    differ in these only are equal: they find the same.
    """

    term: str
    surface: str
    typed: str = field(default="", compare=False)
    quoted: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words next to each other, in this order, within one field. Never fewer than two.

    `quoted` is False for a compound (`IL-6`), which is a phrase without quotation marks.
    """

    terms: tuple[str, ...]
    surfaces: tuple[str, ...]
    typed: str = field(default="", compare=False)
    quoted: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so; compared with the unstemmed word."""

    surface: str


@dataclass(frozen=True, slots=True)
class PhrasePrefix:
    """A phrase whose last word is only begun: `7-hydroxymit*`. `surface` is that beginning."""

    terms: tuple[str, ...]
    surfaces: tuple[str, ...]
    surface: str


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Widened:
    """A word or words as typed, or any of the other names of the same thing. All of them count as one word."""

    part: Tree
    names: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """What `part` finds, in the order that `by` gives: `by` may hold words too common to find anything alone."""

    part: Tree
    by: Tree


@dataclass(frozen=True, slots=True)
class Everything:
    """All statements: nothing was typed."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No statement: something was typed, and none of it can be searched."""


Leaf = Word | Phrase | Prefix | PhrasePrefix
Tree = Leaf | And | Or | Not | Widened | Ordered | Everything | Nothing


def all_of(parts: list[Tree]) -> Tree | None:
    """The parts joined by AND; one part is itself, none is None."""
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def one_of(parts: list[Tree]) -> Tree | None:
    """The parts joined by OR; one part is itself, none is None."""
    return Or(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def every_leaf(tree: Tree) -> Iterator[Leaf]:
    """The words, phrases and prefixes that a hit may contain (not those under NOT), in order, as often as they stand
    there.
    """
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from every_leaf(part)
        case Widened(part, names):
            for each in (part, *names):
                yield from every_leaf(each)
        case Ordered(part, _):
            yield from every_leaf(part)
        case Word() | Phrase() | Prefix() | PhrasePrefix():
            yield tree
        case Not() | Everything() | Nothing():
            pass


def leaves(tree: Tree) -> tuple[Leaf, ...]:
    """The same, each once."""
    return tuple(dict.fromkeys(every_leaf(tree)))


def neighbours(tree: Tree) -> tuple[tuple[Word, Word], ...]:
    """The pairs of different words that were typed one after the other, each once: closer words make a better hit."""
    if isinstance(tree, Ordered):
        return neighbours(tree.by)
    parts = tree.parts if isinstance(tree, And | Or) else (tree,)
    found: dict[tuple[Word, Word], None] = {}
    for one, next_ in pairwise(_typed_words(parts)):
        if one is not None and next_ is not None and one != next_:
            found[one, next_] = None
    return tuple(found)


def _typed_words(parts: tuple[Tree, ...]) -> Iterator[Word | None]:
    """The words in the order of typing; None where something else stands between two of them."""
    for part in parts:
        match part:
            case Word():
                yield part
            case Widened(Word() as word, _):
                yield word
            case Widened(And(words), _):
                yield from _typed_words(words)
            case _:
                yield None


def replaced(tree: Tree, leaf: Leaf, better: Tree) -> Tree:
    """The tree with `better` wherever `leaf` stood."""
    if tree == leaf:
        return better
    if isinstance(tree, And):
        parts = [replaced(part, leaf, better) for part in tree.parts]
        # Two words in the place of one stand among the others as if they had been typed so.
        return And(tuple(each for part in parts for each in (part.parts if isinstance(part, And) else (part,))))
    if isinstance(tree, Or):
        return Or(tuple(replaced(part, leaf, better) for part in tree.parts))
    return Not(replaced(tree.part, leaf, better)) if isinstance(tree, Not) else tree


def as_text(tree: Tree) -> str:
    """The tree as somebody could have typed it; parsing that gives the same tree for every tree that was
    parsed.
    """
    if isinstance(tree, Word):
        return f'"{tree.surface}"' if tree.quoted else tree.surface
    if isinstance(tree, Phrase):
        return f'"{" ".join(tree.surfaces)}"' if tree.quoted else "-".join(tree.surfaces)
    if isinstance(tree, Widened):
        # Several words that are one name stand bare beside others: they were typed so.
        return as_text(tree.part)
    if isinstance(tree, Ordered):
        return as_text(tree.by)
    if isinstance(tree, Prefix):
        return f"{tree.surface}*"
    if isinstance(tree, PhrasePrefix):
        return "-".join((*tree.surfaces, tree.surface)) + "*"
    if isinstance(tree, And):
        return " ".join(_bracketed(part) if isinstance(part, Or | And) else as_text(part) for part in tree.parts)
    if isinstance(tree, Or):
        return " OR ".join(_bracketed(part) if isinstance(part, Or) else as_text(part) for part in tree.parts)
    if isinstance(tree, Not):
        return "-" + (_bracketed(tree.part) if isinstance(tree.part, And | Or | Not) else as_text(tree.part))
    return ""


def _bracketed(tree: Tree) -> str:
    return f"({as_text(tree)})"
