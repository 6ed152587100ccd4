"""What somebody who acts here can do on a statement's page: its flags, and their own last change to be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from kb import undoing
from kb.flags import Flagged, flags_of
from web.serving import serving
from web.signed_in import is_curator, visitor


@dataclass(frozen=True, slots=True)
class LastChange:
    """One's own last change of the statement: the revision's number, what was done and why."""

    seq: int
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """The flags, open ones first, and the last change where it is one's own and can be taken back."""

    flags: tuple[Flagged, ...]
    last: LastChange | None


def at_work(id_: int) -> AtWork:
    """For whoever is signed in and acts in some role."""
    with serving().store.reading() as session:
        found = undoing.last_own(session, f"statement:{id_}", visitor().name)
        theirs = found is not None and (is_curator() or undoing.only_opinions([found]))
        last = LastChange(found.seq, found.action, found.reason) if found is not None and theirs else None
        return AtWork(tuple(flags_of(session, id_)), last)
