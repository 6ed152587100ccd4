"""In which order hits come: by the words typed, how often they were typed, and whether they stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine import IndexDocument, Position, Request, SearchEngine
from indexer.open import open_engine
from indexer.query import parse
from indexer.scan import matches
from indexer.tree import Or, Ordered, Tree, Widened, Word

TEXTS = (
    "the joint of a sheep had some function",
    "some function of a sheep had the joint",
    "the sheep had some of a joint function",
    "kratom helps some sheep",
    "ketum helps some sheep",
    "kratom is ketum, which helps",
)
KRATOM, KETUM, SHEEP = (Word(word, word) for word in ("kratom", "ketum", "sheep"))


def document(number: int, text: str) -> IndexDocument:
    return IndexDocument(number, 1, {"text": text}, {}, grade_rank=0, cited=0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    made = open_engine(f"whoosh:{tmp_path / 'index'}")
    made.rebuild((document(number, text) for number, text in enumerate(TEXTS)), Position("s", "f", 1))
    yield made
    made.close()


def found(engine: SearchEngine, tree: Tree) -> dict[int, float]:
    answer = engine.search(Request(tree, time_limit=60))
    assert set(answer.ids) == {n for n, text in enumerate(TEXTS) if matches(tree, document(n, text))}
    return dict(zip(answer.ids, answer.scores, strict=True))


def test_words_typed_side_by_side_lead_where_they_stand_side_by_side(engine: SearchEngine) -> None:
    scores = found(engine, parse("joint function").tree)
    assert list(scores) == [2, 0, 1]
    assert scores[2] > scores[0] == scores[1]


def test_a_word_typed_twice_counts_for_more(engine: SearchEngine) -> None:
    once, twice = (found(engine, parse(typed).tree) for typed in ("kratom OR sheep", "kratom OR kratom OR sheep"))
    assert once.keys() == twice.keys()
    assert once[5] < twice[5] < 2 * once[5]
    assert once[0] == twice[0]


def test_another_name_finds_and_counts_a_little_less_than_what_was_typed(engine: SearchEngine) -> None:
    scores = found(engine, Widened(KRATOM, (KETUM,)))
    assert set(scores) == {3, 4, 5}
    assert scores[3] > scores[4]


def test_all_names_of_one_thing_count_as_one_word(engine: SearchEngine) -> None:
    both = found(engine, Widened(KRATOM, (KETUM,)))
    apart = found(engine, Or((KRATOM, KETUM)))
    assert max(both.values()) < max(apart.values())


def test_a_name_of_several_words_is_found_by_all_of_them(engine: SearchEngine) -> None:
    name = parse("some sheep").tree
    scores = found(engine, Widened(name, (parse('"kratom is ketum"').tree,)))
    assert set(scores) == {0, 1, 2, 3, 4, 5}


def test_words_that_only_order_find_nothing(engine: SearchEngine) -> None:
    plain = found(engine, KRATOM)
    scores = found(engine, Ordered(KRATOM, Or((KRATOM, SHEEP))))
    assert set(scores) == set(plain) == {3, 5}
    assert scores[3] > plain[3]
    assert scores[5] == plain[5]
