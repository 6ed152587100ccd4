"""Sorted arrays of document numbers as sets: both, either, and where the one stands in the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint32]
"""Document numbers, ascending, each once."""
Places = npt.NDArray[np.intp]
Scores = npt.NDArray[np.float64]

_MUCH_LONGER = 16
"""From this many times as long on, looking each number up beats walking through both arrays."""


def both(one: Numbers, other: Numbers) -> Numbers:
    """What is in both."""
    here, _ = place_in(one, other)
    return one[here]


def either(sets: Sequence[Numbers]) -> Numbers:
    """What is in any of them."""
    filled = [each for each in sets if len(each)]
    if not filled:
        return np.empty(0, dtype=np.uint32)
    if len(filled) == 1:
        return filled[0]
    return distinct(np.concatenate(filled))


def distinct(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The numbers in order, each once. (NumPy's `unique` hashes integers, which takes several times as long.)"""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def without(one: Numbers, other: Numbers) -> Numbers:
    """What is in the first and not in the other."""
    here, _ = place_in(one, other)
    kept = np.ones(len(one), dtype=np.bool_)
    kept[here] = False
    return one[kept]


def place_in(wanted: Numbers, among: Numbers) -> tuple[Places, Places]:
    """Those of `wanted` that are in `among`: their places in the one and in the other, ascending."""
    if len(wanted) > _MUCH_LONGER * len(among):
        there, here = _looked_up(among, wanted)
        return here, there
    return _looked_up(wanted, among)


def first(keys: Sequence[npt.NDArray[np.generic]], wanted: int) -> Places:
    """The places of the first so many by these keys, ascending; the first key decides, the next among equals.

    Where all keys are equal, what stands first comes first.
    """
    certain: list[Places] = []
    open_: Places = np.arange(len(keys[0]))
    room = wanted
    for key in keys:
        if len(open_) <= room:
            break
        values = key[open_]
        edge = np.partition(values, room - 1)[room - 1]
        before = open_[values < edge]
        certain.append(before)
        room -= len(before)
        open_ = open_[values == edge]
    chosen = np.concatenate([*certain, open_[:room]])
    order = np.lexsort([chosen, *(key[chosen] for key in reversed(keys))])
    return chosen[order][:wanted]


def lookup(wanted: Numbers, among: Numbers, values: Scores) -> Scores:
    """The value of each of `wanted`, which stand beside `among`; 0 where there is none."""
    found = np.zeros(len(wanted))
    here, there = place_in(wanted, among)
    found[here] = values[there]
    return found


def _looked_up(few: Numbers, many: Numbers) -> tuple[Places, Places]:
    if not len(few) or not len(many):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    here = np.flatnonzero(many[places] == few)
    return here, places[here]
