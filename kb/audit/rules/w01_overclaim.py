"""W01 overclaim: The words claim more certainty than the grade allows.

Finds
    Statements of efficacy or safety whose hedge belongs to a higher level than their grade on GRADE's scale: “probably”
    at low, “may” at very low or where no study was found, “strong evidence” below high; and a level said outright
    (“moderate-certainty evidence”) that is higher than the grade. One level is a warning, two are an error.

Why it matters
    Readers take the certainty from the words, not from the symbol beside them. A hedge that is one level too strong
    tells them that more is known than is.

Example
    “Kratom may reduce pain in people with rheumatoid arthritis.”, graded very low. The guidance allows “The evidence is
    very uncertain about the effect of kratom on pain in people with rheumatoid arthritis.”

Leaves alone
    Effects without any hedge (W05 notes them: most authors write so at every level). “Suggests”, which authors use at
    every level. Hedges that are not about an effect (“may harbour a mutation”), how often something happens (“more
    likely”), sentences with words of doubt (“unclear”, “insufficient evidence”), and texts of several sentences. Of
    several hedges the least certain one counts. Definitions, mechanisms, background, regulation, recommendations and
    appraisals, and grades on other scales.

References
    GRADE guidance 26 (Santesso 2020), doi:10.1016/j.jclinepi.2019.10.014. The words stand in `data/wording.toml`; how
    many findings are real, on a list judged by hand, is printed by `tests/benchmarks/wording.py`.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.worded import LEVEL_WORDS, allowed_sentence, is_graded_effect, said, worded
from kb.overclaim import overclaim

FAR = 2


def judge(row: AnyRow) -> Found | None:
    """Compare the hedges with the grade."""
    if not is_graded_effect(row) or (found := overclaim(row.text, row.level)) is None:
        return None
    claimed, graded = LEVEL_WORDS[found.claimed], LEVEL_WORDS[found.graded]
    return Found(
        f"The words claim {claimed} ({said(found.cues)}); the grade says {graded}.",
        allowed_sentence(row),
        Severity.ERROR if found.steps >= FAR else None,
    )


RULE = Rule(
    code="W01",
    name="overclaim",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Hedge the words as the grade asks, or give the reasons for a higher grade.",
    check=ByStatement(worded, judge),
    manual=__doc__,
)
