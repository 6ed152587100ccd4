"""G05 unusual-start: A profile starts where the designs of the cited studies do not.

Finds
    Statements of efficacy or safety whose profile starts high although every study that the grade rests on is
    observational, or starts low although every one is a randomised trial, as far as the designs can be read.

Why it matters
    GRADE starts high for randomised trials and low for observational studies, and everything else counts from there: a
    wrong start moves the level by two.

Example
    Start high, with a cohort study and a case series as the only citations.

Leaves alone
    Bodies of evidence with studies of both kinds, works whose design cannot be read, and starts whose reason names
    ROBINS-I, with which observational studies may start high. Questions of prevalence, prognosis and diagnosis, where
    they start high as well: they are no statements of efficacy or safety.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015; GRADE guidance 18 (ROBINS-I),
    doi:10.1016/j.jclinepi.2018.01.012.
"""

from __future__ import annotations

from kb.audit.citing import carried_by, slots, works_of
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.grade import LEVELS
from kb.model import Grade, Statement

OF_EFFECT = ("efficacy", "safety")
STARTS_OF = {"high": "a randomised trial", "low": "observational"}
ROBINS = "robins"


def candidates(scope: Scope) -> Rows:
    """Statements of effect with a profile: where it starts and why, and the works that the grade rests on."""
    start, reason = (Grade.profile[part].as_string() for part in ("start", "start_reason"))
    query = carried_by(
        scope,
        Statement.type.in_(OF_EFFECT),
        Grade.scale == "grade",
        Grade.level.in_(LEVELS),
        Grade.profile.is_not(None),
    )
    return query.add_columns(start.label("start"), reason.label("start_reason")).group_by(start, reason)


def judge(row: AnyRow) -> Found | None:
    """Compare the start with that of the designs."""
    if ROBINS in (row.start_reason or "").casefold():
        return None
    usual = [(each.position, each.design.starts_at) for each in works_of(row) if each.design.starts_at is not None]
    starts = {start for _, start in usual}
    if not usual or row.start in starts:
        return None
    what = STARTS_OF[usual[0][1]]
    positions = slots([position for position, _ in usual])
    which = (
        f"the study in {positions} is" if len(usual) == 1 else f"every study whose design can be read ({positions}) is"
    )
    return Found(f"The profile starts {row.start}, but {which} {what}, where GRADE starts {usual[0][1]}.")


RULE = Rule(
    code="G05",
    name="unusual-start",
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    remedy="Start where the studies start, say in the start's reason why not, or cite the studies that were meant.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
