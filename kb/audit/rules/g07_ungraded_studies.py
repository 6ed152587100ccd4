"""G07 ungraded-studies: A statement of effect is called not gradable, or without evidence, and cites studies of effect.

Finds
    Statements of efficacy or safety that are graded not-gradable or no-evidence while a slot that supports or refutes
    them holds a study in people, or a systematic review.

Why it matters
    Indirect, small or biased studies are evidence, of very low certainty perhaps. “No evidence” beside a trial tells
    the reader that nobody has looked; and what claims an effect can be graded.

Example
    “Kratom relieves pain.”, no-evidence, with a crossover trial in slot 1.

Leaves alone
    Animal and laboratory studies, guidance, narrative reviews, registrations and designs that cannot be read; slots
    that qualify or give background; statements of other types.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015; GRADE guidelines 8 (indirectness),
    doi:10.1016/j.jclinepi.2011.04.014.
"""

from __future__ import annotations

from kb.audit.citing import carried_by, slots, works_of
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement

OF_EFFECT = ("efficacy", "safety")
UNRANKED = {"not-gradable": "not gradable", "no-evidence": "without evidence"}


def candidates(scope: Scope) -> Rows:
    """Statements of effect outside the order of levels, with the works in their slots."""
    levels = (Grade.scale == "grade", Grade.level.in_(UNRANKED))
    return carried_by(scope, Statement.type.in_(OF_EFFECT), *levels)


def judge(row: AnyRow) -> Found | None:
    """Look for a study of effect among the works."""
    found = [(each.position, each.design.name) for each in works_of(row) if each.design.is_study_of_effect]
    if not found:
        return None
    kinds = ", ".join(sorted({name.replace("-", " ") for _, name in found}))
    return Found(
        f"This statement of {row.type} is called {UNRANKED[row.level]}, and {slots([at for at, _ in found])} "
        f"{'holds a study' if len(found) == 1 else 'hold studies'} of effect ({kinds})."
    )


RULE = Rule(
    code="G07",
    name="ungraded-studies",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Grade what the studies show, however little; where a work does no more, make its slot give background.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
