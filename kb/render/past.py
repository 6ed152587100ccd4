"""A statement as it stood on a day, and what changed between two days: as JSON, as text, and prepared for a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.as_of import Difference, Past
from kb.caveats import RequiredCaveat
from kb.errors import InputError
from kb.grade import Explanation
from kb.records import CitationRecord
from kb.render.grades import explained
from kb.render.json import caveat_json
from kb.render.revisions import revision_json, version_json, version_lines
from kb.render.shown import severity_words
from kb.render.text import harmless
from kb.render.versions import Entry, Version, VersionCaveat, entries, in_words, version_of
from kb.scales import Level

# What a page and a terminal show by themselves, and not in the list of the other fields.
SHOWN_APART = {"origin", "key", "text", "quote", "type", "grade", "slots", "state", "withdrawn_reason", "caveats"}
SHOWN_APART |= {"span", "sentence"}
NAMES = {"pico": "question", "caveats": "attached caveats", "other_grades": "other grades known then"}
# What is shown of a statement that came between two days, where all of it is new.
AT_FIRST = ("type", "grade", "slots")


@dataclass(frozen=True, slots=True)
class ShownPast:
    """A statement as it stood: its words, grade and caveats of then, and the caveats that are known only `since`."""

    past: Past
    since: tuple[RequiredCaveat, ...]
    works: Mapping[str, CitationRecord]
    version: Version

    @property
    def content(self) -> Mapping[str, Any]:
        """What the version says, as the history keeps it."""
        content: Mapping[str, Any] = self.past.snapshot["content"]
        return content

    @property
    def level(self) -> Level:
        return self.version.level

    @property
    def direction(self) -> str:
        return self.version.direction

    @property
    def rating(self) -> int | None:
        """Stars of 5, on scales that have them."""
        return (self.content["grade"] or {}).get("rating")

    @property
    def caveats(self) -> tuple[VersionCaveat, ...]:
        return self.version.caveats

    @property
    def severities(self) -> str:
        """How many caveats of which severity, in words."""
        return severity_words(Counter(each.severity for each in self.caveats))

    @property
    def explanation(self) -> Explanation | None:
        """The profile of then, step by step."""
        return explained((self.content["grade"] or {}).get("profile"))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The other fields that say something, in words."""
        named = ((name, in_words(value)) for name, value in self.content.items() if name not in SHOWN_APART)
        return [
            (name.replace("_", " "), words) for name, words in named if words not in ("nothing", ", ", "None, None")
        ]

    @property
    def how(self) -> str:
        """Where the version comes from, in a sentence or two."""
        made, ended = self.past.made, self.past.ended
        if made is not None:
            told = f"So {made.actor} left it on {made.at:%Y-%m-%d} ({made.action}: {made.reason}), revision {made.seq}."
        elif ended is not None:
            told = "So it was from its beginning."
        else:
            told = "It has not changed since it came; the caveats are what today's records give"
            told += "." if self.past.was_asked else " for that day."
        if ended is not None:
            told += f" {ended.actor} changed it on {ended.at:%Y-%m-%d} ({ended.action}), revision {ended.seq}."
        return told


def shown_past(
    past: Past, since: tuple[RequiredCaveat, ...], works: Mapping[str, CitationRecord] | None = None
) -> ShownPast:
    """The version prepared, with what is known since and the works it cites."""
    version = version_of(past.snapshot, ())
    assert version is not None, "a version that is shown has its content"
    return ShownPast(past, since, works or {}, version)


def past_json(past: Past, since: tuple[RequiredCaveat, ...]) -> dict[str, Any]:
    """The version in one object with its grade and caveats; `stood_on` marks it: an import does not take it.

    Where a version was asked for, it stood on that day `until` the moment at which it was changed (null: it stands).
    """
    shown = shown_past(past, since)
    content, grade = shown.content, shown.content["grade"] or {}
    return {
        "id": past.id,
        "stood_on": past.day.isoformat(),
        **({"until": past.ended.at.isoformat() if past.ended else None} if past.was_asked else {}),
        "how": shown.how,
        "origin": content["origin"],
        "key": content["key"],
        "text": content["text"],
        "caveats": [_caveat_json(each) for each in shown.caveats],
        "known_since": [caveat_json(each) for each in since],
        "grade": {
            "scale": shown.level.scale or None,
            "level": shown.level.id,
            "name": shown.level.name,
            "label": shown.level.label,
            "symbol": shown.level.symbol,
            "direction": shown.direction,
            **{name: grade.get(name) for name in ("rating", "rationale", "profile", "rater", "made_at", "kind")},
        },
        "other_grades": content["other_grades"],
        "slots": [
            {**{name: slot[name] for name in slot if name != "citation"}, "citation_key": slot["citation"]}
            for slot in content["slots"]
        ],
        **{
            name: value
            for name, value in content.items()
            if name not in {"origin", "key", "text", "grade", "other_grades", "slots", "caveats"}
        },
        "version": past.version,
        "revision": None if past.made is None else past.made.seq,
        "today": f"/s/{past.id}",
    }


def past_text(past: Past, since: tuple[RequiredCaveat, ...]) -> str:
    """The version as one block of lines."""
    shown = shown_past(past, since)
    content, grade = shown.content, shown.content["grade"] or {}
    lines = [
        f"{past.id}  {content['text']}",
        f"    {_when(past)}. {shown.how}",
        f"    {shown.level.symbol} {shown.level.label} [{shown.level.name}] · direction: {shown.direction}"
        f" · {content['type']} · {content['origin']}/{content['key']}",
    ]
    if grade.get("rationale"):
        lines.append(f"    why: {grade['rationale']} ({grade['rater']}, {grade['made_at'][:10]})")
    if content["state"] != "published":
        lines.append(f"    state: {content['state']}")
    lines += [f"    {each.severity}: {each.text} [{each.code}]" for each in shown.caveats]
    lines += [f"    known since, {each.severity}: {each.text} [{each.code}]" for each in since]
    lines += [f"    [{position}] {slot_words(slot)}" for position, slot in enumerate(content["slots"], 1)]
    return "\n".join(harmless(line) for line in lines)


def _when(past: Past) -> str:
    if not past.was_asked:
        return f"AS IT STOOD ON {past.day}, version {past.version}"
    return f"VERSION {past.version}, " + (
        "which is how it stands" if past.ended is None else f"as it stood until {past.day}"
    )


def no_past_csv(place: str, cure: str) -> InputError:
    """Why a version has no CSV: an import would take such a table for today's, and set the statement back."""
    return InputError(
        "There is no CSV of what stood once: its columns are those that an import reads as today's.",
        place=place,
        cure=cure,
    )


def slot_words(slot: Mapping[str, Any]) -> str:
    """A kept slot on one line: stance and key of the work, or what is wanted."""
    note = slot["note"] or ""
    if slot["citation"] is None:
        return f"citation needed: {note or 'no word on what is wanted'}"
    return f"{slot['stance']}: {slot['citation']}{f' ({note})' if note else ''}"


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """Two versions of a statement with what changed between them, and the changes one by one."""

    difference: Difference
    earlier: Version | None
    later: Version
    entries: Sequence[Entry]


def shown_difference(difference: Difference) -> ShownDifference:
    """The difference prepared: what changed, after the words, which stand there whether they changed or not."""
    changed = [name for name in difference.changed if name != "text"]
    return _with_fields(difference, ["text", *(AT_FIRST if difference.earlier is None else changed)])


def _with_fields(difference: Difference, fields: Sequence[str]) -> ShownDifference:
    earlier = None if difference.earlier is None else version_of(difference.earlier.snapshot, fields)
    later = version_of(difference.later.snapshot, fields)
    assert later is not None, "a version that is shown has its content"
    return ShownDifference(difference, earlier, later, entries(difference.revisions))


def difference_json(difference: Difference) -> dict[str, Any]:
    """Both versions, each with what changed beside its grade and caveats, and the revisions between them."""
    shown = shown_difference(difference) if difference.earlier is None else _with_fields(difference, difference.changed)
    return {
        "id": difference.id,
        "from": difference.first.isoformat(),
        "to": difference.last.isoformat(),
        "changed": difference.changed if difference.earlier is not None else [],
        "earlier": version_json(shown.earlier),
        "why_not": difference.why_not or None,
        "later": version_json(shown.later),
        "revisions": [revision_json(each) for each in difference.revisions],
        "url": f"/s/{difference.id}",
    }


def difference_text(difference: Difference) -> str:
    """Both versions as one block of lines; the revisions between them are blocks of their own."""
    shown = shown_difference(difference)
    lines = [f"Statement {difference.id} from {difference.first} to {difference.last}: {changed_words(difference)}"]
    lines += [f"    {difference.why_not}"] if difference.earlier is None else []
    lines += version_lines(str(difference.first), shown.earlier)
    lines += version_lines(str(difference.last), shown.later)
    return "\n".join(harmless(line) for line in lines)


def changed_words(difference: Difference) -> str:
    """Which fields changed, in words."""
    if difference.earlier is None:
        return "it came in between."
    if not difference.changed:
        return "nothing changed in what it says."
    return f"{', '.join(name.replace('_', ' ') for name in difference.changed)} changed."


def _caveat_json(caveat: VersionCaveat) -> dict[str, str]:
    return {"code": caveat.code, "severity": caveat.severity, "text": caveat.text}
