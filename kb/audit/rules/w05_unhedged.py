"""W05 unhedged: An effect is told without a hedge although its certainty is low, very low or none.

Finds
    Statements of efficacy or safety that say an effect plainly (“reduces”, “is effective”) and are graded low, very low
    or no evidence on GRADE's scale.

Why it matters
    A plain sentence is read as certain. Guidance 26 keeps it for high certainty. It is a note, because plain sentences
    are how most authors write: of 1,434 such sentences in Cochrane reviews 1,255 stand at a level that would want a
    hedge.

Example
    “Kratom offers symptom relief in autoimmune conditions.”, graded very low.

Leaves alone
    Sentences with any hedge or word of doubt (W01 and W06 compare those), sentences that name no effect, other claim
    types and other scales.

References
    GRADE guidance 26 (Santesso 2020), doi:10.1016/j.jclinepi.2019.10.014.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.worded import LEVEL_WORDS, allowed_sentence, is_graded_effect, said, worded
from kb.overclaim import unhedged


def judge(row: AnyRow) -> Found | None:
    """Look for an effect without a hedge."""
    if not is_graded_effect(row) or not (cues := unhedged(row.text, row.level)):
        return None
    return Found(
        f"The effect ({said(cues)}) is told without a hedge; the grade says {LEVEL_WORDS[row.level]}.",
        allowed_sentence(row),
    )


RULE = Rule(
    code="W05",
    name="unhedged",
    severity=Severity.NOTE,
    confidence=Confidence.LOW,
    remedy="Add the hedge that the level asks for.",
    check=ByStatement(worded, judge),
    manual=__doc__,
)
