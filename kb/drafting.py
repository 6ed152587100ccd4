"""Drafts: sentences of an article that nobody has published, what is proposed for each, and how they become statements.

A draft leaves the store in this shape only, which says what it is; readers never see one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from kb.claims import LONGEST_TOPIC, add_topics
from kb.curate import By, changing
from kb.errors import Conflict, InputError, NotFound
from kb.ingest.drafts import LONGEST_TEXT
from kb.loading import load
from kb.model import CLAIM_TYPES, Article, CitationSlot, Statement, StatementTopic, Topic
from kb.proposed import Proposal, proposal
from kb.succession import begin, next_key
from kb.words import fault_in

WHAT_IT_IS = "draft, ungraded, not published"


@dataclass(frozen=True, slots=True)
class DraftStatement:
    """A draft with its place in the article and what its words speak for; `type` and `topics` are proposals too."""

    id: int
    origin: str
    key: str
    text: str
    quote: str
    start: int | None
    type: str
    topics: tuple[str, ...]
    version: int
    proposed: Proposal

    @property
    def what_it_is(self) -> str:
        """Said beside its words wherever they stand."""
        return WHAT_IT_IS


def count_drafts(session: Session, slug: str) -> int:
    """How many drafts an article has."""
    return session.scalar(select(func.count()).select_from(_of_article(slug).subquery())) or 0


def drafts_of(session: Session, slug: str, after: int = 0, limit: int = 50) -> list[DraftStatement]:
    """The drafts of an article in order of their number, those with an id above `after`, at most `limit`."""
    query = _of_article(slug).where(Statement.id > after).order_by(Statement.id).limit(limit)
    return read_drafts(session, list(session.scalars(query)))


def read_drafts(session: Session, ids: Sequence[int]) -> list[DraftStatement]:
    """Those of these statements that are drafts, in this order."""
    topics = list(session.scalars(select(Topic.name))) if ids else []
    return [
        DraftStatement(
            each.id,
            each.origin,
            each.key,
            each.text,
            each.quote or each.text,
            each.start,
            each.type,
            each.topics,
            each.version,
            proposal(each.text, topics),
        )
        for each in load(session, ids)
        if each.state == "draft"
    ]


def drafts_in(session: Session, slug: str | None = None, batch_id: int | None = None) -> list[int]:
    """The ids of the drafts of an article, of a batch, or of both. Raises NotFound where there are none."""
    query = select(Statement.id).where(Statement.state == "draft").order_by(Statement.id)
    if slug is not None:
        query = query.join(Article, Article.id == Statement.article_id).where(Article.slug == slug)
    if batch_id is not None:
        query = query.where(Statement.batch_id == batch_id)
    found = list(session.scalars(query))
    if not found:
        raise NotFound("There are no drafts there.", cure="`kb batches` lists the imports; a draft is published once.")
    return found


def publish(session: Session, ids: Sequence[int], by: By, version: int | None = None) -> int:
    """Make drafts visible, with the claim type and topics proposed for them; how many.

    All or none: raises NotFound for an id that is nobody's, Conflict for a statement that is no draft, Outdated where
    a `version` is given, for a single one, and it is not at that version any more.
    """
    for id_ in dict.fromkeys(ids):
        with changing(session, id_, "publish", by, version, withdrawn_too=True) as row:
            _refuse_no_draft(row)
            row.state = "published"
    return len(set(ids))


def edit(
    session: Session,
    id_: int,
    claims: Sequence[str],
    type_: str,
    topics: Sequence[str],
    by: By,
    version: int | None = None,
    published: bool = False,
) -> list[int]:
    """Say what a draft claims: the first of `claims` stays with it, each other becomes a draft of its own beside it.

    All get the type and the topics; with `published` they become visible. Returns their ids. Raises InputError for
    no claim, words that cannot be kept or an unknown type, Conflict for a statement that is no draft, Outdated where
    somebody else changed it since `version`.
    """
    claims = [claim.strip() for claim in claims if claim.strip()]
    _refuse_bad(claims, type_, topics)
    state = "published" if published else "draft"
    names = sorted({" ".join(topic.split()) for topic in topics if topic.strip()})
    with changing(session, id_, "publish" if published else "edit", by, version, withdrawn_too=True) as row:
        _refuse_no_draft(row)
        row.text, row.type, row.state = claims[0], type_, state
        session.execute(delete(StatementTopic).where(StatementTopic.statement_id == id_))
        add_topics(session, id_, names)
    return [id_, *(_split_off(session, row, claim, names, by) for claim in claims[1:])]


def discard(session: Session, id_: int, by: By, version: int | None = None) -> None:
    """Put a draft aside that is no claim; its words stay in the article, not assessed."""
    with changing(session, id_, "discard", by, version, withdrawn_too=True) as row:
        _refuse_no_draft(row)
        row.state = "withdrawn"
        row.withdrawn_reason = by.reason


def _split_off(session: Session, row: Statement, claim: str, topics: Sequence[str], by: By) -> int:
    """Another claim of the same sentence, in the same state."""
    copied = ("origin", "article_id", "start", "end", "sentence_start", "sentence_end", "quote", "type", "state")
    made = Statement(
        key=next_key(session, row.origin, row.key), text=claim, **{name: getattr(row, name) for name in copied}
    )
    session.add(made)
    session.flush()
    session.add(CitationSlot(statement_id=made.id, position=1))
    add_topics(session, made.id, topics)
    begin(session, made, by)
    return made.id


def _refuse_no_draft(row: Statement) -> None:
    if row.state != "draft":
        raise Conflict(f"Statement {row.id} is {row.state}, and no draft.", cure="A draft is published once.")


def _refuse_bad(claims: Sequence[str], type_: str, topics: Sequence[str]) -> None:
    if not claims:
        raise InputError("There is no claim.", place="text", cure="Write one claim a line, or discard the draft.")
    if type_ not in CLAIM_TYPES:
        raise InputError(f"“{type_}” is no claim type.", place="type", cure=f"Use one of: {', '.join(CLAIM_TYPES)}.")
    for name, values, longest in (("text", claims, LONGEST_TEXT), ("topics", topics, LONGEST_TOPIC)):
        for value in values:
            if fault := fault_in(value):
                raise InputError(f"The {name} cannot be kept: {fault}.", place=name, cure="Take it out.")
            if len(value) > longest:
                raise InputError(f"The {name} is too long.", place=name, cure=f"Use at most {longest} characters.")


def _of_article(slug: str) -> Select[int]:
    article = select(Article.id).where(Article.slug == slug).scalar_subquery()
    return select(Statement.id).where(Statement.article_id == article, Statement.state == "draft")
