"""A file as rows with their line numbers, read as a stream; what a row means is not known here."""

from __future__ import annotations

import codecs
import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import InputError, Problem

OTHER_ENCODINGS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Row:
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

    Blank lines are passed over. Raises InputError where the file cannot be read or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            for line, raw in enumerate(file, 1):
                text = decoded(path, raw, line)
                if text.strip(BLANK):
                    yield _json_row(path, line, text)
    except OSError as error:
        raise unreadable(path, error) from error


def json_array(path: Path) -> Iterator[Row | Problem]:
    """The members of a JSON file that holds one array, each with the line it begins on.

    Raises InputError where the file cannot be read, is not UTF-8 or holds no array.
    """
    text = read_text(path)
    if not text.lstrip(BLANK).startswith("["):
        raise InputError("The file holds no JSON array.", place=str(path), cure="Put the records between [ and ].")
    decoder = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant)
    at = text.index("[") + 1
    line, counted = 1, 0
    while True:
        at = _past(text, at, BLANK + ",")
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            # Where one member is broken, nothing tells where the next begins.
            position = getattr(error, "pos", at)
            yield _broken(path, line + text.count("\n", counted, position), text[at : at + 60], error)
            return
        yield Row(line, value)


def toml(path: Path) -> Any:
    """A TOML file's table. Raises InputError where it is not UTF-8 or not TOML."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"This is not TOML: {error}.", place=str(path), cure="Mend that line.") from error


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
    try:
        return Row(line, json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        return _broken(path, line, text.strip(BLANK)[:60], error)


def _broken(path: Path, line: int, value: str, error: Exception) -> Problem:
    said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return Problem(str(path), line, "", value, "broken-json", f"This is not JSON: {said}.", "Mend the line.")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two equal ones, one would be lost without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field “{twin}” stands twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _past(text: str, at: int, passed_over: str) -> int:
    while at < len(text) and text[at] in passed_over:
        at += 1
    return at
