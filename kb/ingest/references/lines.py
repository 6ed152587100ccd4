"""The lines of a reference file, read as a stream: UTF-8, or UTF-16 where the file's first two bytes say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kb.errors import InputError
from kb.ingest.formats import OTHER_ENCODINGS, decoded, read_text, unreadable
from kb.ingest.tables import LONGEST_LINE

Line = tuple[int, str]


def lines_of(path: Path) -> Iterator[Line]:
    """Each line with its number, without its end. Old files end lines with a carriage return alone.

    Raises InputError where the file cannot be read, is neither UTF-8 nor marked UTF-16, or has a line without end.
    """
    number = 0
    for line in _utf_16(path) if is_utf_16(path) else _utf_8(path):
        for piece in line.rstrip("\r\n").split("\r"):
            number += 1
            yield number, piece


def whole_text(path: Path) -> str:
    """The file's text, for what cannot be read as a stream. Raises InputError as `lines_of` does."""
    return "".join(_utf_16(path)) if is_utf_16(path) else read_text(path)


def is_utf_16(path: Path) -> bool:
    """Whether the file begins with the mark of UTF-16. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(2).startswith(tuple(OTHER_ENCODINGS))
    except OSError as error:
        raise unreadable(path, error) from error


def _utf_8(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LONGEST_LINE):
                number += 1
                if len(raw) == LONGEST_LINE:
                    raise InputError(
                        f"Line {number} is longer than {LONGEST_LINE // 1024 // 1024} MB.",
                        place=f"{path}:{number}",
                        cure="Look whether the file holds references.",
                    )
                yield decoded(path, raw, number)
    except OSError as error:
        raise unreadable(path, error) from error


def _utf_16(path: Path) -> Iterator[str]:
    number = 0
    try:
        with path.open(encoding="utf-16", newline="") as file:
            for number, line in enumerate(file, 1):  # noqa: B007 - the message needs it
                yield line
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeError as error:
        raise InputError(
            f"The file says that it is UTF-16, but breaks off after line {number}.",
            place=str(path),
            cure="Save it as UTF-8 and import it again.",
        ) from error
