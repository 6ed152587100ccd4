"""Which of many words are spelled nearly like one: all of them compared at once, as arrays of code points.

An edit is a letter too many, too few or mistaken, or two neighbours in each other's place (the distance that is called
optimal string alignment, a restricted form of Damerau's, Communications of the ACM 7(3), 1964).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.intp]
Letters = npt.NDArray[np.uint32]

_LETTERS = 32
"""Letters are told apart by so many bits when most words are left out."""


def within(words: bytes, ends: npt.NDArray[np.integer], wanted: str, distance: int) -> tuple[Numbers, Numbers]:
    """The numbers of the words at most `distance` edits from `wanted`, ascending, and how many edits each is away.

    `words` are UTF-8, one after the other; `ends` is where each begins, and where the last one ends.
    """
    letters, starts = _code_points(words, ends)
    lengths = np.diff(starts)
    target = np.frombuffer(wanted.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    able = np.flatnonzero((np.abs(lengths - len(target)) <= distance) & (lengths > 0))
    if not len(able):
        return able, able
    # An edit takes at most one letter away and brings at most one.
    bits = np.uint32(1) << (letters % _LETTERS)
    has = np.bitwise_or.reduceat(bits, starts[:-1][lengths > 0])[np.cumsum(lengths > 0)[able] - 1]
    asked = np.bitwise_or.reduce(np.uint32(1) << (target % _LETTERS))
    able = able[(np.bitwise_count(has & ~asked) <= distance) & (np.bitwise_count(asked & ~has) <= distance)]
    if not len(able):
        return able, able
    edits = _edits(_padded(letters, starts[able], lengths[able]), lengths[able], target)
    near = edits <= distance
    return able[near], edits[near]


def _code_points(words: bytes, ends: npt.NDArray[np.integer]) -> tuple[Letters, Numbers]:
    """All letters of the words, and where in these each word begins."""
    held = np.frombuffer(words, dtype=np.uint8)
    begins = np.concatenate(([0], np.cumsum((held & 0xC0) != 0x80)))
    letters = np.frombuffer(words.decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return letters, begins[ends.astype(np.intp)]


def _padded(letters: Letters, starts: Numbers, lengths: Numbers) -> Letters:
    """The words as columns; below their ends stands what belongs to others."""
    rows = np.arange(int(lengths.max()))[:, None]
    padded: Letters = letters[np.minimum(starts + rows, len(letters) - 1)]
    return padded


def _edits(words: Letters, lengths: Numbers, target: Letters) -> Numbers:
    """How many edits each column of `words` is away from the target: the usual table, for all words at once."""
    size, count = len(target), words.shape[1]
    before = None
    row = np.repeat(np.arange(size + 1)[:, None], count, axis=1)
    found = np.where(lengths == 0, size, 0)
    for at in range(len(words)):
        above, row = row, np.empty_like(row)
        row[0] = at + 1
        for i in range(1, size + 1):
            same = words[at] == target[i - 1]
            row[i] = np.minimum(np.minimum(above[i], row[i - 1]) + 1, above[i - 1] + ~same)
            if before is not None and i > 1:
                swapped = (words[at] == target[i - 2]) & (words[at - 1] == target[i - 1])
                row[i] = np.where(swapped, np.minimum(row[i], before[i - 2] + 1), row[i])
        found = np.where(lengths == at + 1, row[size], found)
        before = above
    return found
