"""A file as rows with their line numbers, read as a stream; what a row means is not known here."""

from __future__ import annotations

import codecs
import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kb.errors import InputError, Problem
from kb.words import plain

OTHER_ENCODINGS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
BLANK = " \t\r\n"
# No record of ours goes deeper than six; what goes much deeper would break whatever reads it after us.
DEEPEST = 50
TOO_DEEP = "it is nested too deeply"
SHOWN = 60


class Row(NamedTuple):
    """One record of a file; `line` is where it begins, counted from 1."""

    line: int
    value: Any


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def json_lines(path: Path) -> Iterator[Row | Problem]:
    """The rows of a JSON Lines file; a broken line is a problem, and the lines after it are still read.

    Blank lines are passed over. Raises InputError where the file cannot be read, is not UTF-8 or holds nothing else.
    """
    empty = True
    try:
        with path.open("rb") as file:
            for line, raw in enumerate(file, 1):
                text = decoded(path, raw, line)
                if text.strip(BLANK):
                    empty = False
                    yield _json_row(path, line, text)
    except OSError as error:
        raise unreadable(path, error) from error
    if empty:
        raise InputError("The file is empty.", place=str(path), cure="Put one JSON object on each line.")


def json_array(path: Path) -> Iterator[Row | Problem]:
    """The members of a JSON file that holds one array, each with the line it begins on.

    A break ends the reading, because nothing tells where the next member begins. Raises InputError where the file
    cannot be read, is not UTF-8 or holds no array.
    """
    text = read_text(path)
    if not text.lstrip(BLANK).startswith("["):
        raise InputError("The file holds no JSON array.", place=str(path), cure="Put the records between [ and ].")
    line, counted = 1, 0
    try:
        for at, value in _members(text, text.index("[") + 1):
            line, counted = line + text.count("\n", counted, at), at
            yield Row(line, value)
    except json.JSONDecodeError as error:
        yield _broken(path, error.lineno, text[error.pos : error.pos + SHOWN], error)


def _members(text: str, at: int) -> Iterator[tuple[int, Any]]:
    """The members of an array whose bracket is behind `at`, each with its place. Raises JSONDecodeError at a break."""
    at = _past_blanks(text, at)
    closed = text[at : at + 1] == "]"
    end = at
    while not closed:
        try:
            value, end = DECODER.raw_decode(text, at)
            _refuse_deep(value, text[at:end])
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(_said(error), text, getattr(error, "pos", at)) from error
        yield at, value
        end = _past_blanks(text, end)
        if text[end : end + 1] not in (",", "]"):
            raise json.JSONDecodeError("expecting a comma or ]", text, end)
        closed = text[end] == "]"
        at = end if closed else _past_blanks(text, end + 1)
    rest = _past_blanks(text, end + 1)
    if rest < len(text):
        raise json.JSONDecodeError("something stands after the array", text, rest)


def toml(path: Path) -> Any:
    """A TOML file's table. Raises InputError where it is not UTF-8 or not TOML."""
    try:
        text = read_text(path)
        table = tomllib.loads(text)
        _refuse_deep(table, text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"This is not TOML: {_said(error)}.", place=str(path), cure="Mend that line.") from error
    return table


def read_text(path: Path) -> str:
    """A whole UTF-8 file, without its byte-order mark. Raises InputError where it cannot be read or is not UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return decoded(path, raw, 1)


def decoded(path: Path, raw: bytes, line: int) -> str:
    """UTF-8 bytes as text; `line` is the number of their first line, for the message and for the byte-order mark."""
    if line == 1:
        for mark, name in OTHER_ENCODINGS.items():
            if raw.startswith(mark):
                raise InputError(
                    f"The file is {name}, not UTF-8.", place=str(path), cure="Save it as UTF-8 and import it again."
                )
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = line + raw.count(b"\n", 0, error.start)
        raise InputError(
            f"The file is not UTF-8: line {where} has the byte 0x{raw[error.start]:02X}.",
            place=f"{path}:{where}",
            cure="Save it as UTF-8 and import it again.",
        ) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """The error for a file that cannot be opened."""
    why = error.strerror or "it cannot be read"
    return InputError(f"The file cannot be read: {why}.", place=str(path), cure="Look at its name and permissions.")


def _json_row(path: Path, line: int, text: str) -> Row | Problem:
    # Without its end of line, so that what is missing at the end is not looked for on the next line.
    text = text.rstrip(BLANK)
    try:
        value = DECODER.decode(text)
        _refuse_deep(value, text)
    except (ValueError, RecursionError) as error:
        return _broken(path, line, text.lstrip(BLANK)[:SHOWN], error)
    return Row(line, value)


def _broken(path: Path, line: int, value: str, error: Exception) -> Problem:
    return Problem(str(path), line, "", value, "broken-json", f"This is not JSON: {_said(error)}.", "Mend the line.")


def _said(error: Exception) -> str:
    match error:
        case RecursionError():
            return TOO_DEEP
        # The library counts lines from the beginning of what it was given, which need not be the file.
        case json.JSONDecodeError():
            return error.msg if "column" in error.msg else f"{error.msg} (column {error.colno})"
        case _:
            return str(error)


def _refuse_deep(value: Any, text: str) -> None:
    """Raise ValueError where `value`, read from `text`, is nested too deeply."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise ValueError(TOO_DEEP)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two equal ones, one would be lost without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field “{plain(twin)}” stands twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:SHOWN]} is too large a number")
    return number


DECODER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_finite)


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in BLANK:
        at += 1
    return at
