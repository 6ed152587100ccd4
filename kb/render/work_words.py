"""What is honest about a cited work, in sentences that travel with it wherever its record goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.caveats import STANDING_WORDS
from kb.graded import GradedStatement
from kb.records import CitationRecord

NOTHING_KNOWN = "no notice about this work is on record, which is not the same as there being none"


def works_of(statements: Iterable[GradedStatement]) -> Iterator[CitationRecord]:
    """The works in the slots of these statements, each once, where it is cited first."""
    seen: set[int] = set()
    for statement in statements:
        for slot in statement.slots:
            if slot.citation is not None and slot.citation.id not in seen:
                seen.add(slot.citation.id)
                yield slot.citation


def said_of(work: CitationRecord) -> list[str]:
    """Whether the work still stands, as far as is known, and which parts of its record nobody compared with it."""
    on = f" on {work.standing_on}" if work.standing_on else ""
    why = f": {work.standing_reason}" if work.standing_reason else ""
    notice = f" (notice: {work.standing_notice})" if work.standing_notice else ""
    fallen = work.standing in STANDING_WORDS
    said = [f"it {STANDING_WORDS[work.standing]}{on}{why}{notice}" if fallen else NOTHING_KNOWN]
    if work.unchecked:
        said.append(f"not compared with the work itself: {', '.join(work.unchecked)}")
    return [" ".join(each.split()) for each in said]
