"""Audits that were kept: what was counted, and which statements each rule found, so that runs can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kb.audit.hits import Hits, packed, unpacked
from kb.audit.rule import GRAVEST_FIRST, Found, Rule, Scope, Severity
from kb.audit.rules import RULES
from kb.audit.run import Audit, Result
from kb.errors import NotFound
from kb.model import AuditResult, AuditRun, Statement
from kb.records import LARGEST_ID

LAST = "last"
GRAVITY = {severity: place for place, severity in enumerate(GRAVEST_FIRST)}


@dataclass(frozen=True, slots=True)
class Run:
    """A kept audit. `seen` is the number of the change log up to which it saw the store.

    `counts` holds `severities {error: n}`, `rules {code: {severity: n}}`, `waived {code: n}`, `told [{rule, severity,
    message, remedy, place}]` of findings about no statement, `statements`, and `census`.
    """

    id: int
    at: datetime
    actor: str
    milliseconds: int
    seen: int
    counts: Mapping[str, Any]

    def count_of(self, severity: Severity) -> int:
        """How many findings of a severity."""
        return int(self.counts["severities"].get(severity, 0))


def record(session: Session, done: Audit, actor: str, at: datetime, census: Mapping[str, Any], seen: int) -> int:
    """Keep an audit of everything; the run's number. `session` is a writing one.

    `seen` is `last_change` of the session that audited. Audits are no knowledge: the history does not tell of them.
    """
    counts = {
        **counted(done),
        "told": [
            {
                "rule": result.rule.code,
                "severity": each.severity or result.rule.severity,
                "message": each.message,
                "remedy": each.remedy or result.rule.remedy,
                "place": each.place,
                "statement_id": each.statement_id,
            }
            for result in done.results
            for each in result.told
        ],
        "statements": done.statements,
        "census": dict(census),
    }
    run = AuditRun(at=at, actor=actor, milliseconds=done.milliseconds, seen=seen, counts=counts)
    session.add(run)
    session.flush()
    rows = [
        {
            "run_id": run.id,
            "rule": result.rule.code,
            "severity": severity,
            "count": len(ids),
            "statements": packed(ids),
        }
        for result in done.results
        for severity, ids in result.hits.by_severity.items()
    ]
    if rows:
        session.execute(insert(AuditResult), rows)
    return run.id


def counted(done: Audit) -> dict[str, Any]:
    """How many findings: `severities {error: n}`, `rules {code: {severity: n}}`, `waived {code: n}`."""
    return {
        "severities": {severity: done.count_of(severity) for severity in GRAVEST_FIRST},
        "rules": {
            result.rule.code: {each: result.count_of(each) for each in GRAVEST_FIRST if result.count_of(each)}
            for result in done.results
        },
        "waived": {result.rule.code: result.waived for result in done.results if result.waived},
    }


def runs(session: Session, limit: int) -> list[Run]:
    """The last runs, newest first."""
    return [_run(row) for row in session.scalars(select(AuditRun).order_by(AuditRun.id.desc()).limit(limit))]


def run_called(session: Session, name: str) -> Run:
    """The run with this number, or the `last`. Raises NotFound."""
    wanted = session.scalar(select(func.max(AuditRun.id))) if name == LAST else None
    if name.isascii() and name.isdecimal() and 0 < int(name) <= LARGEST_ID:
        wanted = int(name)
    row = session.get(AuditRun, wanted) if wanted is not None else None
    if row is None:
        known = session.scalar(select(func.max(AuditRun.id)))
        cure = f"The last run is {known}." if known else "`kb audit` makes the first one."
        raise NotFound(f"There is no audit run “{name}”.", place="run", cure=cure)
    return _run(row)


def found_in(session: Session, run_id: int, rule: Rule) -> Hits:
    """The statements that a rule found in a run; none where the rule did not exist then."""
    query = select(AuditResult).where(AuditResult.run_id == run_id, AuditResult.rule == rule.code)
    return Hits({Severity(row.severity): unpacked(row.statements) for row in session.scalars(query)})


def only_new(session: Session, done: Audit, since: Run) -> int:
    """Take out of an audit what a run had found too; how many of the run's findings are gone since.

    What is about no statement is known by its place: a note whose number changed is no new one. What was waived since
    is not gone, nor is what lies outside of the audit's scope.
    """
    gone = 0
    inside = _of_origin(session, done)
    before = {(each["rule"], each["place"], each["statement_id"]) for each in since.counts["told"]}
    for result in done.results:
        code = result.rule.code
        found = {id_: each for id_, each in found_in(session, since.id, result.rule) if inside is None or id_ in inside}
        # What a rule that failed would have found nobody knows: it is not gone.
        if not result.crashes:
            gone += len(found.keys() - {id_ for hits in (result.hits, result.accepted) for id_, _ in hits})
        # A finding that is graver than it was is new.
        result.hits = result.hits.without(
            {id_ for id_, now in result.hits if id_ in found and GRAVITY[now] >= GRAVITY[found[id_]]}
        )
        told = {(code, each.place, each.statement_id) for each in result.told}
        if done.complete and not result.crashes:
            gone += sum(each[0] == code and each not in told for each in before)
        result.told = [each for each in result.told if (code, each.place, each.statement_id) not in before]
    return gone


def _of_origin(session: Session, done: Audit) -> set[int] | None:
    """The statements of the audited origin, also those that are withdrawn now; None where all are audited."""
    if done.scope.origin is None:
        return None
    return set(session.scalars(select(Statement.id).where(Statement.origin == done.scope.origin)))


def result_of(session: Session, run: Run, rule: Rule) -> Result:
    """What a rule found in a run, as far as it concerns statements."""
    return Result(rule, found_in(session, run.id, rule), waived=int(run.counts["waived"].get(rule.code, 0)))


def _run(row: AuditRun) -> Run:
    return Run(row.id, row.at, row.actor, row.milliseconds, row.seen, row.counts)


def audit_of(session: Session, run: Run, day: date) -> Audit:
    """A kept run as an audit again, to be reported as things stand on `day`; rules that are gone are left out."""
    results = {code: result_of(session, run, rule) for code, rule in RULES.items()}
    for each in run.counts["told"]:
        if each["rule"] in results:
            found = Found(
                each["message"], each["remedy"], Severity(each["severity"]), each["place"], each["statement_id"]
            )
            results[each["rule"]].told.append(found)
    return Audit(Scope(day), tuple(results.values()), run.counts["statements"], run.milliseconds, True)
