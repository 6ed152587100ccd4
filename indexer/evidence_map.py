"""From words and filters to an evidence map: which evidence there is for what, how good, which way, and where none is.

The engine counts; what a cell means is said here. It holds labels, counts and grades and no statement's words: these
are read where a cell's link leads. Levels of scales other than GRADE stand beside it and are never converted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Literal

from sqlalchemy.orm import Session

from indexer.asked import Understood, understood
from indexer.document import NOT_STATED, asked
from indexer.engine import QUESTION, REVIEW_DUE, SearchEngine
from indexer.names import NO_NAMES, Names
from indexer.scan import scan_table
from indexer.search import SearchRequest
from indexer.table import MOST_COLUMNS, MOST_ROWS, Counts, Flag, Line, Table, TableRequest
from indexer.tree import Tree
from kb.changes import lag
from kb.labels import facet_labels, question_parts
from kb.legend import warning_codes
from kb.question import COMPARED_SCALE, SIDES
from kb.scales import UNGRADED, Level, load_scales
from kb.store import Store

Rows = Literal["topic", "intervention", "population"]
Columns = Literal["type", "outcome", "population"]
ROWS: tuple[Rows, ...] = ("topic", "intervention", "population")
COLUMNS: tuple[Columns, ...] = ("type", "outcome", "population")
FALLEN = {"retracted", "concern"}
_GRADE = ("", COMPARED_SCALE)
"""Where GRADE's levels are, and `ungraded`."""


@dataclass(frozen=True, slots=True)
class MapRequest:
    """The search whose statements are laid out, and how; parts of rows (`page`) and columns (`across`) count from 1."""

    search: SearchRequest
    rows: Rows = "topic"
    columns: Columns = "type"
    page: int = 1
    across: int = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """How many statements of a cell stand at this level and point this way."""

    level: Level
    direction: str
    count: int


@dataclass(frozen=True, slots=True)
class MapLine:
    """A row or column: its value in addresses, what it is called, and how many statements it has in all."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MapCell:
    """What the statements of one row and column are. `judged` has the best levels first.

    `best` is the best level of GRADE's order, None where no statement has one; `shown` is what stands for the grade:
    that level, or where there is none all that GRADE has instead of one. `directions` are the ways in which the
    statements at the shown levels point, those of most first. `apart`: statements point opposite ways.
    `other_scales` has each other scale's name with its levels; of a scale with an order the best one alone.

    `disputed` statements are those that another statement or another rater disagrees with; `fallen` ones cite a work
    that was retracted or is under an expression of concern; of `overdue` ones the date for looking again has passed.
    `warnings` counts warnings, `warned` the statements that carry one.
    """

    count: int
    judged: tuple[Judged, ...]
    best: Level | None
    shown: tuple[Level, ...]
    directions: tuple[str, ...]
    apart: bool
    other_scales: tuple[tuple[str, tuple[Judged, ...]], ...]
    disputed: int
    fallen: int
    overdue: int
    warned: int
    warnings: int

    @property
    def disagrees(self) -> bool:
        return self.apart or self.disputed > 0

    @property
    def outlined(self) -> bool:
        return self.fallen + self.overdue > 0


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """The wanted part of a map; `cells` has the places (row, column) that some statement has, the fullest `largest`.

    `labels` are those of the chosen filters' values. `lag` is how many changes the index has not read yet; `by_index`
    is False where the store was read instead, and `notes` then say so.
    """

    request: MapRequest
    rows: tuple[MapLine, ...]
    columns: tuple[MapLine, ...]
    cells: Mapping[tuple[int, int], MapCell]
    row_values: int
    column_values: int
    largest: int
    total: int
    without_row: int
    without_column: int
    asked: Understood
    labels: Mapping[tuple[str, str], str]
    lag: int
    notes: tuple[str, ...]
    day: date
    by_index: bool = True

    @property
    def pages(self) -> int:
        """How many parts the rows have."""
        return -(-self.row_values // MOST_ROWS)

    @property
    def pages_across(self) -> int:
        """How many parts the columns have."""
        return -(-self.column_values // MOST_COLUMNS)


def evidence_map(store: Store, engine: SearchEngine, names: Names, request: MapRequest, day: date) -> EvidenceMap:
    """The map as it stands on `day`. Raises IndexUnavailable where the index cannot answer."""
    search = request.search
    words = understood(search.words, names if search.widen else None, search.without, engine.count)
    with store.reading() as session:
        table = engine.table(_table_of(session, request, words.tree, day))
        return _map(session, request, words, table, day)


def read_map(store: Store, request: MapRequest, day: date, why: str, names: Names = NO_NAMES) -> EvidenceMap:
    """The same without an index, as far as the store can be read in a second; `why` leads the notes."""
    search = request.search
    words = understood(search.words, names if search.widen else None, search.without, count=None)
    with store.reading() as session:
        table = scan_table(session, _table_of(session, request, words.tree, day), day)
        return _map(session, request, words, table, day, why)


def _table_of(session: Session, request: MapRequest, tree: Tree, day: date) -> TableRequest:
    today = day.isoformat()
    return TableRequest(
        tree,
        request.rows,
        request.columns,
        request.search.selected,
        first_row=(request.page - 1) * MOST_ROWS,
        first_column=(request.across - 1) * MOST_COLUMNS,
        by=("grade", "direction"),
        flags={
            "disputed": Flag("caveat", lambda code: code == "disputed"),
            "fallen": Flag("citation", FALLEN.__contains__),
            "overdue": Flag(REVIEW_DUE, lambda due: due < today),
            "warnings": Flag("caveat", warning_codes(session).__contains__),
        },
        absent=NOT_STATED,
    )


def _map(
    session: Session, request: MapRequest, words: Understood, table: Table, day: date, why: str = ""
) -> EvidenceMap:
    labels = facet_labels(session, request.search.selected)
    return EvidenceMap(
        request=request,
        rows=_lines(session, request.rows, table.rows),
        columns=_lines(session, request.columns, table.columns),
        cells={place: _cell(counts) for place, counts in sorted(table.cells.items())},
        row_values=table.row_values,
        column_values=table.column_values,
        largest=max((each.count for each in table.cells.values()), default=0),
        total=table.total,
        without_row=table.without_row,
        without_column=table.without_column,
        asked=words,
        labels={(facet, value): label for facet, each in labels.items() for value, label in each.items()},
        lag=lag(session, table.seq),
        notes=(*([why] if why else []), *table.notes),
        day=day,
        by_index=not why,
    )


def _lines(session: Session, facet: str, lines: Sequence[Line]) -> tuple[MapLine, ...]:
    """The lines with what they are called: a part of the question as one of its statements writes it."""
    labels = facet_labels(session, {facet: [each.value for each in lines]})[facet]
    if facet in QUESTION:
        written = question_parts(session, facet, [each.example for each in lines if each.example is not None])
        for each in lines:
            words = written.get(each.example or 0, "")
            if asked(words) == each.value:
                labels[each.value] = " ".join(words.split())
    return tuple(MapLine(each.value, labels[each.value], each.count) for each in lines)


def _cell(counts: Counts) -> MapCell:
    judged = [Judged(_level(name), direction, count) for (name, direction), count in counts.by.items()]
    judged.sort(key=lambda each: (_place(each.level), -each.count, each.direction))
    of_grade = [each for each in judged if each.level.scale in _GRADE]
    best = next((each.level for each in of_grade if each.level.rank is not None), None)
    shown = (best,) if best is not None else tuple(dict.fromkeys(each.level for each in of_grade))
    pointing: Counter[str] = Counter()
    for each in of_grade:
        if each.level in shown:
            pointing[each.direction] += each.count
    return MapCell(
        count=counts.count,
        judged=tuple(judged),
        best=best,
        shown=shown,
        directions=tuple(sorted(pointing, key=lambda direction: (-pointing[direction], direction))),
        # Of other scales nothing is compared: they rate single studies or recommendations.
        apart=len({SIDES[each.direction] for each in of_grade if each.direction in SIDES}) > 1,
        other_scales=tuple(_other_scales([each for each in judged if each.level.scale not in _GRADE])),
        disputed=counts.flags["disputed"].hits,
        fallen=counts.flags["fallen"].hits,
        overdue=counts.flags["overdue"].hits,
        warned=counts.flags["warnings"].hits,
        warnings=counts.flags["warnings"].values,
    )


def _other_scales(judged: Sequence[Judged]) -> Iterator[tuple[str, tuple[Judged, ...]]]:
    for scale_id, group in groupby(judged, key=lambda each: each.level.scale):
        here = tuple(group)
        best = here[0].level
        yield _scale_name(scale_id), here if best.rank is None else tuple(each for each in here if each.level == best)


@lru_cache(1000)
def _level(name: str) -> Level:
    scale, colon, level = name.partition(":")
    return load_scales().shown(scale, level) if colon else UNGRADED


@lru_cache(1000)
def _place(level: Level) -> tuple[int, str]:
    return load_scales().sort_key(level.scale, level.id), level.name


def _scale_name(scale_id: str) -> str:
    known = {scale.id: scale.name for scale in load_scales()}
    return known.get(scale_id, scale_id)
