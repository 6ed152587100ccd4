"""The newest of what happened to anything in the store: revisions, newest first, and which of them keep their words.

What a draft says is for curators on its own page, and what came with a batch that was taken back is shown nowhere; so a
revision of such a statement tells who did what and why, and not what the statement said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.history import but_for
from kb.model import Revision, Statement
from kb.records import CHUNK, LARGEST_ID, UNDONE

PLACES = {"statement": "/s/", "citation": "/c/"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One revision; `withheld` where the words of its statement may not be shown. `statement_id` where it is of one."""

    revision: Revision
    statement_id: int | None
    withheld: bool

    @property
    def url(self) -> str:
        """The page of what it is about; empty where that has none."""
        kind, _, number = self.revision.subject.partition(":")
        return PLACES[kind] + number if kind in PLACES and not self.withheld else ""


def newest(session: Session, before: int | None, limit: int, hidden: Collection[str] = ()) -> list[Happened]:
    """The newest revisions, those with numbers below `before`, but for subjects that begin with what is `hidden`."""
    query = select(Revision).where(*but_for(hidden)).order_by(Revision.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(Revision.seq < min(before, LARGEST_ID))
    return happened(session, session.scalars(query).all())


def happened(session: Session, revisions: Sequence[Revision]) -> list[Happened]:
    """These revisions, in this order."""
    of = {each.seq: _statement(each.subject) for each in revisions}
    hidden = _hidden(session, {id_ for id_ in of.values() if id_ is not None})
    return [Happened(each, of[each.seq], of[each.seq] in hidden) for each in revisions]


def _statement(subject: str) -> int | None:
    kind, _, number = subject.partition(":")
    return int(number) if kind == "statement" else None


def _hidden(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these statements that have no page."""
    chosen, found = sorted(ids), set[int]()
    for at in range(0, len(chosen), CHUNK):
        query = select(Statement.id, Statement.state, Statement.withdrawn_reason)
        for id_, state, reason in session.execute(query.where(Statement.id.in_(chosen[at : at + CHUNK]))):
            undone = state == "withdrawn" and UNDONE.fullmatch(reason or "") is not None
            if state == "draft" or undone:
                found.add(id_)
    return found
