"""P07 duplicate-not-recorded: A statement says what an earlier one says, and nobody has recorded it.

Finds
    Published statements whose words are those of an earlier one, of any origin, case, blanks and punctuation at the
    end aside, without a relation between the two. Only the later one is named.

Why it matters
    Counted twice, one claim looks like two. What is learned about the one (a retraction, a new grade, a caveat) does
    not reach the other by itself, and the two drift apart.

Example
    The summary of an article repeats a sentence of its second paragraph.

Leaves alone
    Statements with different grades: P04 tells of those. The same sentence filed under two questions (another
    population, intervention, comparator or outcome). Pairs with any relation between them, in either direction.

References
    None; statements and relations are Caveat's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from kb.audit.likeness import Alike, graded_groups, graded_otherwise, related, same_question, same_still, same_words
from kb.audit.rule import ByPair, Confidence, Found, Rule, Scope, Severity


def pairs(session: Session, scope: Scope) -> Iterator[tuple[int, int]]:
    """Each statement in scope beside the first of those that say the same before it."""
    for group in graded_groups(session, scope, same_words(session, scope)):
        known = related(session, (each.id for each in group))
        for at, one in enumerate(group):
            if one.in_scope and not any((one.id, other.id) in known for other in group[:at]):
                first = next((other.id for other in group[:at] if repeats(one, other)), None)
                if first is not None:
                    yield one.id, first


def repeats(one: Alike, other: Alike) -> bool:
    """Whether two statements with the same words may be one."""
    return not graded_otherwise(one, other) and same_question(one, other)


def describe(session: Session, found: Sequence[tuple[int, int]]) -> Iterator[Found | None]:
    """Say which one it repeats."""
    for pair in same_still(session, found):
        if pair is None or not repeats(*pair):
            yield None
        else:
            yield Found(f"It says the same as statement {pair[1].id}, and no relation between the two is recorded.")


RULE = Rule(
    code="P07",
    name="duplicate-not-recorded",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    remedy="Record on its page or by `kb relate` that the one duplicates the other, or withdraw one of them.",
    check=ByPair(pairs, describe),
    manual=__doc__,
)
