"""G14 contradicts-but-supported: The grade says that the evidence contradicts the statement, and every cited work
supports it.

Finds
    Statements whose direction is contradicts although each of their citations that supports or refutes, supports.

Why it matters
    Either the direction is wrong, or the stances are, or the works that speak against the statement are not cited. The
    reader is told “contradicted” and finds the opposite in every source.

Example
    Direction contradicts, with one slot, filled with a trial that supports.

Leaves alone
    Empty slots, and citations that qualify or give background; a single refuting work is enough to be silent.

References
    MECIR standard C75 (judgements are justified by what was found); the stances are Caveat's own.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.stances import one_sided, sided


def judge(row: AnyRow) -> Found | None:
    """Of the one-sided ones, those that say contradicts."""
    if row.direction != "contradicts":
        return None
    return Found(f"The grade's direction is contradicts, but {sided(row.supporting, 'support')} it.")


RULE = Rule(
    code="G14",
    name="contradicts-but-supported",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Correct the direction or the stances, or cite the works that speak against the statement.",
    check=ByStatement(one_sided, judge),
    manual=__doc__,
)
