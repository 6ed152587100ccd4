"""G06 rated-up-and-down: A profile rates the evidence up although it also rates it down.

Finds
    Profiles of GRADE that take a step up (large effect, dose-response gradient, plausible confounding) beside at least
    one step down.

Why it matters
    A large effect seen in studies that are biased, or that disagree, may be the bias. GRADE therefore rates up usually
    only bodies of observational evidence without any reason for rating down; otherwise the one step hides the other.

Example
    Start low, risk of bias −1, large effect +1, which ends at low as if nothing were wrong.

Leaves alone
    Steps up beside domains of no concern (step 0).

References
    GRADE guidelines 9 (rating up), doi:10.1016/j.jclinepi.2011.06.004.
"""

from __future__ import annotations

from kb.audit.profiles import profile_of, with_profile
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.grade import DOMAINS, signed


def judge(row: AnyRow) -> Found | None:
    """Look for a step up beside a step down."""
    profile = profile_of(row)
    steps = [(each["domain"], each["step"]) for each in profile["domains"]]
    up, down = _named(steps, 1), _named(steps, -1)
    if not up or not down:
        return None
    start = "; it also starts high, where nothing is left to rate up" if profile["start"] == "high" else ""
    return Found(f"Rated up ({up}) although it is rated down ({down}){start}.")


def _named(steps: list[tuple[str, int]], way: int) -> str:
    return ", ".join(f"{DOMAINS[name].label.lower()} {signed(step)}" for name, step in steps if step * way > 0)


RULE = Rule(
    code="G06",
    name="rated-up-and-down",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Ask whether the reason for rating down could itself have made the effect; if so, take the step up back.",
    check=ByStatement(with_profile, judge),
    manual=__doc__,
)
