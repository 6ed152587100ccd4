"""One file of names, as it is written: groups, what is wider than what, and the line on which each name stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import InputError

Placed = tuple[str, str]
"""A name and its place, as file:line."""

_TABLES = {"same": ({"names", "typed"}, {"names"}), "wider": ({"name", "finds"}, {"name", "finds"})}
_HEADER = re.compile(r"^\s*\[\[\s*([\"']?)(\w+)\1\s*\]\]", re.MULTILINE)
_CURE = "data/README.md shows the form: [[same]] with names, [[wider]] with name and finds."


@dataclass(frozen=True, slots=True)
class Group:
    """Names of one thing; `typed` are those that count in their very spelling only and are not searched for."""

    place: str
    names: tuple[Placed, ...]
    typed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Wider:
    """A name and the narrower ones that a search for it finds too."""

    name: Placed
    finds: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class NamesFile:
    """All that one file says."""

    removed: tuple[Placed, ...]
    groups: tuple[Group, ...]
    wider: tuple[Wider, ...]


def read_file(path: Path) -> NamesFile:
    """Read a file of names. Raises InputError with file and line for anything that is not of the form."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        given = tomllib.loads(text)
    except OSError as error:
        raise InputError(f"The names cannot be read: {error.strerror}.", place=str(path), cure=_CURE) from error
    except UnicodeDecodeError as error:
        raise InputError("This file is not UTF-8.", place=str(path), cure="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found.group(1) if found else len(text.splitlines())
        raise InputError(f"This is no TOML: {error}.", place=f"{path}:{line}", cure=_CURE) from error
    return _Reading(path, text).all_of(given)


class _Reading:
    """Knows on which line each table of the file begins, to say where a name stands."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._starts: dict[str, list[int]] = {"same": [], "wider": []}
        self._headers: list[int] = []
        counted = 0
        for found in _HEADER.finditer(text):
            line = text.count("\n", counted, found.end()) + (self._headers[-1] if self._headers else 0)
            counted = found.end()
            self._headers.append(line)
            self._starts.setdefault(found.group(2), []).append(line)

    def all_of(self, given: Mapping[str, Any]) -> NamesFile:
        for key in given:
            if key not in (*_TABLES, "remove"):
                raise self._wrong(f"“{key}” is none of same, wider, remove.", 0, key)
        return NamesFile(
            removed=tuple(self._list(given, "remove", 0)),
            groups=tuple(self._group(table, start) for table, start in self._tables(given, "same")),
            wider=tuple(self._wider(table, start) for table, start in self._tables(given, "wider")),
        )

    def _tables(self, given: Mapping[str, Any], key: str) -> Iterator[tuple[Mapping[str, Any], int]]:
        tables = given.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._wrong(f"“{key}” is written as [[{key}]].", 0, key)
        known, needed = _TABLES[key]
        # A table that is written in another of TOML's ways has no header to go by.
        starts = self._starts[key] if len(self._starts[key]) == len(tables) else [0] * len(tables)
        for table, start in zip(tables, starts, strict=True):
            if unknown := sorted(table.keys() - known):
                raise self._wrong(f"[[{key}]] has no “{unknown[0]}”.", start, unknown[0])
            if missing := sorted(needed - table.keys()):
                raise self._wrong(f"[[{key}]] lacks “{missing[0]}”.", start, key)
            yield table, start

    def _group(self, table: Mapping[str, Any], start: int) -> Group:
        return Group(
            self._place(start), tuple(self._list(table, "names", start)), tuple(self._list(table, "typed", start))
        )

    def _wider(self, table: Mapping[str, Any], start: int) -> Wider:
        name = table["name"]
        if not isinstance(name, str):
            raise self._wrong("`name` is one name, in quotation marks.", start, "name")
        return Wider((name, self._at(name, start)), tuple(self._list(table, "finds", start)))

    def _list(self, table: Mapping[str, Any], key: str, start: int) -> Iterator[Placed]:
        names = table.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self._wrong(f"`{key}` is a list of names in quotation marks.", start, key)
        written = re.compile(rf"\b{key}\b[\"']?\s*=")
        within = range(start, self._end(start)) if key in table else ()
        begins = next((n for n in within if written.search(self._lines[n])), start)
        for name in names:
            yield name, self._at(name, begins)

    def _at(self, name: str, start: int) -> str:
        """Where the name is written, looked for from the line `start` to the next table."""
        for line in range(start, self._end(start)):
            if f'"{name}"' in self._lines[line] or f"'{name}'" in self._lines[line]:
                return self._place(line)
        return self._place(start)

    def _end(self, start: int) -> int:
        """Where the table in which the line `start` lies ends."""
        after = bisect_right(self._headers, start)
        return self._headers[after] if after < len(self._headers) else len(self._lines)

    def _wrong(self, message: str, start: int, word: str) -> InputError:
        line = next((n for n in range(start, len(self._lines)) if word in self._lines[n]), start)
        return InputError(message, place=self._place(line), cure=_CURE)

    def _place(self, line: int) -> str:
        return f"{self._path}:{line + 1}"
