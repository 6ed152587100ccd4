"""Other statements on the same question: same intervention and outcome, and the same population where both say one.

Found by the number in `statement.question`, then compared word by word as `kb.question` leaves them. Who they are and
how they stand to each other is said here; what is shown of them is read through `kb.graded`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kb.model import Grade, Relation, Statement
from kb.question import COMPARED_SCALE, Answer, Asked, normal
from kb.records import CHUNK, LARGEST_ID
from kb.scales import load_scales

SHOWN = 20
# A question that thousands of statements answer is compared with the newest of them: a page must not wait for more.
COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """A relation that somebody recorded; `inverse` where the other statement is the one that says so."""

    kind: str
    inverse: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """Another statement on the same question, and how it stands to the one asked about.

    `same_population` is False where one of the two does not say in whom: then it is less certain that they are about
    the same. `disagrees` goes by the rule of P05, `graded_differently` means another level in the same direction.
    """

    id: int
    same_population: bool
    disagrees: bool
    graded_differently: bool
    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class OnTheQuestion:
    """What is to be shown of the others, and how many there are; `more` where not even all of these were compared."""

    shown: tuple[Similar, ...]
    total: int
    disagreeing: int
    more: bool


NOTHING = OnTheQuestion((), 0, 0, False)


def similar(session: Session, id_: int, limit: int | None = SHOWN) -> OnTheQuestion:
    """Published statements on the same question as a published one; nothing where it asks none.

    Those that match in all three parts come first; then the disagreeing before the agreeing, the higher grade before
    the lower (grades of its own scale before others), the newer before the older.
    """
    this = answers(session, [id_]).get(id_)
    if this is None or not this.asked.is_whole:
        return NOTHING
    number = select(Statement.question).where(Statement.id == id_).scalar_subquery()
    query = _ANSWERS.where(Statement.question == number, Statement.id != id_)
    rows = session.execute(query.order_by(Statement.id.desc()).limit(COMPARED + 1)).all()
    others = [each for each in map(_answer, rows[:COMPARED]) if this.asked.may_be(each.asked)]
    opposed = {each.id for each in others if this.opposes(each)}

    # Ranks of different scales do not compare: its own scale comes first, and those without a grade last.
    scale = this.scale or COMPARED_SCALE

    def place(other: Answer) -> tuple[bool, bool, bool, bool, str, int, int]:
        elsewhere = (other.scale != scale, not other.scale, other.scale)
        return (other.asked != this.asked, other.id not in opposed, *elsewhere, -_rank(other), -other.id)

    chosen = sorted(others, key=place)[:limit]
    recorded = relations(session, id_, [each.id for each in chosen])
    return OnTheQuestion(
        tuple(
            Similar(
                other.id,
                other.asked == this.asked,
                other.id in opposed,
                _graded_differently(this, other),
                recorded.get(other.id, ()),
            )
            for other in chosen
        ),
        len(others),
        len(opposed),
        len(rows) > COMPARED,
    )


def answers(session: Session, ids: Sequence[int]) -> dict[int, Answer]:
    """Those of these statements that are published, as answers, in order of id."""
    found: dict[int, Answer] = {}
    known = sorted({id_ for id_ in ids if 0 < id_ <= LARGEST_ID})
    for at in range(0, len(known), CHUNK):
        some = _ANSWERS.where(Statement.id.in_(known[at : at + CHUNK])).order_by(Statement.id)
        found.update((row[0], _answer(row)) for row in session.execute(some))
    return found


def relations(session: Session, id_: int, others: Sequence[int]) -> dict[int, tuple[Recorded, ...]]:
    """What is recorded between a statement and each of the others, whoever of the two says so."""
    found: dict[int, list[Recorded]] = {}
    for other, recorded in _relations(session, id_):
        found.setdefault(other, []).append(recorded)
    return {other: tuple(found[other]) for other in others if other in found}


def _relations(session: Session, id_: int) -> Iterator[tuple[int, Recorded]]:
    query = select(Relation.statement_id, Relation.other_id, Relation.kind)
    query = query.where(or_(Relation.statement_id == id_, Relation.other_id == id_))
    for one, other, kind in session.execute(query.order_by(Relation.kind, Relation.statement_id)):
        inverse = other == id_
        yield (one if inverse else other), Recorded(kind, inverse)


_ANSWERS: Select[*tuple[Any, ...]] = (
    select(
        Statement.id,
        Statement.origin,
        Statement.population,
        Statement.intervention,
        Statement.outcome,
        Statement.comparator,
        Grade.scale,
        Grade.level,
        Grade.direction,
        Statement.text,
    )
    .outerjoin(Grade, Grade.id == Statement.current_grade_id)
    .where(Statement.state == "published")
)


def _answer(row: Any) -> Answer:
    id_, origin, population, intervention, outcome, comparator, scale, level, direction, text = row
    asked = Asked.of(population, intervention, outcome)
    compared = normal(comparator or "")
    return Answer(id_, origin, asked, compared, scale or "", level or "", direction or "not-stated", text)


def _rank(answer: Answer) -> int:
    """How high a grade is on its scale; 0 where it stands outside the order, or there is none."""
    return (load_scales().shown(answer.scale, answer.level).rank or 0) if answer.scale else 0


def _graded_differently(one: Answer, other: Answer) -> bool:
    same_way = bool(one.scale) and (one.scale, one.direction) == (other.scale, other.direction)
    return same_way and one.level != other.level
