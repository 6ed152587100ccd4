"""Reading the store instead of the index finds, counts and orders what the index does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engine import FACETS, Request
from indexer.query import parse
from indexer.scan import scan
from indexer.search import SearchRequest, search_store
from tests.indexer.library import DAY, Library

WORDS = (
    "kratom",
    "liver",
    "joint",
    "function",
    "pain",
    "not",
    "may",
    "7-OH",
    '"opioid receptors"',
    "inflam*",
    "zzz",
    "IL-6",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("library"))
    yield made
    made.close()


TYPED = st.lists(
    st.tuples(st.sampled_from(["", "-", "OR "]), st.sampled_from(WORDS)).map("".join), min_size=0, max_size=4
).map(" ".join)
SELECTED = st.fixed_dictionaries(
    {},
    optional={
        "grade": st.lists(st.sampled_from(["grade:low", "grade:very-low", "grade:none"]), max_size=2).map(tuple),
        "type": st.lists(st.sampled_from(["safety", "efficacy"]), max_size=2).map(tuple),
        "citation": st.just(("needed",)),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED, selected=SELECTED, sort=st.sampled_from(["grade", "newest", "cited"]))
def test_reading_finds_and_counts_what_the_index_finds(
    library: Library, typed: str, selected: dict[str, tuple[str, ...]], sort: str
) -> None:
    request = Request(parse(typed).tree, selected, sort, limit=100, facets=FACETS)  # type: ignore[arg-type]
    by_index = library.engine.search(request)
    with library.store.reading() as session:
        by_reading = scan(session, request, DAY, seconds=60)
    assert by_reading.complete
    assert set(by_reading.ids) == set(by_index.ids)
    assert by_reading.total == by_index.total
    assert by_reading.facets == by_index.facets
    if sort == "newest":
        assert by_reading.ids == by_index.ids


def test_reading_that_runs_out_of_time_says_how_far_it_came(library: Library) -> None:
    with library.store.reading() as session:
        answer = scan(session, Request(parse("kratom").tree, facets=()), DAY, seconds=0)
    assert (answer.total, answer.complete) == (0, False)
    assert answer.notes == ("Until then, 0 of 66 statements were looked at.",)


def test_results_without_an_index_say_so_and_show_whole_statements(library: Library, tmp_path: Path) -> None:
    results = search_store(library.store, SearchRequest("liver", limit=5), DAY, "The index is away.")
    assert not results.by_index
    assert results.notes[0] == "The index is away."
    assert (results.total, len(results.hits), results.lag) == (33, 5, 0)
    assert all(hit.statement.caveats for hit in results.hits)
    assert any("caveat" in place for hit in results.hits for place in hit.where)
