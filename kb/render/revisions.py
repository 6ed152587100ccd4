"""Entries of a statement's history for JSON and for a terminal: each version with its grade and its caveats."""

from __future__ import annotations

from typing import Any

from kb.model import Revision
from kb.render.text import CONTROL
from kb.render.versions import Version, entries


def revision_json(revision: Revision) -> dict[str, Any]:
    """One revision; `before` and `after` hold what changed beside that version's grade and caveats, or are null."""
    (entry,) = entries([revision])
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": revision.subject,
        "reason": entry.reason,
        "before": version_json(entry.before),
        "after": version_json(entry.after),
        "hash": entry.hash,
    }


def revision_text(revision: Revision) -> str:
    """One revision as a block of lines."""
    (entry,) = entries([revision])
    lines = [f"{entry.seq}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.action} by {entry.actor}: {entry.reason}"]
    for name, version in (("before", entry.before), ("after", entry.after)):
        lines += version_lines(name, version)
    return "\n".join(CONTROL.sub("\N{REPLACEMENT CHARACTER}", line) for line in lines)


def version_lines(name: str, version: Version | None) -> list[str]:
    """A version as lines of a block, `name` first; none where there is no version."""
    if version is None:
        return []
    head = f"    {name}: {version.level.symbol} {version.level.label} · direction: {version.direction}"
    fields = [f"      {field}: {words}" for field, words in version.fields]
    return [head, *fields, *(f"      {each.severity}: {each.text} [{each.code}]" for each in version.caveats)]


def version_json(version: Version | None) -> dict[str, Any] | None:
    """A version's changed fields beside its grade and caveats, or null."""
    if version is None:
        return None
    return {
        "grade": {"level": version.level.name, "label": version.level.label, "symbol": version.level.symbol},
        "direction": version.direction,
        "caveats": [{"code": each.code, "severity": each.severity, "text": each.text} for each in version.caveats],
        # Pairs and no object of their own: what could be lifted out of here would be words without their caveats.
        "changed": [list(pair) for pair in version.fields],
    }
