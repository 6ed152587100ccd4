"""Flags: what somebody doubts about a statement, in words for those who work on it, until a curator resolves it.

A flag is about a statement and no part of it: grade and caveats stay what they are. Every one has its revision, and
none is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.history import Act, append, hashed
from kb.model import Flag, Statement
from kb.records import LARGEST_ID

LONGEST = 4_000
"""Characters of a comment."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag as it stands. `version` is the statement's as the person read it; `resolved_at` is None while open."""

    id: int
    statement_id: int
    version: int
    comment: str
    actor: str
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None


def flag(session: Session, statement_id: int, by: By, version: int | None = None) -> int:
    """Flag a statement, `by.reason` being the comment; the flag's number.

    `version` is the one that was read; one that is past is no obstacle, since nothing is overwritten. Raises NotFound
    for a statement that is not published, InputError for a comment that is too long or a version that never was.
    """
    if len(by.reason) > LONGEST:
        raise InputError(
            f"The comment has {len(by.reason):,} characters.", place="comment", cure=f"Use at most {LONGEST:,}."
        )
    row = session.get(Statement, statement_id) if 0 < statement_id <= LARGEST_ID else None
    if row is None or row.state != "published":
        raise NotFound(f"There is no published statement {statement_id}.")
    if version is not None and not 0 < version <= row.version:
        raise InputError(f"Statement {statement_id} never was at version {version}.", place="version")
    made = Flag(
        statement_id=statement_id,
        version=version or row.version,
        comment=by.reason,
        actor=by.actor,
        made_at=by.at,
    )
    session.add(made)
    session.flush()
    append(session, [Act("flag", f"flag:{made.id}", None, hashed(flag_content(made)), by.reason)], by.actor, by.at)
    return made.id


def resolve(session: Session, flag_id: int, by: By) -> int:
    """Resolve a flag, `by.reason` being what came of it; the statement's number. Raises NotFound and Conflict."""
    row = _flag(session, flag_id)
    if row.resolved_at is not None:
        raise Conflict(f"Flag {flag_id} was resolved already, by {row.resolved_by}: {row.resolution}")
    before = hashed(flag_content(row))
    row.resolved_at, row.resolved_by, row.resolution = by.at, by.actor, by.reason
    _record(session, row, "resolve-flag", before, by)
    return row.statement_id


def restore_flag(session: Session, flag_id: int, content: dict[str, Any] | None, by: By) -> None:
    """Say again what a flag said before; one that was not there before is resolved, because none is deleted."""
    row = _flag(session, flag_id)
    before = hashed(flag_content(row))
    if content is None:
        row.resolved_at, row.resolved_by, row.resolution = by.at, by.actor, by.reason
    else:
        resolved_at = content["resolved_at"]
        row.resolved_at = None if resolved_at is None else datetime.fromisoformat(resolved_at)
        row.resolved_by, row.resolution = content["resolved_by"], content["resolution"]
    _record(session, row, "undo", before, by)


def flags_of(session: Session, statement_id: int) -> list[Flagged]:
    """The flags of a statement: open ones first, then resolved ones, of each the newest first."""
    found = _read(session, select(Flag).where(Flag.statement_id == statement_id).order_by(Flag.id.desc()))
    return sorted(found, key=lambda each: each.resolved_at is not None)


def flags(session: Session, ids: Sequence[int]) -> list[Flagged]:
    """The flags with these numbers, in this order; unknown ones are left out."""
    found = {each.id: each for each in _read(session, select(Flag).where(Flag.id.in_(ids)))}
    return [found[id_] for id_ in ids if id_ in found]


def flag_content(row: Flag) -> dict[str, Any]:
    """What the history vouches for."""
    return {
        "statement": row.statement_id,
        "version": row.version,
        "comment": row.comment,
        "actor": row.actor,
        "made_at": row.made_at.isoformat(),
        "resolved_at": None if row.resolved_at is None else row.resolved_at.isoformat(),
        "resolved_by": row.resolved_by,
        "resolution": row.resolution,
    }


def _flag(session: Session, flag_id: int) -> Flag:
    row = session.get(Flag, flag_id) if 0 < flag_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(f"There is no flag {flag_id}.", cure="/queue/flags lists the open ones.")
    return row


def _record(session: Session, row: Flag, action: str, before: dict[str, Any], by: By) -> None:
    session.flush()
    after = hashed(flag_content(row))
    append(session, [Act(action, f"flag:{row.id}", before, after, by.reason)], by.actor, by.at)


def _read(session: Session, query: Select[Flag]) -> list[Flagged]:
    names = [field.name for field in fields(Flagged)]
    return [Flagged(**{name: getattr(row, name) for name in names}) for row in session.scalars(query)]
