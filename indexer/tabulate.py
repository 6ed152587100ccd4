"""The table of two facets by looking at documents one after the other: for when there is no index.

What arrays count in `indexer.crossing`, said as plainly as it can be; the two are compared in the tests.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from indexer.engine import IndexDocument
from indexer.table import Counts, Line, Marked, Table, TableRequest


def tabulated(
    matching: Iterable[IndexDocument], request: TableRequest, seq: int, complete: bool = True, notes: Sequence[str] = ()
) -> Table:
    """The table over the documents that the request's tree matches; what is selected still narrows them."""
    every = list(matching)
    chosen = {name: {*values} for name, values in request.selected.items() if values}
    hits = [each for each in every if _has(each, chosen)]
    rows, columns = (_lines(every, chosen, facet, request) for facet in (request.rows, request.columns))
    cells: dict[tuple[int, int], list[IndexDocument]] = defaultdict(list)
    for hit in hits:
        here = (_places(rows, hit, request.rows), _places(columns, hit, request.columns))
        for place in product(*here):
            cells[place].append(hit)
    values = [
        request.selected.get(facet) or set().union(*_counted(every, chosen, facet)) - {request.absent}
        for facet in (request.rows, request.columns)
    ]
    return Table(
        rows=rows,
        columns=columns,
        row_values=len(values[0]),
        column_values=len(values[1]),
        cells={place: _counts(those, request) for place, those in cells.items()},
        total=len(hits),
        without_row=sum(_without(hit, request.rows, request) for hit in hits),
        without_column=sum(_without(hit, request.columns, request) for hit in hits),
        seq=seq,
        complete=complete,
        notes=tuple(notes),
    )


Chosen = Mapping[str, set[str]]


def _has(document: IndexDocument, chosen: Chosen, aside: str = "") -> bool:
    return all(name == aside or {*document.facets.get(name, ())} & values for name, values in chosen.items())


def _without(hit: IndexDocument, facet: str, request: TableRequest) -> bool:
    values = hit.facets.get(facet)
    return not values or (request.absent in values and not request.selected.get(facet))


def _counted(every: Iterable[IndexDocument], chosen: Chosen, facet: str) -> list[set[str]]:
    """The values that hits have in a facet, each once; the facet's own choice does not narrow them."""
    return [{*each.facets.get(facet, ())} - {""} for each in every if _has(each, chosen, aside=facet)]


def _lines(every: Sequence[IndexDocument], chosen: Chosen, facet: str, request: TableRequest) -> list[Line]:
    counts = Counter(value for values in _counted(every, chosen, facet) for value in values)
    return [
        Line(
            value,
            counts[value],
            min(
                (each.id for each in every if _has(each, chosen, facet) and value in each.facets.get(facet, ())),
                default=None,
            ),
        )
        for value in request.lines(facet, counts)
    ]


def _places(lines: Sequence[Line], hit: IndexDocument, facet: str) -> list[int]:
    return [place for place, line in enumerate(lines) if line.value in hit.facets.get(facet, ())]


def _counts(those: Sequence[IndexDocument], request: TableRequest) -> Counts:
    by = Counter(tuple("".join(hit.facets.get(name, ())[:1]) for name in request.by) for hit in those)
    flags = {}
    for name, flag in request.flags.items():
        marking = [sum(map(flag.marks, {*hit.facets.get(flag.facet, ())})) for hit in those]
        flags[name] = Marked(sum(map(bool, marking)), sum(marking))
    return Counts(len(those), by, flags)
