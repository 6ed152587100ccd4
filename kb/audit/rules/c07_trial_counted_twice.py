"""C07 trial-counted-twice: Two cited works report the same registered trial.

Finds
    Statements with two or more slots whose works are different and name the same registration number (NCT or
    ISRCTN) in their records, titles or slot notes.

Why it matters
    Two reports of one trial are one piece of evidence. Counted twice they make it look consistent and precise.

Example
    Slots 1 and 4 hold the main paper and the long-term follow-up of NCT04392011.

Leaves alone
    Slots that hold the same work twice; numbers that only one work names.

References
    Cochrane Handbook for Systematic Reviews of Interventions, section 4.6.2 (multiple reports of one study).
"""

from __future__ import annotations

import re
from collections import defaultdict

from sqlalchemy import ColumnElement, String, Text, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from kb.audit.citing import PART, SLOT, slots
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Citation, CitationSlot, Statement

NUMBER = re.compile(r"\b(?:NCT ?[0-9]{8}|ISRCTN ?[0-9]{8})\b", re.IGNORECASE)


def candidates(scope: Scope) -> Rows:
    """(id, told) of statements with two slots or more that name some registration."""
    record = cast(Citation.csl, Text)
    registered = select(Citation.id).where(_names(record))
    names = or_(CitationSlot.citation_id.in_(registered), _names(CitationSlot.note))
    told = cast(CitationSlot.position, String) + literal(PART) + cast(CitationSlot.citation_id, String)
    words = told + literal(PART) + record + func.coalesce(CitationSlot.note, "")
    return (
        select(Statement.id, func.aggregate_strings(words, SLOT).label("told"))
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .join(Citation, Citation.id == CitationSlot.citation_id)
        .where(scope.chosen, names)
        .group_by(Statement.id)
        .having(func.count() > 1)
    )


def _names(text: ColumnElement[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    return or_(*(text.icontains(word) for word in ("NCT0", "NCT 0", "ISRCTN")))


def judge(row: AnyRow) -> Found | None:
    """Those in which two works share a number."""
    by_number: dict[str, dict[str, int]] = defaultdict(dict)
    for told in row.told.split(SLOT):
        position, citation, words = told.split(PART, 2)
        for number in NUMBER.findall(words):
            by_number[number.replace(" ", "").upper()].setdefault(citation, int(position))
    shared = [(number, sorted(works.values())) for number, works in sorted(by_number.items()) if len(works) > 1]
    if not shared:
        return None
    return Found("; ".join(f"{slots(positions)} report one trial, {number}" for number, positions in shared) + ".")


RULE = Rule(
    code="C07",
    name="trial-counted-twice",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Keep the main report in a slot and name the other one in its note, or say that it is another question.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
