"""Two facets against each other: which pairs of their values hits have, how many, with which grades and marks.

An evidence map is drawn from it. It holds values, ids and counts, and no words of a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.tree import Tree

MOST_ROWS = 40
MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Flag:
    """What marks a hit: that it has a value of a facet which passes the test."""

    facet: str
    marks: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TableRequest:
    """Which hits are laid out by which two facets, and which part of the table is wanted.

    The values with most hits come first. Of a facet of which values are selected, these alone are lines: what else
    their statements are about was not asked for. Hits of a cell are counted by the values that they have in the facets
    `by`, of which each hit has one at most, and by the flags that mark them.
    """

    tree: Tree
    rows: str
    columns: str
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_row: int = 0
    most_rows: int = MOST_ROWS
    first_column: int = 0
    most_columns: int = MOST_COLUMNS
    by: tuple[str, ...] = ()
    flags: Mapping[str, Flag] = field(default_factory=dict)
    time_limit: float = 1.0
    absent: str = ""
    """A value that says that there is none: it makes no line, unless somebody chooses it."""

    def lines(self, facet: str, counts: Mapping[str, int]) -> list[str]:
        """The values of the wanted lines, out of how many hits have which value of the facet."""
        chosen = self.selected.get(facet)
        first, most = (self.first_row, self.most_rows) if facet == self.rows else (self.first_column, self.most_columns)
        known = {value: counts.get(value, 0) for value in chosen} if chosen else counts
        lines = (value for value in known if chosen or value != self.absent)
        return sorted(lines, key=lambda value: (-known[value], value))[first : first + most]


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column: its value, how many hits have it (a choice of its own facet aside), and the id of the first
    of them; None where none has it.
    """

    value: str
    count: int
    example: int | None


@dataclass(frozen=True, slots=True)
class Marked:
    """How many hits of a cell a flag marks, and by how many values in all."""

    hits: int
    values: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the hits of one cell are. `by` has a key for each combination of values, "" where a hit has none."""

    count: int
    by: Mapping[tuple[str, ...], int]
    flags: Mapping[str, Marked]


@dataclass(frozen=True, slots=True)
class Table:
    """The wanted part of the table. `cells` has the places (row, column) that some hit has, from (0, 0).

    `row_values` says how many rows there are on all parts together, `without_row` how many hits have no value for one;
    the same for columns. Where `complete` is false hits are missing, and `notes` says why. `seq` is how far the engine
    has read the change log.
    """

    rows: Sequence[Line]
    columns: Sequence[Line]
    row_values: int
    column_values: int
    cells: Mapping[tuple[int, int], Counts]
    total: int
    without_row: int
    without_column: int
    seq: int
    complete: bool = True
    notes: tuple[str, ...] = ()
