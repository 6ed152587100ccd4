"""Whatever is typed: it is read in bounded work, written down and read again alike, and answered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.asked import understood
from indexer.names import load_names
from indexer.query import DEEPEST_NESTING, MOST_REMARKS, MOST_WORDS, any_of, parse
from indexer.search import SearchRequest, search_store
from indexer.text import LONGEST_TERM
from indexer.tree import And, Not, Nothing, Or, Ordered, Phrase, Tree, Widened, Word, as_text, every_leaf
from indexer.widen import MOST_IN_ALL
from tests.indexer.library import Library

# What has broken software before: operators, quotation marks of all kinds, marks without a letter, text that runs
# backwards, invisible characters, half characters, other scripts, markup, formats, other query languages.
NASTY = [
    "AND", "OR", "NOT", "NOT NOT", "-", "--", "---a", "- -", "+", "*", "**", "a*", "*a", "a*b*", "?", "~2",
    "^3", "a~", "(", ")", "()", "((", "))", ")(", '"', '""', '"""', "“", "”", "„", "«", "»", "'", "’s",
    "`", "[a TO z]", "{a}", "a..b", "field:x", "grade:low", ":", "::", "/re/", "\\", "\\\\", "%", "%00", "%s",
    "%n", "{0}", "{{7*7}}", "${x}", "#", "&&", "||", "!", "!!", "\0", "\t", "\r\n", "\x1b[31m", "\ud800",
    "\udfff", "\uffff", "\ufeff", "\u200b", "\u200d", "\u202e", "\u0301", "e\u0301", "\u0344", "🦠",
    "👩‍⚕️", "🇩🇪", "肝臓", "かな", "ไทย", "עברית", "عربي", "ﬁ", "½", "²", "Ⅳ", "ß", "İ", "ı", "β",
    "TNFα", "γδ", "IL-6", "7-OH", "omega-3", "a-b-c-d", "a/b", "10.1000/x", "x@y.z", "<b>", "<script>", "</",
    "&amp;", "'; DROP TABLE statement;--", "1=1", "../../etc/passwd", "file:///", "kratom", "liver", "RA",
    "the", "may", "not", "x" * 70, "kratim", "livr", "jointpain", "livr/kratim",
]  # fmt: skip
PIECES = st.sampled_from(NASTY) | st.text(max_size=6)
QUERIES = (
    st.lists(PIECES, max_size=30).map(" ".join)
    | st.lists(PIECES, max_size=30).map("".join)
    | st.builds(lambda piece, often: piece * often, PIECES, st.integers(0, 400))
)


def depth(tree: Tree) -> int:
    """How deep a tree goes."""
    match tree:
        case And(parts) | Or(parts):
            return 1 + max(map(depth, parts))
        case Not(part) | Widened(part, _) | Ordered(part, _):
            return 1 + depth(part)
        case _:
            return 1


def alike(tree: Tree) -> bool:
    """Whether the tree, written down and read again, searches the same; that nothing can be searched has no words.

    Words that were cut to the longest term there is are written down cut, and not compared.
    """
    if any(len(word) > LONGEST_TERM // 2 for leaf in every_leaf(tree) for word in as_text(leaf).split()):
        return True
    return isinstance(tree, Nothing) or searched(parse(as_text(tree)).tree) == searched(tree)


def searched(tree: Tree) -> object:
    """What of a tree decides what it finds: of words their terms, of beginnings their letters."""
    match tree:
        case Word(term):
            return term
        case Phrase(terms):
            return terms
        case And(parts) | Or(parts):
            return type(tree), [searched(part) for part in parts]
        case Not(part):
            return Not, searched(part)
        case _:
            return tree


@settings(max_examples=250)
@given(QUERIES)
def test_a_query_is_read_in_bounded_work_and_written_down_alike(text: str) -> None:
    parsed = parse(text)
    assert alike(parsed.tree)
    assert len(parsed.words) <= MOST_WORDS
    assert len(parsed.ignored) <= MOST_REMARKS
    # Each level of parentheses can be a NOT, an OR and an AND.
    assert depth(parsed.tree) <= 3 * (DEEPEST_NESTING + 1) + 1
    if (wide := any_of(parsed)) is not None:
        assert alike(wide)


@settings(max_examples=100)
@given(QUERIES)
def test_other_names_of_whatever_is_typed_are_bounded(text: str) -> None:
    asked = understood(text, load_names(), (), count=lambda _: 1)
    assert sum(each.used for each in asked.added) <= MOST_IN_ALL
    assert len(list(every_leaf(asked.tree))) <= 3 * (MOST_WORDS + MOST_IN_ALL)


@settings(max_examples=60, deadline=None)
@given(QUERIES)
def test_whatever_is_typed_is_answered_by_the_index(library: Library, text: str) -> None:
    results = library.search.run(SearchRequest(text, limit=2), library.day)
    assert results.total >= len(results.hits)
    for offer in results.offers.spellings:
        assert offer.total > 0


@settings(max_examples=25, deadline=None)
@given(QUERIES)
def test_whatever_is_typed_is_answered_without_an_index_and_finds_the_same(library: Library, text: str) -> None:
    request = SearchRequest(text, limit=1, widen=False)
    by_reading = search_store(library.store, request, library.day, "why")
    by_index = library.search.run(request, library.day)
    if not by_index.notes and len(by_reading.notes) == 1:
        assert by_reading.total == by_index.total


@pytest.mark.parametrize("piece", ["(", '"', "NOT ", "-", "a OR ", "a-", "é", "肝", "((a", "a*) ", "“a"])
def test_a_megabyte_of_one_thing_is_read(piece: str) -> None:
    parsed = parse(piece * (1_000_000 // len(piece)))
    assert len(parsed.words) <= MOST_WORDS
    assert alike(parsed.tree)
