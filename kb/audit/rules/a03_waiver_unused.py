"""A03 waiver-unused: A finding was accepted that is not found any more.

Finds
    Waivers in force whose rule finds nothing on their statement.

Why it matters
    Left in place, the waiver would hide the finding if it came back for another reason.

Example
    “C01 accepted: the trial is in press”, after the citation was added.

Leaves alone
    Audits of a part of the store, or of some rules: only an audit of everything knows.

References
    None; waivers are Caveat's own.
"""

from __future__ import annotations

from kb.audit.rule import ByRun, Confidence, Rule, Severity

RULE = Rule(
    code="A03",
    name="waiver-unused",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    remedy="End the waiver.",
    check=ByRun(),
    manual=__doc__,
)
