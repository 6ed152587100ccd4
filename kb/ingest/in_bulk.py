"""Many statements changed in one way, each with its revision: some queries for hundreds, none for a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.changes import announce
from kb.curate import By
from kb.history import Act, append, snapshot
from kb.loading import load
from kb.model import Statement
from kb.records import CHUNK

Change = Callable[[Sequence[int]], None]


def change_in_bulk(
    session: Session, ids: Sequence[int], change: Change, action: str, by: By, batch_id: int | None = None
) -> None:
    """What `kb.curate.changing` does for one statement, for all of these; `change` is given some hundreds at a time."""
    day = by.at.date()
    for at in range(0, len(ids), CHUNK):
        some = ids[at : at + CHUNK]
        before = {record.id: record for record in load(session, some)}
        change(some)
        raised = update(Statement).where(Statement.id.in_(some)).values(version=Statement.version + 1)
        session.execute(raised, execution_options={"synchronize_session": False})
        session.expire_all()
        acts, sealed = [], []
        for record in load(session, some):
            told = snapshot(record, day)
            sealed.append({"id": record.id, "content_hash": told["content_hash"]})
            was = snapshot(before[record.id], day)
            acts.append(Act(action, f"statement:{record.id}", was, told, by.reason, batch_id))
        session.execute(update(Statement), sealed)
        append(session, acts, by.actor, by.at)
        related = {each.other_id for record in before.values() for each in record.relations}
        announce(session, {*some, *related}, by.at)
