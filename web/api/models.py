"""What the answers of the API hold beside statements. The description is made of these models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from indexer.engine import Sort
from web.api.statement_models import CitingStatement, Described, Hit, Statement


class Problem(Described):
    """What is wrong, where, and what would cure it (RFC 9457)."""

    type: str = Field(description="The address of an explanation.")
    title: str
    status: int
    detail: str
    place: str = Field(description="Which part of the request is meant; empty where it is the whole.")
    cure: str = Field(description="What would be right.")
    instance: str = Field(description="The request’s own number; the server’s log has it too.")


class Page(Described):
    """One page of a list."""

    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class FacetValue(Described):
    """One value to narrow by."""

    value: str
    label: str
    count: int
    selected: bool


class Ignored(Described):
    """A piece of what was typed that has no part in the search."""

    text: str
    reason: str


class OtherName(Described):
    """Another name of what was typed."""

    typed: str
    name: str
    used: bool


class Compound(Described):
    """A compound, and the parts that are searched side by side."""

    typed: str
    parts: list[str]


class Suggestion(Described):
    """Other words, and how many statements they find."""

    words: str
    total: int
    filtered: bool


class FewerFilters(Described):
    """How many statements there were without a facet’s filter; null for without all."""

    facet: str | None
    total: int


class Found(Page):
    """One page of a search."""

    query: str
    selected: dict[str, list[str]]
    sort: Sort
    limit: int
    total: int
    page: int
    pages: int
    statements: list[Hit]
    facets: dict[str, list[FacetValue]]
    facet_sizes: dict[str, int]
    ignored: list[Ignored]
    synonyms: list[OtherName]
    compounds: list[Compound]
    common: list[str]
    suggestions: list[Suggestion]
    any_of: Suggestion | None
    fewer_filters: list[FewerFilters]
    lag: int = Field(description="How many changes the index has not read yet.")
    by_index: bool = Field(description="False where the store itself was read, as far as a second goes.")
    notes: list[str]


class Statements(Page):
    """One page of statements."""

    statements: list[Statement]


class ArticleLine(Described):
    """An article in a list."""

    slug: str
    title: str
    statements: int
    url: str


class Articles(Page):
    """One page of articles."""

    articles: list[ArticleLine]


class ArticleRecord(Described):
    """What is known of an article."""

    slug: str
    title: str
    url: str
    source_url: str | None
    author: str | None
    published_on: str | None
    language: str | None
    licence: str | None
    length: int


class NotAssessed(Described):
    """Words of an article that no statement was made of."""

    start: int
    end: int
    text: str
    note: str


class ArticleWithStatements(Described):
    """An article, its published statements in order of their place, and the words that none covers."""

    article: ArticleRecord
    statements: list[Statement]
    not_assessed: list[NotAssessed]


class Citation(Described):
    """A cited work as CSL-JSON, and whether it still stands."""

    id: int
    key: str
    csl: dict[str, Any]
    study_design: str | None
    standing: Literal["ok", "retracted", "concern", "corrected", "reinstated"]
    standing_on: str | None
    standing_reason: str | None
    standing_notice: str | None
    standing_source: str | None
    unchecked: list[str]
    url: str


class Citations(Page):
    """One page of cited works."""

    citations: list[Citation]


class RestingCaveat(Described):
    """A caveat that rests on a work."""

    code: str
    severity: str
    kind: str
    text: str
    as_of: str | None


class CitedWork(Page):
    """A work, one page of the statements that cite it, how many there are, and the caveats that rest on it."""

    citation: Citation
    statements: list[CitingStatement]
    total: int
    caveats: list[RestingCaveat]


class VersionGrade(Described):
    """The grade of a version."""

    level: str
    label: str
    symbol: str


class VersionCaveat(Described):
    """A caveat as a reader saw it beside a version."""

    code: str
    severity: str
    text: str


class Version(Described):
    """What changed in a statement, beside that version’s grade and caveats."""

    grade: VersionGrade
    direction: str
    caveats: list[VersionCaveat]
    changed: list[list[str]] = Field(description="Pairs of a field’s name and what it said, in words.")


class Revision(Described):
    """Who changed what, when and why; chained to the one before by its hash."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str = Field(description="`statement:12`, `citation:3`, `batch:1` …")
    reason: str
    before: Version | None
    after: Version | None
    hash: str


class Revisions(Page):
    """One page of the history; it may be short, or empty, and still have a next one."""

    revisions: list[Revision]


class Finding(Described):
    """What a rule says of a statement, or, where `statement` is null, of the store at `place`."""

    rule: str
    severity: Literal["error", "warning", "note"]
    confidence: str
    message: str
    remedy: str
    fingerprint: str
    place: str | None
    statement: Statement | None
    other: Statement | None


class Findings(Page):
    """One page of what the last audit found and still holds, rule by rule."""

    run: int
    at: str
    statements: int
    severities: dict[str, int]
    findings: list[Finding]
