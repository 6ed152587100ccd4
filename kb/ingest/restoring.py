"""A record made to say again what it said before a change: from the content that the change's revision kept.

Nothing is deleted: what was changed stays in the history, and each record that is restored gets a revision of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import article_caveats, article_content, caveat_content, citation_content, topic_content
from kb.curate import By, changing, person
from kb.errors import Conflict
from kb.history import Act, append, hashed
from kb.ingest.article import topic_named
from kb.ingest.caveats import COMPARED as CAVEAT_FIELDS
from kb.ingest.restored_grades import restore_grades
from kb.loading import caveat_rows
from kb.model import (
    Article,
    ArticleCaveat,
    Caveat,
    CaveatCitation,
    Citation,
    CitationSlot,
    Person,
    Relation,
    Revision,
    Statement,
    StatementCaveat,
    StatementTopic,
    Topic,
    TopicCaveat,
)


def restore(session: Session, revision: Revision, by: By) -> None:
    """Let the subject of a revision say again what it said before that revision; by a revision of its own.

    Raises Conflict where that is not kept: the text of an article that was replaced, or of a statement that was hidden.
    """
    kind, _, number = revision.subject.partition(":")
    content = (revision.before or {}).get("content")
    id_ = int(number)
    if kind == "topic":
        _restore_topic(session, id_, content, by)
    elif content is None:
        raise Conflict(
            f"What {kind} {id_} said before that change is not kept in the history.",
            cure="Change it anew instead.",
        )
    elif kind == "statement":
        _restore_statement(session, id_, content, by)
    elif kind == "citation":
        _restore_citation(session, id_, content, by)
    elif kind == "caveat":
        _restore_caveat(session, id_, content, by)
    elif kind == "article":
        _restore_article(session, id_, content, by)


def _restore_statement(session: Session, id_: int, content: dict[str, Any], by: By) -> None:
    with changing(session, id_, "undo", by, withdrawn_too=True) as row:
        article = content["article"]
        row.article_id = session.scalar(select(Article.id).where(Article.slug == article)) if article else None
        row.start, row.end = content["span"]
        row.sentence_start, row.sentence_end = content["sentence"]
        for name in ("quote", "text", "type", "effect_size", "direct_evidence", "remarks", "state", "withdrawn_reason"):
            setattr(row, name, content[name])
        for name, value in content["pico"].items():
            setattr(row, name, value)
        row.searched_on, row.searched_where = _day(content["searched"]["on"]), content["searched"]["where"]
        row.reviewed_on, row.review_due = _day(content["reviewed_on"]), _day(content["review_due"])
        session.flush()
        for table in (CitationSlot, StatementTopic, StatementCaveat, Relation):
            session.execute(delete(table).where(table.statement_id == id_))
        _restore_parts(session, id_, content)
        restore_grades(session, row, content)


def _restore_parts(session: Session, id_: int, content: dict[str, Any]) -> None:
    citations = dict(
        session.execute(
            select(Citation.key, Citation.id).where(Citation.key.in_([each["citation"] for each in content["slots"]]))
        ).all()
    )
    slots = [
        {
            "statement_id": id_,
            "position": position,
            "citation_id": citations[each["citation"]] if each["citation"] else None,
            **{name: each[name] for name in ("stance", "quote", "locator", "note")},
        }
        for position, each in enumerate(content["slots"], 1)
    ]
    codes = select(Caveat.id).where(Caveat.code.in_(content["caveats"]))
    others = [
        (kind, session.scalar(select(Statement.id).where(Statement.origin == origin, Statement.key == key)))
        for kind, origin, key in content["relations"]
    ]
    topics = [topic_named(session, name).id for name in content["topics"]]
    for table, rows in (
        (CitationSlot, slots),
        (StatementTopic, [{"statement_id": id_, "topic_id": each} for each in topics]),
        (StatementCaveat, [{"statement_id": id_, "caveat_id": each} for each in session.scalars(codes)]),
        (Relation, [{"statement_id": id_, "other_id": other, "kind": kind} for kind, other in others if other]),
    ):
        if rows:
            session.execute(insert(table), rows)


def _restore_citation(session: Session, id_: int, content: dict[str, Any], by: By) -> None:
    row = session.get_one(Citation, id_)
    before = hashed(citation_content(row))
    for name, value in content.items():
        setattr(row, name, _day(value) if name == "standing_on" else value)
    after = hashed(citation_content(row))
    row.content_hash = after["content_hash"]
    session.flush()
    append(session, [Act("undo", f"citation:{id_}", before, after, by.reason)], by.actor, by.at)
    resting = select(CitationSlot.statement_id).where(CitationSlot.citation_id == id_)
    announce_where(session, Statement.id.in_(resting), by.at)


def _restore_caveat(session: Session, id_: int, content: dict[str, Any], by: By) -> None:
    row, cited = caveat_rows(session, Caveat.id == id_)[id_]
    before = hashed(caveat_content(row, [citation.key for citation in cited]))
    for name in CAVEAT_FIELDS:
        setattr(row, name, _day(content[name]) if name == "as_of" else content[name])
    session.execute(delete(CaveatCitation).where(CaveatCitation.caveat_id == id_))
    for position, key in enumerate(content["citations"], 1):
        citation = session.scalar(select(Citation.id).where(Citation.key == key))
        session.execute(insert(CaveatCitation), [{"caveat_id": id_, "position": position, "citation_id": citation}])
    after = hashed(caveat_content(row, content["citations"]))
    row.content_hash = after["content_hash"]
    session.flush()
    append(session, [Act("undo", f"caveat:{id_}", before, after, by.reason)], by.actor, by.at)
    # Whoever may show it: attached, by article or by topic.
    announce_where(session, Statement.state == "published", by.at)


def _restore_article(session: Session, id_: int, content: dict[str, Any], by: By) -> None:
    row = session.get_one(Article, id_)

    def now() -> dict[str, Any]:
        rater = session.scalar(select(Person.name).where(Person.id == row.rater_id))
        return hashed(article_content(row, rater, article_caveats(session, id_)))

    before = now()
    if before["content"]["sha256"] != content["sha256"]:
        raise Conflict(
            f"The text of the article {row.slug} was replaced, and the old one is not kept.",
            cure="Import the old text again instead.",
        )
    for name in ("title", "url", "author", "language", "licence"):
        setattr(row, name, content[name])
    row.published_on, row.graded_on = _day(content["published_on"]), _day(content["graded_on"])
    row.rater_id = person(session, content["rater"]).id if content["rater"] else None
    session.execute(delete(ArticleCaveat).where(ArticleCaveat.article_id == id_))
    codes = session.scalars(select(Caveat.id).where(Caveat.code.in_(content["caveats"])))
    links = [{"article_id": id_, "caveat_id": each} for each in codes]
    if links:
        session.execute(insert(ArticleCaveat), links)
    session.flush()
    after = now()
    row.content_hash = after["content_hash"]
    session.flush()
    append(session, [Act("undo", f"article:{id_}", before, after, by.reason)], by.actor, by.at)
    announce_where(session, Statement.article_id == id_, by.at)


def _restore_topic(session: Session, id_: int, content: dict[str, Any] | None, by: By) -> None:
    topic = session.get_one(Topic, id_)
    before = hashed(topic_content(session, topic))
    session.execute(delete(TopicCaveat).where(TopicCaveat.topic_id == id_))
    for code, type_ in (content or {}).get("caveats", []):
        caveat = session.scalar(select(Caveat.id).where(Caveat.code == code))
        session.execute(insert(TopicCaveat), [{"topic_id": id_, "caveat_id": caveat, "type": type_}])
    after = hashed(topic_content(session, topic))
    append(session, [Act("undo", f"topic:{id_}", before, after, by.reason)], by.actor, by.at)
    about = select(StatementTopic.statement_id).where(StatementTopic.topic_id == id_)
    announce_where(session, Statement.id.in_(about), by.at)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
