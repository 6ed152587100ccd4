"""People's names as reference files write them, as CSL names; which part is the family's is never guessed from fame.

A name with a comma is family and given name. Without one, initials at the end tell the family's name (“Griffin DK”).
Anything else stands whole, as `literal`, unless the tool is known to write given names first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Name = dict[str, str]

# One to four capitals, with or without points and hyphens: “DK”, “L.N.”, “J.-P.”, “C D”.
_INITIALS = re.compile(r"(?:[^\W\d_a-zà-öø-ÿ]\.?[- ]?){1,4}")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.I)
_PARTICLES = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ter", "ten", "zu"}
# RefWorks writes "null" for a given name that it does not know; ORCID and Scopus numbers stand in parentheses.
_NOTHING = {"", "null", "none", "undefined", "n/a", "anonymous", "[anonymous]", "et al", "et al."}
_NUMBER = re.compile(r"\s*\(\d[\d\s-]*\)$")


def name(text: str, *, given_first: bool = False) -> Name | None:
    """One person or institution; None where the text names nobody."""
    text = _NUMBER.sub("", " ".join(text.split())).strip(" ;,")
    if text.casefold() in _NOTHING:
        return None
    if "," in text:
        return _with_comma([part.strip() for part in text.split(",")])
    words = text.split()
    for at in range(1, len(words)):
        if _INITIALS.fullmatch(" ".join(words[at:])):
            return {"family": " ".join(words[:at]), "given": " ".join(words[at:])}
    return _given_first(words) if given_first and len(words) > 1 else {"literal": text}


def _with_comma(parts: list[str]) -> Name | None:
    family, given = parts[0], [part for part in parts[1:] if part.casefold() not in _NOTHING]
    suffix = [part for part in given if _SUFFIX.fullmatch(part)]
    given = [part for part in given if part not in suffix]
    if not family:
        return {"literal": " ".join(given)} if given else None
    found = {"family": family, "given": ", ".join(given), "suffix": " ".join(suffix)}
    return {part: value for part, value in found.items() if value}


def _given_first(words: list[str]) -> Name:
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _PARTICLES:
        at -= 1
    return {"family": " ".join(words[at:]), "given": " ".join(words[:at])}


def names(texts: Iterable[str], *, given_first: bool = False) -> list[Name]:
    """The names that the texts hold, in their order; a text that names nobody is passed over."""
    found = (name(text, given_first=given_first) for text in texts)
    return [each for each in found if each is not None]


def names_in_cell(text: str) -> Iterator[str]:
    """The single names of a table's cell, which tools part by semicolon, bar, “and”, line end or comma."""
    text = text.strip()
    for parting in (r"\s*;\s*", r"\s*\|\s*", r"\s+and\s+", r"\s*[\r\n]+\s*"):
        if re.search(parting, text):
            return iter(part for part in re.split(parting, text) if part)
    return iter(_parted_by_commas(text))


def _parted_by_commas(text: str) -> list[str]:
    # PubMed ends its list with a point; “Yang Z., Doe J.” ends with a name.
    whole = text[:-1] if text.find(".") == len(text) - 1 else text
    parts = [part for each in whole.split(",") if (part := each.strip())]
    if len(parts) < 2:
        return [text]
    if all(_initials(part) for part in parts[1::2]) and len(parts) % 2 == 0:
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    # “Griffin DK, Larkin DM” and “Jane Doe, John Smith”: every part is a name. “Doe, Jane” is one.
    return parts if all(" " in part for part in parts) else [text]


def _initials(text: str) -> bool:
    return bool(_INITIALS.fullmatch(text))
