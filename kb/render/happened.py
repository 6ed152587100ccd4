"""What happened, newest first, as JSON and prepared for a page: each version beside its own grade and caveats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.happened import Happened
from kb.render.revisions import revision_json
from kb.render.versions import Entry, entries

WITHHELD = "What it says is not shown here: the statement is a draft, or was taken back with its batch."


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, as a page tells it; `said` is the entry with both versions, or without them."""

    said: Entry
    subject: str
    statement_id: int | None
    url: str
    withheld: bool

    @property
    def has_versions(self) -> bool:
        """Whether there is something to show of before and after."""
        return not self.withheld and bool(self.said.before or self.said.after)


def told(found: Iterable[Happened]) -> list[Told]:
    """These, in this order."""
    return [_told(each) for each in found]


def happened_json(each: Happened) -> dict[str, Any]:
    """A revision as `/history.json` has it: the same as in a statement's history, with the page it is about."""
    said = revision_json(each.revision)
    if each.withheld:
        said |= {"before": None, "after": None}
    return {**said, "withheld": each.withheld, "url": each.url or None}


def _told(each: Happened) -> Told:
    (entry,) = entries([each.revision])
    subject = each.revision.subject.replace(":", " ")
    return Told(entry, subject, each.statement_id, each.url, each.withheld)
