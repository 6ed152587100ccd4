"""The shape of a statement in JSON, as `kb.render.json` gives it: a description for programs, and no choice of fields.

Each model refuses what it does not name, so that a test finds a field that came without its description.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Described(BaseModel):
    """What an answer holds; a field that is not named here is a fault."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)


class Caveat(Described):
    """A warning that belongs to the statement; wherever its words go, its caveats go with them."""

    code: str = Field(description="What it is, in one word; the legend explains those that Caveat derives.")
    severity: Literal["warning", "caution", "note"]
    kind: Literal["evidence", "safety", "wording", "legal", "source"]
    text: str
    source: Literal["attached", "article", "topic", "derived"] = Field(description="How it reached the statement.")
    slot: int | None = Field(description="The citation slot that it is about, counted from 1.")
    as_of: str | None
    citations: list[str] = Field(description="Keys of the works that the caveat rests on.")


class Grade(Described):
    """How certain the evidence is; never null: `ungraded` says that nobody has judged it."""

    scale: str | None = Field(description="grade, civic, uspstf …; null where nobody has judged.")
    level: str
    name: str = Field(description="`scale:level`, or `ungraded`.")
    label: str
    symbol: str
    meaning: str
    direction: str = Field(description="Which way the evidence points: a refuted claim may have a high grade.")
    rating: int | None
    rationale: str
    profile: dict[str, Any] | None = Field(description="GRADE’s parts: the start, and the steps of each domain.")
    rater: str | None
    made_at: str | None
    kind: str | None


class GivenGrade(Described):
    """One grade that was given, and what became of it."""

    status: Literal["current", "superseded", "second-opinion", "taken-back"]
    scale: str
    level: str
    label: str
    symbol: str
    direction: str
    rating: int | None
    rationale: str
    profile: dict[str, Any] | None
    rater: str
    made_at: str
    kind: str


class ArticleName(Described):
    """The article that a statement came from."""

    slug: str
    title: str
    url: str


class Slot(Described):
    """A place that a citation fills; an empty one says in its note what is wanted."""

    position: int
    citation: dict[str, Any] | None = Field(description="CSL-JSON, or null where a citation is needed.")
    stance: Literal["supports", "refutes", "qualifies", "background"] | None
    note: str | None
    quote: str | None
    locator: str | None
    standing: Literal["ok", "retracted", "concern", "corrected", "reinstated"] | None
    unchecked: list[str] = Field(description="Parts that nobody has compared with the work.")
    url: str | None


class Relation(Described):
    """How the statement stands to another; `inverse` where the other one says so."""

    kind: Literal["contradicts", "supersedes", "same-evidence", "duplicates"]
    other: str
    origin: str
    key: str
    inverse: bool


class Searched(Described):
    """When and where somebody looked for studies and found none."""

    on: str | None
    where: str | None


class Statement(Described):
    """One claim, whole: its words with their grade and every caveat that they must carry on the day `as_of`."""

    id: int
    origin: str
    key: str = Field(description="With the origin it names the statement for ever.")
    text: str
    caveats: list[Caveat] = Field(min_length=1)
    grade: Grade
    quote: str | None = Field(description="The source’s own words.")
    type: Literal["background", "mechanism", "efficacy", "safety", "regulatory", "recommendation", "appraisal"]
    article: ArticleName | None
    start: int | None = Field(description="Code points into the article’s text; the end is exclusive.")
    end: int | None
    sentence_start: int | None
    sentence_end: int | None
    topics: list[str]
    population: str | None
    intervention: str | None
    comparator: str | None
    outcome: str | None
    effect_size: str | None
    direct_evidence: Literal["direct", "indirect", "none-found", "not-assessed", "not-applicable"]
    searched: Searched | None
    slots: list[Slot]
    relations: list[Relation]
    remarks: list[str]
    state: Literal["draft", "published", "withdrawn"]
    withdrawn_reason: str | None
    reviewed_on: str | None
    review_due: str | None
    version: int
    as_of: str
    url: str


class StatementWithGrades(Statement):
    """The statement with every grade it was given, newest first."""

    grades: list[GivenGrade]


class Hit(Statement):
    """A statement that was found, and in which of its parts the words stand."""

    matched_in: list[str]


class CitingStatement(Statement):
    """A statement that cites a work, with the stances it gives it."""

    stances: list[str]
    loses_only_support: bool = Field(description="The work fell, and nothing that still stands supports this.")
