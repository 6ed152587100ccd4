"""BlindStatement: what somebody sees who gives a second opinion, and the way in which that opinion is recorded.

It is the one shape besides `kb.graded.GradedStatement` in which a statement's words leave the store. It says that the
grade is withheld, carries the caveats that were written down and the facts of each citation slot, and nothing that was
derived from a grade: no level, rationale or rater, no dispute, no date of review, no version, no history. So two stores
that differ only in their first grades show the same thing, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from kb import curate
from kb.caveats import DERIVED, RequiredCaveat, required_caveats
from kb.content import content_hash
from kb.errors import CaveatLeftBehind, Conflict, InputError, NotFound
from kb.loading import load
from kb.model import Article, Grade, Person, Statement, StatementTopic, Topic
from kb.records import ArticleRecord, SlotRecord, StatementRecord

WITHHELD = "The grade is withheld while you rate."
# Derived caveats that follow from a slot alone, whatever anybody has judged.
OF_SLOTS = frozenset(code for code, caveat in DERIVED.items() if caveat.place == "slot")
_BUILT_BY_READING: Final = object()


@dataclass(frozen=True, slots=True)
class BlindStatement:
    """A published statement without its grade. `scale` is that on which the first grade was made; None without one.

    Raises CaveatLeftBehind when it is built by anything but this module, or with a caveat that could betray the grade.
    """

    id: int
    origin: str
    key: str
    article: ArticleRecord | None
    text: str
    quote: str | None
    type: str
    population: str | None
    intervention: str | None
    comparator: str | None
    outcome: str | None
    topics: tuple[str, ...]
    slots: tuple[SlotRecord, ...]
    caveats: tuple[RequiredCaveat, ...]
    scale: str | None
    built_by: object

    def __post_init__(self) -> None:
        if self.built_by is not _BUILT_BY_READING:
            raise CaveatLeftBehind("A blind statement is built by kb.blind only.")
        if telling := [each.code for each in self.caveats if not _is_blind(each)]:
            raise CaveatLeftBehind(
                f"The grade would be betrayed by: {', '.join(telling)}.", place=f"statement {self.id}"
            )

    @property
    def seen(self) -> str:
        """A mark of all that is shown: as long as it is the same, a rating was made of what stands there.

        Another person's opinion, recorded meanwhile, leaves it as it is; a filled slot or a new caveat does not.
        """
        told: Mapping[str, Any] = {
            "caveats": [asdict(each) for each in self.caveats],
            "slots": [asdict(each) for each in self.slots],
            "article": None if self.article is None else self.article.slug,
            **{
                each.name: getattr(self, each.name)
                for each in fields(self)
                if each.name not in ("caveats", "slots", "article", "built_by")
            },
        }
        return content_hash(told)


class Turn(Enum):
    """Whether it is somebody's turn to give a second opinion, and if not, why."""

    OPEN = "open"
    UNGRADED = "ungraded"
    """Nobody has given a first grade."""
    FIRST = "first"
    """The grade that stands is theirs."""
    RATED = "rated"
    """They have judged this statement already."""


def read_blind(session: Session, statement_id: int, day: date) -> BlindStatement:
    """The statement without its grade. Raises NotFound where no published statement has this id."""
    found = [each for each in load(session, [statement_id]) if each.state == "published"]
    if not found:
        raise NotFound(
            f"There is no published statement {statement_id}.", cure="`kb rate` and /rate show those that wait."
        )
    return _blind(found[0], day)


def waiting(
    session: Session,
    rater: str,
    day: date,
    topic: str | None = None,
    article: str | None = None,
    after: int = 0,
    limit: int = 20,
) -> list[BlindStatement]:
    """Statements that somebody else has graded and this rater has not, those with ids above `after`, in order of id.

    The order says nothing about grades. `topic` is a name, `article` a slug.
    """
    theirs = select(Person.id).where(Person.name == rater).scalar_subquery()
    query = (
        select(Statement.id)
        .where(Statement.state == "published", Statement.current_grade_id.is_not(None), Statement.id > after)
        .where(~exists().where(Grade.statement_id == Statement.id, Grade.rater_id == theirs))
        .order_by(Statement.id)
        .limit(limit)
    )
    for condition in _narrowed(topic, article):
        query = query.where(condition)
    return [_blind(each, day) for each in load(session, list(session.scalars(query)))]


def turn(session: Session, statement_id: int, rater: str) -> Turn:
    """Whether this rater may give a second opinion on a statement."""
    grades = session.execute(select(Grade.id, Person.name).join(Person).where(Grade.statement_id == statement_id)).all()
    current = session.scalar(select(Statement.current_grade_id).where(Statement.id == statement_id))
    if current is None:
        return Turn.UNGRADED
    if (current, rater) in [tuple(each) for each in grades]:
        return Turn.FIRST
    return Turn.RATED if rater in [name for _, name in grades] else Turn.OPEN


def rate(
    session: Session,
    statement_id: int,
    judgement: curate.Judgement,
    by: curate.By,
    seen: str | None = None,
    version: int | None = None,
) -> None:
    """Record a second opinion. `seen` is the mark of what the rater saw; None where nobody kept it.

    Raises NotFound; Conflict where what was seen has changed since, or where there is no first grade; InputError for
    another scale than that of the first grade, or where the rater gave it (see `kb.curate.grade`).
    """
    blind = read_blind(session, statement_id, by.at.date())
    if blind.scale is None:
        raise Conflict(
            f"Nobody has graded statement {statement_id}, so there is nothing to be second to.",
            cure="Record a first grade (`kb grade`).",
        )
    if seen is not None and seen != blind.seen:
        raise Conflict(
            f"Statement {statement_id} was changed since you read it.",
            cure="Nothing was recorded. Read it again, then send your rating if it still holds.",
        )
    if judgement.scale != blind.scale:
        raise InputError(
            f"The first grade is on the scale {blind.scale}, and opinions are compared on one scale.",
            place="scale",
            cure=f"Rate on {blind.scale}.",
        )
    curate.grade(session, statement_id, replace(judgement, kind="second"), by, version)


def _blind(record: StatementRecord, day: date) -> BlindStatement:
    plain = [each.name for each in fields(BlindStatement) if each.name not in ("caveats", "scale", "built_by")]
    return BlindStatement(
        **{name: getattr(record, name) for name in plain},
        caveats=tuple(each for each in required_caveats(record, day) if _is_blind(each)),
        scale=None if record.judged is None else record.judged.scale,
        built_by=_BUILT_BY_READING,
    )


def _is_blind(caveat: RequiredCaveat) -> bool:
    return caveat.source != "derived" or caveat.code in OF_SLOTS


def _narrowed(topic: str | None, article: str | None) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if topic is not None:
        on_topic = select(StatementTopic.statement_id).join(Topic).where(Topic.name == topic)
        conditions.append(Statement.id.in_(on_topic))
    if article is not None:
        conditions.append(Statement.article_id == select(Article.id).where(Article.slug == article).scalar_subquery())
    return conditions
