"""One cell of an evidence map: which levels its statements have, which stands for them, and what to beware of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from indexer.table import Counts
from kb.question import COMPARED_SCALE, SIDES
from kb.scales import UNGRADED, Level, load_scales

_GRADE = ("", COMPARED_SCALE)
"""Where GRADE's levels are, and `ungraded`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How many statements of a cell stand at this level and point this way."""

    level: Level
    direction: str
    count: int


@dataclass(frozen=True, slots=True)
class MapCell:
    """What the statements of one row and column are. `judged` has the best levels first.

    `best` is the best level of GRADE's order, None where no statement has one; `shown` is what stands for the grade:
    that level, or where there is none all that GRADE has instead of one. `directions` are the ways in which the
    statements at the shown levels point, those of most first. `apart`: statements point opposite ways.
    `other_scales` has each other scale's name with its levels; of a scale with an order the best one alone.

    `disputed` statements are those that another statement or another rater disagrees with; `fallen` ones cite a work
    that was retracted or is under an expression of concern; of `overdue` ones the date for looking again has passed.
    `warnings` counts warnings, `warned` the statements that carry one.
    """

    count: int
    judged: tuple[Judged, ...]
    best: Level | None
    shown: tuple[Level, ...]
    directions: tuple[str, ...]
    apart: bool
    other_scales: tuple[tuple[str, tuple[Judged, ...]], ...]
    disputed: int
    fallen: int
    overdue: int
    warned: int
    warnings: int

    @property
    def disagrees(self) -> bool:
        return self.apart or self.disputed > 0

    @property
    def outlined(self) -> bool:
        return self.fallen + self.overdue > 0


def cell_of(counts: Counts) -> MapCell:
    """What was counted of a cell, with what it means."""
    judged = [Judged(_level(name), direction, count) for (name, direction), count in counts.by.items()]
    judged.sort(key=lambda each: (_place(each.level), -each.count, each.direction))
    of_grade = [each for each in judged if each.level.scale in _GRADE]
    best = next((each.level for each in of_grade if each.level.rank is not None), None)
    shown = (best,) if best is not None else tuple(dict.fromkeys(each.level for each in of_grade))
    pointing: Counter[str] = Counter()
    for each in of_grade:
        if each.level in shown:
            pointing[each.direction] += each.count
    return MapCell(
        count=counts.count,
        judged=tuple(judged),
        best=best,
        shown=shown,
        directions=tuple(sorted(pointing, key=lambda direction: (-pointing[direction], direction))),
        # Of other scales nothing is compared: they rate single studies or recommendations.
        apart=len({SIDES[each.direction] for each in of_grade if each.direction in SIDES}) > 1,
        other_scales=tuple(_other_scales([each for each in judged if each.level.scale not in _GRADE])),
        disputed=counts.flags["disputed"].hits,
        fallen=counts.flags["fallen"].hits,
        overdue=counts.flags["overdue"].hits,
        warned=counts.flags["warnings"].hits,
        warnings=counts.flags["warnings"].values,
    )


def _other_scales(judged: Sequence[Judged]) -> Iterator[tuple[str, tuple[Judged, ...]]]:
    for scale_id, group in groupby(judged, key=lambda each: each.level.scale):
        here = tuple(group)
        best = here[0].level
        yield _scale_name(scale_id), here if best.rank is None else tuple(each for each in here if each.level == best)


@lru_cache(1000)
def _level(name: str) -> Level:
    scale, colon, level = name.partition(":")
    return load_scales().shown(scale, level) if colon else UNGRADED


@lru_cache(1000)
def _place(level: Level) -> tuple[int, str]:
    return load_scales().sort_key(level.scale, level.id), level.name


def _scale_name(scale_id: str) -> str:
    known = {scale.id: scale.name for scale in load_scales()}
    return known.get(scale_id, scale_id)
