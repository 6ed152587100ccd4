"""K02 topic-not-filed: The words name a topic that brings caveats along, and the statement is not filed under it.

Finds
    Statements whose text or intervention names a topic that has caveats for their kind of claim, without being on
    that topic: the caveats that it requires are missing.

Why it matters
    Caveats of a topic reach only what is filed under it. One forgotten topic, and the reader sees the claim bare.

Example
    “Kratom may improve sleep.”, imported without a topic, while the topic kratom warns of the liver.

Leaves alone
    Topics without caveats, or with caveats for other kinds of claims; statements to which all of the topic's
    caveats come in another way: by hand, from their article or from another topic.

References
    None; that a statement never appears without its caveats is Caveat's own promise.
"""

from __future__ import annotations

import re

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import ArticleCaveat, Statement, StatementCaveat, StatementTopic, Topic, TopicCaveat

SEPARATOR = "\x1e"


def candidates(scope: Scope) -> Rows:
    """(id, text, intervention, topics) of statements in which the letters of such a topic's name stand."""
    filed = select(StatementTopic.topic_id).where(
        StatementTopic.statement_id == Statement.id, StatementTopic.topic_id == Topic.id
    )
    attached = select(StatementCaveat.caveat_id).where(
        StatementCaveat.statement_id == Statement.id, StatementCaveat.caveat_id == TopicCaveat.caveat_id
    )
    of_article = select(ArticleCaveat.caveat_id).where(
        ArticleCaveat.article_id == Statement.article_id, ArticleCaveat.caveat_id == TopicCaveat.caveat_id
    )
    its_topic, its_caveat = aliased(StatementTopic), aliased(TopicCaveat)
    inherited = (
        select(its_caveat.caveat_id)
        .join(its_topic, its_topic.topic_id == its_caveat.topic_id)
        .where(
            its_topic.statement_id == Statement.id,
            its_caveat.caveat_id == TopicCaveat.caveat_id,
            or_(its_caveat.type == "*", its_caveat.type == Statement.type),
        )
    )
    missing = select(TopicCaveat.caveat_id).where(
        TopicCaveat.topic_id == Topic.id,
        or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type),
        ~attached.correlate(Statement, TopicCaveat).exists(),
        ~of_article.correlate(Statement, TopicCaveat).exists(),
        ~inherited.correlate(Statement, TopicCaveat).exists(),
    )
    named = or_(Statement.text.icontains(Topic.name), func.coalesce(Statement.intervention, "").icontains(Topic.name))
    with_caveats = select(TopicCaveat.topic_id)
    return (
        select(
            Statement.id,
            Statement.text,
            Statement.intervention,
            func.aggregate_strings(Topic.name, SEPARATOR).label("topics"),
        )
        .select_from(Topic)
        .join(Statement, named)
        .where(
            scope.chosen,
            Topic.id.in_(with_caveats),
            ~filed.correlate(Statement, Topic).exists(),
            missing.correlate(Statement, Topic).exists(),
        )
        .group_by(Statement.id, Statement.text, Statement.intervention)
    )


def judge(row: AnyRow) -> Found | None:
    """Those in which a name stands as words of its own."""
    words = f"{row.text} {row.intervention or ''}"
    names = [
        name
        for name in row.topics.split(SEPARATOR)
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE)
    ]
    if not names:
        return None
    told = ", ".join(f"“{name}”" for name in sorted(names))
    return Found(f"The words name {told}, whose caveats it does not carry because it is not filed under it.")


RULE = Rule(
    code="K02",
    name="topic-not-filed",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="File the statement under the topic, or attach its caveats.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
