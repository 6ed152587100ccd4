"""K01 no-safety-caveat: A claim of efficacy stands without the safety caveats that its topic has.

Finds
    Statements of efficacy that show no caveat of kind safety (attached, or inherited from article or topic),
    although one of their topics has some: as caveats of the topic for other kinds of claims, or attached to other
    statements on it about the same intervention.

Why it matters
    A benefit told without the harm that is on record a page further reads as a benefit without harm.

Example
    “Kratom may relieve pain.”, on the topic kratom, of which other statements carry “liver” and “dependence”.

Leaves alone
    Topics of which no harm is recorded; other kinds of claims.

References
    CONSORT Harms 2022 (Junqueira 2023), doi:10.1136/bmj-2022-073725: benefit and harm are reported together.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import aliased

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import ArticleCaveat, Caveat, Statement, StatementCaveat, StatementTopic, Topic, TopicCaveat


def candidates(scope: Scope) -> Rows:
    """(id, topic) of efficacy statements without a safety caveat on a topic that has one."""
    safety = select(Caveat.id).where(Caveat.kind == "safety")
    other = aliased(Statement)
    of_topics = select(TopicCaveat.topic_id).where(TopicCaveat.caveat_id.in_(safety))
    # On the topic “lupus” stand statements about many treatments: of the others those about the same one count.
    of_statements = (
        select(StatementTopic.topic_id, func.lower(other.intervention))
        .join(StatementCaveat, StatementCaveat.statement_id == StatementTopic.statement_id)
        .join(other, other.id == StatementTopic.statement_id)
        .where(StatementCaveat.caveat_id.in_(safety), other.state == "published", other.intervention.is_not(None))
        .distinct()
    )
    own = select(StatementCaveat.caveat_id).where(
        StatementCaveat.statement_id == Statement.id, StatementCaveat.caveat_id.in_(safety)
    )
    of_article = select(ArticleCaveat.caveat_id).where(
        ArticleCaveat.article_id == Statement.article_id, ArticleCaveat.caveat_id.in_(safety)
    )
    its_topic = aliased(StatementTopic)
    inherited = (
        select(TopicCaveat.caveat_id)
        .join(its_topic, its_topic.topic_id == TopicCaveat.topic_id)
        .where(
            its_topic.statement_id == Statement.id,
            TopicCaveat.caveat_id.in_(safety),
            or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type),
        )
    )
    return (
        select(Statement.id, func.min(Topic.name).label("topic"))
        .join(StatementTopic, StatementTopic.statement_id == Statement.id)
        .join(Topic, Topic.id == StatementTopic.topic_id)
        .where(
            scope.chosen,
            Statement.type == "efficacy",
            or_(
                StatementTopic.topic_id.in_(of_topics),
                tuple_(StatementTopic.topic_id, func.lower(Statement.intervention)).in_(of_statements),
            ),
            ~own.exists(),
            ~of_article.exists(),
            ~inherited.exists(),
        )
        .group_by(Statement.id)
    )


def judge(row: AnyRow) -> Found:
    """The rows are the findings."""
    return Found(f"It claims an effect and carries no safety caveat; on “{row.topic}” there are some.")


RULE = Rule(
    code="K01",
    name="no-safety-caveat",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Attach the safety caveats of the topic that hold here, or hang them on the topic for efficacy too.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
