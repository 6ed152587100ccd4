"""Where in a statement's own words, caveats, notes and titles a query's words stand.

Worked out from what the store says now, by the same analyser that the index uses; so a mark is never made from an
outdated index, and its offsets fit the words that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.document import searched_words
from indexer.text import Token, placed
from indexer.tree import Leaf, Phrase, PhrasePrefix, Prefix, Word
from kb.graded import GradedStatement

Span = tuple[int, int]
MOST = 128
"""Texts whose spans are kept."""


class Sought:
    """The words of a query, ready to be looked for in many texts."""

    def __init__(self, words: Iterable[Leaf]) -> None:
        each = list(words)
        self._words = {word.term for word in each if isinstance(word, Word)}
        self._prefixes = tuple(word.surface for word in each if isinstance(word, Prefix))
        self._phrases = [word for word in each if isinstance(word, Phrase | PhrasePrefix)]
        self._first = {phrase.terms[0] for phrase in self._phrases}
        self._known: dict[str, tuple[Span, ...]] = {}

    def spans(self, text: str) -> tuple[Span, ...]:
        """Where they stand in a text, as spans of code points, ascending, each once."""
        # The statements of a page share caveats, topics and works.
        if (known := self._known.get(text)) is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[text] = self._spans(text)
        return known

    def _spans(self, text: str) -> tuple[Span, ...]:
        if not (self._words or self._prefixes or self._phrases):
            return ()
        here = list(placed(text))
        return tuple(sorted(set(self._found(here))))

    def _found(self, here: Sequence[tuple[int, Token]]) -> Iterator[Span]:
        # This runs over every word of a page: most are none of these, and leave with the first two comparisons.
        for at, (base, token) in enumerate(here):
            if token.term in self._words or (self._prefixes and token.surface.startswith(self._prefixes)):
                yield base + token.start, base + token.end
            if token.term in self._first:
                for phrase in self._phrases:
                    if length := _length(here, at, phrase):
                        last, end = here[at + length - 1]
                        yield base + token.start, last + end.end


def marks(statement: GradedStatement, sought: Sought) -> dict[str, tuple[Span, ...]]:
    """The hits as spans of code points, by the key of the piece they stand in; pieces without a hit are left out.

    Keys are "text", "quote", "topic:NAME", "caveat:INDEX" (in `statement.caveats`), "note:POSITION" and
    "title:POSITION" (of a slot).
    """
    found = {}
    for _, pieces in searched_words(statement):
        for key, text in pieces:
            if spans := sought.spans(text):
                found[key] = spans
    return found


def _length(here: Sequence[tuple[int, Token]], at: int, phrase: Phrase | PhrasePrefix) -> int:
    """How many tokens from `at` on are the phrase; 0 where it does not begin there."""
    terms = phrase.terms
    if tuple(token.term for _, token in here[at : at + len(terms)]) != terms:
        return 0
    if isinstance(phrase, Phrase):
        return len(terms)
    last = at + len(terms)
    begun = last < len(here) and here[last][1].surface.startswith(phrase.surface)
    return len(terms) + 1 if begun else 0
