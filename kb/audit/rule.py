"""What an audit rule is: a code, how grave and how sure its findings are, its manual page, and its check.

A check looks in two steps, so that a million findings need little memory: `hits` names the statements, and `explain`
says of a few of them what is wrong. Both judge the same rows, so they cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_
from sqlalchemy.orm import Session

from kb.model import Statement

HEADINGS = ("Finds", "Why it matters", "Example", "Leaves alone", "References")
CODE = re.compile(r"[GCKWPA][0-9]{2}")


Rows = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


class Severity(StrEnum):
    """How grave a finding is: an error does not hold, a warning should be looked at, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


GRAVEST_FIRST = tuple(Severity)


class Confidence(StrEnum):
    """How sure a rule is that what it found is there: facts of the store are high, readings of words lower."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is audited: the published statements (of one origin, or these few), as they stand on `day`."""

    day: date
    origin: str | None = None
    ids: tuple[int, ...] | None = None

    @property
    def chosen(self) -> ColumnElement[bool]:
        """The condition that selects the statements; a query of `Statement` carries it."""
        conditions = [Statement.state == "published"]
        if self.origin is not None:
            conditions.append(Statement.origin == self.origin)
        if self.ids is not None:
            conditions.append(Statement.id.in_(self.ids))
        return and_(*conditions)

    @property
    def is_everything(self) -> bool:
        """Whether the whole store is audited."""
        return self.origin is None and self.ids is None


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong, in one or two sentences. `severity` and `remedy` where they differ from the rule's own."""

    message: str
    remedy: str = ""
    severity: Severity | None = None
    place: str = ""
    """Where in the store, for a finding that is about no statement."""
    statement_id: int | None = None
    """Of what only the audit itself knows."""


@dataclass(frozen=True, slots=True)
class ByStatement:
    """A check of one row a statement: SQL narrows down, `judge` decides.

    `candidates` gives a query whose first column is the statement's id, a statement at most once. Rules that share the
    very same function share its one pass through the store.
    """

    candidates: Callable[[Scope], Rows]
    judge: Callable[[AnyRow], Found | None]


@dataclass(frozen=True, slots=True)
class ByPair:
    """A check of statements beside others: `pairs` gives (statement, the other one), a statement at most once.

    `describe` says what is wrong with some of them, in the order given; None where a pair no longer is one.
    """

    pairs: Callable[[Session, Scope], Iterator[tuple[int, int]]]
    describe: Callable[[Session, Sequence[tuple[int, int]]], Iterator[Found | None]]
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class ByStore:
    """A check of the store as a whole; left out where only a part is audited."""

    check: Callable[[Session, Scope], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class ByRun:
    """What only the audit itself can know while it runs."""


Check = ByStatement | ByPair | ByStore | ByRun


@dataclass(frozen=True)
class Rule:
    """One rule. `code` is a letter and two digits, never used again for another; `manual` is its file's docstring.

    `remedy` says what would mend a finding. Raises ValueError for a code or a manual that is not in form.
    """

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    remedy: str
    check: Check
    manual: str

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError(f"{self.code} is no code of a rule: a letter of GCKWPA and two digits.")
        if missing := [heading for heading in HEADINGS if not self.sections.get(heading)]:
            raise ValueError(f"The manual page of {self.code} lacks: {', '.join(missing)}.")
        if not self.manual.startswith(f"{self.code} {self.name}: "):
            raise ValueError(f"The manual page of {self.code} does not begin with “{self.code} {self.name}: …”.")

    @cached_property
    def title(self) -> str:
        """What the rule looks for, in one sentence."""
        return " ".join(self.manual.partition("\n\n")[0].partition(": ")[2].split())

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """The manual page by its headings, each section as running text with blank lines between paragraphs."""
        found: dict[str, list[str]] = {}
        at = None
        for line in self.manual.splitlines()[1:]:
            if line.strip() in HEADINGS and not line.startswith(" "):
                at = line.strip()
            elif at is not None:
                found.setdefault(at, []).append(line.strip())
        return {heading: "\n".join(lines).strip() for heading, lines in found.items()}
