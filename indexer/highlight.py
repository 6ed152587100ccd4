"""Where in a statement's own words, caveats, notes and titles a query's words stand.

Worked out from what the store says now, by the same analyser that the index uses; so a mark is never made from an
outdated index, and its offsets fit the words that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.document import searched_words
from indexer.text import Token, tokens
from indexer.tree import Leaf, Phrase, PhrasePrefix, Prefix, Word
from kb.graded import GradedStatement

Span = tuple[int, int]


def marks(statement: GradedStatement, words: Sequence[Leaf]) -> dict[str, tuple[Span, ...]]:
    """The hits as spans of code points, by the key of the piece they stand in; pieces without a hit are left out.

    Keys are "text", "quote", "topic:NAME", "caveat:INDEX" (in `statement.caveats`), "note:POSITION" and
    "title:POSITION" (of a slot).
    """
    found = {}
    for _, pieces in searched_words(statement):
        for key, text in pieces:
            if spans := tuple(sorted(set(_spans(list(tokens(text)), words)))):
                found[key] = spans
    return found


def found_in(text: str, words: Sequence[Leaf]) -> tuple[Span, ...]:
    """Where the words stand in a text, as spans of code points, ascending."""
    return tuple(sorted(set(_spans(list(tokens(text)), words))))


def _spans(text: Sequence[Token], words: Sequence[Leaf]) -> Iterator[Span]:
    for at, token in enumerate(text):
        for word in words:
            length = _matched(text, at, word)
            if length:
                yield token.start, text[at + length - 1].end


def _matched(text: Sequence[Token], at: int, word: Leaf) -> int:
    """How many tokens from `at` on are the word or phrase; 0 where it does not begin there."""
    token = text[at]
    if isinstance(word, Word):
        return int(token.term == word.term)
    if isinstance(word, Prefix):
        return int(token.surface.startswith(word.surface))
    terms = word.terms
    if tuple(each.term for each in text[at : at + len(terms)]) != terms:
        return 0
    if isinstance(word, Phrase):
        return len(terms)
    assert isinstance(word, PhrasePrefix)
    last = at + len(terms)
    begun = last < len(text) and text[last].surface.startswith(word.surface)
    return len(terms) + 1 if begun else 0
