"""One audit: every rule over the statements in scope, with what was accepted taken out.

A rule that fails on a statement is a finding itself (A01); the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kb.audit.hits import Hits
from kb.audit.rule import GRAVEST_FIRST, ByPair, ByStatement, ByStore, Found, Rows, Rule, Scope, Severity
from kb.audit.rules import RULES
from kb.audit.waivers import waived
from kb.errors import StoreUnavailable
from kb.model import Statement
from kb.store import unavailable

ROWS_AT_ONCE = 5_000
SHOWN_CRASHES = 20
CRASHED, UNUSED_WAIVER = "A01", "A03"

Candidates = Callable[[Scope], Rows]


@dataclass(frozen=True, slots=True)
class Crash:
    """A rule that failed: on a statement, or (None) as a whole."""

    rule: str
    statement_id: int | None
    error: str


@dataclass(slots=True)
class Result:
    """What one rule found: statements as numbers, what is about no statement in words, and how many were waived."""

    rule: Rule
    hits: Hits = field(default_factory=Hits)
    told: list[Found] = field(default_factory=list)
    waived: int = 0
    accepted: Hits = field(default_factory=Hits)
    """What was waived; empty in a kept run, which holds how many."""
    crashes: list[Crash] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many findings."""
        return len(self.hits) + len(self.told)

    def count_of(self, severity: Severity) -> int:
        """How many findings of a severity."""
        told = sum((each.severity or self.rule.severity) == severity for each in self.told)
        return len(self.hits.by_severity.get(severity, ())) + told


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found, rule by rule in order of code, over how many statements."""

    scope: Scope
    results: tuple[Result, ...]
    statements: int
    milliseconds: int
    complete: bool
    """Whether all rules ran over the whole store: only then do runs compare."""

    def count_of(self, severity: Severity) -> int:
        """How many findings of a severity."""
        return sum(result.count_of(severity) for result in self.results)

    @property
    def worst(self) -> Severity | None:
        """The gravest severity found; None where nothing was found."""
        return next((severity for severity in GRAVEST_FIRST if self.count_of(severity)), None)


def audit(
    session: Session, scope: Scope, rules: Sequence[Rule] = (), advance: Callable[[str], None] = lambda _: None
) -> Audit:
    """Run rules (all where none are named); `advance` hears of each rule's code when its check begins.

    `session` must see one moment of the store, as `Store.reading` gives it.
    """
    began = time.monotonic()
    chosen = tuple(rules) or tuple(RULES.values())
    results = {rule.code: Result(rule) for rule in chosen}
    for together in _passes(chosen):
        for rule in together:
            advance(rule.code)
        _run(session, scope, [results[rule.code] for rule in together])
    complete = scope.is_everything and len(chosen) == len(RULES)
    _take_out_waived(session, scope, results, complete)
    _note_crashes(results)
    counted = session.scalar(select(func.count()).select_from(Statement).where(scope.chosen)) or 0
    milliseconds = round((time.monotonic() - began) * 1000)
    return Audit(scope, tuple(results.values()), counted, milliseconds, complete)


def _passes(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules in order, those that read the very same rows together."""
    shared: dict[Candidates, list[Rule]] = {}
    for rule in rules:
        if isinstance(rule.check, ByStatement):
            shared.setdefault(rule.check.candidates, []).append(rule)
    for rule in rules:
        if not isinstance(rule.check, ByStatement):
            yield [rule]
        elif (together := shared.pop(rule.check.candidates, None)) is not None:
            yield together


def _run(session: Session, scope: Scope, results: Sequence[Result]) -> None:
    """One pass. What fails as a whole is a crash of its rules; a store that cannot be read is nobody's crash."""
    try:
        with session.begin_nested():
            check = results[0].rule.check
            if isinstance(check, ByStatement):
                _judge_rows(session, scope, check.candidates, results)
            elif isinstance(check, ByPair):
                for statement_id, other_id in check.pairs(session, scope):
                    severity = check.severity or results[0].rule.severity
                    results[0].hits.add(statement_id, severity, other_id)
            elif isinstance(check, ByStore) and scope.is_everything:
                results[0].told.extend(check.check(session, scope))
    except Exception as error:  # whatever a rule does wrong, the audit says so and goes on
        if _is_nobodys_fault(error, session):
            raise
        for result in results:
            result.crashes.append(Crash(result.rule.code, None, _words(error)))


def _is_nobodys_fault(error: Exception, session: Session) -> bool:
    """Whether the store cannot be read. A query that is wrong looks much the same to SQLite."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or unavailable(error, session.connection().engine) is not None
    return isinstance(error, StoreUnavailable)


def _judge_rows(session: Session, scope: Scope, candidates: Candidates, results: Sequence[Result]) -> None:
    judges = [(each.rule.check.judge, each) for each in results if isinstance(each.rule.check, ByStatement)]
    # Straight from the connection: rows hold columns and no objects, and so come more than twice as fast.
    rows = session.connection().execute(candidates(scope), execution_options={"yield_per": ROWS_AT_ONCE})
    for row in rows:
        for judge, result in judges:
            try:
                found = judge(row)
            except Exception as error:  # the next statement may be in order
                if len(result.crashes) < SHOWN_CRASHES:
                    result.crashes.append(Crash(result.rule.code, row[0], _words(error)))
                continue
            if found is not None:
                result.hits.add(row[0], found.severity or result.rule.severity)


def _take_out_waived(session: Session, scope: Scope, results: dict[str, Result], complete: bool) -> None:
    """Take out what was accepted; in an audit of everything, what was accepted and is not found any more is told."""
    for code, ids in waived(session, scope.day).items():
        if code not in results:
            continue
        result = results[code]
        here = result.accepted = result.hits.only(ids)
        result.waived, result.hits = len(here), result.hits.without(ids)
        # What a rule that failed would have found nobody knows.
        if complete and not result.crashes:
            for statement_id in ids - {id_ for id_, _ in here}:
                results[UNUSED_WAIVER].told.append(
                    Found(
                        f"The waiver of {code} waives nothing: the rule finds nothing here.",
                        place=code,
                        statement_id=statement_id,
                    )
                )


def _note_crashes(results: dict[str, Result]) -> None:
    crashes = [crash for result in results.values() for crash in result.crashes]
    if not crashes:
        return
    crashed = results.setdefault(CRASHED, Result(RULES[CRASHED]))
    crashed.told = [
        Found(
            f"{crash.rule} failed with {crash.error}; what it would have found is not known.",
            place=crash.rule,
            statement_id=crash.statement_id,
        )
        for crash in crashes
    ]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else 'no words'}"
