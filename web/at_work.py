"""What somebody who acts here can do on a statement's page: its flags, and their own last change to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb import undoing
from kb.flags import Flagged, flags_of
from web.saved import ranges
from web.serving import serving
from web.signed_in import is_curator, visitor


@dataclass(frozen=True, slots=True)
class LastChange:
    """One's own last change of the statement: the revision's number, what was done and why; and the numbers of all
    that was changed by the same act, as `web.saved` writes them: a part of a split taken back is no undoing.
    """

    seq: int
    action: str
    reason: str
    changes: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """The flags, open ones first, and the last change where it is one's own and can be taken back."""

    flags: tuple[Flagged, ...]
    last: LastChange | None


def at_work(id_: int) -> AtWork:
    """For whoever is signed in and acts in some role."""
    with serving().store.reading() as session:
        return AtWork(tuple(flags_of(session, id_)), _last(session, id_))


def _last(session: Any, id_: int) -> LastChange | None:
    found = undoing.last_own(session, f"statement:{id_}", visitor().name)
    act = undoing.undoable(session, visitor().name, [found.at]) if found is not None else None
    if found is None or act is None or not act.changes:
        return None
    if not is_curator() and not undoing.only_opinions(undoing.named(session, act.changes)):
        return None
    return LastChange(found.seq, found.action, found.reason, ranges(act.changes))
