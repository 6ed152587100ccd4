"""Findings as an auditor reads them: the rule, what is wrong in words, and the statement with its grade and caveats.

They are made from an audit's numbers, some hundreds at a time, so that a report of a million streams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from kb.audit.rule import ByPair, ByStatement, Found, Rule, Scope, Severity
from kb.audit.run import Result
from kb.graded import GradedStatement, read
from kb.records import CHUNK


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says. `statement` is None for what is about the store as a whole; then `place` says where.

    `other` is the statement beside which this one was found wanting. `fingerprint` stays the same from run to run.
    """

    rule: Rule
    severity: Severity
    message: str
    remedy: str
    statement: GradedStatement | None
    other: GradedStatement | None = None
    place: str = ""

    @property
    def fingerprint(self) -> str:
        """What names this finding in every run and every store that holds the same data: 16 hexadecimal digits."""
        if self.statement is None:
            return fingerprint(self.rule.code, self.place, "")
        return fingerprint(named(self.rule.code, self.place), self.statement.origin, self.statement.key)


def named(code: str, place: str) -> str:
    """A rule's code; of what the audit says of another rule (a waiver, a crash) with that rule's."""
    return f"{code} {place}" if place and code.startswith("A") else code


def fingerprint(code: str, origin: str, key: str) -> str:
    """The fingerprint of what a rule finds on a statement."""
    return hashlib.sha256(f"{code}\n{origin}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def findings(session: Session, result: Result, scope: Scope, limit: int | None = None) -> Iterator[Finding]:
    """The findings of one rule, gravest first, at most `limit`.

    `session` is the one of the audit, or a later one: what no longer holds is left out.
    """
    told = [(each, each.severity or result.rule.severity) for each in result.told]
    for each, severity in told[:limit]:
        yield told_finding(session, result.rule, each, severity, scope)
    left = None if limit is None else max(limit - len(told), 0)
    hits = islice(iter(result.hits), left)
    while chunk := list(islice(hits, CHUNK)):
        yield from explain(session, result.rule, chunk, result.hits.others, scope)


def explain(
    session: Session,
    rule: Rule,
    chunk: Sequence[tuple[int, Severity]],
    others: dict[int, int],
    scope: Scope,
) -> Iterator[Finding]:
    """What a rule says today of these statements, in this order; those that are in order now are left out."""
    ids = [statement_id for statement_id, _ in chunk]
    said = _said(session, rule, ids, others, scope)
    beside = {others[id_] for id_ in said if id_ in others}
    statements = {each.id: each for each in read(session, sorted({*said, *beside}), scope.day)}
    for statement_id, severity in chunk:
        if statement_id in said and statement_id in statements:
            found = said[statement_id]
            yield Finding(
                rule,
                found.severity or severity,
                found.message,
                found.remedy or rule.remedy,
                statements[statement_id],
                statements.get(others.get(statement_id, 0)),
            )


def _said(session: Session, rule: Rule, ids: Sequence[int], others: dict[int, int], scope: Scope) -> dict[int, Found]:
    if isinstance(rule.check, ByPair):
        if missing := tuple(id_ for id_ in ids if id_ not in others):
            # A kept run does not hold the other ones: they are looked for again, what is far apart in a whole pass.
            others.update(rule.check.pairs(session, Scope(scope.day, scope.origin, missing)))
            if any(id_ not in others for id_ in missing):
                everywhere = rule.check.pairs(session, Scope(scope.day, scope.origin))
                others.update((id_, other) for id_, other in everywhere if id_ in missing)
        pairs = [(id_, others[id_]) for id_ in ids if id_ in others]
        told = zip(pairs, rule.check.describe(session, pairs), strict=True)
        return {id_: found for (id_, _), found in told if found is not None}
    if not isinstance(rule.check, ByStatement):
        return {}
    said = {}
    for row in session.execute(rule.check.candidates(Scope(scope.day, scope.origin, tuple(ids)))):
        try:
            found = rule.check.judge(row)
        except Exception:  # the audit has said it
            continue
        if found is not None:
            said[row[0]] = found
    return said


def told_finding(session: Session, rule: Rule, found: Found, severity: Severity, scope: Scope) -> Finding:
    """What is about no row of a rule's own: about the store, or about what only the audit knows."""
    statement = None
    if found.statement_id is not None:
        statement = next(iter(read(session, [found.statement_id], scope.day)), None)
    return Finding(
        rule, severity, found.message, found.remedy or rule.remedy, statement, None, found.place or rule.code
    )
