"""How far a store has come: a short text that is another one after anything that a reader could see has changed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.changes import last_change
from kb.history import stored_head
from kb.model import AuditRun


def progress_of(session: Session) -> str:
    """The head of the history, the number of the last change, and that of the last audit.

    Every change of knowledge, of waivers and of accounts moves the head; only an audit does not.
    """
    head = stored_head(session)
    last_run = session.scalar(select(func.max(AuditRun.id))) or 0
    return f"{head.count}:{head.hash}:{last_change(session)}:{last_run}" if head else f"0:{last_run}"
