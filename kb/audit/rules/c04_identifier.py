"""C04 identifier: A cited work's identifier is malformed.

Finds
    Statements with a slot whose work has a DOI, PMID, PMCID or ISBN that is none.

Why it matters
    A wrong identifier leads to another paper or nowhere, and retraction notices find a work by its identifier alone.

Example
    DOI “10.1021”, or an ISBN whose last digit does not fit.

Leaves alone
    Works without any identifier; identifiers that are well formed and that nobody has checked (C08).

References
    DOI Handbook (doi:10.1000/182), section 2.2; PubMed's and PMC's forms of their numbers; ISO 2108 for the ISBN's
    check digit.
"""

from __future__ import annotations

from functools import lru_cache

import orjson
from sqlalchemy import String, Text, and_, cast, func, literal, or_, select

from kb.audit.citing import PART, SLOT
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.identifiers import identifiers_of
from kb.model import Citation, CitationSlot, Statement

LOOKED_AT = {"doi", "pmid", "pmcid", "isbn"}


def candidates(scope: Scope) -> Rows:
    """(id, told) of statements that cite works with an identifier that was not read when they were imported."""
    record = cast(Citation.csl, Text)
    columns = (("DOI", Citation.doi), ("PMID", Citation.pmid), ("PMCID", Citation.pmcid))
    unread = or_(
        *(and_(column.is_(None), record.contains(f'"{name}":')) for name, column in columns), record.contains('"ISBN":')
    )
    told = cast(CitationSlot.position, String) + literal(PART) + record
    return (
        select(Statement.id, func.aggregate_strings(told, SLOT).label("told"))
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .join(Citation, Citation.id == CitationSlot.citation_id)
        .where(scope.chosen, Citation.id.in_(select(Citation.id).where(unread)))
        .group_by(Statement.id)
    )


def judge(row: AnyRow) -> Found | None:
    """Those of which one is none of its kind."""
    malformed = []
    for told in row.told.split(SLOT):
        position, record = told.split(PART, 1)
        malformed += [f"{words} in slot {position}" for words in _malformed(record)]
    return Found(f"Not an identifier of its kind: {'; '.join(malformed)}.") if malformed else None


@lru_cache(maxsize=10_000)
def _malformed(record: str) -> tuple[str, ...]:
    found = (each for each in identifiers_of(orjson.loads(record)) if each.url is None and each.kind in LOOKED_AT)
    return tuple(f"{each.label} “{each.value[:60]}”" for each in found)


RULE = Rule(
    code="C04",
    name="identifier",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Open the work and import its record again with the right identifier.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
