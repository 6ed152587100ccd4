"""The evidence map as a drawing: where each bubble, label and word of `/map.svg` stands, in pixels.

A picture of its own: it takes no style sheet along and needs none, because its colours stand on its shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from indexer.evidence_map import EvidenceMap, MapLine
from indexer.map_cells import MapCell

LARGEST = 24.0
SMALLEST = 2.5
"""Radii in pixels. The area grows with the number of statements; what would not be seen is drawn a little larger."""
TONES = {
    "high": "#14663c",
    "moderate": "#1c5d8c",
    "low": "#805400",
    "very-low": "#a03a17",
    "none": "#5d5470",
    "neutral": "#515a66",
    "harm": "#9c1640",
}
"""The colours of caveat.css on paper; colour only helps, the symbol and the word stand beside each bubble."""
LEFT, TOP, WIDE, HIGH = 210, 128, 146, 132
LETTER = 6.6
"""How wide a letter is, on average, at the size of the labels."""


def radius(count: int, largest: int) -> float:
    """The radius of a bubble for so many statements, where the cell with most has `largest`."""
    return round(max(SMALLEST, LARGEST * sqrt(count / largest)), 1) if largest else SMALLEST


def tone(cell: MapCell) -> str:
    """The name of the colour: of what stands for the cell's grade."""
    return cell.shown[0].tone if cell.shown else "neutral"


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell: the middle of its bubble, and what it shows."""

    x: int
    y: int
    row: MapLine
    column: MapLine
    cell: MapCell
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A row's or column's label, cut into lines, and where the first of these stands."""

    x: int
    y: int
    line: MapLine
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything on the picture; `gaps` are the middles of the places that no statement has."""

    width: int
    height: int
    foot: int
    rows: tuple[DrawnLine, ...]
    columns: tuple[DrawnLine, ...]
    cells: tuple[DrawnCell, ...]
    gaps: tuple[tuple[int, int], ...]
    rules: tuple[int, ...]


def drawing(found: EvidenceMap) -> Drawing:
    """Where everything of the map's part stands."""
    bottom = TOP + HIGH * max(1, len(found.rows))
    return Drawing(
        width=max(LEFT + WIDE * max(1, len(found.columns)) + 16, 760),
        height=bottom + 84,
        foot=bottom + 24,
        rows=tuple(
            DrawnLine(12, TOP + HIGH * n + 28, line, _wrapped(line.label, LEFT - 24, 4))
            for n, line in enumerate(found.rows)
        ),
        columns=tuple(
            DrawnLine(_x(n), TOP - 46, line, _wrapped(line.label, WIDE - 8, 3)) for n, line in enumerate(found.columns)
        ),
        cells=tuple(_drawn(found, place, cell) for place, cell in found.cells.items()),
        gaps=tuple(
            (_x(c), TOP + HIGH * r + 44)
            for r in range(len(found.rows))
            for c in range(len(found.columns))
            if (r, c) not in found.cells
        ),
        rules=tuple(TOP + HIGH * n for n in range(len(found.rows) + 1)),
    )


def _x(column: int) -> int:
    return LEFT + WIDE * column + WIDE // 2


def _drawn(found: EvidenceMap, place: tuple[int, int], cell: MapCell) -> DrawnCell:
    r, c = place
    size = radius(cell.count, found.largest)
    return DrawnCell(_x(c), TOP + HIGH * r + 34, found.rows[r], found.columns[c], cell, size, TONES[tone(cell)])


def _wrapped(label: str, width: int, most: int) -> tuple[str, ...]:
    """The label on lines that are no wider; what does not fit is cut, and said to be."""
    lines = list(_lines(label.split(), max(4, int(width / LETTER))))
    return (*lines[: most - 1], f"{lines[most - 1][:-1]}…") if len(lines) > most else tuple(lines)


def _lines(words: Sequence[str], letters: int) -> Iterator[str]:
    line = ""
    for word in words:
        for part in [word[at : at + letters] for at in range(0, len(word), letters)]:
            if line and len(line) + 1 + len(part) > letters:
                yield line
                line = part
            else:
                line = f"{line} {part}".strip()
    if line:
        yield line
