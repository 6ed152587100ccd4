"""Long questions do not drown in common words; short ones keep them."""

from __future__ import annotations

import pytest

from indexer.common import FEWEST, without_common
from indexer.query import parse
from indexer.tree import Everything, Or, Ordered, Tree, Widened, Word, as_text

STATEMENTS = 10_000
COMMON = {"the", "of", "is"}
QUESTION = "what OR is OR the OR effect OR of OR kratom"


def count(tree: Tree) -> int:
    """How many statements a made-up collection has with a word."""
    if isinstance(tree, Everything):
        return STATEMENTS
    word = tree.part if isinstance(tree, Widened) else tree
    assert isinstance(word, Word)
    return STATEMENTS // 2 if word.surface in COMMON else 40


def test_common_words_of_a_long_question_order_the_hits_and_find_none() -> None:
    tree, common = without_common(parse(QUESTION).tree, count)
    assert isinstance(tree, Ordered)
    assert isinstance(tree.part, Or)
    assert [word.surface for word in common] == ["is", "the", "of"]
    assert {as_text(part) for part in tree.part.parts} == {"what", "effect", "kratom"}
    assert tree.by == parse(QUESTION).tree
    assert as_text(tree) == QUESTION


def test_a_short_question_keeps_its_common_words() -> None:
    for typed in ("the OR kratom", "may OR not OR is OR the OR of", "what is the effect of kratom"):
        assert without_common(parse(typed).tree, count) == (parse(typed).tree, ())


def test_a_question_of_common_words_only_keeps_them() -> None:
    tree = parse("the OR of OR is OR the OR of OR is").tree
    assert without_common(tree, count) == (tree, ())


def test_in_a_small_store_no_word_is_too_common() -> None:
    tree = parse(QUESTION).tree
    assert without_common(tree, lambda _: FEWEST) == (tree, ())


def test_only_words_are_counted_and_none_after_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Tree] = []

    def counting(tree: Tree) -> int:
        asked.append(tree)
        return count(tree)

    without_common(parse('"the of" OR bein* OR (a the) OR the OR kratom OR is').tree, counting)
    assert [as_text(tree) for tree in asked if not isinstance(tree, Everything)] == ["the", "kratom", "is"]
    monkeypatch.setattr("indexer.common.SECONDS", 0)
    assert without_common(parse(QUESTION).tree, count) == (parse(QUESTION).tree, ())
