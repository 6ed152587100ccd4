"""What waits for a curator as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.flags import Flagged
from kb.waiting import MISSES, Waiting, Work

NOT_COUNTED = "not counted"


def url_of(work: Work) -> str:
    """The page that lists it."""
    return "/misses" if work is MISSES else f"/queue/{work.name}"


def how_many(waiting: Waiting) -> str:
    """The count in words."""
    if waiting.count is None:
        return NOT_COUNTED
    return f"{'more than ' if waiting.more else ''}{waiting.count:,}"


def waiting_json(found: Sequence[Waiting]) -> dict[str, Any]:
    """`{waiting: [{name, title, count, more, why, task, url}]}`; `count` is null where it was not looked for."""
    return {
        "waiting": [
            {
                "name": each.work.name,
                "title": each.work.title,
                "count": each.count,
                "more": each.more,
                "why": each.why or None,
                "task": each.work.task,
                "url": url_of(each.work),
            }
            for each in found
        ]
    }


def waiting_text(found: Sequence[Waiting]) -> str:
    """A line for each kind of work, the counts under each other."""
    width = max(len(how_many(each)) for each in found)
    return "\n".join(f"{how_many(each):>{width}}  {each.work.title}: {each.why or each.work.task}" for each in found)


def flag_json(flag: Flagged) -> dict[str, Any]:
    """A flag as it stands."""
    return {
        "id": flag.id,
        "statement_id": flag.statement_id,
        "version": flag.version,
        "comment": flag.comment,
        "actor": flag.actor,
        "made_at": flag.made_at.isoformat(),
        "resolved_at": None if flag.resolved_at is None else flag.resolved_at.isoformat(),
        "resolved_by": flag.resolved_by,
        "resolution": flag.resolution,
    }
