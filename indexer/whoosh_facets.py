"""Which documents have which value of a facet, and how many of a search's hits do, by NumPy.

Within a facet values are ORed, facets are ANDed, and each facet's counts leave its own choice out, so that a
reader sees what choosing another value of the same facet would bring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Documents = npt.NDArray[np.int64]


class FacetIndex:
    """One facet of one commit: its values, and pairs of document and value."""

    def __init__(self, found: Iterable[tuple[str, Documents]]) -> None:
        numbers: dict[str, int] = {}
        documents: list[Documents] = []
        values: list[Documents] = []
        for value, having in found:
            number = numbers.setdefault(value, len(numbers))
            documents.append(having)
            values.append(np.full(len(having), number, dtype=np.int64))
        self._numbers = numbers
        self._documents = np.concatenate(documents) if documents else np.empty(0, dtype=np.int64)
        self._values = np.concatenate(values) if values else np.empty(0, dtype=np.int64)

    def having(self, chosen: Iterable[str], size: int) -> Mask:
        """The documents that have any of the values, as a mask over `size` documents; unknown values have
        none.
        """
        mask = np.zeros(size, dtype=np.bool_)
        for value in chosen:
            if (number := self._numbers.get(value)) is not None:
                mask[self._documents[self._values == number]] = True
        return mask

    def counts(self, hits: Mask, always: Iterable[str]) -> dict[str, int]:
        """How many hits have each value, most first, then by name; none is left out but for those in
        `always`.
        """
        counted = np.bincount(self._values[hits[self._documents]], minlength=len(self._numbers)).tolist()
        found = {value: counted[number] for value, number in self._numbers.items() if counted[number]}
        found |= {value: 0 for value in always if value not in found}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def narrowed(
    hits: Mask,
    selected: Mapping[str, tuple[str, ...]],
    wanted: Iterable[str],
    facet: Callable[[str], FacetIndex],
) -> tuple[Mask, dict[str, dict[str, int]]]:
    """The hits that the chosen values leave, and the counts of the wanted facets."""
    masks = {name: facet(name).having(values, len(hits)) for name, values in selected.items() if values}
    left = _all([hits, *masks.values()])
    counts = {}
    for name in wanted:
        others = left if name not in masks else _all([hits, *(mask for each, mask in masks.items() if each != name)])
        counts[name] = facet(name).counts(others, selected.get(name, ()))
    return left, counts


def _all(masks: list[Mask]) -> Mask:
    joined = masks[0].copy()
    for mask in masks[1:]:
        joined &= mask
    return joined
