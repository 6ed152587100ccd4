"""The scales on which evidence is graded: their levels, order, symbols and words, from `data/scales/*.toml`.

Nothing converts one scale into another: no official mapping exists, because they rate different things. A
level is named `scale:level` wherever scales meet; `ungraded` has no scale and stands where nobody has judged.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from kb.data import data_folder
from kb.errors import InputError

# Colour only helps; these are the names that the style sheet knows.
TONES = ("high", "moderate", "low", "very-low", "none", "neutral", "harm")

# Room between two scales in `Scales.sort_key`: a level added to one leaves the keys of the others alone.
SPAN = 1000


class UnknownScale(InputError):
    """There is no such scale."""


class UnknownLevel(InputError):
    """The scale has no such level."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale. `rank` counts from the weakest (1); None: it stands outside the order."""

    scale: str
    id: str
    label: str
    symbol: str
    rank: int | None
    meaning: str
    tone: str

    @property
    def name(self) -> str:
        """What the level is called in links, exports and the store's answers, such as `grade:low`."""
        return f"{self.scale}:{self.id}" if self.scale else self.id


UNKNOWN = "?"
UNKNOWN_MEANING = "Caveat does not know this level, and so cannot say what it means."
UNGRADED = Level("", "ungraded", "Ungraded", "?", None, "Nobody has judged this evidence yet.", "none")


@dataclass(frozen=True, slots=True)
class Scale:
    """A set of levels. In an `ordered` one the ranked levels form a line; in any other none has a rank."""

    id: str
    name: str
    ordered: bool
    order: int
    question: str
    source: str
    note: str
    levels: tuple[Level, ...]

    def level(self, level_id: str) -> Level:
        """The level with this id. Raises UnknownLevel, which names the levels there are."""
        for level in self.levels:
            if level.id == level_id:
                return level
        known = ", ".join(level.id for level in self.levels)
        raise UnknownLevel(f"The scale {self.id} has no level {level_id!r}.", cure=f"Its levels are {known}.")

    @property
    def best_first(self) -> tuple[Level, ...]:
        """The ranked levels from the strongest down, then the others as the file lists them."""
        return tuple(sorted(self.levels, key=lambda level: -(level.rank or 0)))


class Scales:
    """All scales, in their order."""

    def __init__(self, scales: Iterable[Scale]) -> None:
        self._scales = {scale.id: scale for scale in sorted(scales, key=lambda scale: scale.order)}
        self._keys = {UNGRADED.name: SPAN * SPAN}
        for scale in self:
            self._keys |= {level.name: scale.order * SPAN + at for at, level in enumerate(scale.best_first)}

    def __iter__(self) -> Iterator[Scale]:
        return iter(self._scales.values())

    def get(self, scale_id: str) -> Scale:
        """The scale with this id. Raises UnknownScale, which names the scales there are."""
        if scale_id not in self._scales:
            known = ", ".join(self._scales)
            raise UnknownScale(f"There is no scale {scale_id!r}.", cure=f"The scales are {known}.")
        return self._scales[scale_id]

    def level(self, scale_id: str, level_id: str) -> Level:
        """A level by the ids of scale and level; UNGRADED by its own. Raises UnknownScale or UnknownLevel."""
        if (scale_id, level_id) == (UNGRADED.scale, UNGRADED.id):
            return UNGRADED
        return self.get(scale_id).level(level_id)

    def shown(self, scale_id: str, level_id: str) -> Level:
        """The level as it stands beside a statement: one that is not known (any more) keeps its name and says so.

        A grade is never lost because the file of its scale is, and never shown as if it still had a meaning.
        """
        if self.knows(scale_id, level_id):
            return self.level(scale_id, level_id)
        return Level(scale_id, level_id, f"{level_id} (unknown level)", UNKNOWN, None, UNKNOWN_MEANING, "none")

    def knows(self, scale_id: str, level_id: str) -> bool:
        """Whether there is such a level."""
        return (f"{scale_id}:{level_id}" if scale_id else level_id) in self._keys

    def parse(self, name: str) -> Level:
        """The level that `name` (`grade:low`, or `ungraded`) stands for: the opposite of `Level.name`.

        Raises UnknownScale or UnknownLevel; the latter also for a level without its scale.
        """
        scale_id, colon, level_id = name.partition(":")
        if not colon and name != UNGRADED.name:
            raise UnknownLevel(
                f"{name!r} does not say which scale it belongs to.",
                cure="Write scale:level, for example grade:low, or ungraded.",
            )
        return self.level(scale_id, level_id) if colon else UNGRADED

    def sort_key(self, scale_id: str, level_id: str) -> int:
        """Where a level stands among all: smaller is better.

        The first scale's ranked levels come best first, then its unranked ones, then the other scales
        likewise, then whatever is not known; `ungraded` is last. Keys of two scales say where to list them and nothing
        about evidence.
        """
        return self._keys.get(self.shown(scale_id, level_id).name, self._keys[UNGRADED.name] - 1)


def load_scales(folder: Path | None = None) -> Scales:
    """The scales in `folder`, or those that belong to Caveat, which are read once.

    Raises InputError for a folder without scales or a broken file; it names the file and the cure.
    """
    return _default_scales() if folder is None else _read_folder(folder)


@cache
def _default_scales() -> Scales:
    return _read_folder(data_folder() / "scales")


def _read_folder(folder: Path) -> Scales:
    scales: dict[int, Scale] = {}
    for path in sorted(folder.glob("*.toml")):
        scale = _read_scale(path)
        if other := scales.get(scale.order):
            _broken(path, f"Its order is that of {other.id}: {scale.order}.", "Give each its own number.")
        scales[scale.order] = scale
    if not scales:
        raise InputError("There is no scale here.", place=str(folder), cure="Put grade.toml into the folder.")
    return Scales(scales.values())


def _read_scale(path: Path) -> Scale:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"The scale cannot be read: {error}.", place=str(path), cure="Mend the file; it is TOML in UTF-8."
        ) from error
    _only(path, table, {"id", "name", "question", "source", "note", "ordered", "order", "level"})
    words = {key: _text(path, table, key) for key in ("id", "name", "question", "source")}
    if words["id"] != path.stem:
        _broken(path, f"Its id is {words['id']!r}.", "Name the file after the id.")
    ordered, order = table.get("ordered"), table.get("order")
    if not isinstance(ordered, bool):
        _broken(path, "`ordered` is missing or neither true nor false.", "Set ordered = true, or false.")
    if type(order) is not int or not 0 < order < SPAN:
        _broken(path, "`order` is missing or no number.", f"Set order to a number from 1 to {SPAN - 1}.")
    entries = table.get("level")
    if not isinstance(entries, list) or not entries:
        _broken(path, "The scale has no level.", "Add at least one [[level]].")
    levels = tuple(_read_level(path, words["id"], entry) for entry in entries)
    _check(path, ordered, levels)
    note = _text(path, table, "note") if "note" in table else ""
    return Scale(**words, ordered=ordered, order=order, note=note, levels=levels)


def _read_level(path: Path, scale_id: str, entry: object) -> Level:
    if not isinstance(entry, dict):
        _broken(path, "A level is no table.", "Begin each level with [[level]].")
    _only(path, entry, {"id", "label", "symbol", "meaning", "tone", "rank"})
    words = {key: _text(path, entry, key) for key in ("id", "label", "symbol", "meaning", "tone")}
    rank = entry.get("rank")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", words["id"]):
        _broken(path, f"A level's id is {words['id']!r}.", "Use letters, digits and hyphens only.")
    if words["tone"] not in TONES:
        _broken(path, f"The tone {words['tone']!r} is unknown.", f"Use one of {', '.join(TONES)}.")
    if rank is not None and (type(rank) is not int or rank < 1):
        _broken(path, f"The rank {rank!r} is none.", "Use 1 for the weakest level, 2 for the next, or none.")
    return Level(scale_id, **words, rank=rank)


def _check(path: Path, ordered: bool, levels: tuple[Level, ...]) -> None:
    """What no level can know by itself: ids and ranks are given once, and only an ordered scale has ranks."""
    ids = [level.id for level in levels]
    ranks = [level.rank for level in levels if level.rank is not None]
    if len(set(ids)) < len(ids):
        _broken(path, "Two levels have the same id.", "Give each its own.")
    if len(set(ranks)) < len(ranks):
        _broken(path, "Two levels have the same rank.", "Give each its own, or leave it out.")
    if ordered != bool(ranks):
        _broken(path, "`ordered` and the ranks disagree.", "An ordered scale has ranks, another none.")


def _only(path: Path, table: Mapping[str, Any], keys: set[str]) -> None:
    """A misspelt `rank` would otherwise take a level out of the order without a word."""
    if unknown := sorted(set(table) - keys):
        _broken(path, f"`{unknown[0]}` means nothing here.", f"Use {', '.join(sorted(keys))}.")


def _text(path: Path, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        _broken(path, f"`{key}` is missing or no text.", f'Add {key} = "…".')
    return value


def _broken(path: Path, message: str, cure: str) -> NoReturn:
    raise InputError(message, place=str(path), cure=cure)
