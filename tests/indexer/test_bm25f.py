"""The scoring model: never negative, more is more, and repetition and length weigh less and less."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer import bm25f

COUNTS = st.integers(1, 10_000)


@given(COUNTS, COUNTS)
def test_a_word_that_fewer_statements_have_tells_more_and_none_tells_nothing(one: int, other: int) -> None:
    rarer, commoner = sorted((one, other))
    assert bm25f.rarity(rarer, 10_000) >= bm25f.rarity(commoner, 10_000) > 0


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_repeating_a_word_counts_for_more_and_never_beyond_a_bound(one: float, other: float) -> None:
    less, more = bm25f.damped(np.array(sorted((one, other))))
    # Neighbouring numbers may change places in the last digit of the quotient.
    assert 0 <= less <= more + 1e-12 <= bm25f.DAMPING + 1 + 1e-12


@given(st.integers(1, 1000))
def test_a_word_typed_again_counts_for_more_but_not_as_much_again(often: int) -> None:
    assert bm25f.repetition(1) == 1
    assert 0 < bm25f.repetition(often + 1) - bm25f.repetition(often) < 1


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0.1, 1e4))
def test_a_word_counts_for_less_in_a_longer_field(one: float, other: float, mean: float) -> None:
    short, long = bm25f.field_factors(1.0, np.array(sorted((one, other))), mean)
    assert short >= long > 0


def test_a_field_of_mean_length_weighs_what_its_weight_says_also_where_all_are_empty() -> None:
    assert bm25f.field_factors(0.25, np.array([7.0]), 7.0).tolist() == [0.25]
    assert np.isfinite(bm25f.field_factors(1.0, np.array([0.0]), 0.0)).all()
