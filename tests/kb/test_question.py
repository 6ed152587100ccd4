"""What makes two questions the same, and two answers to one question opposed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.question import Answer, Asked, normal, question_number

WORDS = st.text(st.sampled_from("aBÄß .!…\n\u00a0"), max_size=8)
ASKED = Asked("adults", "tea", "pain")
FOR = Answer(1, "a", ASKED, "", "grade", "low", "supports", "Tea relieves pain.")
AGAINST = replace(FOR, id=2, direction="contradicts")


@pytest.mark.parametrize(
    ("intervention", "outcome"),
    [("TEA", "Pain"), (" tea ", "pain."), ("tea", "pain …"), ("te\u0041", "PAIN;"), ("tea\n", "\u00a0pain")],
)
def test_case_blanks_and_punctuation_at_the_end_make_no_other_question(intervention: str, outcome: str) -> None:
    assert question_number(intervention, outcome) == question_number("tea", "pain")
    assert Asked.of("Adults.", intervention, outcome) == ASKED


@pytest.mark.parametrize("parts", [(None, "pain"), ("tea", None), ("", "pain"), ("tea", " … ")])
def test_without_intervention_or_outcome_there_is_no_question(parts: tuple[str | None, str | None]) -> None:
    assert question_number(*parts) is None
    assert not Asked.of("adults", *parts).is_whole


@given(WORDS, WORDS, WORDS, WORDS)
def test_the_number_is_shared_exactly_by_the_same_words(one: str, two: str, three: str, four: str) -> None:
    same = (normal(one), normal(two)) == (normal(three), normal(four))
    first, second = question_number(one, two), question_number(three, four)
    assert (first is None) == (not normal(one) or not normal(two))
    if first is not None:
        assert (first == second) == same
        assert -(2**63) <= first < 2**63


@pytest.mark.parametrize("words", ["Straße", "İstanbul", "a  b .", " Ä\u00a0b!?"])
def test_folding_twice_changes_nothing(words: str) -> None:
    assert normal(normal(words)) == normal(words)


def test_a_population_that_one_does_not_state_may_be_the_same_and_another_is_not() -> None:
    assert ASKED.may_be(replace(ASKED, population=""))
    assert not ASKED.may_be(replace(ASKED, population="children"))


@pytest.mark.parametrize(
    ("change", "opposed"),
    [
        ({}, True),
        ({"direction": "no-effect"}, True),
        ({"direction": "mixed"}, False),
        ({"direction": "supports"}, False),
        ({"scale": "civic"}, False),
        ({"scale": "", "level": "", "direction": "not-stated"}, False),
        ({"text": "Tea worsens pain."}, False),
        ({"comparator": "coffee"}, True),
    ],
)
def test_what_makes_two_answers_opposed(change: dict[str, str], opposed: bool) -> None:
    other = replace(AGAINST, **change)  # type: ignore[arg-type]
    assert FOR.opposes(other) is opposed
    assert other.opposes(FOR) is opposed
    assert FOR.contradicts(other) is opposed


def test_answers_that_compare_with_different_things_are_not_opposed() -> None:
    assert not replace(FOR, comparator="water").opposes(replace(AGAINST, comparator="coffee"))


def test_opposed_answers_to_questions_that_only_may_be_one_do_not_contradict_each_other() -> None:
    unsaid = replace(AGAINST, asked=replace(ASKED, population=""))
    assert FOR.opposes(unsaid)
    assert not FOR.contradicts(unsaid)
