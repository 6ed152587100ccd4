"""Two facets against each other: every engine counts what looking at each document would count."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.engine import IndexDocument, Position, Request, SearchEngine
from indexer.open import open_engine
from indexer.query import parse
from indexer.table import Flag, Line, Marked, Table, TableRequest
from indexer.tabulate import tabulated
from tests.indexer.reference_engine import ReferenceEngine

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {
    "whoosh": lambda path: open_engine(f"whoosh:{path}"),
    "reference": ReferenceEngine,
}
DOUBTED = {"doubted": Flag("citation", {"retracted", "concern"}.__contains__)}
BY = ("grade", "direction")


def document(number: int, text: str = "kratom", **facets: tuple[str, ...]) -> IndexDocument:
    return IndexDocument(number, 1, {"text": text}, facets, grade_rank=0, cited=0)


def at(seq: int) -> Position:
    return Position("store", "fingerprint", seq)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    made = ENGINES[request.param](tmp_path / "index")
    made.rebuild(
        [
            document(1, topic=("pain", "liver"), type=("safety",), grade=("grade:low",), direction=("supports",)),
            document(2, topic=("pain",), type=("safety",), grade=("grade:low",), direction=("contradicts",)),
            document(3, topic=("pain",), type=("efficacy",), citation=("cited", "concern", "retracted")),
            document(4, type=("efficacy",), grade=("civic:A",)),
            document(5, "other", topic=("liver",), type=("safety",), citation=("retracted",)),
        ],
        at(7),
    )
    yield made
    made.close()


def laid_out(engine: SearchEngine, typed: str = "", **more: object) -> Table:
    request = TableRequest(parse(typed).tree, "topic", "type", by=BY, flags=DOUBTED, time_limit=60, **more)  # type: ignore[arg-type]
    return engine.table(request)


def test_a_hit_is_in_the_cell_of_each_of_its_rows(engine: SearchEngine) -> None:
    table = laid_out(engine)
    assert list(table.rows) == [Line("pain", 3, 1), Line("liver", 2, 1)]
    assert list(table.columns) == [Line("safety", 3, 1), Line("efficacy", 2, 3)]
    assert {place: each.count for place, each in table.cells.items()} == {(0, 0): 2, (0, 1): 1, (1, 0): 2}
    assert (table.total, table.without_row, table.without_column) == (5, 1, 0)
    assert (table.row_values, table.column_values, table.seq, table.complete) == (2, 2, 7, True)


def test_a_cell_counts_combinations_and_what_marks_its_hits(engine: SearchEngine) -> None:
    cells = laid_out(engine).cells
    assert cells[0, 0].by == {("grade:low", "supports"): 1, ("grade:low", "contradicts"): 1}
    assert cells[0, 1].by == {("", ""): 1}
    assert cells[0, 1].flags == {"doubted": Marked(1, 2)}
    assert cells[1, 0].flags == {"doubted": Marked(1, 1)}
    assert cells[0, 0].flags == {"doubted": Marked(0, 0)}


def test_words_and_filters_narrow_the_table(engine: SearchEngine) -> None:
    assert laid_out(engine, "other").total == 1
    narrowed = laid_out(engine, selected={"grade": ("grade:low",)})
    assert [line.value for line in narrowed.columns] == ["safety"]
    assert narrowed.total == 2
    assert laid_out(engine, "unheard").cells == {}


def test_of_a_facet_with_chosen_values_these_alone_are_lines(engine: SearchEngine) -> None:
    table = laid_out(engine, selected={"topic": ("liver", "nowhere"), "type": ("safety",)})
    assert list(table.rows) == [Line("liver", 2, 1), Line("nowhere", 0, None)]
    assert table.row_values == 2
    assert {place: each.count for place, each in table.cells.items()} == {(0, 0): 2}


def test_a_part_of_the_table_says_how_many_lines_there_are(engine: SearchEngine) -> None:
    part = laid_out(engine, first_row=1, most_rows=1, first_column=1, most_columns=5)
    assert [line.value for line in part.rows] == ["liver"]
    assert [line.value for line in part.columns] == ["efficacy"]
    assert (part.row_values, part.column_values, part.cells) == (2, 2, {})


def test_deleted_documents_and_later_segments_count_as_they_are_now(engine: SearchEngine) -> None:
    changed = document(2, topic=("liver", "new"), type=("background",), citation=("concern",))
    engine.apply([changed, document(9, topic=("new",), type=("safety",))], [1], at(8))
    table = laid_out(engine)
    assert {line.value: line.count for line in table.rows} == {"liver": 2, "new": 2, "pain": 1}
    assert table.seq == 8
    places = {(table.rows[r].value, table.columns[c].value): each for (r, c), each in table.cells.items()}
    assert {place: each.count for place, each in places.items()} == {
        ("liver", "background"): 1,
        ("liver", "safety"): 1,
        ("new", "background"): 1,
        ("new", "safety"): 1,
        ("pain", "efficacy"): 1,
    }
    assert places["new", "background"].flags == {"doubted": Marked(1, 1)}


def test_a_value_that_says_there_is_none_makes_no_line_unless_it_is_chosen(engine: SearchEngine) -> None:
    table = laid_out(engine, absent="pain")
    assert [line.value for line in table.rows] == ["liver"]
    assert (table.row_values, table.without_row) == (1, 4)
    chosen = laid_out(engine, absent="pain", selected={"topic": ("pain",)})
    assert [line.value for line in chosen.rows] == ["pain"]
    assert (chosen.row_values, chosen.without_row) == (1, 0)


def made_up(chance: random.Random, number: int) -> IndexDocument:
    some = {"topic": ["a", "b", "c", "d", "e"], "type": ["x", "y", "z"], "citation": ["cited", "retracted", "concern"]}
    facets = {name: tuple(sorted(chance.sample(all_, chance.randint(0, 3)))) for name, all_ in some.items()}
    for name, all_ in {"grade": ["grade:low", "grade:high", "civic:A"], "direction": ["supports", "mixed"]}.items():
        facets[name] = (chance.choice(all_),) if chance.random() < 0.8 else ()
    return document(number, chance.choice(["kratom tea", "kratom", "tea"]), **facets)


@pytest.mark.parametrize("seed", range(12))
def test_arrays_count_what_looking_at_each_document_counts(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    documents = {number: made_up(chance, number) for number in range(60)}
    engine = ENGINES["whoosh"](tmp_path / "index")
    engine.rebuild(documents.values(), at(1))
    later = [made_up(chance, number) for number in (*range(10, 20), *range(70, 80))]
    engine.apply(later, range(5), at(2))
    documents = {n: each for n, each in (documents | {each.id: each for each in later}).items() if n >= 5}
    chosen = {"topic": tuple(chance.sample("abcdef", 2))} if chance.random() < 0.5 else {}
    chosen |= {"type": ("x", "y")} if chance.random() < 0.3 else {}
    chosen |= {"grade": ("grade:low", "civic:A")} if chance.random() < 0.5 else {}
    request = TableRequest(
        parse(chance.choice(["", "kratom"])).tree,
        "topic",
        chance.choice(["type", "citation"]),
        chosen,
        first_row=chance.choice([0, 1]),
        most_rows=3,
        most_columns=2,
        by=BY,
        flags=DOUBTED,
        time_limit=60,
        absent=chance.choice(["", "x"]),
    )
    found = engine.search(Request(request.tree, limit=100, time_limit=60)).ids
    assert engine.table(request) == tabulated([documents[id_] for id_ in found], request, 2)
    engine.close()
