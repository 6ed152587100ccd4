"""How many of a search's hits have which value of a facet, and which hits a choice of values leaves.

Within a facet values are ORed, facets are ANDed, and each facet's counts leave its own choice out, so that a reader
sees what choosing another value of the same facet would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indexer.arrays import Numbers, first
from indexer.columns import FacetValues
from indexer.leaf import Leaf, Mask

Hits = Sequence[Numbers]
"""For each leaf, documents, ascending."""


def narrowed(
    leaves: Sequence[Leaf],
    hits: Hits,
    selected: Mapping[str, tuple[str, ...]],
    wanted: Sequence[str],
    most: int | None,
) -> tuple[Hits, dict[str, dict[str, int]], dict[str, int]]:
    """The hits that the chosen values leave, the counts of the wanted facets, and how many values each has.

    Of more than `most` values (None: however many) the most frequent are given, of equally frequent ones the first by
    name, and in any case those chosen, also with 0.
    """
    chosen = {name: values for name, values in selected.items() if values}
    kept = [
        {name: leaf.facet(name).having(values, hits[n]) for name, values in chosen.items()}
        for n, leaf in enumerate(leaves)
    ]
    left = [_those(hits[n], list(kept[n].values())) for n in range(len(leaves))]
    counts, sizes = {}, {}
    for name in wanted:
        others = left
        if name in chosen:
            masks = ([mask for each, mask in its.items() if each != name] for its in kept)
            others = [_those(hits[n], its_masks) for n, its_masks in enumerate(masks)]
        columns = [leaf.facet(name) for leaf in leaves]
        counts[name], sizes[name] = _counted(columns, others, chosen.get(name, ()), most)
    return left, counts, sizes


def _those(hits: Numbers, masks: Sequence[Mask]) -> Numbers:
    return hits if not masks else hits[np.logical_and.reduce(masks)]


def _counted(
    columns: Sequence[FacetValues], hits: Hits, always: Sequence[str], most: int | None
) -> tuple[dict[str, int], int]:
    """The counts of a facet's values over all leaves, and how many values there are."""
    counted = [column.counts(each) for column, each in zip(columns, hits, strict=True)]
    if not columns:
        return dict.fromkeys(always, 0), 0
    # Every value of the smaller segments is looked at by name; of the largest, only those that can be among the first.
    largest = max(range(len(columns)), key=lambda n: len(columns[n]))
    found = dict.fromkeys(always, 0)
    for n, column in enumerate(columns):
        if n != largest:
            for number in np.flatnonzero(counted[n]).tolist():
                found[column.values[number]] = found.get(column.values[number], 0) + int(counted[n][number])
    column, counts = columns[largest], counted[largest]
    size = int(np.count_nonzero(counts))
    for value, elsewhere in found.items():
        here = int(counts[column.numbers[value]]) if value in column.numbers else 0
        size += elsewhere > 0 == here
        found[value] += here
    for number in first([-counts], len(counts) if most is None else most).tolist():
        if counts[number]:
            found.setdefault(column.values[number], int(counts[number]))
    ordered = sorted(found, key=lambda value: (-found[value], value))
    given = dict.fromkeys(value for value in ordered[:most] if found[value])
    return {value: found[value] for value in ordered if value in given or value in always}, size
