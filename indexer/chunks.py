"""Texts as numbers: a text is cut into chunks, which come again and again; each chunk is cut into words once.

A *chunk* is what stands between two blanks or signs (`indexer.text.chunks`); it holds one word as a rule. A *token* is
a word as typed and its stem together.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from indexer import text

Numbers = npt.NDArray[np.uint32]

_KEPT_TEXTS = 50_000
_LONGEST_KEPT = 400


class Chunks(dict[bytes, int]):
    """Numbers chunks as they come, and knows the tokens of each; `terms` and `surfaces` are the words of the tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[str] = []
        self.surfaces: list[str] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._tokens = array("I")
        self._starts = array("I", (0,))
        self._texts: dict[str, tuple[int, ...]] = {}

    def __missing__(self, chunk: bytes) -> int:
        found = self[chunk] = len(self)
        self._tokens.extend([self._number(token) for token in text.tokens_of_chunk(chunk)])
        self._starts.append(len(self._tokens))
        return found

    def once(self, value: str) -> Iterable[int]:
        """The chunks of a text that hardly comes again."""
        return map(self.__getitem__, text.chunks(value))

    def of(self, value: str) -> Iterable[int]:
        """The chunks of a text that is likely to come again, such as a caveat's."""
        if (known := self._texts.get(value)) is not None:
            return known
        found = tuple(self.once(value))
        if len(self._texts) < _KEPT_TEXTS and len(value) <= _LONGEST_KEPT:
            self._texts[value] = found
        return found

    def tokens(self, chunks: Numbers) -> tuple[Numbers, Numbers]:
        """The tokens of these chunks, one chunk after the other, and how many each has."""
        starts = np.array(self._starts, dtype=np.uint32)
        begins = starts[chunks]
        sizes = starts[1:][chunks] - begins
        ends = np.cumsum(sizes, dtype=np.int64)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - sizes), sizes)
        return np.array(self._tokens, dtype=np.uint32)[at], sizes

    def _number(self, token: text.Token) -> int:
        key = (token.term, token.surface)
        if key not in self._numbers:
            self._numbers[key] = len(self.terms)
            self.terms.append(token.term)
            self.surfaces.append(token.surface)
        return self._numbers[key]
