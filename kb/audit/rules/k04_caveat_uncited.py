"""K04 caveat-uncited: A caveat states numbers and cites nothing.

Finds
    Caveats that some published statement carries, whose text gives counts, shares or doses and that name no
    citation; one finding for each caveat.

Why it matters
    A caveat is believed as a warning is. A number in it needs its source as much as a number in a claim.

Example
    “Two per cent of users met the criteria of a use disorder.”, without the survey it is from.

Leaves alone
    Numbers within names (CYP2D6, 7-hydroxymitragynine, COX-2), years, and numbers of levels and lists.

References
    None; that numbers have sources is the field's custom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.carried import count_carrying
from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.model import Caveat, CaveatCitation

# A number that is no part of a name, and no year that stands alone.
NUMBER = re.compile(r"(?<![\w.,-])(?!(?:19|20)[0-9]{2}(?![0-9%]))[0-9]+(?:[.,][0-9]+)*(?:\s?%)?(?![\w-])")


def check(session: Session, scope: Scope) -> Iterator[Found]:
    """The carried ones with a number and without a source, in order of code."""
    cited = select(CaveatCitation.caveat_id)
    for caveat in session.scalars(select(Caveat).where(Caveat.id.not_in(cited)).order_by(Caveat.code)).all():
        numbers = list(dict.fromkeys(NUMBER.findall(caveat.text)))
        if numbers and count_carrying(session, caveat.id):
            told = ", ".join(f"“{number}”" for number in numbers[:5])
            yield Found(f"The caveat “{caveat.code}” states {told} and cites nothing.", place=f"caveat {caveat.code}")


RULE = Rule(
    code="K04",
    name="caveat-uncited",
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    remedy="Name the work that the number is from among the caveat's citations.",
    check=ByStore(check),
    manual=__doc__,
)
