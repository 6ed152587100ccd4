"""The shapes of a statement's facts: the raw material of grades, caveats and history, loaded by `kb.loading`.

Nothing outside `kb` may use this: a record carries words without the caveats that its facts require. What leaves the
store is a `GradedStatement` (see `kb.graded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# Rows that are held at a time; and databases limit how many values one statement may carry, SQLite once to 999.
CHUNK = 500
# The largest number that the id columns hold everywhere; a larger one is nobody's, and drivers refuse to ask for it.
LARGEST_ID = 2**31 - 1
UNDONE = re.compile(r"batch [0-9]+ undone")
"""Why a statement is withdrawn that an undone batch created."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """The article that a statement came from, without its text."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class GradeRecord:
    """A judgement as it was made. `rating` is 1 to 5 on scales that have one; `profile` is GRADE's parts.

    `undone`: it came with a batch that was taken back; it is kept, and counts as nobody's opinion.
    """

    scale: str
    level: str
    direction: str
    rating: int | None
    rationale: str
    profile: Mapping[str, Any] | None
    kind: str
    rater: str
    made_at: datetime
    undone: bool = False


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """A bibliographic record with its standing; `unchecked` names the fields nobody has compared with the source."""

    id: int
    key: str
    csl: Mapping[str, Any]
    title: str
    year: int | None
    study_design: str | None
    standing: str
    standing_on: date | None
    standing_reason: str | None
    standing_notice: str | None
    standing_source: str | None
    unchecked: tuple[str, ...]

    @property
    def url(self) -> str:
        """The address of the citation's page."""
        return f"/c/{self.id}"


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """A place for a citation, counted from 1; without a citation its note says what is wanted."""

    position: int
    citation: CitationRecord | None
    stance: str | None
    quote: str | None
    locator: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CaveatRecord:
    """A caveat that was written down, and how it reached the statement: attached, article or topic."""

    code: str
    severity: str
    kind: str
    text: str
    as_of: date | None
    source: str
    citations: tuple[CitationRecord, ...]


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """How a statement relates to another; `inverse` where the other statement is the one that says so."""

    kind: str
    other_id: int
    other_origin: str
    other_key: str
    other_state: str
    inverse: bool


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement with all that belongs to it. `judged` is the current grade, `grades` are all, oldest first."""

    id: int
    origin: str
    key: str
    article: ArticleRecord | None
    start: int | None
    end: int | None
    sentence_start: int | None
    sentence_end: int | None
    quote: str | None
    text: str
    type: str
    population: str | None
    intervention: str | None
    comparator: str | None
    outcome: str | None
    effect_size: str | None
    direct_evidence: str
    searched_on: date | None
    searched_where: str | None
    remarks: tuple[str, ...]
    state: str
    withdrawn_reason: str | None
    version: int
    reviewed_on: date | None
    review_due: date | None
    content_hash: str
    topics: tuple[str, ...]
    judged: GradeRecord | None
    grades: tuple[GradeRecord, ...]
    slots: tuple[SlotRecord, ...]
    recorded_caveats: tuple[CaveatRecord, ...]
    relations: tuple[RelationRecord, ...]

    @property
    def is_undone(self) -> bool:
        """Whether it came with a batch that was taken back: kept in the history, and shown nowhere."""
        return self.state == "withdrawn" and UNDONE.fullmatch(self.withdrawn_reason or "") is not None

    @property
    def judgements(self) -> tuple[tuple[str, str], ...]:
        """(rater, level) of every rater on the scale of the current grade, each rater's latest; empty without grade."""
        if self.judged is None:
            return ()
        latest = {**{grade.rater: grade for grade in self.grades if not grade.undone}, self.judged.rater: self.judged}
        return tuple((name, each.level) for name, each in latest.items() if each.scale == self.judged.scale)
