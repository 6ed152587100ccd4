"""Entries of a statement's history prepared for a page: what changed, and each version with its grade and caveats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.errors import CaveatError
from kb.grade import signed
from kb.model import Revision
from kb.render.shown import severity_words
from kb.scales import UNGRADED, Level, load_scales


@dataclass(frozen=True, slots=True)
class VersionCaveat:
    """A caveat as a reader saw it beside that version."""

    code: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A statement as it was: the fields that changed, in words, with the grade and the caveats of that version."""

    fields: tuple[tuple[str, str], ...]
    level: Level
    direction: str
    caveats: tuple[VersionCaveat, ...]

    @property
    def severities(self) -> str:
        """How many caveats of which severity, in words."""
        return severity_words(Counter(each.severity for each in self.caveats))


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision: when, who, what, why. `before` and `after` are None where it kept no content of the statement."""

    seq: int
    at: datetime
    actor: str
    action: str
    reason: str
    hash: str
    before: Version | None
    after: Version | None


def entries(revisions: Sequence[Revision]) -> list[Entry]:
    """The revisions of one statement, oldest first, as a page shows them."""
    return [_entry(revision) for revision in revisions]


def _entry(revision: Revision) -> Entry:
    before, after = _content(revision.before), _content(revision.after)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return Entry(
        seq=revision.seq,
        at=revision.at,
        actor=revision.actor,
        action=revision.action,
        reason=revision.reason,
        hash=revision.hash,
        before=version_of(revision.before, changed),
        after=version_of(revision.after, changed),
    )


def _content(snapshot: Mapping[str, Any] | None) -> dict[str, Any]:
    """The content that a snapshot keeps; empty for a revision about a batch, which keeps counts and a digest."""
    if snapshot is None or "caveats" not in snapshot:
        return {}
    return dict(snapshot["content"])


def version_of(snapshot: Mapping[str, Any] | None, changed: Sequence[str]) -> Version | None:
    """What a snapshot says in these fields, with its grade and caveats; None where it keeps no content."""
    content = _content(snapshot)
    if snapshot is None or not content:
        return None
    grade = content["grade"]
    return Version(
        fields=tuple((name, in_words(content.get(name))) for name in changed),
        level=UNGRADED if grade is None else level_named(grade["scale"], grade["level"]),
        direction="not-stated" if grade is None else grade["direction"],
        caveats=tuple(VersionCaveat(each["code"], each["severity"], each["text"]) for each in snapshot["caveats"]),
    )


def level_named(scale: str, level: str) -> Level:
    """The level as it is known today; a level that its scale has lost since then keeps its old name."""
    try:
        return load_scales().level(scale, level)
    except CaveatError:
        return Level(scale, level, level, "?", None, "This level is no longer part of its scale.", "none")


def in_words(value: Any) -> str:
    """A kept value as a person reads it."""
    match value:
        case None | [] | "":
            return "nothing"
        case str():
            return value
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case {"scale": scale, "level": level, "rater": rater, "made_at": made_at}:
            why = f": {value['rationale']}" if value.get("rationale") else ""
            profile = f" (profile: {in_words(value['profile'])})" if value.get("profile") else ""
            name = f"{scale}:{level}" if scale else level
            return f"{name}, {value['direction']}, {value['kind']} by {rater} on {made_at[:10]}{why}{profile}"
        case {"start": start, "domains": [*domains]}:
            return "; ".join([f"starts {start}{_because(value)}", *(in_words(each) for each in domains)])
        case {"domain": domain, "step": int(step)}:
            return f"{domain.replace('_', ' ')} {signed(step)}{_because(value)}"
        case {"citation": str(key), "stance": stance}:
            return f"{key} {stance}{_because(value)}"
        case {"citation": None, "stance": _}:
            return f"citation needed{_because(value)}"
        case list():
            return "; ".join(in_words(each) for each in value)
        case dict():
            return _line(value)
        case _:
            return str(value)


def _because(value: Mapping[str, Any]) -> str:
    """What is said beside a slot or a step, in brackets; nothing where nothing is said."""
    said = [in_words(value[name]) for name in ("start_reason", "reason", "quote", "locator", "note") if value.get(name)]
    return f" ({', '.join(said)})" if said else ""


def _line(value: Mapping[str, Any]) -> str:
    """A structure as a line: its names with what each says, without those that say nothing."""
    said = {name: each for name, each in value.items() if each not in (None, "", [], {})}
    return ", ".join(f"{name.replace('_', ' ')} {in_words(each)}" for name, each in said.items()) or "nothing"
