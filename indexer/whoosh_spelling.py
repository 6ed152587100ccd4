"""Did you mean: words of the index that are spelled nearly like one that found nothing."""

from __future__ import annotations

from whoosh.support.levenshtein import damerau_levenshtein

from indexer.engine import FIELDS
from indexer.text import stem
from indexer.whoosh_segment import Clock
from indexer.whoosh_snapshot import Snapshot

_SECONDS = 0.25


def nearest(snapshot: Snapshot, surface: str, limit: int) -> list[str]:
    """Known words with the same first letter and at most two edits away (one in words of up to four letters).

    Nearest first, then those that stand in the most statements. Words that only deleted statements have are
    left out.
    """
    if len(surface) < 3:
        return []
    clock = Clock(_SECONDS)
    near = snapshot.surfaces_near(surface, 1 if len(surface) <= 4 else 2) - {surface}
    by_distance: dict[int, list[str]] = {}
    for word in near:
        distance = damerau_levenshtein(word, surface)  # type: ignore[no-untyped-call]
        by_distance.setdefault(distance, []).append(word)
    found: list[str] = []
    for distance in sorted(by_distance):
        counted = {word: _statements(snapshot, word, clock) for word in sorted(by_distance[distance])}
        found += sorted((word for word in counted if counted[word]), key=lambda word: (-counted[word], word))
        if len(found) >= limit:
            break
    return found[:limit]


def _statements(snapshot: Snapshot, word: str, clock: Clock) -> int:
    """In how many live statements the word stands, in its stemmed form."""
    term = stem(word)
    having = {document for name in FIELDS for document in snapshot.postings(name, term, clock)[0].tolist()}
    return sum(bool(snapshot.live[document]) for document in having)
