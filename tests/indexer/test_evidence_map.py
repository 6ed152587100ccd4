"""Evidence maps: what a cell says of its statements, and that it says it of exactly those its link finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import update

from indexer.evidence_map import COLUMNS, ROWS, EvidenceMap, MapRequest, evidence_map, read_map
from indexer.map_cells import MapCell
from indexer.names import NO_NAMES
from indexer.search import SearchRequest
from indexer.sync import sync
from kb import curate, relations
from kb.caveats import required_caveats
from kb.model import Citation, Statement
from tests.indexer.library import DAY, Library

Cells = dict[tuple[str, str], MapCell]


def mapped(library: Library, words: str = "", day: date = DAY, **more: Any) -> EvidenceMap:
    selected = more.pop("selected", {})
    request = MapRequest(SearchRequest(words, selected), **more)
    return evidence_map(library.store, library.engine, NO_NAMES, request, day)


def cells_of(found: EvidenceMap) -> Cells:
    return {(found.rows[r].value, found.columns[c].value): cell for (r, c), cell in found.cells.items()}


def test_each_cell_counts_what_the_search_that_it_leads_to_finds(library: Library) -> None:
    narrowed: tuple[dict[str, tuple[str, ...]], ...] = ({}, {"grade": ("grade:low", "grade:very-low")})
    for rows, columns, selected in product(ROWS, COLUMNS, narrowed):
        if rows == columns:
            continue
        found = mapped(library, "kratom", rows=rows, columns=columns, selected=selected)
        assert found.cells
        for (row, column), cell in cells_of(found).items():
            chosen = {**selected, rows: (row,), columns: (column,)}
            hits = library.search.run(SearchRequest("kratom", chosen, limit=200), DAY)
            assert cell.count == hits.total
            statements = [hit.statement for hit in hits.hits]
            warned = [sum(each.severity == "warning" for each in one.caveats) for one in statements]
            assert cell.warned == sum(map(bool, warned))
            ranks = [one.grade.level.rank or 0 for one in statements if one.grade.level.scale == "grade"]
            assert (cell.best.rank if cell.best else 0) == max(ranks, default=0)


def test_reading_the_store_gives_the_map_that_the_index_gives(library: Library) -> None:
    for rows, columns in (("topic", "type"), ("intervention", "outcome")):
        by_index = mapped(library, "kratom", rows=rows, columns=columns)
        by_reading = read_map(library.store, by_index.request, DAY, "The index is away.")
        assert by_reading.notes == ("The index is away.",)
        assert not by_reading.by_index
        assert replace(by_reading, notes=(), by_index=True, asked=by_index.asked) == by_index


def test_a_part_of_the_question_is_called_as_a_statement_writes_it(library: Library) -> None:
    with library.store.reading() as session:
        written = {row[0] for row in session.query(Statement.outcome).distinct()}
    found = mapped(library, rows="intervention", columns="outcome")
    assert {line.label for line in found.columns} <= written
    assert all(line.value == line.value.casefold() for line in found.columns)


def test_statements_that_leave_the_question_open_are_told_and_can_be_found(library: Library) -> None:
    found = mapped(library, rows="intervention", columns="outcome")
    assert (found.total, found.without_row, found.without_column) == (66, 36, 36)
    assert "not stated" not in [line.value for line in found.rows]
    assert library.search.run(SearchRequest("", {"intervention": ("not stated",)}), DAY).total == 36


@pytest.fixture
def pair(own_library: Library) -> tuple[Library, Callable[[], MapCell]]:
    """A library, and what its cell of kratom and energy says now: two statements."""

    def cell() -> MapCell:
        sync(own_library.store, own_library.engine)
        return cells_of(mapped(own_library, rows="intervention", columns="outcome"))["kratom, low dose", "energy"]

    assert cell().count == 2
    return own_library, cell


def members(library: Library) -> list[int]:
    chosen = {"intervention": ("kratom, low dose",), "outcome": ("energy",)}
    return [hit.statement.id for hit in library.search.run(SearchRequest("", chosen), DAY).hits]


def judged(library: Library, id_: int, level: str, direction: str, scale: str = "grade") -> None:
    with library.store.writing() as session:
        curate.grade(session, id_, curate.Judgement(level, direction, scale), library.by("to see"))


def test_a_cell_shows_its_best_grade_and_which_way_the_statements_at_that_grade_point(
    pair: tuple[Library, Callable[[], MapCell]],
) -> None:
    library, cell = pair
    first, second = members(library)
    judged(library, first, "high", "contradicts")
    judged(library, second, "low", "mixed")
    assert cell().best is not None
    assert [level.name for level in cell().shown] == ["grade:high"]
    assert cell().directions == ("contradicts",)
    assert not cell().apart
    judged(library, second, "low", "supports")
    assert (cell().directions, cell().apart, cell().disagrees) == (("contradicts",), True, True)
    judged(library, second, "high", "supports")
    assert cell().directions == ("contradicts", "supports")


def test_levels_of_other_scales_stand_apart_and_count_as_no_grade(pair: tuple[Library, Callable[[], MapCell]]) -> None:
    library, cell = pair
    first, second = members(library)
    judged(library, first, "A", "supports", "civic")
    judged(library, second, "C", "contradicts", "civic")
    assert (cell().best, cell().shown, cell().directions, cell().apart) == (None, (), (), False)
    ((name, levels),) = cell().other_scales
    assert "CIViC" in name
    assert [each.level.name for each in levels] == ["civic:A"]
    judged(library, first, "B", "supports", "uspstf")
    judged(library, second, "D", "contradicts", "uspstf")
    ((name, levels),) = cell().other_scales
    assert [each.level.name for each in levels] == ["uspstf:B", "uspstf:D"], "a scale without an order has no best"


def test_what_has_no_certainty_is_shown_for_what_it_is(pair: tuple[Library, Callable[[], MapCell]]) -> None:
    library, cell = pair
    for id_, level in zip(members(library), ("no-evidence", "not-gradable"), strict=True):
        judged(library, id_, level, "not-stated")
    assert cell().best is None
    assert {level.name for level in cell().shown} == {"grade:no-evidence", "grade:not-gradable"}


def test_a_recorded_contradiction_and_a_fallen_work_are_seen(pair: tuple[Library, Callable[[], MapCell]]) -> None:
    library, cell = pair
    first, _ = members(library)
    assert not cell().disagrees
    assert not cell().outlined
    with library.store.writing() as session:
        relations.relate(session, first, "contradicts", 1, library.by("they cannot both hold"))
    assert (cell().disputed, cell().disagrees, cell().apart) == (1, True, False)
    (statement,) = [
        hit.statement
        for hit in library.search.run(SearchRequest("", {"intervention": ("kratom, low dose",)}), DAY).hits
        if hit.statement.id == first
    ]
    cited = next(slot.citation for slot in statement.slots if slot.citation is not None)
    with library.store.writing() as session:
        session.execute(update(Citation).where(Citation.id == cited.id).values(standing="concern"))
    library.engine.close()
    sync(library.store, library.engine)
    with library.store.writing() as session:
        curate.attach_caveat(session, first, "liver", library.by("to see"))
    assert cell().fallen >= 1
    assert cell().outlined


def test_a_review_is_overdue_from_the_day_after_without_the_index_being_told(
    pair: tuple[Library, Callable[[], MapCell]],
) -> None:
    library, cell = pair
    first, _ = members(library)
    with library.store.writing() as session, curate.changing(session, first, "review", library.by("to see")) as row:
        row.review_due = DAY
    assert cell().overdue == 0
    later = mapped(library, rows="intervention", columns="outcome", day=DAY + timedelta(days=1))
    assert cells_of(later)["kratom, low dose", "energy"].overdue == 1


def test_a_map_past_its_last_part_has_no_lines_and_says_how_many_there_are(library: Library) -> None:
    found = mapped(library, page=2, across=3)
    assert (found.rows, found.columns, dict(found.cells)) == ((), (), {})
    assert (found.row_values, found.column_values, found.pages, found.pages_across) == (14, 7, 1, 1)


def test_warnings_are_counted_one_by_one(library: Library) -> None:
    found = mapped(library)
    cell = cells_of(found)["joint function", "efficacy"]
    (hit,) = library.search.run(SearchRequest("", {"topic": ("joint function",)}), DAY).hits
    codes = {each.code for each in required_caveats(hit.statement, DAY) if each.severity == "warning"}
    assert (cell.warned, cell.warnings) == (1, len(codes))
