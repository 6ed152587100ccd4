"""C08 unchecked-works: Cited works whose identifier, title or author nobody has compared with the work.

Finds
    One note for the store: how many cited works there are of which such a part is noted as not checked, and which of
    them stand in most slots.

Why it matters
    A record that was copied or guessed may name another paper. Whoever checks the works that are cited most has
    checked most slots.

Example
    “27 of 60 cited works were never compared …. Most cited: “A systematic review …” (/c/27), in 12 slots.”

Leaves alone
    Single statements: each slot says of its work what is not checked. Other parts, such as the volume.

References
    ICMJE Recommendations, section IV.A.3.g: references are verified against the original.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.caveats import tells_identity
from kb.model import Citation, CitationSlot

NAMED = 3


def check(session: Session, _scope: Scope) -> Iterator[Found]:
    """One finding, where there is one such work."""
    # Over all slots, which an index of its own answers; looking at each statement's state takes twenty times as long.
    cited = (
        select(CitationSlot.citation_id, func.count().label("slots"))
        .where(CitationSlot.citation_id.is_not(None))
        .group_by(CitationSlot.citation_id)
        .subquery()
    )
    works = select(Citation.id, Citation.title, Citation.unchecked, cited.c.slots).join(
        cited, cited.c.citation_id == Citation.id
    )
    rows = session.execute(works).all()
    unchecked = [row for row in rows if tells_identity(row.unchecked)]
    if not unchecked:
        return
    most = sorted(unchecked, key=lambda row: (-row.slots, row.id))[:NAMED]
    named = "; ".join(f"“{row.title[:60]}” (/c/{row.id}), {_slots(row.slots)}" for row in most)
    told = f"{len(unchecked)} of {len(rows)} cited works were never compared with what identifies them."
    yield Found(f"{told} Most cited: {named}.")


def _slots(count: int) -> str:
    return "in 1 slot" if count == 1 else f"in {count} slots"


RULE = Rule(
    code="C08",
    name="unchecked-works",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    remedy="Open the works, beginning with these, and import their records again without what is checked now.",
    check=ByStore(check),
    manual=__doc__,
)
