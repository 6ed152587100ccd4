"""Addresses of evidence maps, and the map as JSON and CSV: a cell is counts and grades, never a statement's words."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from indexer.document import NOT_STATED
from indexer.evidence_map import EvidenceMap, MapLine
from indexer.map_cells import Judged, MapCell
from kb.meanings import DIRECTIONS
from kb.render.csv import harmless
from web.links import SearchAddress


@dataclass(frozen=True)
class MapAddress:
    """What a map's address says: the search, and how it is laid out; what is left at its default is not written."""

    search: SearchAddress
    rows: str = "topic"
    columns: str = "type"
    page: int = 1
    across: int = 1

    def __str__(self) -> str:
        return self.to("/map")

    def to(self, path: str) -> str:
        """The same map at another path, such as /map.json."""
        own = [("rows", self.rows, "topic"), ("columns", self.columns, "type")]
        parts = [("page", str(self.page), "1"), ("across", str(self.across), "1")]
        query = [(name, value) for name, value, default in (*own, *parts) if value != default]
        pairs = urlencode([*query, *self.searched.pairs()])
        return f"{path}?{pairs}" if pairs else path

    @cached_property
    def searched(self) -> SearchAddress:
        """The search whose statements are laid out, as a list from its beginning."""
        return replace(self.search, page=1, limit=SearchAddress.DEFAULT_LIMIT, sort="relevance")

    def at(self, page: int, across: int) -> MapAddress:
        return replace(self, page=page, across=across)

    def of(self, search: SearchAddress) -> MapAddress:
        """The first part of the map of another search."""
        return replace(self, search=search, page=1, across=1)

    def line(self, facet: str, line: MapLine) -> SearchAddress:
        """The search that finds the statements of one row or column."""
        selected = {**self.search.selected, facet: (line.value,)}
        return replace(self.searched, selected=selected)

    def open(self, lines: str) -> SearchAddress:
        """The search that finds the statements that are in no row, or in no column."""
        facet = self.rows if lines == "rows" else self.columns
        return replace(self.searched, selected={**self.search.selected, facet: (NOT_STATED,)})

    def cell(self, row: MapLine, column: MapLine) -> SearchAddress:
        """The search that finds the statements of one cell."""
        selected = {**self.search.selected, self.rows: (row.value,), self.columns: (column.value,)}
        return replace(self.searched, selected=selected)


def ways(cell: MapCell) -> str:
    """Which ways the statements at the cell's level point, in words."""
    return " / ".join(DIRECTIONS[each].label for each in cell.directions)


def levels_of(judged: tuple[Judged, ...]) -> str:
    """Levels of another scale with how many statements stand at each."""
    counts = Counter[str]()
    for each in judged:
        counts[each.level.label] += each.count
    return ", ".join(f"{label} ({count:,})" for label, count in counts.items())


def signs(cell: MapCell) -> Iterator[str]:
    """What a cell's hatching and outline stand for, in words."""
    if cell.apart:
        yield "point opposite ways"
    if cell.disputed:
        yield f"{cell.disputed:,} disputed"
    if cell.fallen:
        yield f"{cell.fallen:,} cite{'s' if cell.fallen == 1 else ''} retracted or doubted work"
    if cell.overdue:
        yield f"{cell.overdue:,} review{'' if cell.overdue == 1 else 's'} overdue"


def map_json(found: EvidenceMap, address: MapAddress) -> dict[str, Any]:
    """The map's part as JSON."""
    return {
        "query": address.search.words,
        "selected": {name: list(values) for name, values in address.search.selected.items()},
        "rows": {"facet": address.rows, "values": [_line(address, address.rows, each) for each in found.rows]},
        "columns": {
            "facet": address.columns,
            "values": [_line(address, address.columns, each) for each in found.columns],
        },
        "row_values": found.row_values,
        "column_values": found.column_values,
        "page": found.request.page,
        "pages": found.pages,
        "across": found.request.across,
        "pages_across": found.pages_across,
        "cells": [_cell_json(found, address, place, cell) for place, cell in found.cells.items()],
        "total": found.total,
        "without_row": found.without_row,
        "without_column": found.without_column,
        "ignored": [asdict(each) for each in found.asked.ignored],
        "synonyms": [asdict(each) for each in found.asked.added],
        "as_of": found.day.isoformat(),
        "lag": found.lag,
        "by_index": found.by_index,
        "notes": list(found.notes),
    }


def _line(address: MapAddress, facet: str, line: MapLine) -> dict[str, Any]:
    return {"value": line.value, "label": line.label, "count": line.count, "url": str(address.line(facet, line))}


def _cell_json(found: EvidenceMap, address: MapAddress, place: tuple[int, int], cell: MapCell) -> dict[str, Any]:
    row, column = found.rows[place[0]], found.columns[place[1]]
    best = cell.best
    return {
        "row": row.value,
        "column": column.value,
        "count": cell.count,
        "best": None if best is None else {"name": best.name, "label": best.label, "symbol": best.symbol},
        "directions": list(cell.directions),
        "levels": [
            {
                "name": each.level.name,
                "label": each.level.label,
                "symbol": each.level.symbol,
                "direction": each.direction,
                "count": each.count,
            }
            for each in cell.judged
        ],
        "apart": cell.apart,
        "disputed": cell.disputed,
        "fallen": cell.fallen,
        "overdue": cell.overdue,
        "warned": cell.warned,
        "warnings": cell.warnings,
        "url": str(address.cell(row, column)),
    }


CSV_COLUMNS = (
    *("row", "column", "statements", "best_grade", "grade_symbol", "grade_words", "directions", "other_scales"),
    *("point_apart", "disputed", "cite_fallen", "reviews_overdue", "with_warnings", "warnings", "url"),
)


def map_csv(found: EvidenceMap, address: MapAddress) -> str:
    """A row for each place that some statement has, row by row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for (r, c), cell in found.cells.items():
        row, column = found.rows[r], found.columns[c]
        cells = (
            *(row.label, column.label, cell.count, cell.best.name if cell.best else ""),
            *(cell.best.symbol if cell.best else "", ", ".join(each.label for each in cell.shown), ways(cell)),
            "; ".join(f"{name}: {levels_of(judged)}" for name, judged in cell.other_scales),
            *("yes" if cell.apart else "no", cell.disputed, cell.fallen, cell.overdue, cell.warned, cell.warnings),
            str(address.cell(row, column)),
        )
        writer.writerow([harmless(each) for each in cells])
    return buffer.getvalue()
