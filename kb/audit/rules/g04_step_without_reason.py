"""G04 step-without-reason: A profile moves the level without saying why.

Finds
    Profiles of GRADE with a domain that is rated down or up without a reason, or with a starting level without one. A
    placeholder (“-”, “n/a”) or the step said once more (“serious”) counts as none.

Why it matters
    The reasons are what makes a judgement open to be checked: “imprecision −1” alone does not say whether there were
    few people, few events, or a wide interval. Cochrane makes a reason for every judgement mandatory.

Example
    Start low (“observational”), imprecision −1 with an empty reason.

Leaves alone
    Domains that were judged to be of no concern (step 0), domains that nobody judged, and the only step of a grade that
    has a rationale: it is the reason of that step.

References
    MECIR standard C75 (a reason for every judgement); GRADE guidelines 3 (Balshem 2011),
    doi:10.1016/j.jclinepi.2010.07.015.
"""

from __future__ import annotations

from kb.audit.profiles import profile_of, with_profile
from kb.audit.reasons import says_nothing
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.grade import DOMAINS, signed


def judge(row: AnyRow) -> Found | None:
    """Look at the reason of the start and of every step."""
    profile = profile_of(row)
    moved = [each for each in profile["domains"] if each["step"]]
    silent = [each for each in moved if says_nothing(each["reason"])]
    if len(moved) == 1 and not says_nothing(row.rationale):
        # The reason of the grade is that of its only step.
        silent = []
    named = [f"{DOMAINS[each['domain']].label.lower()} {signed(each['step'])}" for each in silent]
    if says_nothing(profile["start_reason"]):
        named.insert(0, f"the start at {profile['start']}")
    if not named:
        return None
    return Found(f"No reason is given for {', '.join(named)}.")


RULE = Rule(
    code="G04",
    name="step-without-reason",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Grade it again with a reason for each of these, or without the step.",
    check=ByStatement(with_profile, judge),
    manual=__doc__,
)
