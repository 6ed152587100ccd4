"""The names that people use for one thing, read from `data/synonyms.toml` and from a file of one's own.

A *thing* is a group of names that find each other. A thing may be wider than others: its names find theirs too, as
MeSH's "explode" does. A name is known by its words as the index has them, so case, accents and endings do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from indexer.names_file import Group, NamesFile, Wider, read_file
from indexer.text import tokens
from kb.data import data_folder
from kb.errors import InputError

FILE = "synonyms.toml"
"""The file's name, in `data/` and in KB_HOME."""

Terms = tuple[str, ...]


def terms_of(name: str) -> Terms:
    """A name as its words are indexed."""
    return tuple(token.term for token in tokens(name))


@dataclass(slots=True)
class _Thing:
    """One thing: its names as written, by their words; the file and line that made it; what it is wider than."""

    place: str
    names: dict[Terms, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    finds: dict[int, str] = field(default_factory=dict)


class Names:
    """All names of all files. `longest` is how many words the longest has."""

    def __init__(self, things: Mapping[int, _Thing]) -> None:
        self._things = things
        self._by_terms = {terms: number for number, thing in things.items() for terms in thing.names}
        self._by_typed = {typed: number for number, thing in things.items() for typed in thing.typed}
        self.longest = max((len(terms) for terms in self._by_terms), default=0)

    def others(self, terms: Terms, typed: str = "") -> tuple[str, ...]:
        """The other names that a search for this one finds too, as written: its own thing's first, then narrower ones'.

        `typed` is how it was typed, for names that count only in their very spelling. Empty where it is not known.
        """
        number = self._by_terms.get(terms, self._by_typed.get(typed))
        if number is None:
            return ()
        found: dict[Terms, str] = {}
        for each in self._below(number):
            for its_terms, name in self._things[each].names.items():
                found.setdefault(its_terms, name)
        found.pop(terms, None)
        return tuple(found.values())

    def groups(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        """Each thing's names, those read only in their very spelling, and narrower things by their first name."""
        for thing in self._things.values():
            narrower = tuple(_first(self._things[each]) for each in thing.finds)
            yield tuple(thing.names.values()), tuple(thing.typed), narrower

    def _below(self, number: int) -> Iterator[int]:
        waiting, seen = [number], {number}
        while waiting:
            each = waiting.pop(0)
            yield each
            fresh = [below for below in self._things[each].finds if below not in seen]
            seen.update(fresh)
            waiting += fresh


NO_NAMES = Names({})


def load_names(home: Path | None = None) -> Names:
    """The names that come with Caveat and, where `home` holds a file of one's own, those in it.

    Raises InputError, with the line, for a file that cannot be read, for a name that stands for two things, and for
    things of which each is wider than the other. Read anew only when a file has changed.
    """
    return _loaded(_files(home))


def names_stamp(home: Path | None = None) -> str:
    """A text that is another one after the files of names have changed. Raises InputError where one cannot be read."""
    return str([changed for _, changed in _files(home)])


def _files(home: Path | None) -> tuple[tuple[Path, int], ...]:
    own = home / FILE if home is not None else None
    paths = [data_folder() / FILE, *([own] if own is not None and own.exists() else [])]
    return tuple((path, _changed(path)) for path in paths)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        cure = "Let the user that Caveat runs as read it, or install Caveat again if it is Caveat's own."
        raise InputError(f"The names cannot be read: {error.strerror}.", place=str(path), cure=cure) from error


@cache
def _loaded(files: tuple[tuple[Path, int], ...]) -> Names:
    return combined([read_file(path) for path, _ in files])


def combined(files: Iterable[NamesFile]) -> Names:
    """The names of several files; a later file may add to an earlier one's groups and remove names from them."""
    building = _Building()
    for each in files:
        building.add(each)
    building.refuse_loops()
    return Names(building.things)


class _Building:
    def __init__(self) -> None:
        self.things: dict[int, _Thing] = {}
        self._numbers: dict[Terms | str, int] = {}
        self._places: dict[Terms | str, str] = {}

    def add(self, file: NamesFile) -> None:
        for name, place in file.removed:
            self._remove(name, place)
        before = len(self.things)
        for group in file.groups:
            self._group(group, before)
        for wider in file.wider:
            self._wider(wider)

    def _group(self, group: Group, before: int) -> None:
        """A new thing, or more names of one that an earlier file has (numbered below `before`)."""
        keys: dict[Terms | str, tuple[str, str]] = {}
        for name, place in group.names:
            keys.setdefault(_searchable(name, place), (name, place))
        for name, place in group.typed:
            keys.setdefault(name, (name, place))
        known = {number: key for key in keys if (number := self._numbers.get(key)) is not None}
        joined = [number for number in known if number < before]
        for number, key in known.items():
            if number >= before or len(joined) > 1:
                name, place = keys[key]
                raise InputError(
                    f"“{name}” already stands for another thing ({self._places[key]}).",
                    place=place,
                    cure="Let each name stand in one group, and join the groups if they are one thing.",
                )
        number = joined[0] if joined else len(self.things)
        thing = self.things.setdefault(number, _Thing(group.place))
        for key, (name, place) in keys.items():
            self._numbers[key], self._places[key] = number, place
            if isinstance(key, str):
                thing.typed.setdefault(key, place)
            else:
                thing.names.setdefault(key, name)
        if len(thing.names) + len(thing.typed) < 2:
            raise InputError(
                "This group has one name only; the others, if any, are the same to the search.",
                place=group.place,
                cure="Give two names or more that differ in more than capitals, accents or endings.",
            )

    def _wider(self, wider: Wider) -> None:
        number = self._thing_of(*wider.name)
        for name, place in wider.finds:
            self.things[number].finds.setdefault(self._thing_of(name, place), place)

    def _thing_of(self, name: str, place: str) -> int:
        """The thing with this name; a name of no group is a thing by itself."""
        terms = _searchable(name, place)
        if terms not in self._numbers:
            self._numbers[terms], self._places[terms] = len(self.things), place
            self.things[len(self.things)] = _Thing(place, {terms: name})
        return self._numbers[terms]

    def _remove(self, name: str, place: str) -> None:
        key: Terms | str = name if name in self._numbers else _searchable(name, place)
        number = self._numbers.pop(key, None)
        if number is None:
            raise InputError(
                f"“{name}” is no name that could be removed.",
                place=place,
                cure="`kb synonyms` lists the names there are.",
            )
        thing = self.things[number]
        if isinstance(key, str):
            del thing.typed[key]
        else:
            del thing.names[key]

    def refuse_loops(self) -> None:
        """Raise InputError where a thing is wider than itself, directly or through others."""
        done: set[int] = set()
        for start in self.things:
            self._walk(start, done)

    def _walk(self, start: int, done: set[int]) -> None:
        """Go down from a thing; by hand and not by recursion, as a chain may be longer than Python's stack."""
        trail = {start: iter(self.things[start].finds.items())}
        while trail:
            number, narrower = next(reversed(trail.items()))
            below, place = next(narrower, (None, ""))
            if below is None:
                del trail[number]
                done.add(number)
            elif below in trail:
                around = list(trail)
                names = [_first(self.things[each]) for each in [*around[around.index(below) :], below]]
                raise InputError(
                    f"These names go round in a loop: {' → '.join(f'“{name}”' for name in names)}.",
                    place=place,
                    cure="Leave out the line by which the narrower finds the wider one, or put them in one group.",
                )
            elif below not in done:
                trail[below] = iter(self.things[below].finds.items())


def _first(thing: _Thing) -> str:
    return next(iter((*thing.names.values(), *thing.typed)), "?")


def _searchable(name: str, place: str) -> Terms:
    terms = terms_of(name)
    if not terms:
        raise InputError(f"“{name}” has no letter and no digit.", place=place, cure="Leave it out.")
    return terms
