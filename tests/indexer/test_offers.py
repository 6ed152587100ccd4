"""Where nothing is found, what is offered finds something: what the offer says it finds, and under the same filters."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.offers import MOST_TRIED, likeliest
from indexer.search import Results, SearchRequest
from tests.indexer.library import Library


def run(library: Library, typed: str, **selected: tuple[str, ...]) -> Results:
    return library.search.run(SearchRequest(typed, selected), library.day)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("kratm", "kratom"),
        ("jratom", "kratom"),
        ("joint functoin", "joint function"),
        ("kratm opiod", "kratom opioid"),
        ('"joint functoin"', '"joint function"'),
        ("kratm zzzzq", "OR"),
        ("jointfunction", "joint function"),
        ("kra tom", "kratom"),
        ("kratm -nausea", "kratom -nausea"),
        ("(kratm opiod) receptor", "kratom opioid receptor"),
        ("7-hidroxymitragynine", "7-hydroxymitragynine"),
    ],
)
def test_a_misspelt_query_offers_one_that_finds_as_much_as_it_says(library: Library, typed: str, offered: str) -> None:
    results = run(library, typed)
    assert results.total == 0
    best = results.offers.spellings[0]
    assert offered in best.words
    assert run(library, best.words).total == best.total > 0


def test_words_that_never_meet_offer_any_of_them_and_do_not_run_it(library: Library) -> None:
    results = run(library, "joint nausea")
    assert results.total == 0
    assert results.offers.any_of is not None
    assert run(library, results.offers.any_of.words).total == results.offers.any_of.total > 0


def test_offers_keep_the_filters(library: Library) -> None:
    results = run(library, "kratm", type=("safety",))
    best = results.offers.spellings[0]
    assert best.filtered
    assert best.total == run(library, "kratom", type=("safety",)).total


def test_a_spelling_that_only_other_filters_find_is_offered_without_them(library: Library) -> None:
    assert run(library, "joint function").total
    results = run(library, "joint functoin", type=("safety",), grade=("grade:high",))
    best = results.offers.spellings[0]
    assert not best.filtered
    assert best.words == "joint function"
    assert best.total == run(library, "joint function").total


def test_fewer_filters_are_offered_each_with_its_count(library: Library) -> None:
    chosen = {"type": ("safety",), "grade": ("grade:high",)}
    results = run(library, "kratom", **chosen)
    assert results.total == 0
    fewer = {each.facet: each.total for each in results.offers.fewer}
    assert fewer["grade"] == run(library, "kratom", type=("safety",)).total
    assert fewer[None] == run(library, "kratom").total
    assert all(fewer.values())


def test_nothing_is_offered_that_finds_nothing(library: Library) -> None:
    offers = run(library, "xqzzy wvvvk").offers
    assert (offers.spellings, offers.any_of, offers.fewer) == ((), None, ())


def test_nothing_is_offered_where_something_was_found(library: Library) -> None:
    offers = run(library, "kratom").offers
    assert (offers.spellings, offers.any_of, offers.fewer) == ((), None, ())


@given(st.lists(st.lists(st.integers(), min_size=1, max_size=3), max_size=4))
def test_every_choice_comes_once_and_the_likelier_first(choices: list[list[int]]) -> None:
    ranks = [range(len(each)) for each in choices]
    every = list(likeliest(ranks, most=1000))
    assert sorted(every) == list(product(*ranks))
    assert [sum(each) for each in every] == sorted(map(sum, every))
    assert list(likeliest(choices, most=5)) == [
        tuple(choices[at][rank] for at, rank in enumerate(each)) for each in every[:5]
    ]


def test_of_a_hundred_doubtful_words_no_more_choices_are_made_than_are_asked_for() -> None:
    assert len(list(likeliest(["ab"] * 100))) == MOST_TRIED


@pytest.mark.parametrize("typed", ["kratim livr " * 60, f'"{"kratim livr " * 60}"', "kratim/livr" * 60])
def test_ever_so_many_misspelt_words_are_answered(library: Library, typed: str) -> None:
    assert run(library, typed).total == 0
