"""A01 rule-crashed: A rule failed on this statement, so that nobody knows what it would have found.

Finds
    Statements on which a rule stopped with an error of its own, and rules that could not run at all.

Why it matters
    An audit that leaves something out in silence reads like one that found nothing.

Example
    A profile that was written into the store by another program and that GRADE's arithmetic refuses.

Leaves alone
    Nothing: it cannot be waived.

References
    None; this is the audit's own honesty.
"""

from __future__ import annotations

from kb.audit.rule import ByRun, Confidence, Rule, Severity

RULE = Rule(
    code="A01",
    name="rule-crashed",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Look at the statement with `kb show`; if it is in order, the fault is in Caveat: report it.",
    check=ByRun(),
    manual=__doc__,
)
