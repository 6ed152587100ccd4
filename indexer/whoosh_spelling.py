"""Did you mean: words of the index that are spelled nearly like one that found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

from indexer.text import stem
from indexer.whoosh_snapshot import Snapshot


def nearest(snapshot: Snapshot, surface: str, limit: int) -> list[str]:
    """Known words at most two edits away (one in words of up to four letters, and where the first letter differs).

    Nearest first, then those that stand in the most statements. Words that only deleted statements have are
    left out.
    """
    if len(surface) < 3:
        return []
    near = snapshot.surfaces_near(surface, 1 if len(surface) <= 4 else 2)
    near |= dict.fromkeys(snapshot.known_surfaces(_other_beginnings(surface)), 1)
    by_distance: dict[int, list[str]] = {}
    for word, distance in near.items():
        if word != surface:
            by_distance.setdefault(distance, []).append(word)
    found: list[str] = []
    for distance in sorted(by_distance):
        counted = {word: _statements(snapshot, word) for word in sorted(by_distance[distance])}
        found += sorted((word for word in counted if counted[word]), key=lambda word: (-counted[word], word))
        if len(found) >= limit:
            break
    return found[:limit]


def _other_beginnings(surface: str) -> Iterator[str]:
    """The word with one slip at its first letter: left out, put before it, mistaken, or changed with the second.

    To look for these few by name is quick; to let the first letter vary freely reads every word of the index.
    """
    yield surface[1:]
    yield surface[1] + surface[0] + surface[2:]
    for letter in ascii_lowercase:
        yield letter + surface
        yield letter + surface[1:]


def _statements(snapshot: Snapshot, word: str) -> int:
    """In how many live statements the word stands, in its stemmed form."""
    term = stem(word)
    return sum(len(leaf.having(term)) for leaf in snapshot.leaves)
