"""Cited works as RIS, as reference managers read it; whether a work still stands is a note and a keyword of its record.

Written through rispy, and so that `kb.ingest.references.ris` reads the same work back. RIS has no tag for PMIDs; where
PubMed's own number belongs, its number in the database (AN) of that name (DB), is what readers agree on best.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rispy import RisWriter

from kb.meanings import STANDINGS
from kb.records import CitationRecord
from kb.reference import year
from kb.render.work_words import said_of

TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "entry-encyclopedia": "ENCYC",
    "legislation": "STAT",
    "manuscript": "MANSCPT",
    "motion_picture": "VIDEO",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "post-weblog": "BLOG",
    "report": "RPRT",
    "software": "COMP",
    "speech": "SLIDE",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}
ANY_TYPE = "GEN"
# Begins what Caveat adds to a record's notes, so that a record that went out and came in is not told of twice.
SAYS = "Caveat says: "
UNCHECKED = "Citation not checked"


class _Lines(RisWriter):  # type: ignore[misc]
    """rispy's writer with every tag under its own name, in the order given, and no number before a record."""

    def set_header(self, count: int) -> str:
        return ""


def ris_lines(works: Iterable[CitationRecord]) -> Iterator[str]:
    """The works, each a record with a blank line after it."""
    for work in works:
        tags = list(ris_tags(work))
        writer = _Lines(
            mapping={**{tag: tag.lower() for tag, _ in tags}, "TY": "type_of_reference"},
            list_tags=[tag for tag, _ in tags],
            delimiter_tags_mapping={},
        )
        values: dict[str, Any] = {}
        for tag, value in tags[1:]:
            values.setdefault(tag.lower(), []).append(value)
        yield writer.formats([{"type_of_reference": tags[0][1], **values}]) + "\n"


def ris_tags(work: CitationRecord) -> Iterator[tuple[str, str]]:
    """The tags of a record with their values, the type first; each value on one line."""
    csl = work.csl
    kind = str(csl.get("type"))
    yield "TY", TYPES.get(kind, ANY_TYPE)
    yield "ID", " ".join(work.key.split())
    for tag, value in _parts(kind, csl):
        if line := " ".join(value.split()):
            yield tag, line
    if identifier := str(csl.get("PMID") or ""):
        yield "DB", "PubMed"
        yield "AN", f"PMID: {identifier}"
    if work.standing != "ok":
        yield "KW", STANDINGS[work.standing].label
    if work.unchecked:
        yield "KW", UNCHECKED
    for line in str(csl.get("note") or "").splitlines():
        if line.strip() and not line.startswith(SAYS):
            yield "N1", " ".join(line.split())
    for sentence in said_of(work):
        yield "N1", f"{SAYS}{sentence}."


def _parts(kind: str, csl: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    def text(name: str) -> str:
        value = csl.get(name)
        return "" if isinstance(value, list | dict | None) else str(value)

    yield "TI", text("title") or text("id")
    for tag, role in (("AU", "author"), ("ED", "editor")):
        for person in _people(csl.get(role)):
            yield tag, person
    issued = year(csl)
    if issued is not None:
        yield "PY", str(issued)
        yield "DA", "/".join([f"{issued:04}", *(f"{part:02}" for part in _month_and_day(csl)), "", ""][:3]) + "/"
    yield "T2", text("collection-title") if kind == "book" else text("container-title")
    yield "VL", text("volume")
    yield "IS", text("issue")
    first, _, last = text("page").partition("-")
    if re.fullmatch(r"[\w.]+-[\w.]+", text("page")):
        yield "SP", first
        yield "EP", last
    else:
        yield "SP", text("page")
    yield "PB", text("publisher")
    yield "CY", text("publisher-place")
    yield "AB", text("abstract")
    yield "LA", text("language")
    yield "M1", text("number")
    yield "SN", text("ISBN") if kind in ("book", "chapter", "thesis", "report") else text("ISSN")
    yield "DO", text("DOI")
    yield "C2", text("PMCID")
    yield "UR", text("URL")


def _people(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, Sequence) and not isinstance(value, str) else ():
        if isinstance(each, Mapping):
            if each.get("literal"):
                yield str(each["literal"])
                continue
            particle = " ".join(
                str(each[name]) for name in ("dropping-particle", "non-dropping-particle") if each.get(name)
            )
            family = " ".join(part for part in (particle, str(each.get("family") or "")) if part)
            yield ", ".join(str(part) for part in (family, each.get("given"), each.get("suffix")) if part)


def _month_and_day(csl: Mapping[str, Any]) -> list[int]:
    """Month and day of issue, as far as the record holds them."""
    found = []
    for part in csl["issued"]["date-parts"][0][1:3]:
        if not str(part).isdecimal():
            break
        found.append(int(part))
    return found
