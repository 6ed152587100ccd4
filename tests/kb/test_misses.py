"""What people searched and did not find is kept as words, day and count, within limits, and nothing that is theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kb import misses
from kb.misses import Gap, add, any_too_old, forget, forget_all, gaps, how_many, kept
from kb.model import Change, Revision, SearchMiss
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
SPOKEN = 'the quick brown fox IL-6 7-OH vitamin-D β-carboline Straße kratom-induced (OR NOT) "liver" psoríasis * -'
typed = st.one_of(
    st.text(),
    st.text(alphabet="0123456789 -./@＠()aOR１٣①½\u200b\u00ad\ufe0f\t\n"),
    st.lists(st.sampled_from([*SPOKEN.split(), "0151", "@", "a@b.org", "12.3.71", "x" * 39, "OR", "not"])).map(
        " ".join
    ),
)


def rows(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(SearchMiss)) or 0


@given(typed)
@example("one@example.org")
@example("1\u200b2345")
@example("１２３４５")
@example("OR\u0301")
@example("“" * 210 + " a")
@example("word " * 100)
def test_nothing_kept_has_an_address_or_five_digits_and_keeping_it_again_changes_nothing(text: str) -> None:
    words = kept(text)
    if words is None:
        return
    assert kept(words) == words
    plain = unicodedata.normalize("NFKC", words)
    assert "@" not in plain
    assert sum(each.isdigit() for each in plain) < 5
    assert words.isprintable()
    assert words == " ".join(words.split())
    assert words == unicodedata.normalize("NFC", words)
    assert 0 < len(words) <= 200
    assert any(each.isalnum() for each in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IL-6", "il-6"),
        ("7-OH", "7-oh"),
        ("COVID-19", "covid-19"),
        ("vitamin B12", "vitamin b12"),
        ("omega-3", "omega-3"),
        ("  Moon\tdust\n", "moon dust"),
        ("guideline 2019", "guideline 2019"),
        ("Psori\u0301asis", "psor\u00edasis"),
        ("ra\u00adsh\u200b", "rash"),
        ("Kratom OR (NOT Liver) or not", "kratom OR (NOT liver) or not"),
        ('"May not" -Mouse kra*', '"may not" -mouse kra*'),
        ("皮膚炎", "皮膚炎"),
        ("word " * 100, ("word " * 40)[:-1]),
    ],
)
def test_words_are_kept_as_they_mean_the_same_search(text: str, words: str) -> None:
    assert kept(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.org",
        "ann＠example.org",
        "ann [at] example.org",
        "ann%40example.org",
        "0151 234 567",
        "0151-234-567 rash",
        "born 12.03.1971",
        "born 1.2.71",
        "born 1 / 2 / 71",
        "patient A12B345",
        "٠١٢٣٤",
        "①②③④⑤",
        "1\u200b2\u00ad345",
        "https://example.org/reset?token=abc",
        "www.example.org",
        "caveat_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
        "Dear doctor, " * 100,
        "word " * 30 + "ann@example.org " + "word " * 30,
        "word " * 60 + "0151 234 567",
        "?!",
        "",
        "\u200b\u3164\u2800",
    ],
)
def test_what_may_be_somebodys_is_not_kept_at_all(text: str, store: Store) -> None:
    assert kept(text) is None
    with store.writing() as session:
        add(session, {text: 3}, DAY)
    assert rows(store) == 0


def test_searches_add_up_by_day_and_are_listed_by_how_often_and_how_lately(store: Store) -> None:
    with store.writing() as session:
        add(session, {"Moon dust": 2, "moon  DUST": 1, "old": 4, "new": 1}, DAY - timedelta(days=2))
    with store.writing() as session:
        add(session, {"moon dust": 2, "new": 3}, DAY)
    expected = [
        Gap("moon dust", 5, DAY - timedelta(days=2), DAY),
        Gap("new", 4, DAY - timedelta(days=2), DAY),
        Gap("old", 4, DAY - timedelta(days=2), DAY - timedelta(days=2)),
    ]
    with store.reading() as session:
        assert gaps(session) == expected
        assert gaps(session, 1, 1) == expected[1:2]
        assert gaps(session, 3) == []
        assert how_many(session) == 3


def test_a_count_is_a_count_however_large(store: Store) -> None:
    for _ in range(2):
        with store.writing() as session:
            add(session, {"moon dust": 2**40}, DAY)
    with store.reading() as session:
        assert gaps(session)[0].count == 2**41


def test_one_search_is_forgotten_on_all_its_days_however_it_is_typed_and_the_others_stay(store: Store) -> None:
    with store.writing() as session:
        add(session, {"ann smith": 2, "moon dust": 1}, DAY - timedelta(days=1))
        add(session, {"ann smith": 2}, DAY)
        assert forget(session, "Ann  Smith") == 2
        assert forget(session, "ann smith") == 0
        assert forget(session, "") == 0
    with store.reading() as session:
        assert [each.query for each in gaps(session)] == ["moon dust"]
    with store.writing() as session:
        assert forget_all(session) == 1
    assert rows(store) == 0


def test_after_four_hundred_days_a_search_is_gone(store: Store) -> None:
    with store.writing() as session:
        add(session, {"last": 9}, DAY - timedelta(days=400))
        assert not any_too_old(session, DAY)
        assert any_too_old(session, DAY + timedelta(days=1))
        add(session, {}, DAY)
        assert [each.query for each in gaps(session)] == ["last"]
        add(session, {}, DAY + timedelta(days=1))
        assert gaps(session) == []


def test_of_too_many_the_rarest_go_and_of_these_the_oldest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "MOST_ROWS", 20)
    monkeypatch.setattr(misses, "ROOM", 5)
    with store.writing() as session:
        # Once a day, but on many days: no day of it is rare.
        for day in range(10):
            add(session, {"steady": 1}, DAY - timedelta(days=day))
        add(session, {f"once {letter}": 1 for letter in "abc"}, DAY - timedelta(days=30))
        add(session, {f"lately {letter}": 1 for letter in "defg"}, DAY - timedelta(days=1))
        add(session, {"often": 50}, DAY - timedelta(days=300))
    assert rows(store) == 18
    with store.writing() as session:
        add(session, {"new a": 1, "new b": 1}, DAY)
    assert rows(store) == 20
    with store.writing() as session:
        add(session, {"new c": 2}, DAY)
    with store.reading() as session:
        found = {each.query for each in gaps(session)}
    assert rows(store) == 15
    assert found == {"steady", "often", "new a", "new b", "new c", "lately g"}


def test_a_flood_of_ten_thousand_leaves_what_people_search_again(store: Store) -> None:
    with store.writing() as session:
        add(session, {"moon dust": 2}, DAY - timedelta(days=9))
        add(session, {f"flood {at // 100:x} {chr(97 + at % 26)} {'z' * (at % 37)}": 1 for at in range(20_000)}, DAY)
        assert gaps(session, limit=1)[0].query == "moon dust"
    assert rows(store) <= 10_000


def test_a_miss_is_no_change_of_the_knowledge(demo: Store, everything: Callable[[Store], dict[str, Any]]) -> None:
    before = everything(demo)
    with demo.writing() as session:
        add(session, {"moon dust": 2}, DAY)
    after = everything(demo)
    assert after.pop("search_miss") == [("moon dust", DAY, 2)]
    assert before.pop("search_miss") == []
    assert after == before
    assert {Revision.__tablename__, Change.__tablename__} <= set(after)
    with demo.reading() as session:
        assert list(faults(session)) == []
