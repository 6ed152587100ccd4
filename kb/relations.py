"""Relations between statements, recorded and taken off by a person: what an import writes from a row's `relations`.

Like every act of `kb.curate`, each leaves a revision and announces both statements, so that a contradiction stands as
“disputed” on both pages at once.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import By, changing
from kb.errors import Conflict, InputError, NotFound, Outdated
from kb.meanings import relation_words
from kb.model import RELATION_KINDS, Relation, Statement
from kb.records import LARGEST_ID

# Said by the one of the other: the other way round it means something else.
ONE_WAY = frozenset({"supersedes"})


def relate(
    session: Session,
    id_: int,
    kind: str,
    other_id: int,
    by: By,
    version: int | None = None,
    other_version: int | None = None,
) -> tuple[int, int]:
    """Record how statement `id_` stands to another; gives who says it, of whom.

    Raises InputError for an unknown kind or a statement beside itself, NotFound, Outdated where one of the two is not
    at the version given, and Conflict where one is not published or the same is recorded already.
    """
    _refuse_kind(kind)
    if id_ == other_id:
        raise InputError("A statement has no relation to itself.", place="other", cure="Name another statement.")
    _refuse_changed(session, other_id, other_version)
    _refuse_unpublished(session, other_id)
    with changing(session, id_, "relate", by, version) as row:
        _refuse_unpublished(session, row.id)
        if session.get(Relation, (id_, other_id, kind)) is not None or _said_by_other(session, id_, kind, other_id):
            raise Conflict(f"It is recorded already: {relation_told(id_, kind, other_id)}")
        if kind in ONE_WAY and session.get(Relation, (other_id, id_, kind)) is not None:
            raise Conflict(
                f"The opposite is recorded: {relation_told(other_id, kind, id_)}", cure="Take that off first."
            )
        session.add(Relation(statement_id=id_, other_id=other_id, kind=kind))
    return id_, other_id


def unrelate(
    session: Session,
    id_: int,
    kind: str,
    other_id: int,
    by: By,
    version: int | None = None,
    other_version: int | None = None,
) -> tuple[int, int]:
    """Take a relation between the two off again, whichever of them says so; gives who said it, of whom.

    The history keeps that it was there.

    Raises InputError for an unknown kind, NotFound where no such relation is recorded, Outdated where one of the two is
    not at the version given, and Conflict where the one that says so is withdrawn.
    """
    _refuse_kind(kind)
    holder, held, its_version = id_, other_id, version
    found = session.get(Relation, (id_, other_id, kind)) if _is_id(id_) and _is_id(other_id) else None
    if found is None and _is_id(id_) and _is_id(other_id):
        holder, held, its_version = other_id, id_, other_version
        found = session.get(Relation, (other_id, id_, kind))
    if found is None:
        raise NotFound(
            f"No such relation is recorded between statements {id_} and {other_id}: {kind}.",
            cure="Somebody may have taken it off before you; look at the statement's page.",
        )
    if held == id_:
        _refuse_changed(session, id_, version)
    else:
        _refuse_changed(session, other_id, other_version)
    with changing(session, holder, "unrelate", by, its_version):
        session.delete(found)
    return holder, held


def relation_told(id_: int, kind: str, other_id: int) -> str:
    """The relation as a sentence, said from the side of the first."""
    words = relation_words(kind, inverse=False)
    return f"statement {id_} {words[:1].lower()}{words[1:]} statement {other_id}."


def _said_by_other(session: Session, id_: int, kind: str, other_id: int) -> bool:
    return kind not in ONE_WAY and session.get(Relation, (other_id, id_, kind)) is not None


def _is_id(number: int) -> bool:
    return 0 < number <= LARGEST_ID


def _refuse_kind(kind: str) -> None:
    if kind not in RELATION_KINDS:
        raise InputError(f"“{kind}” is no relation.", place="kind", cure=f"Use one of: {', '.join(RELATION_KINDS)}.")


def _refuse_changed(session: Session, id_: int, version: int | None) -> None:
    if version is None:
        return
    now = session.scalar(select(Statement.version).where(Statement.id == id_)) if _is_id(id_) else None
    if now is not None and now != version:
        raise Outdated(id_, version, now)


def _refuse_unpublished(session: Session, id_: int) -> None:
    state = session.scalar(select(Statement.state).where(Statement.id == id_)) if _is_id(id_) else None
    if state is None or state == "draft":
        raise NotFound(f"There is no statement {id_}.", cure="Search for its words; its number stands in its address.")
    if state != "published":
        raise Conflict(f"Statement {id_} is {state}.", cure="Relations are recorded between published statements.")
