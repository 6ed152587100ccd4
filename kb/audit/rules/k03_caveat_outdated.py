"""K03 caveat-outdated: A caveat about safety or law is older than a year.

Finds
    Caveats of kind safety or legal that some published statement carries and whose “as of” lies more than 365 days
    back; one finding for each caveat, with the number of statements that show it.

Why it matters
    What is forbidden and what is known of harms changes. An old warning may be wrong in either direction.

Example
    “Not approved; legal status varies” as of January two years ago.

Leaves alone
    Caveats without a date, which do not say that they change; other kinds; caveats that no statement carries.

References
    Cochrane Handbook for Systematic Reviews of Interventions, chapter IV (currency of what is reported).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.carried import count_carrying
from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.model import Caveat

CHANGING = ("safety", "legal")
YEAR = timedelta(days=365)


def check(session: Session, scope: Scope) -> Iterator[Found]:
    """The old ones that are carried, in order of code."""
    old = select(Caveat).where(Caveat.kind.in_(CHANGING), Caveat.as_of < scope.day - YEAR).order_by(Caveat.code)
    for caveat in session.scalars(old).all():
        if count := count_carrying(session, caveat.id):
            carry = "1 statement carries" if count == 1 else f"{count} statements carry"
            yield Found(
                f"The {caveat.kind} caveat “{caveat.code}” says how things stood on {caveat.as_of}; {carry} it.",
                place=f"caveat {caveat.code}",
            )


RULE = Rule(
    code="K03",
    name="caveat-outdated",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Look at its sources again, then import the caveat with today's date (kb import --as caveats).",
    check=ByStore(check),
    manual=__doc__,
)
