"""Two people changed the same: what is stored now, who changed it, and what was typed, all on one page.

The form keeps what was typed and is from then on made for the version that is shown: whoever sends it again has seen
both. Beside each field that differs stands what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kb.errors import CaveatError, Outdated
from kb.graded import read
from kb.history import changes_since
from kb.render.html import card, revisions
from kb.render.versions import entries
from web.serving import serving


@dataclass(frozen=True, slots=True)
class Both:
    """The statement that was changed meanwhile, as it is stored now, and the revisions since the version seen.

    `now` is empty for a draft, which stands on the page of its article as it is.
    """

    id: int
    seen: int
    now: Markup
    since: Markup


def both_versions(error: CaveatError | None) -> Both | None:
    """What a page shows beside the form where somebody else was faster; None for any other error, or none."""
    if not isinstance(error, Outdated):
        return None
    here = serving()
    with here.store.reading() as session:
        found = [each for each in read(session, [error.statement_id], here.today()) if each.state != "draft"]
        since = entries(changes_since(session, error.statement_id, error.seen)) if found else []
    return Both(
        error.statement_id,
        error.seen,
        card(found[0], heading_level=3) if found else Markup(),
        revisions(since, error.statement_id) if since else Markup(),
    )


class Typed:
    """What stands in the fields of a form: what was sent, else what is stored; `other` says where they differ."""

    def __init__(self, stored: Mapping[str, str], sent: Mapping[str, str] | None = None, outdated: bool = False):
        self._stored, self._sent, self._outdated = stored, sent, outdated

    def get(self, name: str, default: str = "") -> str:
        """The value of a field."""
        if self._sent is not None and name in self._sent:
            return self._sent[name]
        return self._stored.get(name, default)

    def other(self, name: str) -> str | None:
        """What is stored where that is not what was typed, after a conflict; None where there is nothing to say."""
        stored = self._stored.get(name, "")
        return stored if self._outdated and "\n".join(self.get(name).splitlines()) != stored else None
