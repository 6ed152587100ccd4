"""The queries behind `kb.searchable`, put together once: that takes SQLAlchemy longer than the answer takes SQLite."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, bindparam, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from kb.model import (
    Article,
    ArticleCaveat,
    Caveat,
    Citation,
    CitationSlot,
    Grade,
    Relation,
    Statement,
    StatementCaveat,
    StatementTopic,
    Topic,
    TopicCaveat,
)
from kb.rows import among

Which = Callable[[InstrumentedAttribute[int]], ColumnElement[bool]]
"""A condition on a column of statements' ids."""

SAID = ("id", "version", "origin", "article_id", "type", "text", "quote", "current_grade_id")
AS_THEY_ARE = ("population", "intervention", "outcome", "review_due")
"""Columns that stand last in what is given."""


class Queries:
    """What is asked of the statements that `which` selects; its parameters are asked for by their names."""

    def __init__(self, which: Which) -> None:
        self.statements = (
            select(*(Statement.__table__.c[name] for name in (*SAID, *AS_THEY_ARE)))
            .where(which(Statement.id), Statement.state == "published")
            .order_by(Statement.id)
        )
        self.grades = (
            select(
                *(Grade.statement_id, Grade.id, Grade.scale, Grade.level, Grade.direction, Grade.kind),
                *(Grade.rater_id, Grade.supersedes_id),
            )
            .where(which(Grade.statement_id))
            .order_by(Grade.id)
        )
        self.slots = (
            select(CitationSlot.statement_id, CitationSlot.citation_id, CitationSlot.note)
            .where(which(CitationSlot.statement_id))
            .order_by(CitationSlot.statement_id, CitationSlot.position)
        )
        self.topics = (
            select(StatementTopic.statement_id, Topic.name)
            .join(Topic, Topic.id == StatementTopic.topic_id)
            .where(which(StatementTopic.statement_id))
            .order_by(Topic.name)
        )
        self.recorded = union_all(
            select(StatementCaveat.statement_id, StatementCaveat.caveat_id).where(which(StatementCaveat.statement_id)),
            select(Statement.id, ArticleCaveat.caveat_id)
            .join(ArticleCaveat, ArticleCaveat.article_id == Statement.article_id)
            .where(which(Statement.id)),
            select(Statement.id, TopicCaveat.caveat_id)
            .join(StatementTopic, StatementTopic.statement_id == Statement.id)
            .join(TopicCaveat, TopicCaveat.topic_id == StatementTopic.topic_id)
            .where(which(Statement.id), or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type)),
        )
        self.contradicted = union_all(
            *(
                select(own)
                .join(Statement, Statement.id == other)
                .where(which(own), Relation.kind == "contradicts", Statement.state == "published")
                for own, other in (
                    (Relation.statement_id, Relation.other_id),
                    (Relation.other_id, Relation.statement_id),
                )
            )
        )


BY_IDS = Queries(among)
"""With a list of `ids`."""
BETWEEN = Queries(lambda column: column.between(bindparam("first"), bindparam("last")))
"""With the `first` id and the `last`."""
SOURCES = select(Citation.id, Citation.title, Citation.standing, Citation.unchecked).where(among(Citation.id))
CAVEAT = select(Caveat.code, Caveat.text).where(Caveat.id == bindparam("one"))
ARTICLE = select(Article.slug).where(Article.id == bindparam("one"))
