"""A bibliographic record in one readable line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# More names than this are cut: a line in a list must stay a line.
NAMES = 3
LAST_YEAR = 9999


def short_reference(csl: Mapping[str, Any]) -> str:
    """Authors (three, then “et al.”), title, where and when it appeared; what is missing is left out.

    The order is the one of biomedical lists (ICMJE); a full style belongs to the exports.
    """
    parts = [authors(csl), str(csl.get("title") or csl.get("id") or "untitled"), _where(csl)]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)


def authors(csl: Mapping[str, Any]) -> str:
    """The first authors as “Kruegel A, Gassaway M”; an institution in full; empty where none is known."""
    listed = csl.get("author")
    people = [_name(person) for person in listed if isinstance(person, Mapping)] if isinstance(listed, list) else []
    named = [name for name in people if name]
    return ", ".join(named[:NAMES]) + (", et al." if len(named) > NAMES else "")


def year(csl: Mapping[str, Any]) -> int | None:
    """The year of issue; None where the record names none of four digits at most."""
    try:
        found = int(csl["issued"]["date-parts"][0][0])
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) <= LAST_YEAR else None


def _name(person: Mapping[str, Any]) -> str:
    if person.get("literal"):
        return str(person["literal"])
    initials = "".join(part[0] for part in str(person.get("given") or "").replace("-", " ").split())
    return f"{person.get('family') or ''} {initials}".strip()


def _where(csl: Mapping[str, Any]) -> str:
    place = str(csl.get("container-title") or csl.get("publisher") or "")
    issued = year(csl)
    volume = str(csl.get("volume") or "")
    issue = f"({csl['issue']})" if csl.get("issue") else ""
    page = f":{csl['page']}" if csl.get("page") else ""
    numbers = f"{volume}{issue}{page}".lstrip(":")
    when = f"{issued}" if issued else ""
    tail = f"{when};{numbers}" if when and numbers else when or numbers
    return " ".join(part for part in (place, tail) if part)
