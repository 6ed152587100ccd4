"""How many published statements carry a caveat, whichever way it reaches them."""

from __future__ import annotations

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import Session

from kb.model import ArticleCaveat, Statement, StatementCaveat, StatementTopic, TopicCaveat


def count_carrying(session: Session, caveat_id: int) -> int:
    """The published statements that it is attached to, or that inherit it from their article or a topic."""
    published = Statement.state == "published"
    attached = (
        select(Statement.id)
        .join(StatementCaveat, StatementCaveat.statement_id == Statement.id)
        .where(StatementCaveat.caveat_id == caveat_id, published)
    )
    of_article = (
        select(Statement.id)
        .join(ArticleCaveat, ArticleCaveat.article_id == Statement.article_id)
        .where(ArticleCaveat.caveat_id == caveat_id, published)
    )
    of_topic = (
        select(Statement.id)
        .join(StatementTopic, StatementTopic.statement_id == Statement.id)
        .join(TopicCaveat, TopicCaveat.topic_id == StatementTopic.topic_id)
        .where(
            TopicCaveat.caveat_id == caveat_id,
            or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type),
            published,
        )
    )
    together = union(attached, of_article, of_topic).subquery()
    return session.scalar(select(func.count()).select_from(together)) or 0
