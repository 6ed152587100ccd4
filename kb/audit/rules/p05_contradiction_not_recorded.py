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

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.likeness import ROWS_AT_ONCE, groups, related
from kb.audit.rule import ByPair, Confidence, Found, Rule, Scope, Severity
from kb.model import Grade, Statement
from kb.question import COMPARED_SCALE, SIDES, normal
from kb.similar import answers


def pairs(session: Session, scope: Scope) -> Iterator[tuple[int, int]]:
    """Each statement in scope beside the first one that answers otherwise."""
    query = (
        select(Statement.id, Statement.population, Statement.question)
        .join(Grade, Grade.id == Statement.current_grade_id)
        .where(
            Statement.state == "published",
            Statement.question.is_not(None),
            Grade.scale == COMPARED_SCALE,
            Grade.direction.in_(SIDES),
        )
    )
    if scope.ids is not None:
        query = query.where(Statement.question.in_(select(Statement.question).where(Statement.id.in_(scope.ids))))
    rows = session.connection().execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    wanted = None if scope.ids is None else set(scope.ids)
    for group in groups((row[0], (normal(row[1] or ""), row[2])) for row in rows):
        found = [each for each in answers(session, group).values() if each.direction in SIDES]
        if len({SIDES[each.direction] for each in found}) < len(set(SIDES.values())):
            continue
        known = related(session, group)
        for one in found:
            if scope.origin not in (None, one.origin) or (wanted is not None and one.id not in wanted):
                continue
            rivals = (other.id for other in found if (one.id, other.id) not in known and one.contradicts(other))
            if (rival := next(rivals, None)) is not None:
                yield one.id, rival


def describe(session: Session, found: Sequence[tuple[int, int]]) -> Iterator[Found | None]:
    """Say the question and both directions."""
    known = answers(session, sorted({id_ for pair in found for id_ in pair}))
    for one_id, other_id in found:
        one, other = known.get(one_id), known.get(other_id)
        if one is None or other is None or not one.contradicts(other):
            yield None
            continue
        of_whom = f" in {one.asked.population}" if one.asked.population else ""
        yield Found(
            f"Statement {other.id} answers the same question ({one.asked.intervention}, {one.asked.outcome}{of_whom}) "
            f"the other way: it is graded {other.direction}, this one {one.direction}; no relation between the two is "
            "recorded."
        )


RULE = Rule(
    code="P05",
    name="contradiction-not-recorded",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Record on its page or by `kb relate` that one contradicts the other, or say where their questions differ.",
    check=ByPair(pairs, describe),
    manual=__doc__,
)
