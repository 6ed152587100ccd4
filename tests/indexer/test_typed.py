"""While somebody types: the last word is only begun, and nothing is offered that the words do not lead to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query import parse
from indexer.tree import And, Not, Nothing, Or, Phrase, PhrasePrefix, Prefix, Word
from indexer.typed import MOST_OTHERS, MOST_STATEMENTS, Typed, begun, typed
from kb import curate
from tests.indexer.library import Library


def offered(library: Library, text: str) -> Typed:
    with library.store.reading() as session:
        return typed(library.engine, session, text, library.day)


LIV = Or((Word("liv", "liv"), Prefix("liv")))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("liv", LIV),
        ("kratom liv", And((Word("kratom", "kratom"), LIV))),
        ("liv ", Word("liv", "liv")),
        ("a OR liv", Or((Word("a", "a"), LIV))),
        ("k", Nothing()),
        ("kratom l", Word("kratom", "kratom")),
        ('"liv"', Word("liv", "liv")),
        ('"kratom liv', And((Word("kratom", "kratom"), LIV))),
        ("kratom -liv", And((Word("kratom", "kratom"), Not(Word("liv", "liv"))))),
        ("liv -kratom", And((Word("liv", "liv"), Not(Word("kratom", "kratom"))))),
        ("a OR (kratom -kratom)", Or((Word("a", "a"), And((Word("kratom", "kratom"), Not(Word("kratom", "kratom"))))))),
        ("7-hydr", Or((Phrase(("7", "hydr"), ("7", "hydr")), PhrasePrefix(("7",), ("7",), "hydr")))),
        ("kra*", Prefix("kra")),
        ("肝", Or((Word("肝", "肝"), Prefix("肝")))),
        ("", Nothing()),
        ("  ", Nothing()),
        ("?!", Nothing()),
    ],
)
def test_the_last_word_is_begun_unless_a_blank_follows(text: str, tree: object) -> None:
    assert begun(text).tree == tree


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read(text: str) -> None:
    here = begun(text)
    assert isinstance(here.tree, Nothing) or all(here.words)
    if text.endswith(" ") and here.words:
        assert here.tree == parse(text).tree


def test_begun_words_lead_to_statements_topics_articles_and_citations(library: Library) -> None:
    found = offered(library, "kratom auto")
    assert 0 < len(found.statements) <= MOST_STATEMENTS
    for statement in found.statements:
        assert statement.caveats
        assert found.marks[statement.id]
    assert [each.value for each in found.articles] == ["kratom-autoimmune"]
    assert "autoimmune disease" in [each.value for each in offered(library, "autoim").topics]
    works = offered(library, "kratom liv").citations
    assert 0 < len(works) <= MOST_OTHERS
    assert all("kratom" in each.title.casefold() and "liver" in each.title.casefold() for each in works)


def test_a_count_beside_a_topic_is_what_choosing_it_leaves_of_the_search(library: Library) -> None:
    (topic, *_) = offered(library, "autoim").topics
    assert topic.count <= len(library.find("", selected={"topic": (topic.value,)}))


def test_an_identifier_leads_to_its_work(library: Library) -> None:
    by_doi = offered(library, "10.1002/HUP.2805").citations
    assert [each.csl["DOI"].casefold() for each in by_doi] == ["10.1002/hup.2805"]
    assert offered(library, "https://doi.org/10.1002/hup.2805").citations == by_doi
    pmid = next(
        each.citation.csl["PMID"]
        for s in offered(library, "kratom").statements
        for each in s.slots
        if each.citation and each.citation.csl.get("PMID")
    )
    assert [each.csl["PMID"] for each in offered(library, pmid).citations] == [pmid]


def test_nothing_is_offered_for_what_nothing_has_or_for_one_letter(library: Library) -> None:
    for text in ("", "k", "zzzqqq", "10.9999/none", "x" * 5000, "(((((", "\0"):
        assert len(offered(library, text)) == 0


def test_a_withdrawn_statement_is_offered_no_more_before_the_index_knows(own_library: Library) -> None:
    first = offered(own_library, "joint func").statements[0]
    with own_library.store.writing() as session:
        curate.withdraw(session, first.id, own_library.by("wrong"))
    assert first.id not in [each.id for each in offered(own_library, "joint func").statements]
