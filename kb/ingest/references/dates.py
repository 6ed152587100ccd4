"""Dates as reference files write them, as CSL's date-parts; what can be read in two ways is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d|21\d\d)(?!\d)")
_COMPACT = re.compile(r"\s*(1[4-9]\d\d|20\d\d)(0[1-9]|1[0-2])([0-3]\d)?\s*")
_MONTHS = {
    short: number
    for number, short in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905
}
_LAST_MONTH, _LAST_DAY = 12, 31


def issued(year: str, dates: Iterable[str]) -> dict[str, list[list[int]]] | None:
    """CSL's `issued`: the year, with month and day where a date of that year holds them; None without a year.

    `year` is what the file calls the year; where it holds none, the first date's year stands.
    """
    given = _year(year)
    best = [given] if given else []
    for text in (year, *dates):
        parts = _parts(text, given)
        if parts and (not best or parts[0] == best[0]) and len(parts) > len(best):
            best = parts
    return {"date-parts": [best]} if best else None


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found.group(1)) if found else None


def _parts(text: str, year: int | None) -> list[int]:
    """Year, month, day as far as the text holds them; `year` serves a text such as “SEP 22”."""
    if compact := _COMPACT.fullmatch(text):
        return _real([int(part) for part in compact.groups() if part])
    found = _YEAR.search(text)
    # A time of day after the date would be read as day and month.
    rest = re.sub(r"[T\s]\d\d?:\d\d.*$", "", text)
    own = int(found.group(1)) if found else year
    if own is None:
        return []
    rest = _YEAR.sub(" ", rest, count=1)
    months = [_MONTHS[word[:3].casefold()] for word in re.findall(r"[A-Za-z]{3,}", rest) if _is_month(word)]
    numbers = [int(number) for number in re.findall(r"\d+", rest)]
    if len(months) == 1:
        return _real([own, months[0], *numbers[:1]])
    if months or re.search(r"[A-Za-z]", rest) or len(numbers) > 2 or not found:
        return [own]
    if found.start() > 0 and len(numbers) > 1:
        # 4/3/2024 is April in one country and March in another.
        day_first = numbers[0] > _LAST_MONTH
        if not day_first and numbers[1] <= _LAST_MONTH and numbers[0] != numbers[1]:
            return [own]
        numbers = numbers[::-1] if day_first else numbers
    return _real([own, *numbers])


def _is_month(word: str) -> bool:
    names = "january february march april may june july august september october november december"
    return word[:3].casefold() in _MONTHS and (word.casefold() in names or word[:4].casefold() == "sept")


def _real(parts: list[int]) -> list[int]:
    """As many parts as can be: a month that is none takes the day with it."""
    if len(parts) > 1 and not 1 <= parts[1] <= _LAST_MONTH:
        return parts[:1]
    if len(parts) > 2 and not 1 <= parts[2] <= _LAST_DAY:
        return parts[:2]
    return parts[:3]
