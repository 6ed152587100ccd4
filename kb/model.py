"""The tables: what one row of each means.

Offsets are Unicode code points into `article.text`, the end exclusive. Nothing here is deleted: statements are
withdrawn, grades are superseded, revisions are only added. Rules about caveats, grades and history live above.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CLAIM_TYPES = ("background", "mechanism", "efficacy", "safety", "regulatory", "recommendation", "appraisal")
DIRECTIONS = ("supports", "contradicts", "mixed", "no-effect", "unclear", "not-stated")
DIRECT_EVIDENCE = ("direct", "indirect", "none-found", "not-assessed", "not-applicable")
STATES = ("draft", "published", "withdrawn")
STANCES = ("supports", "refutes", "qualifies", "background")
STANDINGS = ("ok", "retracted", "concern", "corrected", "reinstated")
SEVERITIES = ("warning", "caution", "note")
CAVEAT_KINDS = ("evidence", "safety", "wording", "legal", "source")
GRADE_KINDS = ("imported", "first", "second", "consensus", "restored")
RELATION_KINDS = ("contradicts", "supersedes", "same-evidence", "duplicates")
ROLES = ("curator", "rater", "admin")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; SQLite keeps none, so it is stored and read as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    """A constraint that keeps a column to the words the contract names."""
    words = ", ".join(f"'{word}'" for word in allowed)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def some(name: str, *columns: str, where: str) -> Index:
    """An index of the rows alone for which `where` holds, so that a list of few among a million is read at once.

    A query uses it where it says the very same; a word to compare with must stand in it, and not be given beside it.
    """
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    """The tables of one store; constraints are named so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Nothing is NULL, and not the word `null` in JSON, however a row is written.
    _json = JSON(none_as_null=True)
    type_annotation_map = {datetime: UtcDateTime, date: Date, dict[str, Any]: _json, list[str]: _json}  # noqa: RUF012


class Meta(Base):
    """Facts about the store itself: its id, and the signed head of the history."""

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Person(Base):
    """Someone who rates or curates; a name is never reused for somebody else.

    With a password hash it is an account. The e-mail stands nowhere else, so it can be erased.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    disabled_at: Mapped[datetime | None]


class PersonRole(Base):
    """What a person may do."""

    __tablename__ = "person_role"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    __table_args__ = (one_of("role", ROLES),)


class SignedIn(Base):
    """A browser in which a person is signed in; `hash` is that of the secret in its cookie."""

    __tablename__ = "signed_in"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Attempt(Base):
    """An attempt to sign in, kept while it counts towards a limit; account and address as keyed hashes only."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)


class Token(Base):
    """A secret for programs, which acts for its person within its scopes; only its hash is kept."""

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    made_at: Mapped[datetime]
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
    used_on: Mapped[date | None]


class Batch(Base):
    """One import of one file; what it created names it."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str | None] = mapped_column(String(100))
    mapping: Mapped[str | None] = mapped_column(String(100))
    counts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="applied")
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    __table_args__ = (one_of("state", ("applied", "undone")),)


class Article(Base):
    """A source text, kept whole, and who first rated its statements."""

    __tablename__ = "article"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    published_on: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(35))
    licence: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    graded_on: Mapped[date | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)


class Statement(Base):
    """One claim. `version` grows by one with every change and is checked on every write."""

    __tablename__ = "statement"
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    start: Mapped[int | None]
    end: Mapped[int | None]
    sentence_start: Mapped[int | None]
    sentence_end: Mapped[int | None]
    quote: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(20))
    population: Mapped[str | None] = mapped_column(Text)
    intervention: Mapped[str | None] = mapped_column(Text)
    comparator: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    effect_size: Mapped[str | None] = mapped_column(Text)
    direct_evidence: Mapped[str] = mapped_column(String(20), default="not-assessed")
    searched_on: Mapped[date | None]
    searched_where: Mapped[str | None] = mapped_column(Text)
    remarks: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(10))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    # No foreign key: grade already points here, and two tables that point at each other cannot be filled in bulk.
    current_grade_id: Mapped[int | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    reviewed_on: Mapped[date | None]
    review_due: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    # `kb.question.question_number` of intervention and outcome: what others on the same question are found by.
    question: Mapped[int | None] = mapped_column(BigInteger, index=True)
    __table_args__ = (
        UniqueConstraint("origin", "key"),
        one_of("type", CLAIM_TYPES),
        one_of("state", STATES),
        one_of("direct_evidence", DIRECT_EVIDENCE),
        Index("ix_statement_origin_id", "origin", "id"),
        # Of a million statements few are drafts or are to be looked at again on a day.
        some("ix_statement_draft", "id", where="state = 'draft'"),
        some("ix_statement_review_due", "review_due", "id", where="review_due IS NOT NULL"),
    )


class Topic(Base):
    """A subject that statements share; caveats may hang on it."""

    __tablename__ = "topic"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class StatementTopic(Base):
    """That a statement is about a topic."""

    __tablename__ = "statement_topic"
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)


class Grade(Base):
    """One judgement of one statement on one scale by one rater; never changed, only superseded."""

    __tablename__ = "grade"
    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    scale: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(40))
    direction: Mapped[str] = mapped_column(String(20))
    rating: Mapped[int | None]
    rationale: Mapped[str] = mapped_column(Text)
    profile: Mapped[dict[str, Any] | None]
    kind: Mapped[str] = mapped_column(String(12))
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    __table_args__ = (
        one_of("direction", DIRECTIONS),
        one_of("kind", GRADE_KINDS),
        # Where more than one opinion may be.
        some("ix_grade_further", "statement_id", where="supersedes_id IS NOT NULL OR kind = 'second'"),
    )


class Citation(Base):
    """A bibliographic record, and whether the work still stands."""

    __tablename__ = "citation"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    csl: Mapped[dict[str, Any]]
    doi: Mapped[str | None] = mapped_column(String(300), index=True)
    pmid: Mapped[str | None] = mapped_column(String(20), index=True)
    pmcid: Mapped[str | None] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    study_design: Mapped[str | None] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(String(12), default="ok")
    standing_on: Mapped[date | None]
    standing_reason: Mapped[str | None] = mapped_column(Text)
    standing_notice: Mapped[str | None] = mapped_column(Text)
    standing_source: Mapped[str | None] = mapped_column(Text)
    unchecked: Mapped[list[str]] = mapped_column(default=list)
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    __table_args__ = (
        one_of("standing", STANDINGS),
        some("ix_citation_fallen", "id", where="standing IN ('retracted', 'concern')"),
    )


class CitationSlot(Base):
    """A place on a statement that a citation fills; empty, its note says what is wanted."""

    __tablename__ = "citation_slot"
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    citation_id: Mapped[int | None] = mapped_column(ForeignKey("citation.id"))
    stance: Mapped[str | None] = mapped_column(String(12))
    quote: Mapped[str | None] = mapped_column(Text)
    locator: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        one_of("stance", STANCES),
        # Also lists the statements with an empty slot, in order.
        Index("ix_citation_slot_citation_id", "citation_id", "statement_id"),
    )


class Caveat(Base):
    """A warning that can be attached to statements, articles and topics; `code` names it for ever."""

    __tablename__ = "caveat"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    severity: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    __table_args__ = (one_of("severity", SEVERITIES), one_of("kind", CAVEAT_KINDS))


class CaveatCitation(Base):
    """What a caveat itself rests on, in order."""

    __tablename__ = "caveat_citation"
    caveat_id: Mapped[int] = mapped_column(ForeignKey("caveat.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    citation_id: Mapped[int] = mapped_column(ForeignKey("citation.id"), index=True)


class StatementCaveat(Base):
    """That a caveat is attached to a statement."""

    __tablename__ = "statement_caveat"
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    caveat_id: Mapped[int] = mapped_column(ForeignKey("caveat.id"), primary_key=True, index=True)


class TopicCaveat(Base):
    """That statements on a topic inherit a caveat: those of one claim type, or all where `type` is `*`."""

    __tablename__ = "topic_caveat"
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    caveat_id: Mapped[int] = mapped_column(ForeignKey("caveat.id"), primary_key=True, index=True)
    type: Mapped[str] = mapped_column(String(20), primary_key=True)
    __table_args__ = (one_of("type", (*CLAIM_TYPES, "*")),)


class ArticleCaveat(Base):
    """That every statement of an article inherits a caveat."""

    __tablename__ = "article_caveat"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    caveat_id: Mapped[int] = mapped_column(ForeignKey("caveat.id"), primary_key=True, index=True)


class Relation(Base):
    """That one statement contradicts, supersedes, duplicates or shares its evidence with another."""

    __tablename__ = "relation"
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(15), primary_key=True)
    __table_args__ = (
        one_of("kind", RELATION_KINDS),
        some("ix_relation_contradicts", "statement_id", "other_id", where="kind = 'contradicts'"),
    )


class Revision(Base):
    """One entry of the append-only history; `hash` covers the entry and `prev_hash`."""

    __tablename__ = "revision"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_revision_subject_seq", "subject", "seq"),
        Index("ix_revision_actor_seq", "actor", "seq"),
    )


class Change(Base):
    """One line of the change log: this statement, or all that this batch created, shows something new."""

    __tablename__ = "change"
    seq: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    at: Mapped[datetime]
    # Numbers are never used twice, or an index that has read up to N would miss a second N.
    __table_args__ = ({"sqlite_autoincrement": True},)


class Waiver(Base):
    """A finding of the audit that somebody accepted, with the reason, until a day; ended early, it stays to be seen."""

    __tablename__ = "waiver"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(3))
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    expires_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Flag(Base):
    """Somebody's doubt about a statement, in words for those who work on it; resolved, it stays to be seen.

    `version` is the statement's as they read it.
    """

    __tablename__ = "flag"
    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    version: Mapped[int]
    comment: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(200))
    resolution: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (some("ix_flag_open", "id", where="resolved_at IS NULL"),)


class AuditRun(Base):
    """One audit of everything: what was counted. Its findings stand in `audit_result`, a row for each rule."""

    __tablename__ = "audit_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    milliseconds: Mapped[int]
    # The number of the change log up to which the audit saw the store.
    seen: Mapped[int]
    counts: Mapped[dict[str, Any]]


class AuditResult(Base):
    """What one rule found in one run; `statements` are the ids, packed by `kb.audit.packing`."""

    __tablename__ = "audit_result"
    run_id: Mapped[int] = mapped_column(ForeignKey("audit_run.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(3), primary_key=True)
    severity: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int]
    statements: Mapped[bytes] = mapped_column(LargeBinary)


class SearchMiss(Base):
    """How often some words were searched on a day and nothing was found; not who searched: see `kb.misses`."""

    __tablename__ = "search_miss"
    query: Mapped[str] = mapped_column(String(200), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
