"""Every change to what is known about single statements: who, why, what. Beside `kb.ingest`, the only writer.

Each act checks that nobody else changed the statement since it was read, changes it, appends a revision with the
content before and after, and announces it in the change log: all in the caller's transaction, so all holds or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.changes import announce
from kb.errors import Conflict, InputError, NotFound, Outdated
from kb.grade import Profile
from kb.history import Act, append, snapshot
from kb.loading import load
from kb.model import (
    DIRECTIONS,
    GRADE_KINDS,
    STANCES,
    Caveat,
    Citation,
    CitationSlot,
    Grade,
    Person,
    Statement,
    StatementCaveat,
)
from kb.question import question_number
from kb.records import LARGEST_ID, StatementRecord
from kb.scales import load_scales
from kb.words import fault_in

# A second opinion stands beside the first until a consensus is recorded.
NOT_CURRENT = {"second"}
STARS = range(1, 6)
# As long as the columns that hold a name.
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, why and when. Raises InputError where reason or name is empty or cannot be kept."""

    actor: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        for name, value in (("actor", self.actor), ("reason", self.reason)):
            if not value.strip():
                raise InputError(f"Every change needs its {name}.", place=name, cure=f"Give the {name} in a few words.")
            if fault := fault_in(value):
                raise InputError(f"The {name} cannot be kept: {fault}.", place=name, cure="Take it out.")
        if len(self.actor) > LONGEST_NAME:
            raise InputError("The name is too long.", place="actor", cure=f"Use at most {LONGEST_NAME} characters.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade to be recorded: a level of a scale, the direction, and GRADE's profile where there is one."""

    level: str
    direction: str = "not-stated"
    scale: str = "grade"
    rating: int | None = None
    profile: Mapping[str, Any] | None = None
    kind: str = "first"


def grade(session: Session, statement_id: int, judgement: Judgement, by: By, version: int | None = None) -> None:
    """Record a judgement; the one before is superseded, never changed. `by.reason` becomes its rationale.

    Raises InputError for a level its scale does not have, a direction or kind that is none, a rating that is not 1 to 5
    stars, a broken profile, a second opinion by whom the first is from, or a consensus before two people have judged.
    """
    level = load_scales().get(judgement.scale).level(judgement.level)
    _one_of("direction", judgement.direction, DIRECTIONS)
    _one_of("kind", judgement.kind, GRADE_KINDS)
    if judgement.rating is not None and judgement.rating not in STARS:
        raise InputError(f"{judgement.rating} is no rating.", place="rating", cure="Give 1 to 5 stars, or none.")
    profile = Profile.from_json(judgement.profile).to_json() if judgement.profile is not None else None
    with changing(session, statement_id, "grade", by, version) as row:
        rater = person(session, by.actor)
        _refuse_alone(session, row, rater, judgement.kind)
        made = Grade(
            statement_id=row.id,
            scale=level.scale,
            level=level.id,
            direction=judgement.direction,
            rating=judgement.rating,
            rationale=by.reason,
            profile=profile,
            kind=judgement.kind,
            rater_id=rater.id,
            made_at=by.at,
            supersedes_id=_superseded(session, row, rater.id, judgement.kind),
        )
        session.add(made)
        session.flush()
        if judgement.kind not in NOT_CURRENT or row.current_grade_id is None:
            row.current_grade_id = made.id


def withdraw(session: Session, statement_id: int, by: By, version: int | None = None) -> None:
    """Take a statement back: it leaves search and keeps its page, which says why."""
    with changing(session, statement_id, "withdraw", by, version) as row:
        row.state = "withdrawn"
        row.withdrawn_reason = by.reason


@dataclass(frozen=True, slots=True)
class SlotFilling:
    """What a citation slot is to hold; `citation` is a citation's key, or None for an empty slot."""

    citation: str | None
    stance: str | None = None
    note: str | None = None
    quote: str | None = None
    locator: str | None = None


def fill_slot(
    session: Session,
    statement_id: int,
    position: int | None,
    filling: SlotFilling,
    by: By,
    version: int | None = None,
) -> None:
    """Fill or empty the slot at `position` (from 1), or add one at the end where `position` is None.

    Raises NotFound for an unknown slot or citation, and InputError for a citation without a stance.
    """
    if filling.stance is not None or filling.citation is not None:
        _one_of("stance", filling.stance or "", STANCES)
    for name in ("note", "quote", "locator"):
        if fault := fault_in(getattr(filling, name) or ""):
            raise InputError(f"The {name} cannot be kept: {fault}.", place=name, cure="Take it out.")
    citation_id = None
    if filling.citation is not None:
        citation_id = session.scalar(select(Citation.id).where(Citation.key == filling.citation))
        if citation_id is None:
            raise NotFound(f"There is no citation “{filling.citation}”.", cure="Import it first.")
    with changing(session, statement_id, "slot", by, version) as row:
        if position is None:
            top = select(func.max(CitationSlot.position)).where(CitationSlot.statement_id == row.id)
            slot = CitationSlot(statement_id=row.id, position=(session.scalar(top) or 0) + 1)
            session.add(slot)
        else:
            found = session.get(CitationSlot, (row.id, position)) if 0 < position <= LARGEST_ID else None
            if found is None:
                raise NotFound(f"Statement {row.id} has no slot {position}.", cure="Count the slots from 1.")
            slot = found
        slot.citation_id, slot.stance = citation_id, filling.stance
        slot.note, slot.quote, slot.locator = filling.note, filling.quote, filling.locator


def attach_caveat(session: Session, statement_id: int, code: str, by: By, version: int | None = None) -> None:
    """Attach a caveat by its code. Raises NotFound for an unknown code, Conflict where it is attached already."""
    with changing(session, statement_id, "attach-caveat", by, version) as row:
        caveat_id = _caveat_id(session, code)
        if session.get(StatementCaveat, (row.id, caveat_id)) is not None:
            raise Conflict(f"The caveat “{code}” is attached to statement {row.id} already.")
        session.add(StatementCaveat(statement_id=row.id, caveat_id=caveat_id))


def detach_caveat(session: Session, statement_id: int, code: str, by: By, version: int | None = None) -> None:
    """Take an attached caveat off; one that is inherited or derived stays. Raises NotFound where it is not attached."""
    with changing(session, statement_id, "detach-caveat", by, version) as row:
        link = session.get(StatementCaveat, (row.id, _caveat_id(session, code)))
        if link is None:
            raise NotFound(
                f"The caveat “{code}” is not attached to statement {row.id} itself.",
                cure="An inherited caveat is taken off its article or topic.",
            )
        session.delete(link)


def person(session: Session, name: str) -> Person:
    """The person of this name, made known at the first mention."""
    found = session.scalar(select(Person).where(Person.name == name))
    if found is None:
        found = Person(name=name)
        session.add(found)
        session.flush()
    return found


@contextmanager
def changing(
    session: Session,
    statement_id: int,
    action: str,
    by: By,
    version: int | None = None,
    batch_id: int | None = None,
    withdrawn_too: bool = False,
) -> Iterator[Statement]:
    """Change one statement inside the block: its revision, new version and line in the change log follow by themselves.

    Raises NotFound, Outdated where `version` is not the one in the store, and Conflict for a withdrawn statement
    (which an undone batch, or its rows imported again, may change).
    """
    row = session.get(Statement, statement_id) if 0 < statement_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(f"There is no statement {statement_id}.")
    if version is not None and version != row.version:
        raise Outdated(statement_id, version, row.version)
    if row.state == "withdrawn" and not withdrawn_too:
        raise Conflict(f"Statement {statement_id} is withdrawn.", cure="A withdrawn statement is not changed any more.")
    before = _record(session, statement_id)
    yield row
    row.version += 1
    row.question = question_number(row.intervention, row.outcome)
    session.flush()
    after = _record(session, statement_id)
    day = by.at.date()
    told = snapshot(after, day)
    row.content_hash = told["content_hash"]
    session.flush()
    act = Act(action, f"statement:{statement_id}", snapshot(before, day), told, by.reason, batch_id)
    append(session, [act], by.actor, by.at)
    # Whether others are disputed depends on this one too, and on what it no longer says of them.
    related = {relation.other_id for relation in (*before.relations, *after.relations)}
    announce(session, {statement_id, *related}, by.at)


def _record(session: Session, statement_id: int) -> StatementRecord:
    (record,) = load(session, [statement_id])
    return record


def _refuse_alone(session: Session, row: Statement, rater: Person, kind: str) -> None:
    """Raise InputError where one person alone would stand for two."""
    grades = session.execute(
        select(Grade.id, Grade.rater_id, Grade.scale, Grade.kind, Grade.supersedes_id).where(
            Grade.statement_id == row.id
        )
    ).all()
    taken_back = {each.supersedes_id for each in grades if each.kind == "restored"}
    # One that was taken back leaves “ungraded” in its place, which is on no scale.
    standing = [each for each in grades if each.id not in taken_back and each.scale]
    current = next((each for each in standing if each.id == row.current_grade_id), None)
    whose = set() if current is None else {current.rater_id}
    if current is not None and current.kind == "consensus":
        # It is the grade of all who had judged by then, whoever wrote it down.
        whose = {each.rater_id for each in standing if each.id <= current.id}
    if kind == "second" and rater.id in whose:
        raise InputError(
            f"{rater.name} has given the grade that stands; a second opinion is somebody else's.",
            place="kind",
            cure="Name the other person as the actor.",
        )
    if kind == "consensus" and len({each.rater_id for each in standing}) < 2:
        raise InputError(
            "A consensus needs the opinions of two people; fewer have judged this statement.",
            place="kind",
            cure="Record the second opinion first (--as second).",
        )


def _superseded(session: Session, row: Statement, rater_id: int, kind: str) -> int | None:
    if kind not in NOT_CURRENT:
        return row.current_grade_id
    earlier = select(func.max(Grade.id)).where(
        Grade.statement_id == row.id, Grade.rater_id == rater_id, Grade.kind == kind
    )
    return session.scalar(earlier)


def _caveat_id(session: Session, code: str) -> int:
    found = session.scalar(select(Caveat.id).where(Caveat.code == code))
    if found is None:
        known = ", ".join(session.scalars(select(Caveat.code).order_by(Caveat.code).limit(30)))
        raise NotFound(f"There is no caveat “{code}”.", cure=f"Known are: {known or 'none yet'}.")
    return found


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"“{value}” is no {name}.", place=name, cure=f"Use one of: {', '.join(allowed)}.")
