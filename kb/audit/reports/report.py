"""What every form of a report tells: the findings of each rule with their statements, the counts, what it is beside.

A form joins what it is given here and chooses no fields of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from kb.audit.findings import Finding, explain, findings
from kb.audit.rule import GRAVEST_FIRST, Rule
from kb.audit.run import Audit, Result
from kb.audit.runs import Run, counted
from kb.audit.waivers import Accepted, waivers
from kb.records import CHUNK

TOOL = "Caveat"


@dataclass(frozen=True, slots=True)
class Compared:
    """Beside what an audit was laid, in words, how many findings that did not have, and how many are gone since."""

    against: str
    new: int
    gone: int


@dataclass(frozen=True)
class Report:
    """An audit to be told. `session` is the one that audited: what is read through it stands as it was found.

    `run` is the number under which the audit is kept, None where it is not; `trend` holds kept runs, oldest first, and
    `levels` how many statements stand at which level; forms without charts need neither.
    """

    session: Session
    audit: Audit
    at: datetime
    run: int | None = None
    compared: Compared | None = None
    trend: Sequence[Run] = ()
    levels: Mapping[str, int] = field(default_factory=dict)

    def findings(self, result: Result, limit: int | None = None) -> Iterator[Finding]:
        """What one rule found, gravest first, at most `limit`."""
        return findings(self.session, result, self.audit.scope, limit)

    def accepted(self, result: Result) -> Iterator[tuple[Finding, Accepted]]:
        """What one rule found and somebody accepted, with the waiver; nothing where the report is a comparison."""
        hits = iter(result.accepted)
        while self.compared is None and (chunk := list(islice(hits, CHUNK))):
            for each in explain(self.session, result.rule, chunk, result.accepted.others, self.audit.scope):
                if each.statement is not None:
                    yield each, self._waivers[result.rule.code, each.statement.id]

    @cached_property
    def _waivers(self) -> dict[tuple[str, int], Accepted]:
        # Those that expire last stand last, and count.
        return {(each.rule, each.statement_id): each for each in waivers(self.session)}

    @property
    def counts(self) -> dict[str, Any]:
        """How many statements and findings, as a kept run counts them."""
        return {"statements": self.audit.statements, **counted(self.audit)}

    @property
    def summary(self) -> list[str]:
        """The end of the report in a few sentences: counts, time, run, comparison."""
        done = self.audit
        found = ", ".join(amount(done.count_of(each), each) for each in GRAVEST_FIRST)
        waived = sum(result.waived for result in done.results)
        new = "new " if self.compared else ""
        lines = [
            f"{found} {new}by {amount(len(done.results), 'rule')} on {amount(done.statements, 'statement')}"
            f"; {waived} waived. {done.milliseconds / 1000:.1f} s."
        ]
        if self.compared is not None:
            lines.append(f"Compared with {self.compared.against}: {self.compared.new} new, {self.compared.gone} gone.")
        if self.run is not None:
            lines.append(f"Kept as run {self.run}.")
        return lines


def reasons(rule: Rule) -> str:
    """Why a rule matters, as one paragraph."""
    return " ".join(rule.sections["Why it matters"].split())


def references(rule: Rule) -> str:
    """What a rule rests on, as one paragraph."""
    return " ".join(rule.sections["References"].split())


def amount(count: int, what: str) -> str:
    """“1 error”, “2 errors”."""
    return f"{count} {what}{'' if count == 1 else 's'}"
