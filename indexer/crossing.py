"""The table of two facets counted on a commit's arrays: a million hits in some tens of milliseconds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexer.arrays import Numbers
from indexer.columns import FacetValues
from indexer.facets import Hits, narrowed
from indexer.leaf import Leaf
from indexer.table import Counts, Line, Marked, Table, TableRequest

Codes = npt.NDArray[np.int64]
NOWHERE = np.iinfo(np.int64).max


@dataclass(slots=True)
class _Gathered:
    """What was counted of one cell so far, over all segments."""

    count: int = 0
    by: Counter[tuple[str, ...]] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)


def crossed(leaves: Sequence[Leaf], documents: Hits, request: TableRequest, seq: int) -> Table:
    """The table over the documents that the request's tree matches in each leaf; `notes` are the caller's."""
    facets = (request.rows, request.columns)
    # One more, for the value that makes no line.
    most = max(request.first_row + request.most_rows, request.first_column + request.most_columns) + 1
    hits, counts, sizes = narrowed(leaves, documents, request.selected, facets, most)
    values = [request.lines(facet, counts[facet]) for facet in facets]
    examples = [np.full(len(lines), NOWHERE) for lines in values]
    without, absent = [0, 0], [0, 0]
    cells: dict[tuple[int, int], _Gathered] = defaultdict(_Gathered)
    for leaf, those in zip(leaves, hits, strict=True):
        pairs: list[tuple[Codes, Codes]] = []
        for n, facet in enumerate(facets):
            column = leaf.facet(facet)
            without[n] += column.without(those)
            if not request.selected.get(facet):
                absent[n] += int(np.count_nonzero(column.having([request.absent], those)))
            pairs.append(_placed(column, those, values[n]))
            owners, places = pairs[n]
            np.minimum.at(examples[n], places, leaf.arrays.ids[those[owners]])
        _gather(leaf, those, _joined(pairs[0], pairs[1], len(those)), request, len(values[1]), cells)
    rows, columns = (
        [Line(value, counts[facet][value], _id(examples[n][place])) for place, value in enumerate(values[n])]
        for n, facet in enumerate(facets)
    )
    return Table(
        rows=rows,
        columns=columns,
        row_values=len(request.selected.get(request.rows) or ()) or sizes[request.rows] - (absent[0] > 0),
        column_values=len(request.selected.get(request.columns) or ()) or sizes[request.columns] - (absent[1] > 0),
        cells={
            place: Counts(
                each.count, each.by, {name: Marked(each.hits[name], each.values[name]) for name in request.flags}
            )
            for place, each in cells.items()
        },
        total=sum(map(len, hits)),
        without_row=without[0] + absent[0],
        without_column=without[1] + absent[1],
        seq=seq,
    )


def _id(example: np.int64) -> int | None:
    return None if example == NOWHERE else int(example)


def _placed(column: FacetValues, hits: Numbers, lines: Sequence[str]) -> tuple[Codes, Codes]:
    """For each value of a hit that has a line: which of the hits, ascending, and which line."""
    place = np.full(len(column.values) or 1, -1, dtype=np.int64)
    for number, value in enumerate(lines):
        if value in column.numbers:
            place[column.numbers[value]] = number
    numbers, owners = column.of(hits)
    places = place[numbers]
    kept = places >= 0
    return owners[kept].astype(np.int64), places[kept]


def _joined(rows: tuple[Codes, Codes], columns: tuple[Codes, Codes], hits: int) -> tuple[Codes, Codes, Codes]:
    """Each row of a hit with each of its columns: which of the hits, row, column."""
    owners, places = columns
    counts = np.bincount(owners, minlength=hits)
    begins = np.cumsum(counts) - counts
    repeated = counts[rows[0]]
    owner = np.repeat(rows[0], repeated)
    before = np.cumsum(repeated) - repeated
    nth = np.arange(len(owner)) - np.repeat(before, repeated)
    return owner, np.repeat(rows[1], repeated), places[begins[owner] + nth]


def _gather(
    leaf: Leaf,
    hits: Numbers,
    joined: tuple[Codes, Codes, Codes],
    request: TableRequest,
    width: int,
    cells: Mapping[tuple[int, int], _Gathered],
) -> None:
    """Add what one segment has in each cell."""
    owners, row, column = joined
    cell = row * width + column
    for place, count in _nonzero(np.bincount(cell)):
        cells[divmod(place, width)].count += count
    kinds, names = _kinds(leaf, hits, request.by)
    for key, count in _nonzero(np.bincount(cell * len(names) + kinds[owners])):
        place, kind = divmod(key, len(names))
        cells[divmod(place, width)].by[names[kind]] += count
    having: dict[str, tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]] = {}
    for name, flag in request.flags.items():
        facet = leaf.facet(flag.facet)
        marking = np.array([flag.marks(value) for value in facet.values], dtype=np.bool_)
        if not marking.any():
            continue
        if flag.facet not in having:
            having[flag.facet] = facet.of(hits)
        numbers, theirs = having[flag.facet]
        marks = np.bincount(theirs[marking[numbers]], minlength=len(hits))[owners]
        marked = np.flatnonzero(marks)
        for place, count in _nonzero(np.bincount(cell[marked])):
            cells[divmod(place, width)].hits[name] += count
        for place, count in _nonzero(np.bincount(cell[marked], weights=marks[marked])):
            cells[divmod(place, width)].values[name] += count


def _kinds(leaf: Leaf, hits: Numbers, by: Sequence[str]) -> tuple[Codes, list[tuple[str, ...]]]:
    """For each hit the number of its combination of values, and the combinations by number."""
    kinds = np.zeros(len(hits), dtype=np.int64)
    names: list[tuple[str, ...]] = [()]
    for name in by:
        column = leaf.facet(name)
        numbers, owners = column.of(hits)
        own = np.full(len(hits), len(column.values), dtype=np.int64)
        own[owners[::-1]] = numbers[::-1]  # of several values the first
        values = [*column.values, ""]
        kinds = kinds * len(values) + own
        names = [(*before, value) for before in names for value in values]
    return kinds, names


def _nonzero(counts: npt.NDArray[np.generic]) -> Iterator[tuple[int, int]]:
    places = np.flatnonzero(counts)
    return zip(places.tolist(), counts[places].astype(np.int64).tolist(), strict=True)
