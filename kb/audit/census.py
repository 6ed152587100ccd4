"""How many published statements stand at which grade and direction: in all, by claim type, topic, article, origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.model import Article, Grade, Statement, StatementTopic, Topic
from kb.scales import UNGRADED

SHOWN_TOPICS = 60
NO_ARTICLE = ""

Counts = dict[str, dict[str, int]]
"""Value, then level (`grade:low`, `ungraded`), then how many statements."""


def census(session: Session) -> dict[str, Any]:
    """`{statements, levels: {level: n}, by: {direction|type|topic|article|origin: {value: {level: n}}}, topics}`.

    The direction of an ungraded statement is `not-stated`, as its page says; a statement without an article counts
    under the empty slug. Of the topics those with most statements are told; `topics` is how many there are.
    """
    # One pass for all but the topics: so many different combinations of these there are not.
    columns = (Grade.scale, Grade.level, Grade.direction, Statement.type, Article.slug, Statement.origin)
    query = (
        select(*columns, func.count())
        .select_from(Statement)
        .outerjoin(Grade, Grade.id == Statement.current_grade_id)
        .outerjoin(Article, Article.id == Statement.article_id)
        .where(Statement.state == "published")
        .group_by(*columns)
    )
    levels: dict[str, int] = defaultdict(int)
    by: dict[str, Counts] = {name: {} for name in ("direction", "type", "topic", "article", "origin")}
    for scale, level, direction, type_, article, origin, count in session.execute(query):
        name = _name(scale, level)
        levels[name] += count
        values = {"direction": direction or "not-stated", "type": type_, "article": article, "origin": origin}
        for part, value in values.items():
            _add(by[part], value or NO_ARTICLE, name, count)
    by["topic"], topics = _topics(session)
    return {"statements": sum(levels.values()), "levels": dict(levels), "by": by, "topics": topics}


def _topics(session: Session) -> tuple[Counts, int]:
    counted = (
        select(StatementTopic.topic_id, Grade.scale, Grade.level, func.count().label("count"))
        .select_from(StatementTopic)
        .join(Statement, Statement.id == StatementTopic.statement_id)
        .outerjoin(Grade, Grade.id == Statement.current_grade_id)
        .where(Statement.state == "published")
        .group_by(StatementTopic.topic_id, Grade.scale, Grade.level)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for topic_id, scale, level, count in session.execute(counted):
        found[topic_id][_name(scale, level)] = count
    most = sorted(found, key=lambda topic_id: (-sum(found[topic_id].values()), topic_id))[:SHOWN_TOPICS]
    names: Mapping[int, str] = dict(session.execute(select(Topic.id, Topic.name).where(Topic.id.in_(most))).all())
    return {names[topic_id]: found[topic_id] for topic_id in most}, len(found)


def _name(scale: str | None, level: str | None) -> str:
    return f"{scale}:{level}" if scale and level else UNGRADED.name


def _add(counts: Counts, value: str, level: str, count: int) -> None:
    here = counts.setdefault(value, {})
    here[level] = here.get(level, 0) + count
