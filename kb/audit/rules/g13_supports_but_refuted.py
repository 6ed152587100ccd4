"""G13 supports-but-refuted: The grade says that the evidence supports the statement, and every cited work
refutes it.

Finds
    Statements whose direction is supports although each of their citations that supports or refutes, refutes.

Why it matters
    Either the direction is wrong, or the stances are, or the works that support the statement are not cited. In each
    case the reader is told “supported” and finds the opposite in every source.

Example
    Direction supports, with two slots, both filled with trials that refute.

Leaves alone
    Empty slots, and citations that qualify or give background; a single supporting work is enough to be silent.

References
    MECIR standard C75 (judgements are justified by what was found); the stances are Caveat's own.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.stances import one_sided, sided


def judge(row: AnyRow) -> Found | None:
    """Of the one-sided ones, those that say supports."""
    if row.direction != "supports":
        return None
    return Found(f"The grade's direction is supports, but {sided(row.refuting, 'refute')} it.")


RULE = Rule(
    code="G13",
    name="supports-but-refuted",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Correct the direction or the stances, or cite the works that support the statement.",
    check=ByStatement(one_sided, judge),
    manual=__doc__,
)
