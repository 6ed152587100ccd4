"""P04 same-words-other-grade: Two statements say the same and have different grades.

Finds
    Published statements whose words are those of another, case, blanks and punctuation at the end aside, where both
    are graded on the same scale and the levels differ, or one is said to be supported and the other not.

Why it matters
    The evidence does not change with the article that the sentence stands in. A reader who meets both learns that one
    of the grades is wrong, and not which.

Example
    “Vitamin D prevents falls.” is low in one article and moderate in another.

Leaves alone
    Grades on different scales, which do not convert; statements of which one has no grade (G01 tells of those); the
    same sentence filed under two questions (another population, intervention, comparator or outcome); and pairs between
    which a relation is recorded, as somebody has looked at them.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015 (the level is that of a body of evidence for
    an outcome, wherever it is told).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from kb.audit.likeness import Alike, graded_groups, graded_otherwise, related, same_question, same_still, same_words
from kb.audit.rule import ByPair, Confidence, Found, Rule, Scope, Severity


def pairs(session: Session, scope: Scope) -> Iterator[tuple[int, int]]:
    """Each statement in scope beside the first one that says the same and is graded otherwise."""
    for group in graded_groups(session, scope, same_words(session, scope)):
        # Most groups agree: nothing more is asked of the store for those.
        if len({(each.scale, each.level, each.direction) for each in group if each.scale}) < 2:
            continue
        known = related(session, (each.id for each in group))
        for one in group:
            if one.in_scope:
                rivals = (other.id for other in group if at_odds(one, other) and (one.id, other.id) not in known)
                if (rival := next(rivals, None)) is not None:
                    yield one.id, rival


def at_odds(one: Alike, other: Alike) -> bool:
    """Whether two statements with the same words are graded otherwise, and are not filed under two questions."""
    return graded_otherwise(one, other) and same_question(one, other)


def describe(session: Session, found: Sequence[tuple[int, int]]) -> Iterator[Found | None]:
    """Say both grades."""
    for pair in same_still(session, found):
        if pair is None or not at_odds(*pair):
            yield None
            continue
        one, other = pair
        yield Found(
            f"Statement {other.id} says the same and is graded {told(other, one)}; this one is {told(one, other)}."
        )


def told(one: Alike, other: Alike) -> str:
    """A grade as a message says it, with the direction where that is what differs."""
    return one.grade if one.level != other.level else f"{one.grade}, {one.direction}"


RULE = Rule(
    code="P04",
    name="same-words-other-grade",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Compare the two rationales and grade both alike, or word the statements so that they differ as meant.",
    check=ByPair(pairs, describe),
    manual=__doc__,
)
