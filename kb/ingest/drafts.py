"""What a row must hold to become a record: the native forms, field by field.

The statements' form is that of `data/articles/*/statements.jsonl`, the citations' CSL-JSON, the caveats' that of
`data/caveats.json`, an article's that of `article.toml`. A field that is not listed is an error, so that a misspelt
name does not lose its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kb.errors import InputError
from kb.grade import Profile
from kb.ingest.fields import Code, Day, Filled, Name, Unknown, UnknownDay, Words
from kb.records import LARGEST_ID
from kb.words import fault_in, plain

# One statement is one claim; what is longer is an article.
LONGEST_TEXT = 20_000

ClaimType = Literal["background", "mechanism", "efficacy", "safety", "regulatory", "recommendation", "appraisal"]
Direction = Literal["supports", "contradicts", "mixed", "no-effect", "unclear", "not-stated"]
Stance = Literal["supports", "refutes", "qualifies", "background"]
DirectEvidence = Literal["direct", "indirect", "none-found", "not-assessed", "not-applicable"]


class Draft(BaseModel):
    """A checked row; frozen, and strict about names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanDraft(Draft):
    """Code points of the article's text, the end exclusive."""

    start: int = Field(ge=0, le=LARGEST_ID, strict=True)
    end: int = Field(ge=1, le=LARGEST_ID, strict=True)

    @model_validator(mode="after")
    def _in_order(self) -> SpanDraft:
        if self.end <= self.start:
            raise ValueError(f"the span ends ({self.end}) before it begins ({self.start})")
        return self


class GradeDraft(Draft):
    """A judgement; `profile` is GRADE's parts. Without a rater it is the article's, or whoever imports.

    `made_at` is the moment, where more than the day is known. `kind` says that a named rater's grade is that of another
    base, taken over.
    """

    scale: Code = "grade"
    level: Annotated[str, Field(max_length=40)]
    direction: Direction = "not-stated"
    rationale: Words = ""
    rating: int | None = Field(default=None, ge=1, le=5, strict=True)
    profile: dict[str, Any] | None = None
    rater: Name | None = None
    made_on: Day | None = None
    made_at: AwareDatetime | None = None
    kind: Literal["imported"] | None = None

    @field_validator("profile")
    @classmethod
    def _profile_is_one(cls, profile: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            if profile is not None:
                Profile.from_json(profile)
        except InputError as error:
            said = {"message": error.message, "cure": error.cure}
            raise PydanticCustomError("profile", "{message}", said) from error
        return profile


class SlotDraft(Draft):
    """A place for a citation, named by its key; null is an empty slot, whose note says what is wanted."""

    citation: Name | None = None
    stance: Stance | None = None
    note: Words | None = None
    quote: Words | None = None
    locator: Words | None = None

    @model_validator(mode="after")
    def _filled_slot_takes_a_stance(self) -> SlotDraft:
        if self.citation is not None and self.stance is None:
            raise ValueError("a citation needs its stance: supports, refutes, qualifies or background")
        return self


class RelationDraft(Draft):
    """How this statement relates to another of the same origin (or of `origin`), named by its key."""

    other: Name
    kind: Literal["contradicts", "supersedes", "same-evidence", "duplicates"]
    origin: Name | None = None


class PicoDraft(Draft):
    """Population, intervention, comparator, outcome."""

    population: Words | None = None
    intervention: Words | None = None
    comparator: Words | None = None
    outcome: Words | None = None


class SearchedDraft(Draft):
    """When and where someone looked and found nothing."""

    on: Day | None = None
    where: Words | None = None


# Frozen, so that a million rows without them can share them: pydantic would copy a default deeply for each.
_NO_PICO, _NOTHING_SEARCHED, _EMPTY_SLOT = PicoDraft(), SearchedDraft(), SlotDraft()


def _no_pico() -> PicoDraft:
    return _NO_PICO


def _nothing_searched() -> SearchedDraft:
    return _NOTHING_SEARCHED


class StatementDraft(Draft):
    """One statement of the native JSON Lines form. A statement without slots gets one that is empty."""

    origin: Annotated[Filled, Field(max_length=100)]
    article: Code | None = None
    key: Name
    text: Annotated[Filled, Field(max_length=LONGEST_TEXT)]
    type: ClaimType
    sentence: SpanDraft | None = None
    span: SpanDraft | None = None
    quote: Words | None = None
    grade: GradeDraft | None = None
    direct_evidence: DirectEvidence = "not-assessed"
    searched: SearchedDraft = Field(default_factory=_nothing_searched)
    slots: Annotated[list[SlotDraft], Field(max_length=1000, default_factory=list)]
    caveats: list[Code] = Field(default_factory=list)
    topics: list[Name] = Field(default_factory=list)
    pico: PicoDraft = Field(default_factory=_no_pico)
    effect_size: Words | None = None
    remarks: list[Words] = Field(default_factory=list)
    relations: list[RelationDraft] = Field(default_factory=list)
    reviewed_on: Day | None = None
    review_due: Day | None = None

    @model_validator(mode="after")
    def _quote_and_span_together(self) -> StatementDraft:
        if self.article is None and (self.span is not None or self.sentence is not None):
            raise ValueError("a span needs the article it lies in")
        if self.span is not None and self.quote is None:
            raise ValueError("a span needs its quote, so that the two can be compared")
        return self

    @property
    def filled_slots(self) -> list[SlotDraft]:
        """The slots, at least one: a statement without any shows that a citation is needed."""
        return self.slots or [_EMPTY_SLOT]


class CaveatDraft(Draft):
    """A caveat that can be attached; `citations` are keys of what it rests on."""

    code: Code
    severity: Literal["warning", "caution", "note"]
    kind: Literal["evidence", "safety", "wording", "legal", "source"]
    text: Filled
    as_of: Day | None = None
    citations: list[Name] = []


class TopicCaveatsDraft(Draft):
    """Caveats that statements on a topic inherit, those of some claim types or all."""

    topic: Name
    types: Annotated[list[ClaimType], Field(min_length=1)] | None = None
    caveats: list[Code]


class ArticleDraft(Draft):
    """An article's record; its text lies in `file` beside it."""

    slug: Code
    title: Filled
    language: Unknown = None
    file: Filled
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    published_on: UnknownDay = None
    url: Unknown = None
    author: Unknown = None
    licence: Unknown = None
    rater: Name | None = None
    graded_on: Day | None = None
    caveats: list[Code] = Field(default_factory=list)
    topic_caveats: list[TopicCaveatsDraft] = []


class ArticleTextDraft(Draft):
    """An article as it was written; its sentences become drafts of statements."""

    slug: Annotated[Code, Field(max_length=100)]
    title: Filled
    url: Unknown = None
    text: Filled
    sha256: str


class Custom(BaseModel):
    """What CSL has no field for; other entries are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True)

    study_design: Words | None = None
    unchecked_fields: list[Words] | None = None


class CitationDraft(BaseModel):
    """A CSL-JSON record: `id` and `type` are required, all other CSL fields are kept as they are.

    Of `custom`, `study_design` and `unchecked_fields` are also read.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Name
    type: Name
    title: Words = ""
    author: list[dict[str, Any]] = []
    DOI: Words | None = None
    PMID: Words | None = None
    PMCID: Words | None = None
    custom: Custom = Custom()

    @model_validator(mode="before")
    @classmethod
    def _storable_throughout(cls, record: Any) -> Any:
        for path, text in _texts(record):
            if fault := fault_in(text):
                message = f"{plain(path)}: {fault}" if path else fault
                raise PydanticCustomError("text", "{message}", {"message": message, "cure": "Take it out."})
        return record


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value, names of fields included, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from _texts(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)
