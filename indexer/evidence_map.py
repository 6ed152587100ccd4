"""From words and filters to an evidence map: which evidence there is for what, how good, which way, and where none is.

The engine counts; what a cell means is said here. It holds labels, counts and grades and no statement's words: these
are read where a cell's link leads. Levels of scales other than GRADE stand beside it and are never converted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from indexer.asked import Understood, understood
from indexer.document import NOT_STATED, asked
from indexer.engine import QUESTION, REVIEW_DUE, SearchEngine
from indexer.map_cells import MapCell, cell_of
from indexer.names import NO_NAMES, Names
from indexer.scan import scan_table
from indexer.search import SearchRequest
from indexer.table import MOST_COLUMNS, MOST_ROWS, Flag, Line, Table, TableRequest
from indexer.tree import Tree
from kb.changes import lag
from kb.labels import facet_labels, question_parts
from kb.legend import warning_codes
from kb.store import Store

Rows = Literal["topic", "intervention", "population"]
Columns = Literal["type", "outcome", "population"]
ROWS: tuple[Rows, ...] = ("topic", "intervention", "population")
COLUMNS: tuple[Columns, ...] = ("type", "outcome", "population")
FALLEN = {"retracted", "concern"}


@dataclass(frozen=True, slots=True)
class MapRequest:
    """The search whose statements are laid out, and how; parts of rows (`page`) and columns (`across`) count from 1."""

    search: SearchRequest
    rows: Rows = "topic"
    columns: Columns = "type"
    page: int = 1
    across: int = 1


@dataclass(frozen=True, slots=True)
class MapLine:
    """A row or column: its value in addresses, what it is called, and how many statements it has in all."""

    value: str
    label: str
    count: int


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
        cells={place: cell_of(counts) for place, counts in sorted(table.cells.items())},
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
