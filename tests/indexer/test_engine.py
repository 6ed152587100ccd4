"""The contract of every search engine: what is found, counted, ordered, replaced, and refused when it is
damaged.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.engine import FACETS, SEPARATOR, SORTS, Answer, IndexDocument, Position, Request, SearchEngine, Sort
from indexer.open import open_engine
from indexer.query import parse
from indexer.tree import Everything
from kb.errors import IndexUnavailable, InputError
from tests.indexer.reference_engine import ReferenceEngine

EngineAt = Callable[[Path], SearchEngine]

TEXTS = [
    "Vitamin C may help.",
    "Vitamin D does not help.",
    "IL-6 and TNFα fall.",
    "Omega-3 fatty acids act on opioid receptors.",
    "Omega-6 fatty acids do not.",
    "7-OH and 7-hydroxymitragynine bind.",
    "Café visits and β cells: joint function.",
    "A function of the joint.",
]


def document(number: int, text: str = "", version: int = 1, **facets: tuple[str, ...]) -> IndexDocument:
    return IndexDocument(number, version, {"text": text}, facets, grade_rank=number % 3, cited=number % 2)


def at(seq: int) -> Position:
    return Position("store", "fingerprint", seq)


def find(
    engine: SearchEngine, typed: str, sort: Sort = "relevance", limit: int = 50, **selected: tuple[str, ...]
) -> Answer:
    # Ample time: what is found must not hang on how busy the machine is.
    return engine.search(Request(parse(typed).tree, selected, sort, limit=limit, time_limit=60))


ENGINES: dict[str, Callable[[Path], SearchEngine]] = {
    "whoosh": lambda path: open_engine(f"whoosh:{path}"),
    "reference": ReferenceEngine,
}
"""Every engine that must keep the contract; a new one is one line more."""


@pytest.fixture(params=ENGINES)
def engine_at(request: pytest.FixtureRequest) -> Iterator[EngineAt]:
    """Opens engines of one kind, by folder, and closes them afterwards."""
    opened: list[SearchEngine] = []

    def open_at(path: Path) -> SearchEngine:
        opened.append(ENGINES[request.param](path))
        return opened[-1]

    yield open_at
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(engine_at: EngineAt, tmp_path: Path) -> SearchEngine:
    made = engine_at(tmp_path / "index")
    made.rebuild((document(number, text) for number, text in enumerate(TEXTS)), at(1))
    return made


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("vitamin c", {0}),
        ("vitamin d", {1}),
        ("may", {0}),
        ("not", {1, 4}),
        ("IL-6", {2}),
        ("il6", {2}),
        ("omega-3", {3}),
        ("omega-6", {4}),
        ("7-OH", {5}),
        ("7oh", {5}),
        ("7-hydroxymit*", {5}),
        ("hydroxymit*", {5}),
        ("cafe", {6}),
        ("CAFÉ", {6}),
        ("beta", {6}),
        ("β", {6}),
        ("tnf-alpha", {2}),
        ("opioid receptor", {3}),
        ('"joint function"', {6}),
        ("joint function", {6, 7}),
        ("vitamin -c", {1}),
        ("vitamin NOT d", {0}),
        ("-vitamin -omega", {2, 5, 6, 7}),
        ("vitamin OR omega", {0, 1, 3, 4}),
        ("(vitamin OR omega) not", {1, 4}),
        ("vitamin -(c OR d)", set()),
        ("visit*", {6}),
        ("unheard", set()),
        ("", set(range(8))),
        ("*", set()),
    ],
)
def test_search_finds_what_words_mean(engine: SearchEngine, typed: str, ids: set[int]) -> None:
    answer = find(engine, typed)
    assert set(answer.ids) == ids
    assert answer.total == len(ids) == engine.count(parse(typed).tree)
    assert answer.complete


def test_a_word_is_found_in_every_field_and_the_statements_own_words_lead(engine: SearchEngine) -> None:
    words = [{"titles": "liver"}, {"caveats": "liver"}, {"text": "liver"}, {"quote": "x", "notes": "liver"}]
    engine.rebuild((IndexDocument(i, 1, each, {}, 0, 0) for i, each in enumerate(words)), at(1))
    found = find(engine, "liver")
    assert found.ids[0] == 2
    assert set(found.ids) == {0, 1, 2, 3}


def test_no_phrase_reaches_from_one_value_into_the_next_or_into_another_field(engine: SearchEngine) -> None:
    words = {"titles": f"joint{SEPARATOR}function", "text": "liver", "quote": "injury"}
    engine.rebuild([IndexDocument(1, 1, words, {}, 0, 0)], at(1))
    assert find(engine, '"joint function"').total == find(engine, '"liver injury"').total == 0
    assert find(engine, "joint function liver injury").total == 1


@pytest.fixture
def faceted(engine: SearchEngine) -> SearchEngine:
    engine.rebuild(
        [
            document(1, "kratom", grade=("grade:low",), topic=("autoimmune disease", "liver")),
            document(2, "kratom", grade=("grade:low",), topic=("liver",)),
            document(3, "kratom", grade=("grade:very-low",), topic=("autoimmune disease",)),
            document(4, "other", grade=("civic:A",), topic=("кратом: \0 β",)),
        ],
        at(1),
    )
    return engine


def test_facet_values_are_counted_whole_and_only_for_hits(faceted: SearchEngine) -> None:
    facets = find(faceted, "kratom").facets
    assert set(facets) == set(FACETS)
    assert facets["grade"] == {"grade:low": 2, "grade:very-low": 1}
    assert facets["topic"] == {"autoimmune disease": 2, "liver": 2}
    assert find(faceted, "other").facets["topic"] == {"кратом: \0 β": 1}


def test_values_of_one_facet_are_ored_and_facets_are_anded(faceted: SearchEngine) -> None:
    both = find(faceted, "", grade=("grade:low", "grade:very-low"))
    assert set(both.ids) == {1, 2, 3}
    narrower = find(faceted, "", grade=("grade:low", "grade:very-low"), topic=("autoimmune disease",))
    assert set(narrower.ids) == {1, 3}


def test_the_counts_of_a_facet_ignore_its_own_selection(faceted: SearchEngine) -> None:
    facets = find(faceted, "", grade=("grade:low",), topic=("liver",)).facets
    assert facets["grade"] == {"grade:low": 2}
    assert facets["topic"] == {"liver": 2, "autoimmune disease": 1}


def test_a_selected_value_stays_in_the_counts_when_nothing_has_it(faceted: SearchEngine) -> None:
    answer = find(faceted, "kratom", grade=("grade:high",))
    assert (answer.total, answer.facets["grade"]["grade:high"]) == (0, 0)


@pytest.mark.parametrize(("sort", "ids"), [("newest", (4, 3, 2, 1)), ("grade", (3, 1, 4, 2)), ("cited", (1, 3, 2, 4))])
def test_hits_are_ordered_as_asked(faceted: SearchEngine, sort: Sort, ids: tuple[int, ...]) -> None:
    assert find(faceted, "", sort).ids == ids


@pytest.mark.parametrize("sort", SORTS)
def test_pages_neither_repeat_nor_skip_a_hit(engine: SearchEngine, sort: Sort) -> None:
    engine.rebuild((document(number, "same words") for number in range(25)), at(1))
    tree = parse("words").tree
    pages = [engine.search(Request(tree, sort=sort, offset=n, limit=4)) for n in range(0, 25, 4)]
    ids = [number for page in pages for number in page.ids]
    assert sorted(ids) == list(range(25))
    assert {page.total for page in pages} == {25}


def test_an_update_replaces_and_a_removal_removes(engine: SearchEngine) -> None:
    engine.apply([document(0, "first try", 2), document(0, "zinc", 3), document(9, "new")], [1, 777], at(2))
    assert find(engine, "zinc").ids == (0,)
    assert find(engine, "vitamin OR try").ids == ()
    assert dict(engine.versions()) == {0: 3, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 9: 1}
    assert engine.count(Everything()) == 8


def test_the_position_is_committed_with_the_documents_and_seen_nowhere_else(engine: SearchEngine) -> None:
    for seq in range(2, 6):
        engine.apply([], [], at(seq))
    assert engine.position() == at(5)
    answer = find(engine, "")
    assert (answer.total, len(answer.ids), answer.position) == (8, 8, at(5))
    assert len(list(engine.versions())) == 8
    assert not any(answer.facets.values())


def test_a_failing_batch_writes_nothing_and_leaves_the_index_writable(engine: SearchEngine) -> None:
    def documents() -> Iterator[IndexDocument]:
        yield document(50, "half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.apply(documents(), [0], at(2))
    with pytest.raises(ValueError, match="negative"):
        engine.apply([document(51, "half"), document(-1)], [0], at(2))
    assert (engine.position(), find(engine, "half").total, find(engine, "may").total) == (at(1), 0, 1)
    engine.apply([document(50, "half")], [], at(2))
    assert find(engine, "half").total == 1


def test_several_chunks_go_in_under_one_lock(engine: SearchEngine) -> None:
    with engine.update() as update:
        assert update.position == at(1)
        update.apply([document(20, "chunk")], [], at(2))
        update.apply([document(21, "chunk")], [], at(3))
        assert update.position == at(3)
    assert set(find(engine, "chunk").ids) == {20, 21}


def test_many_small_commits_change_nothing_that_is_found(engine: SearchEngine) -> None:
    for seq in range(2, 60):
        engine.apply([document(100 + seq % 7, f"edit {seq}", seq)], [], at(seq))
    assert find(engine, "edit").total == 7
    assert dict(engine.versions())[100 + 59 % 7] == 59
    assert set(find(engine, "vitamin").ids) == {0, 1}


def test_suggestions_are_near_known_words_and_not_those_of_removed_statements(engine: SearchEngine) -> None:
    assert engine.suggest("vitmain") == ["vitamin"]
    assert engine.suggest("opiod") == ["opioid"]
    assert engine.suggest("\0") == engine.suggest("") == []
    engine.apply([], [0, 1], at(2))
    assert engine.suggest("vitmain") == []


def test_a_prefix_of_very_many_words_is_cut_and_says_so_but_never_under_not(engine: SearchEngine) -> None:
    words = [f"tox{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(300)]
    engine.rebuild((document(number, f"{word} other") for number, word in enumerate(words)), at(1))
    answer = find(engine, "tox*")
    assert 0 < answer.total < 300
    assert not answer.complete
    assert "tox*" in answer.notes[0]
    assert find(engine, "other -tox*").total == 0


def test_a_prefix_finds_words_that_begin_so_and_none_that_only_share_a_stem_with_them(engine: SearchEngine) -> None:
    engine.rebuild([document(1, "two universities"), document(2, "the universe"), document(3, "a unit")], at(1))
    assert set(find(engine, "universi*").ids) == {1}
    assert set(find(engine, "two-universi*").ids) == {1}
    assert set(find(engine, "-universi*").ids) == {2, 3}


@pytest.mark.parametrize("typed", ["vitamin", "-vitamin", '"joint function"', "vit* OR -omega"])
def test_a_search_without_time_gives_only_true_hits_and_says_it_was_cut(engine: SearchEngine, typed: str) -> None:
    tree = parse(typed).tree
    hits = set(engine.search(Request(tree, time_limit=60)).ids)
    cut = engine.search(Request(tree, time_limit=0))
    assert set(cut.ids) <= hits
    assert cut.complete == (set(cut.ids) == hits and not cut.notes)


@pytest.mark.parametrize(
    "typed", ["*", "a*", "[a TO z]", "(" * 10_000, '"', "NOT", "\0", "x" * 10_000, "a " * 5_000, "-", "\ud800", "'"]
)
def test_whatever_is_typed_gets_an_answer(engine: SearchEngine, typed: str) -> None:
    assert find(engine, typed).complete


def test_every_naughty_string_can_be_searched_and_indexed(engine: SearchEngine, shared: Path) -> None:
    strings = json.loads((shared / "examples/strings/naughty-strings.json").read_text("utf-8"))
    engine.rebuild((document(n, text, topic=(text,)) for n, text in enumerate(strings)), at(1))
    # The reference reads every document for every question.
    asked = list(enumerate(strings))[:: 9 if isinstance(engine, ReferenceEngine) else 1]
    for number, text in asked:
        assert find(engine, text).complete
        if text:
            assert number in find(engine, "", limit=1000, topic=(text,)).ids


def test_an_index_that_was_never_made_is_unavailable_and_nothing_is_made_by_asking(
    engine_at: EngineAt, tmp_path: Path
) -> None:
    engine = engine_at(tmp_path / "none")
    assert engine.position() is None
    for ask in (
        lambda: find(engine, "x"),
        lambda: engine.count(Everything()),
        lambda: engine.suggest("x"),
        lambda: list(engine.versions()),
        lambda: engine.apply([], [], at(1)),
    ):
        with pytest.raises(IndexUnavailable, match="kb index rebuild"):
            ask()
    assert not (tmp_path / "none").exists()


def test_a_rebuild_switches_while_others_read_and_a_failing_one_changes_nothing(
    engine: SearchEngine, engine_at: EngineAt, tmp_path: Path
) -> None:
    reader = engine_at(tmp_path / "index")
    assert find(reader, "vitamin").total == 2

    def documents() -> Iterator[IndexDocument]:
        yield document(1, "entirely new")
        assert find(reader, "vitamin").total == 2
        assert find(reader, "entirely").total == 0

    engine.rebuild(documents(), at(9))
    assert (find(reader, "vitamin").total, find(reader, "entirely").total, reader.position()) == (0, 1, at(9))
    with pytest.raises(ValueError, match="twice"):
        engine.rebuild([document(1), document(1)], at(10))
    assert (find(reader, "entirely").total, reader.position()) == (1, at(9))


def _write(url: str, first: int) -> None:
    engine = open_engine(url)
    for number in range(first, first + 10):
        with engine.update() as update:
            update.apply([document(number, "written")], [], at(update.position.seq + 1))
    engine.close()


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    url = f"whoosh:{tmp_path / 'index'}"
    engine = open_engine(url)
    engine.rebuild([], at(1))
    writers = [context.Process(target=_write, args=(url, first)) for first in (100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert (find(engine, "written").total, engine.position()) == (20, at(21))
    engine.close()


def test_a_url_of_no_known_engine_names_the_one_there_is() -> None:
    for url in ("", "whoosh", "whoosh:", "/tmp/x", "lucene:/x", "whoosh:a\0b"):
        with pytest.raises(InputError, match="whoosh:PATH"):
            open_engine(url)
