"""Where the caveats of a statement come from, for whoever attaches and detaches them: itself, its article, a topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.caveats import RequiredCaveat
from kb.graded import GradedStatement
from kb.legend import RecordedCaveat, recorded_caveats
from kb.model import Caveat, Statement, StatementTopic, Topic, TopicCaveat


@dataclass(frozen=True, slots=True)
class Carried:
    """A caveat that somebody wrote down and a statement carries: `attached` to itself, or else `origin` says how."""

    code: str
    severity: str
    text: str
    attached: bool
    origin: str


def carried(session: Session, statement: GradedStatement) -> list[Carried]:
    """The recorded caveats of a statement with where each comes from, in the order of its page."""
    topics = _topics(session, statement.id)
    return [
        Carried(each.code, each.severity, each.text, each.source == "attached", _origin(statement, each, topics))
        for each in statement.caveats
        if each.source != "derived"
    ]


def attachable(session: Session, statement: GradedStatement) -> list[RecordedCaveat]:
    """The caveats that can be attached to a statement: all that are not attached to it itself."""
    attached = {each.code for each in statement.caveats if each.source == "attached"}
    return [each for each in recorded_caveats(session) if each.code not in attached]


def _origin(statement: GradedStatement, caveat: RequiredCaveat, topics: Mapping[str, list[str]]) -> str:
    if caveat.source == "article" and statement.article is not None:
        return f"It comes with the article “{statement.article.title}”."
    if caveat.source == "topic":
        named = ", ".join(f"“{name}”" for name in topics.get(caveat.code, []))
        return f"It comes with the topic {named}." if named else "It comes with a topic."
    return "It is attached to this statement."


def _topics(session: Session, statement_id: int) -> dict[str, list[str]]:
    query = (
        select(Caveat.code, Topic.name)
        .join(TopicCaveat, TopicCaveat.caveat_id == Caveat.id)
        .join(Topic, Topic.id == TopicCaveat.topic_id)
        .join(StatementTopic, StatementTopic.topic_id == Topic.id)
        .join(Statement, Statement.id == StatementTopic.statement_id)
        .where(Statement.id == statement_id, or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type))
        .distinct()
        .order_by(Caveat.code, Topic.name)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in session.execute(query):
        found[code].append(name)
    return found
