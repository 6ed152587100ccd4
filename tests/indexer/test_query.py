"""What the reader typed, as a query: the language, what is ignored and why, and that nothing typed can break it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query import DEEPEST_NESTING, LONGEST_QUERY, MOST_REMARKS, MOST_WORDS, any_of, parse
from indexer.tree import And, Everything, Leaf, Not, Nothing, Or, Phrase, PhrasePrefix, Prefix, Tree, Word, as_text

A, B, C = Word("a", "a"), Word("b", "b"), Word("c", "c")
IL6 = Phrase(("il", "6"), ("il", "6"))
# Pieces that the language turns on, so that random queries are not all plain words.
PIECES = st.sampled_from(
    [
        "a",
        "liver",
        "IL-6",
        "tox*",
        "7-hydroxymit*",
        "*",
        "OR",
        "NOT",
        "AND",
        "-",
        "--",
        "(",
        ")",
        '"',
        "“",
        "grade:",
        "\0",
        "β",
        " ",
    ]
)
ANY_QUERY = st.lists(PIECES | st.text(max_size=5), max_size=40).map(" ".join) | st.lists(PIECES).map("".join)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Everything()),
        (" \n", Everything()),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a and b", And((A, Word("and", "and"), B))),
        ("a OR b", Or((A, B))),
        ("a or b", And((A, Word("or", "or"), B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a not b", And((A, Word("not", "not"), B))),
        ("-a", Not(A)),
        ("NOT NOT a", A),
        ("a -(b c)", And((A, Not(And((B, C)))))),
        ('a -"b c"', And((A, Not(Phrase(("b", "c"), ("b", "c")))))),
        ("a-b", Phrase(("a", "b"), ("a", "b"))),
        ("a - b", And((A, B))),
        ("IL-6", IL6),
        ("IL6", IL6),
        ('"IL 6"', IL6),
        ("“a b”", Phrase(("a", "b"), ("a", "b"))),
        ('"a"', A),
        ("a/b", Phrase(("a", "b"), ("a", "b"))),
        ("a,b", And((A, B))),
        ("a:b", And((A, B))),
        ("tox*", Prefix("tox")),
        ("7-hydroxymit*", PhrasePrefix(("7",), ("7",), "hydroxymit")),
        ("ab*", Word("ab", "ab")),
        ("[a TO b]", And((A, Word("to", "to"), B))),
        ("don’t", Word("don't", "don't")),
    ],
)
def test_the_language_reads_as_it_is_described(typed: str, tree: Tree) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize(
    ("typed", "ignored", "tree"),
    [
        ('a "b', '"', And((A, B))),
        ("(a b", "(", And((A, B))),
        ("a) b", ")", And((A, B))),
        ("a OR", "OR", A),
        ("OR a", "OR", A),
        ("a NOT", "NOT", A),
        ("a ?!", "?!", A),
        ("a 😀", "😀", A),
        ("a b*", "b*", And((A, B))),
        ('"a *"', "*", A),
        ("a ()", "( )", A),
        ("*", "*", Nothing()),
        ("NOT", "NOT", Nothing()),
        ("\0", "\0", Nothing()),
    ],
)
def test_what_is_ignored_is_said_with_its_reason(typed: str, ignored: str, tree: Tree) -> None:
    parsed = parse(typed)
    assert parsed.tree == tree
    assert ignored in [each.text for each in parsed.ignored]
    assert all(each.reason for each in parsed.ignored)


def test_a_query_that_is_all_understood_ignores_nothing() -> None:
    assert parse('(kratom OR "joint function") liver -toxic* IL-6').ignored == ()


def test_words_for_marks_leave_out_what_is_not_wanted() -> None:
    assert parse("a -b (c OR NOT d) a").words == (A, C)


@pytest.mark.parametrize(
    ("typed", "wider"),
    [
        ("kratom liver", "kratom OR liver"),
        ("kratom IL-6 -dog", "(kratom OR il-6) -dog"),
        ("kratom", None),
        ("kratom OR liver", None),
        ("-kratom", None),
        ("", None),
    ],
)
def test_the_wider_query_asks_for_any_of_the_same_words(typed: str, wider: str | None) -> None:
    tree = any_of(parse(typed))
    assert (tree and as_text(tree)) == wider


def test_a_long_query_is_cut_at_a_blank_and_says_so() -> None:
    parsed = parse("word " * 5_000)
    assert any("characters" in each.reason for each in parsed.ignored)
    assert set(parsed.words) == {Word("word", "word")}


def test_too_many_words_are_left_out_and_said() -> None:
    parsed = parse(" ".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100)))
    assert len(parsed.words) == MOST_WORDS
    assert any(str(MOST_WORDS) in each.reason for each in parsed.ignored)


@pytest.mark.parametrize("typed", ["(", '"', "NOT ", "-", "*", "a-", "(a OR ", '"a" ', "-(", "a)", "OR "])
def test_ten_thousand_of_anything_are_read(typed: str) -> None:
    parsed = parse(typed * 10_000)
    assert depth(parsed.tree) <= 3 * DEEPEST_NESTING
    assert 0 < len(parsed.ignored) <= MOST_REMARKS


@given(ANY_QUERY)
def test_whatever_is_typed_gives_a_bounded_query(typed: str) -> None:
    parsed = parse(typed)
    assert depth(parsed.tree) <= 3 * DEEPEST_NESTING
    assert sum(size(leaf) for leaf in parsed.words) <= MOST_WORDS
    assert len(parsed.ignored) <= MOST_REMARKS
    assert all(len(each.text) <= 40 for each in parsed.ignored)
    assert bool(typed.strip()) or parsed.tree == Everything()


@given(ANY_QUERY)
def test_a_query_written_down_again_is_the_same_query(typed: str) -> None:
    tree = parse(typed).tree
    if not isinstance(tree, Nothing) and len(as_text(tree)) < LONGEST_QUERY:
        assert parse(as_text(tree)).tree == tree


def test_every_naughty_string_is_a_query(shared: Path) -> None:
    for typed in json.loads((shared / "examples/strings/naughty-strings.json").read_text("utf-8")):
        assert depth(parse(typed).tree) <= 3 * DEEPEST_NESTING


def depth(tree: Tree) -> int:
    if isinstance(tree, And | Or):
        return 1 + max(depth(part) for part in tree.parts)
    return 1 + depth(tree.part) if isinstance(tree, Not) else 1


def size(leaf: Leaf) -> int:
    if isinstance(leaf, Phrase):
        return len(leaf.terms)
    return len(leaf.terms) + 1 if isinstance(leaf, PhrasePrefix) else 1
