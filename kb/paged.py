"""Lists of what the store holds, a page at a time after a name or number: what comes or goes moves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from kb.articles import ArticleLine
from kb.graded import GradedStatement, read
from kb.happened import happened
from kb.history import ACCOUNTS, FLAGS, but_for
from kb.loading import citation_record
from kb.model import Article, Batch, Citation, CitationSlot, Revision, Statement
from kb.records import CHUNK, CitationRecord

# What is looked through for one page of the history: a batch that was taken back leaves as many entries as statements.
MOST_LOOKED_AT = 10 * CHUNK
# What is for those concerned, or for those who are signed in, is in no answer that anybody may have.
PRIVATE = (*ACCOUNTS, FLAGS)


def statements_after(
    session: Session, after: int, limit: int, day: date, origin: str = "", article: str = ""
) -> list[GradedStatement]:
    """Published statements in order of id, those above `after`; of one origin or article where it is named."""
    query = select(Statement.id).where(Statement.state == "published", Statement.id > after)
    if origin:
        query = query.where(Statement.origin == origin)
    if article:
        query = query.join(Article, Article.id == Statement.article_id).where(Article.slug == article)
    return read(session, list(session.scalars(query.order_by(Statement.id).limit(limit))), day)


def articles_after(session: Session, after: str, limit: int) -> list[ArticleLine]:
    """The articles with published statements in order of their slugs, those that follow `after`."""
    query = (
        select(Article.slug, Article.title, func.count(Statement.id))
        .join(Statement, Statement.article_id == Article.id)
        .where(Statement.state == "published", Article.slug > after)
        .group_by(Article.id, Article.slug, Article.title)
        .order_by(Article.slug)
        .limit(limit)
    )
    return [ArticleLine(*row) for row in session.execute(query)]


def citations_after(session: Session, after: int, limit: int) -> list[CitationRecord]:
    """The cited works in order of id, those above `after`; not those that came with a batch which was taken back."""
    query = select(Citation).outerjoin(Batch, Batch.id == Citation.batch_id)
    query = query.where(Citation.id > after, not_undone()).order_by(Citation.id).limit(limit)
    return [citation_record(row) for row in session.scalars(query)]


def not_undone() -> ColumnElement[bool]:
    """Of citations beside their batches: whether they have a page."""
    cited = select(CitationSlot.statement_id).join(Statement, Statement.id == CitationSlot.statement_id)
    published = exists(cited.where(CitationSlot.citation_id == Citation.id, Statement.state == "published"))
    return or_(Batch.id.is_(None), Batch.state != "undone", published)


@dataclass(frozen=True, slots=True)
class RevisionsPage:
    """Entries of the history, newest first; `next` is the number to go on before, None at the beginning of all."""

    revisions: Sequence[Revision]
    next: int | None


def revisions_before(session: Session, before: int | None, limit: int) -> RevisionsPage:
    """What was done to knowledge, newest first, entries with numbers below `before`.

    Of drafts and of what was taken back with its batch there is nothing, nor of accounts and flags. A page may be short
    where many such entries had to be passed over.
    """
    kept: list[Revision] = []
    looked_at = 0
    last = before
    size = min(CHUNK, 2 * limit)
    while looked_at < MOST_LOOKED_AT:
        query = select(Revision).where(*but_for(PRIVATE))
        if last is not None:
            query = query.where(Revision.seq < last)
        chunk = session.scalars(query.order_by(Revision.seq.desc()).limit(size)).all()
        for each in happened(session, chunk):
            last = each.revision.seq
            looked_at += 1
            if not each.withheld:
                kept.append(each.revision)
                if len(kept) == limit:
                    return RevisionsPage(kept, last if last > 1 else None)
        if not chunk:
            return RevisionsPage(kept, None)
        size = CHUNK
    return RevisionsPage(kept, last)
