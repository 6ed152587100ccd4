"""Searches that found nothing, as JSON, CSV and lines for a terminal: words of readers, none of statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from kb.misses import LONGEST_KEPT, Gap
from kb.render.csv import harmless
from kb.words import plain

COLUMNS = ("query", "count", "first", "last", "found", "url")
KEPT = (
    "Kept are the words, the day and how often they were searched: not who searched, from where, or what else they"
    " searched. Nothing is kept of words with an @, an address of a page, more than four digits, a date in figures or"
    " anything that looks like a key. A name cannot be told from other words: forget such a line. After"
    f" {LONGEST_KEPT.days} days a search is forgotten by itself."
)
COUNTED = (
    "Counted are finished searches by the index, without filters, that found nothing; not those of curators and"
    " administrators, and not while somebody types."
)
SWITCHED_OFF = "KB_MISSES is off: nothing more is noted. What was kept before stands here until it is forgotten."
HOW_TO_SWITCH_OFF = "Whoever runs this Caveat switches it off with the setting KB_MISSES=off."


def gap_json(gap: Gap, found: int | None) -> dict[str, Any]:
    """One search; `found` is how many statements it finds today, None where that cannot be said."""
    days = {"first": gap.first.isoformat(), "last": gap.last.isoformat()}
    return {"query": gap.query, "count": gap.count, **days, "found": found, "url": gap_url(gap)}


def gap_url(gap: Gap) -> str:
    """Where the words are searched again."""
    return f"/search?{urlencode({'q': gap.query})}"


def misses_csv(gaps: Iterable[tuple[Gap, int | None]]) -> Iterator[str]:
    """The header, then one search a line, in cells that a spreadsheet shows and does not run."""
    yield _line(COLUMNS)
    for gap, found in gaps:
        yield _line(gap_json(gap, found).values())


def misses_text(gap: Gap, found: int | None) -> str:
    """One search on one line."""
    days = str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}"
    today = "" if found is None else f", finds {found} today" if found else ", finds nothing today"
    return plain(f"{gap.count:>6}  {gap.query}  ({days}{today})")


def _line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
