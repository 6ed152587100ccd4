"""P05 contradiction-not-recorded: Two statements answer the same question in opposite ways, and nobody recorded it.

Finds
    Published statements graded on GRADE's scale with the same intervention and outcome, and the same population (or
    none in both), of which one is said to be supported and the other contradicted or without effect, without a
    relation between the two. Case, blanks and punctuation at the end do not count.

Why it matters
    Readers who find the one do not learn of the other: only a recorded contradiction puts “disputed” on both pages.

Example
    Population adults with lupus, intervention vitamin D, outcome fatigue: in one article supports, in another
    no-effect.

Leaves alone
    Grades on other scales, which rate single studies or recommendations: that two studies differ is no contradiction
    but what a body of evidence is for. Pairs that compare with different things; pairs whose own words go different
    ways (“reduces”, “increases”), where opposite directions may well agree; and pairs between which any relation is
    recorded.

References
    MECIR standard C75 (judgements are justified by what was found); the four parts of a question are PICO's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.audit.likeness import ROWS_AT_ONCE, groups, normal, related
from kb.audit.rule import ByPair, Confidence, Found, Rule, Scope, Severity
from kb.model import Grade, Statement
from kb.records import CHUNK
from kb.wording import way_of_effect

SIDES = {"supports": "for", "contradicts": "against", "no-effect": "against"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement as an answer to a question: which way it was graded, and which way its words go."""

    id: int
    origin: str
    question: tuple[str, str, str]
    comparator: str
    direction: str
    way: str | None

    def contradicts(self, other: Answer) -> bool:
        """Whether two answers to one question cannot both be right."""
        return (
            self.question == other.question
            and SIDES[self.direction] != SIDES[other.direction]
            and _may_be_one(self.comparator, other.comparator)
            and _may_be_one(self.way, other.way)
        )


def _may_be_one(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other


def pairs(session: Session, scope: Scope) -> Iterator[tuple[int, int]]:
    """Each statement in scope beside the first one that answers otherwise."""
    query = (
        select(Statement.id, Statement.population, Statement.intervention, Statement.outcome)
        .join(Grade, Grade.id == Statement.current_grade_id)
        .where(
            Statement.state == "published",
            Statement.intervention.is_not(None),
            Statement.outcome.is_not(None),
            Grade.scale == "grade",
            Grade.direction.in_(SIDES),
        )
    )
    if scope.ids is not None:
        outcome = func.lower(func.trim(Statement.outcome))
        query = query.where(outcome.in_(select(outcome).where(Statement.id.in_(scope.ids))))
    rows = session.connection().execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    wanted = None if scope.ids is None else set(scope.ids)
    for group in groups((row[0], _question(*row[1:])) for row in rows):
        answers = list(_answers(session, group).values())
        if len({SIDES[each.direction] for each in answers}) < len(set(SIDES.values())):
            continue
        known = related(session, group)
        for one in answers:
            if scope.origin not in (None, one.origin) or (wanted is not None and one.id not in wanted):
                continue
            rivals = (other.id for other in answers if one.contradicts(other) and (one.id, other.id) not in known)
            if (rival := next(rivals, None)) is not None:
                yield one.id, rival


def _question(population: str | None, intervention: str | None, outcome: str | None) -> tuple[str, str, str]:
    return normal(population or ""), normal(intervention or ""), normal(outcome or "")


def _answers(session: Session, ids: Sequence[int]) -> dict[int, Answer]:
    """Those of these statements that still answer a question, in order of id."""
    found = {}
    query = select(Statement, Grade.direction, Grade.scale).join(Grade, Grade.id == Statement.current_grade_id)
    for at in range(0, len(ids), CHUNK):
        some = query.where(Statement.id.in_(ids[at : at + CHUNK]), Statement.state == "published")
        for row, direction, scale in session.execute(some.order_by(Statement.id)):
            question = _question(row.population, row.intervention, row.outcome)
            if scale == "grade" and direction in SIDES and question[1] and question[2]:
                way = way_of_effect(row.text)
                found[row.id] = Answer(row.id, row.origin, question, normal(row.comparator or ""), direction, way)
            session.expunge(row)
    return found


def describe(session: Session, found: Sequence[tuple[int, int]]) -> Iterator[Found | None]:
    """Say the question and both directions."""
    answers = _answers(session, sorted({id_ for pair in found for id_ in pair}))
    for one_id, other_id in found:
        one, other = answers.get(one_id), answers.get(other_id)
        if one is None or other is None or not one.contradicts(other):
            yield None
            continue
        population, intervention, outcome = one.question
        of_whom = f" in {population}" if population else ""
        yield Found(
            f"Statement {other.id} answers the same question ({intervention}, {outcome}{of_whom}) the other way: it is "
            f"graded {other.direction}, this one {one.direction}; no relation between the two is recorded."
        )


RULE = Rule(
    code="P05",
    name="contradiction-not-recorded",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Record that the one contradicts the other (`relations` of its row), or say where their questions differ.",
    check=ByPair(pairs, describe),
    manual=__doc__,
)
