"""What a reader gets for words: hits, where they lie, facets, offers, and how far the index lags."""

from __future__ import annotations

import pytest

from indexer.search import SearchRequest
from kb import curate
from kb.errors import IndexUnavailable
from tests.indexer.library import Library


def test_the_words_of_the_first_article_are_found(library: Library) -> None:
    assert library.find("joint function") == ["S07.3"]
    assert "S05.3" in library.find("opioid receptors")
    assert len(library.find("")) == 66


def test_liver_stands_only_in_caveats_notes_and_titles_and_is_found_there(library: Library) -> None:
    results = library.search.run(SearchRequest("liver", limit=100), library.day)
    assert results.total > 0
    for hit in results.hits:
        assert hit.where
        assert {key.partition(":")[0] for key in hit.where} <= {"caveat", "note", "title"}


def test_marks_are_the_words_that_were_asked_for(library: Library) -> None:
    (hit,) = library.search.run(SearchRequest("joint functions"), library.day).hits
    start, end = hit.marks["text"][0]
    assert hit.statement.text[start:end] == "joint"
    assert {hit.statement.text[a:b] for a, b in hit.marks["text"]} == {"joint", "function"}


def test_a_phrase_is_marked_whole_and_only_where_it_stands(library: Library) -> None:
    (hit,) = library.search.run(SearchRequest('"joint function"'), library.day).hits
    assert [hit.statement.text[a:b] for a, b in hit.marks["text"]] == ["joint function"]


def test_facets_count_what_would_be_left_and_ignore_their_own_choice(library: Library) -> None:
    free = library.search.run(SearchRequest("kratom"), library.day)
    chosen = library.search.run(SearchRequest("kratom", {"type": ("safety",)}), library.day)
    assert [v.count for v in free.facets["type"]] == [v.count for v in chosen.facets["type"]]
    (safety,) = (value for value in chosen.facets["type"] if value.value == "safety")
    assert safety.selected
    assert safety.count == chosen.total < free.total
    assert sum(value.count for value in chosen.facets["grade"]) == chosen.total


def test_each_facet_value_filters_to_its_count(library: Library) -> None:
    facets = library.search.run(SearchRequest(""), library.day).facets
    for name, values in facets.items():
        for value in values:
            found = library.search.run(SearchRequest("", {name: (value.value,)}), library.day)
            assert found.total == value.count, (name, value.value)


def test_a_facet_value_nobody_has_finds_nothing_and_stays_selected(library: Library) -> None:
    results = library.search.run(SearchRequest("", {"topic": ("no such topic",)}), library.day)
    assert results.total == 0
    assert any(value.selected and value.value == "no such topic" for value in results.facets["topic"])


def test_sorting_by_grade_puts_the_ranked_levels_of_grade_first(library: Library) -> None:
    results = library.search.run(SearchRequest("", sort="grade", limit=100), library.day)
    levels = [hit.statement.grade.level.id for hit in results.hits]
    assert levels[:2] == ["moderate", "moderate"]
    assert levels[2:8] == ["low"] * 6
    assert levels[8:33] == ["very-low"] * 25


def test_newest_and_most_cited_come_first_when_asked(library: Library) -> None:
    newest = library.search.run(SearchRequest("", sort="newest", limit=100), library.day)
    ids = [hit.statement.id for hit in newest.hits]
    assert ids == sorted(ids, reverse=True)
    cited = library.search.run(SearchRequest("", sort="cited", limit=100), library.day)
    counts = [sum(slot.citation is not None for slot in hit.statement.slots) for hit in cited.hits]
    assert counts == sorted(counts, reverse=True)


def test_pages_hold_every_statement_once(library: Library) -> None:
    first = library.search.run(SearchRequest("kratom", limit=7), library.day)
    keys = []
    for page in range(1, first.pages + 1):
        keys += [
            hit.statement.key
            for hit in library.search.run(SearchRequest("kratom", page=page, limit=7), library.day).hits
        ]
    assert len(keys) == len(set(keys)) == first.total
    beyond = library.search.run(SearchRequest("kratom", page=first.pages + 1, limit=7), library.day)
    assert beyond.hits == ()
    assert beyond.total == first.total


def test_a_change_shows_at_once_in_what_is_read_and_as_lag_in_what_is_indexed(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.grade(session, 25, curate.Judgement("low", "supports"), own_library.by("new"))
    results = own_library.search.run(SearchRequest("joint function"), own_library.day)
    assert results.lag == 1
    assert results.hits[0].statement.grade.level.id == "low"


def test_a_withdrawn_statement_is_not_shown_even_before_the_index_knows(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.withdraw(session, 25, own_library.by("wrong"))
    assert own_library.find("joint function") == []


def test_an_absent_index_is_an_error_and_never_no_hits(own_library: Library) -> None:
    own_library.engine.close()
    (own_library.folder / "index" / "current").unlink()
    with pytest.raises(IndexUnavailable):
        own_library.search.run(SearchRequest("kratom"), own_library.day)
