"""A text cut into sentences, each with its exact span; the borders are sentencex's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sentencex

from kb.ingest.readable import Block


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: code points of the text, the end exclusive, without the blanks around it."""

    start: int
    end: int
    words: str


def sentences(text: str, start: int = 0, end: int | None = None, language: str = "en") -> Iterator[Sentence]:
    """The sentences of `text[start:end]`, in order; what has no letter and no digit is none."""
    piece = text[start:end]
    for border in sentencex.get_sentence_boundaries(language, piece):
        words = piece[border["start_index"] : border["end_index"]]
        low = border["start_index"] + len(words) - len(words.lstrip())
        stripped = words.strip()
        if any(character.isalnum() for character in stripped):
            yield Sentence(start + low, start + low + len(stripped), stripped)


def sentences_of(text: str, blocks: Iterable[Block], language: str = "en") -> Iterator[tuple[Sentence, str | None]]:
    """The sentences of the blocks that are no headings, each with the heading above it."""
    above = None
    for block in blocks:
        if block.heading:
            above = text[block.start : block.end]
        else:
            for sentence in sentences(text, block.start, block.end, language):
                yield sentence, above
