"""Sorted arrays of document numbers as sets: both, either, and where the one stands in the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint32]
"""Document numbers, ascending, each once."""
Whole = npt.NDArray[np.integer[Any]]
N = TypeVar("N", bound=np.integer[Any])
Places = npt.NDArray[np.intp]
Scores = npt.NDArray[np.float64]

_MUCH_LONGER = 16
"""From this many times as long on, looking each number up beats walking through both arrays."""
_DENSE = 48
"""Where a set has more than one in so many of the documents up to its last, a table of all documents is quicker."""
_FEW = 4_096
"""Sets smaller than this are looked up one by one however dense they are."""


def both(one: npt.NDArray[N], other: npt.NDArray[N]) -> npt.NDArray[N]:
    """What is in both; for other whole numbers than those of documents too, ascending and each once."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    here = _members(many, few)[few] if _is_dense(few, many) else _looked_up(few, many)[0]
    found: npt.NDArray[N] = few[here]
    return found


def either(sets: Sequence[Numbers]) -> Numbers:
    """What is in any of them."""
    filled = [each for each in sets if len(each)]
    if not filled:
        return np.empty(0, dtype=np.uint32)
    if len(filled) == 1:
        return filled[0]
    last = int(max(each[-1] for each in filled))
    if last < _DENSE * sum(map(len, filled)) and last > _FEW:
        there = np.zeros(last + 1, dtype=np.bool_)
        for each in filled:
            there[each] = True
        return np.flatnonzero(there).astype(np.uint32)
    return distinct(np.concatenate(filled))


def distinct(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The numbers in order, each once. (NumPy's `unique` hashes integers, which takes several times as long.)"""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def without(one: Numbers, other: Numbers) -> Numbers:
    """What is in the first and not in the other."""
    if _is_dense(one, other):
        return one[~_members(other, one)[one]]
    here, _ = place_in(one, other)
    kept = np.ones(len(one), dtype=np.bool_)
    kept[here] = False
    return one[kept]


def place_in(wanted: Numbers, among: Numbers) -> tuple[Places, Places]:
    """Those of `wanted` that are in `among`: their places in the one and in the other, ascending."""
    if _is_dense(wanted, among):
        place = np.full(int(max(wanted[-1], among[-1])) + 1, -1, dtype=np.int32)
        place[among] = np.arange(len(among), dtype=np.int32)
        found = place[wanted]
        at = np.flatnonzero(found >= 0)
        return at, found[at].astype(np.intp)
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


def _is_dense(one: Whole, other: Whole) -> bool:
    if min(len(one), len(other)) < _FEW:
        return False
    return int(max(one[-1], other[-1])) < _DENSE * min(len(one), len(other))


def _members(of: Whole, asked: Whole) -> npt.NDArray[np.bool_]:
    """For each document up to the last one asked about, whether it is one of these."""
    there = np.zeros(int(max(of[-1], asked[-1])) + 1, dtype=np.bool_)
    there[of] = True
    return there


def _looked_up(few: Whole, many: Whole) -> tuple[Places, Places]:
    if not len(few) or not len(many):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    here = np.flatnonzero(many[places] == few)
    return here, places[here]
