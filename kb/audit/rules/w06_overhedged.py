"""W06 overhedged: The words are more hedged than the grade needs.

Finds
    Statements of efficacy or safety whose hedges all belong to a lower level than their grade on GRADE's scale: “may”
    at moderate or high, “probably” at high, “uncertain” at low.

Why it matters
    Under-claiming misleads too: a treatment with good evidence reads as doubtful. Either the words or the grade are
    behind.

Example
    “Magnesium sulphate may reduce cerebral palsy.”, graded high.

Leaves alone
    Sentences of which one hedge fits, “suggests”, effects without a hedge, other claim types and other scales.

References
    GRADE guidance 26 (Santesso 2020), doi:10.1016/j.jclinepi.2019.10.014.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.worded import LEVEL_WORDS, allowed_sentence, is_graded_effect, said, worded
from kb.overclaim import underclaim


def judge(row: AnyRow) -> Found | None:
    """Compare the hedges with the grade."""
    if not is_graded_effect(row) or (found := underclaim(row.text, row.level)) is None:
        return None
    return Found(
        f"The words claim no more than {LEVEL_WORDS[found.claimed]} ({said(found.cues)}); "
        f"the grade says {LEVEL_WORDS[found.graded]}.",
        allowed_sentence(row),
    )


RULE = Rule(
    code="W06",
    name="overhedged",
    severity=Severity.NOTE,
    confidence=Confidence.LOW,
    remedy="Say it as the grade allows, or look whether the grade is still right.",
    check=ByStatement(worded, judge),
    manual=__doc__,
)
