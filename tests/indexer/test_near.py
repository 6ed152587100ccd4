"""Words spelled nearly alike: the same as the table of edits worked out word by word."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.near import within

# Few letters, so that words are alike; among them some of two, three and four bytes.
WORDS = st.text("abcé語𝔸", min_size=0, max_size=7)


def edits(one: str, other: str) -> int:
    """The distance by its definition."""
    table = {(i, j): i + j for i in range(len(one) + 1) for j in range(len(other) + 1) if not i or not j}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = table[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, changed)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


def near(words: list[str], wanted: str, distance: int) -> dict[str, int]:
    encoded = [word.encode() for word in words]
    ends = np.array([0, *accumulate(map(len, encoded))], dtype=np.uint32)
    numbers, far = within(b"".join(encoded), ends, wanted, distance)
    assert sorted(numbers.tolist()) == numbers.tolist()
    return {words[number]: edits_ for number, edits_ in zip(numbers.tolist(), far.tolist(), strict=True)}


@given(st.lists(WORDS, max_size=12, unique=True), WORDS.filter(bool), st.integers(0, 3))
def test_the_same_words_are_near_as_word_by_word(words: list[str], wanted: str, distance: int) -> None:
    expected = {word: edits(word, wanted) for word in words if word and edits(word, wanted) <= distance}
    assert near(words, wanted, distance) == expected


@pytest.mark.parametrize(
    ("word", "wanted", "far"),
    [("kratom", "kratom", 0), ("kratom", "kartom", 1), ("kratom", "kratim", 1), ("the", "teh", 1), ("ca", "abc", 3)],
)
def test_a_slip_is_one_edit(word: str, wanted: str, far: int) -> None:
    assert near([word, "something else"], wanted, 3) == {word: far}


def test_no_words_are_near_to_none() -> None:
    assert near([], "kratom", 2) == {}
