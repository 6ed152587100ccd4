"""What a kept audit found, a page at a time: rule after rule, each as it was found then and still holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from kb.audit.findings import Finding, explain, told_finding
from kb.audit.rule import Found, Rule, Scope, Severity
from kb.audit.rules import RULES
from kb.audit.runs import Run, result_of
from kb.errors import NotFound
from kb.records import CHUNK


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list of findings goes on: in which run, at which rule, after how many of what the rule had found."""

    run: int
    rule: str
    passed: int


def findings_from(
    session: Session, run: Run, place: Place | None, limit: int, day: date, rule: str = ""
) -> tuple[list[Finding], Place | None]:
    """A page of findings as they stand on `day`, and where it goes on; of one `rule` where that is named.

    A run never changes, so nothing moves; what is in order by now is passed over. Raises NotFound for a rule that does
    not exist.
    """
    if rule and rule not in RULES:
        raise NotFound(f"There is no rule “{rule}”.", place="rule", cure=f"The rules are {', '.join(RULES)}.")
    codes = [rule] if rule else list(RULES)
    begin, passed = (place.rule, place.passed) if place is not None else (codes[0], 0)
    if begin not in codes:
        raise NotFound(f"The list cannot go on at “{begin}”.", place="cursor", cure="Begin anew, without a cursor.")
    found: list[Finding] = []
    for code in codes[codes.index(begin) :]:
        for each, after in _of_rule(session, run, RULES[code], passed, day):
            if len(found) == limit:
                return found, Place(run.id, code, passed)
            passed = after
            if each is not None:
                found.append(each)
        passed = 0
    return found, None


def _of_rule(session: Session, run: Run, rule: Rule, passed: int, day: date) -> Iterator[tuple[Finding | None, int]]:
    """The rule's findings but for the first `passed`, each with how many are passed by then; None where it is gone."""
    scope = Scope(day)
    told = [each for each in run.counts["told"] if each["rule"] == rule.code]
    for each in told[passed:]:
        passed += 1
        said = Found(each["message"], each["remedy"], Severity(each["severity"]), each["place"], each["statement_id"])
        yield told_finding(session, rule, said, Severity(each["severity"]), scope), passed
    result = result_of(session, run, rule)
    hits = islice(iter(result.hits), passed - len(told), None)
    while chunk := list(islice(hits, CHUNK // 5)):
        said_of = {
            each.statement.id: each
            for each in explain(session, rule, chunk, result.hits.others, scope)
            if each.statement
        }
        for id_, _ in chunk:
            passed += 1
            yield said_of.get(id_), passed
