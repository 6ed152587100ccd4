"""W02 absolute-words: The words promise what no level of evidence allows.

Finds
    “Cures”, “proven”, “miracle”, “guaranteed”, “completely safe”, “without side effects” and their like in the words
    of a statement, of whatever type.

Why it matters
    Even high certainty is certainty about an average effect in the people studied. A cure, a proof and a guarantee are
    promises to one person.

Example
    “Kratom is proven to cure arthritis.”

Leaves alone
    Words that are denied (“not proven”, “no cure for”) and that mean something else (“biopsy-proven”, “test of cure”).
    What stands in the quote only: the words of the source are not the statement's.

References
    GRADE guidance 26 (Santesso 2020), doi:10.1016/j.jclinepi.2019.10.014, whose strongest form is “X reduces Y”. The
    words stand in `data/wording.toml`.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.worded import said, worded
from kb.wording import absolute_words


def judge(row: AnyRow) -> Found | None:
    """Look for the words."""
    if not (cues := absolute_words(row.text)):
        return None
    return Found(f"The words promise what no evidence can: {said(cues)}.")


RULE = Rule(
    code="W02",
    name="absolute-words",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Say what was measured and how certain it is, or mark the statement as what somebody claims.",
    check=ByStatement(worded, judge),
    manual=__doc__,
)
