"""Caveat's own exports, read back: a row of the CSV, or an object of the JSON, as a row of the native form.

What Caveat works out by itself (derived caveats, symbols, addresses) is passed over; an apostrophe that was put before
a formula's start is taken off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from kb.ingest.drafts import CaveatDraft
from kb.ingest.kind import Misfit
from kb.ingest.named import KEY, NamedWork, RecordedWork
from kb.scales import UNGRADED

# What a table must have to be taken for one of ours.
OURS = ("origin", "key", "text", "type", "grade", "direction")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_IDENTIFIER = re.compile(
    r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(?P<doi>10\.\d+/.+)|(?:pmcid:\s*)?(?P<pmcid>PMC\d+)|pmid[:\s]*(?P<pmid>\d+)",
    re.I,
)
_PICO = frozenset(("population", "intervention", "comparator", "outcome"))
_GRADE = ("direction", "rationale", "rating", "profile", "rater")


def is_ours(columns: Collection[str]) -> bool:
    """Whether a table's columns are those of Caveat's own CSV."""
    return set(OURS) <= set(columns)


def from_csv(cells: Mapping[str, str], defined: dict[str, CaveatDraft]) -> dict[str, Any]:
    """A row of the CSV; its caveats' words go into `defined`. Raises Misfit for a cell that no export has."""
    given = {name: _taken_off(cell) if cell[:1] == "'" else cell for name, cell in cells.items()}
    row: dict[str, Any] = {
        "origin": given["origin"],
        "key": given["key"],
        "text": given["text"],
        "type": given["type"],
    }
    for name in ("article", "quote", "direct_evidence"):
        if given.get(name):
            row[name] = given[name]
    if given["grade"] not in ("", UNGRADED.name):
        row["grade"] = {
            **_level(given["grade"]),
            "direction": given["direction"] or "not-stated",
            "rationale": given.get("rationale", ""),
            "profile": _json(given, "profile_json"),
        }
    if given.get("start") and given.get("end"):
        row["span"] = {"start": _number(given, "start"), "end": _number(given, "end")}
    if not _PICO.isdisjoint(given):
        row["pico"] = {name: given.get(name) or None for name in _PICO}
    if "topics" in given:
        row["topics"] = [each for each in given["topics"].split("; ") if each]
    # The columns with JSON say all; without them, as in a table written by hand, the plain ones count.
    if "slots_json" in given:
        if (slots := _json(given, "slots_json")) is not None:
            row["slots"] = [_slot(each) for each in slots]
    elif given.get("citations"):
        row["slots"] = [{"work": _work(each), "stance": "supports"} for each in _parts(given["citations"])]
    if "caveats_json" in given:
        if (caveats := _json(given, "caveats_json")) is not None:
            row["caveats"] = _attached(caveats, defined)
    elif given.get("caveats"):
        row["caveats"] = _parts(given["caveats"])
    more = _json(given, "more_json")
    return _with_more(row, more) if more else row


def from_json(value: Mapping[str, Any], defined: dict[str, CaveatDraft]) -> dict[str, Any]:
    """An object of the JSON; its caveats' words go into `defined`."""
    row: dict[str, Any] = {name: value[name] for name in ("origin", "key", "text", "type")}
    article = value.get("article")
    if article is not None:
        row["article"] = article["slug"] if isinstance(article, Mapping) else article
    for name in ("quote", "direct_evidence", "effect_size", "topics", "remarks"):
        if value.get(name) is not None:
            row[name] = value[name]
    grade = value.get("grade") or {}
    if grade.get("scale"):
        row["grade"] = {
            "scale": grade["scale"],
            "level": grade["level"],
            **{name: grade[name] for name in _GRADE if grade.get(name) is not None},
            **_made(grade),
        }
    if value.get("start") is not None:
        row["span"] = {"start": value["start"], "end": value["end"]}
    row["pico"] = {name: value.get(name) for name in _PICO}
    row["slots"] = [_slot(each) for each in value.get("slots", [])]
    row["caveats"] = _attached(value.get("caveats", []), defined)
    return _with_more(row, value)


def is_exported(value: Any) -> bool:
    """Whether an object is of Caveat's JSON and not of the native form."""
    return isinstance(value, Mapping) and {"version", "url", "as_of", "caveats"} <= value.keys()


def _with_more(row: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What the table has no columns of its own for."""
    if more.get("sentence_start") is not None:
        row["sentence"] = {"start": more["sentence_start"], "end": more["sentence_end"]}
    if more.get("searched") is not None:
        row["searched"] = more["searched"]
    for name in ("effect_size", "remarks", "reviewed_on", "review_due"):
        if more.get(name):
            row[name] = more[name]
    if "relations" in more:
        row["relations"] = [
            {"other": each["key"], "kind": each["kind"], **({"origin": each["origin"]} if each.get("origin") else {})}
            for each in more["relations"]
            if not each["inverse"]
        ]
    if "grade" in row:
        for name in ("rating", "rater"):
            if more.get(name):
                row["grade"][name] = more[name]
        row["grade"].update(_made(more))
    return row


def _made(grade: Mapping[str, Any]) -> dict[str, Any]:
    """When a grade was made and as what; a second opinion or a consensus comes alone, and is a first one there."""
    made = {"made_at": grade["made_at"]} if grade.get("made_at") else {}
    return {**made, "kind": "imported"} if grade.get("kind") == "imported" else made


def _slot(each: Mapping[str, Any]) -> dict[str, Any]:
    slot = {name: each.get(name) for name in ("stance", "note", "quote", "locator")}
    csl = each.get("citation")
    if csl is None:
        return {**slot, "citation": None}
    return {**slot, "work": RecordedWork(csl)}


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


@lru_cache(10_000)
def _work(name: str) -> NamedWork:
    """A work as a person names it: pmid:…, PMC…, a DOI, else the key of a citation that is known."""
    found = _IDENTIFIER.fullmatch(name)
    return NamedWork(KEY, name) if found is None else NamedWork(str(found.lastgroup), str(found[str(found.lastgroup)]))


def _attached(caveats: Any, defined: dict[str, CaveatDraft]) -> list[str]:
    """The codes of what is attached to the statement itself; the words go into `defined`, in case nobody knows them."""
    attached = [each for each in caveats if each.get("source") == "attached"]
    for each in attached:
        if each["code"] not in defined:
            said = {name: each.get(name) for name in ("code", "severity", "kind", "text", "as_of")}
            defined[each["code"]] = CaveatDraft.model_validate(said)
    return [each["code"] for each in attached]


@lru_cache(1_000)
def _level(name: str) -> dict[str, str]:
    scale, colon, level = name.partition(":")
    if not colon:
        raise Misfit("grade", name, "unknown-level", "A level is written with its scale.", "Write it like grade:low.")
    return {"scale": scale, "level": level}


def _json(given: Mapping[str, str], name: str) -> Any:
    text = given.get(name) or ""
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise Misfit(name, text, "broken-json", f"This is not JSON: {error}.", "Mend it, or empty the cell.") from error


def _number(given: Mapping[str, str], name: str) -> int:
    if not given[name].isdecimal():
        raise Misfit(name, given[name], "number", "This is no number.", "Count code points of the article's text.")
    return int(given[name])


def _taken_off(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell
