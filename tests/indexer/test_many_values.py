"""A facet with more values than a page shows: the most frequent first, the chosen ones always, and how many in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from indexer.engine import MOST_VALUES, Answer, IndexDocument, Position, Request, SearchEngine
from indexer.open import open_engine
from indexer.query import parse

TOPICS = 130
TEXTS = ("kratom", "kava")


def topics(number: int) -> tuple[str, ...]:
    """Topic 000 is on every statement, topic 001 on every second one, and so on."""
    return tuple(f"topic {each:03}" for each in range(TOPICS) if number % (each + 1) == 0)


DOCUMENTS = tuple(
    IndexDocument(number, 1, {"text": TEXTS[number % 2]}, {"topic": topics(number), "type": (f"t{number % 3}",)}, 0, 0)
    for number in range(1, 301)
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    made = open_engine(f"whoosh:{tmp_path_factory.mktemp('values') / 'index'}")
    made.rebuild(DOCUMENTS[:200], Position("s", "f", 1))
    made.apply(DOCUMENTS[200:], (), Position("s", "f", 2))
    yield made
    made.close()


def counted(engine: SearchEngine, words: str = "", most: int | None = MOST_VALUES, **chosen: tuple[str, ...]) -> Answer:
    return engine.search(Request(parse(words).tree, chosen, limit=0, most_values=most))


def expected(words: str = "", kind: str = "") -> list[tuple[str, int]]:
    counts = Counter(
        topic
        for each in DOCUMENTS
        if words in each.words["text"] and kind in each.facets["type"][0]
        for topic in each.facets["topic"]
    )
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


@pytest.mark.parametrize("most", [0, 1, 2, 7, 49, 50, 129, 130, 131, 10_000, None])
def test_the_most_frequent_values_come_first_and_all_are_counted(engine: SearchEngine, most: int | None) -> None:
    for words in ("", "kratom"):
        answer = counted(engine, words, most)
        assert list(answer.facets["topic"].items()) == expected(words)[:most]
        assert answer.facet_sizes["topic"] == len(expected(words))


def test_a_chosen_value_is_told_however_rare_it_is(engine: SearchEngine) -> None:
    rare = expected("kratom")[-1]
    assert rare[1] == 1
    answer = counted(engine, "kratom", 5, topic=(rare[0], "no such topic"))
    assert list(answer.facets["topic"].items()) == [*expected("kratom")[:5], rare, ("no such topic", 0)]
    assert answer.facet_sizes["topic"] == len(expected("kratom"))


def test_counts_and_sizes_leave_the_choice_of_their_own_facet_out_and_no_other(engine: SearchEngine) -> None:
    answer = counted(engine, most=None, topic=("topic 099",), type=("t1",))
    assert list(answer.facets["topic"].items()) == expected(kind="t1")
    assert answer.facet_sizes["topic"] == len(expected(kind="t1"))
    assert answer.facets["type"] == {"t0": 1, "t1": 1, "t2": 1}
    assert answer.total == 1
