"""What a person is asked to confirm of a draft: claim type, topics, the certainty its words claim; never set by itself.

Everything here follows from the words alone, so that it is worked out when a draft is shown and cannot grow old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.wording import (
    Claimed,
    Likely,
    absolute_words,
    claimed_certainty,
    inserted_phrases,
    likely_type,
    promotional_words,
    several_claims,
)

LONGEST_TOPIC = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the words of a draft speak for. `marks` are what to look at before publishing it, each in a few words."""

    likely: Likely
    topics: tuple[str, ...]
    claimed: Claimed | None
    marks: tuple[str, ...]


def proposal(words: str, topics: Iterable[str] = (), heading: str | None = None) -> Proposal:
    """What the words of a sentence speak for; `topics` are those of the store, `heading` stands above the sentence."""
    return Proposal(likely_type(words), topics_in(words, topics, heading), claimed_certainty(words), marks(words))


def marks(words: str) -> tuple[str, ...]:
    """What to look at before a sentence is published as one claim."""
    found = [f"may hold several claims: {'; '.join(reasons)}"] if (reasons := several_claims(words)) else []
    for name, cues in (
        ("an inserted phrase", inserted_phrases(words)),
        ("promotional words", promotional_words(words)),
        ("absolute words", absolute_words(words)),
    ):
        if cues:
            found.append(f"{name}: {', '.join(f'“{cue.words}”' for cue in cues)}")
    return tuple(found)


def topics_in(words: str, topics: Iterable[str], heading: str | None = None) -> tuple[str, ...]:
    """The topics whose names stand in a sentence, in one or several; else the heading above it, if it is short."""
    folded = f" {_folded(words)} "
    found = [name for name in topics if any(f" {form} " in folded for form in _forms(_folded(name)))]
    if not found and heading is not None and len(heading.split()) <= LONGEST_TOPIC:
        found = [heading.casefold()]
    return tuple(sorted(found))


def _folded(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _forms(name: str) -> Sequence[str]:
    return (name, f"{name}s", name.removesuffix("s")) if name else ()
