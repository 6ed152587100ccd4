"""Which of a facet's values begin with what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from indexer.text import tokens
from indexer.values import fits


def surfaces(text: str) -> list[str]:
    return [token.surface for token in tokens(text)]


WRITTEN = some.text(alphabet="aAbB7ßéÉβ'’- .\x00\x7f\xad", max_size=12)


@given(label=WRITTEN, value=WRITTEN, find=WRITTEN)
def test_a_value_fits_where_each_word_begins_one_of_its_own(label: str, value: str, find: str) -> None:
    own = [*surfaces(label), *surfaces(value)]
    expected = all(any(word.startswith(each) for word in own) for each in surfaces(find))
    assert fits(label, value, surfaces(find)) == expected


@pytest.mark.parametrize("find", ["kra", "KRÁ auto", "autoimmune kratom", "IL-6", "il6"])
def test_label_and_value_are_both_looked_at(find: str) -> None:
    assert fits("Kratom, Autoimmune conditions", "il-6", surfaces(find))
    assert not fits("Something else", "s-07", surfaces(find))
