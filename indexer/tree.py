"""A query as a tree: words, phrases and prefixes joined by AND, OR and NOT; the one form every engine
understands.

`term` and `terms` are words as they are indexed, `surface` and `surfaces` the same words unstemmed, for
suggestions, for marks and for writing the query down again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A statement with this word in any of its fields."""

    term: str
    surface: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words next to each other, in this order, within one field. Never fewer than two."""

    terms: tuple[str, ...]
    surfaces: tuple[str, ...]


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
class Everything:
    """All statements: nothing was typed."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No statement: something was typed, and none of it can be searched."""


Leaf = Word | Phrase | Prefix | PhrasePrefix
Tree = Leaf | And | Or | Not | Everything | Nothing


def all_of(parts: list[Tree]) -> Tree | None:
    """The parts joined by AND; one part is itself, none is None."""
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def one_of(parts: list[Tree]) -> Tree | None:
    """The parts joined by OR; one part is itself, none is None."""
    return Or(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def leaves(tree: Tree) -> tuple[Leaf, ...]:
    """The words, phrases and prefixes that a hit may contain (not those under NOT), each once, in order."""
    found: dict[Leaf, None] = {}
    _collect(tree, found)
    return tuple(found)


def _collect(tree: Tree, found: dict[Leaf, None]) -> None:
    if isinstance(tree, And | Or):
        for part in tree.parts:
            _collect(part, found)
    elif isinstance(tree, Word | Phrase | Prefix | PhrasePrefix):
        found[tree] = None


def replaced(tree: Tree, leaf: Leaf, better: Tree) -> Tree:
    """The tree with `better` wherever `leaf` stood."""
    if tree == leaf:
        return better
    if isinstance(tree, And):
        return And(tuple(replaced(part, leaf, better) for part in tree.parts))
    if isinstance(tree, Or):
        return Or(tuple(replaced(part, leaf, better) for part in tree.parts))
    return Not(replaced(tree.part, leaf, better)) if isinstance(tree, Not) else tree


def as_text(tree: Tree) -> str:
    """The tree as somebody could have typed it; parsing that gives the same tree for every tree that was
    parsed.
    """
    if isinstance(tree, Word):
        return tree.surface
    if isinstance(tree, Phrase):
        return f'"{" ".join(tree.surfaces)}"'
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
