"""Taking a batch back: what it created is withdrawn and hidden, what it changed says again what it said before.

Nothing is deleted: the history keeps the batch and its undoing. A batch is undone whole, and only as long as nothing
that it wrote was changed since; otherwise somebody's later work would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from kb.changes import announce, announce_where
from kb.content import (
    article_caveats,
    article_content,
    caveat_content,
    citation_content,
    statement_content,
    statement_hash,
    topic_content,
)
from kb.curate import By, changing, person
from kb.errors import Conflict, NotFound
from kb.history import Act, append, hashed
from kb.ingest.article import topic_named
from kb.ingest.caveats import COMPARED as CAVEAT_FIELDS
from kb.loading import caveat_rows, load
from kb.model import (
    Article,
    ArticleCaveat,
    Batch,
    Caveat,
    CaveatCitation,
    Citation,
    CitationSlot,
    Grade,
    Person,
    Relation,
    Revision,
    Statement,
    StatementCaveat,
    StatementTopic,
    Topic,
    TopicCaveat,
)
from kb.records import CHUNK, LARGEST_ID

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Undone:
    """How many statements were withdrawn and hidden, and how many records say again what they said before."""

    batch: int
    withdrawn: int
    restored: int


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One import, as it is listed."""

    id: int
    at: datetime
    actor: str
    file: str
    kind: str
    mapping: str | None
    counts: dict[str, Any]
    state: str


def batches(session: Session) -> list[BatchLine]:
    """All imports, newest first."""
    return [
        BatchLine(each.id, each.at, each.actor, each.file, each.kind, each.mapping, each.counts, each.state)
        for each in session.scalars(select(Batch).order_by(Batch.id.desc()))
    ]


def citations_of(session: Session, batch_id: int) -> set[int]:
    """The ids of the citations that a batch changed."""
    query = select(Revision.subject).where(Revision.batch_id == batch_id, Revision.subject.startswith("citation:"))
    return {int(subject.partition(":")[2]) for subject in session.scalars(query)}


def undo(session: Session, batch_id: int, by: By) -> Undone:
    """Take a batch back, in the caller's writing session.

    Raises NotFound, and Conflict where it is undone already or something that it wrote was changed since.
    """
    batch = session.get(Batch, batch_id) if 0 < batch_id <= LARGEST_ID else None
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.", cure="`kb batches` lists them.")
    if batch.state == "undone":
        raise Conflict(f"Batch {batch_id} is undone already.")
    written = list(_written(session, batch_id))
    _refuse_later_changes(session, batch_id, [revision.subject for revision in written])
    restored = set()
    for revision in written:
        if revision.subject not in restored:
            # The first of a record's revisions in this batch says how it was before.
            restored.add(revision.subject)
            _restore(session, revision, batch_id, by)
    withdrawn = _withdraw_created(session, batch_id, by)
    batch.state = "undone"
    session.flush()
    told = {"withdrawn": withdrawn, "restored": len(restored)}
    append(session, [Act("undo", f"batch:{batch_id}", None, told, by.reason, None)], by.actor, by.at)
    return Undone(batch_id, withdrawn, len(restored))


def undone_reason(batch_id: int) -> str:
    """Why a statement that a batch created is withdrawn when the batch is undone; such a statement is hidden."""
    return f"batch {batch_id} undone"


def _written(session: Session, batch_id: int) -> Iterator[Revision]:
    query = select(Revision).where(Revision.batch_id == batch_id, ~Revision.subject.startswith("batch:"))
    yield from session.scalars(query.order_by(Revision.seq))


def _refuse_later_changes(session: Session, batch_id: int, subjects: Sequence[str]) -> None:
    """Raise Conflict where one of these records, or a statement that the batch created, has a later revision."""
    last = select(func.max(Revision.seq)).where(Revision.batch_id == batch_id).scalar_subquery()
    created = select(literal("statement:") + cast(Statement.id, String)).where(Statement.batch_id == batch_id)
    undone = select(Batch.id).where(Batch.state == "undone")
    # What came and was taken back has left nothing.
    counts = (Revision.action != "undo", or_(Revision.batch_id.is_(None), Revision.batch_id.not_in(undone)))
    after = select(Revision).where(Revision.seq > last, *counts)
    later: list[Revision] = []
    for at in range(0, len(subjects), CHUNK):
        chunk = subjects[at : at + CHUNK]
        later += session.scalars(after.where(Revision.subject.in_(chunk)).limit(SHOWN))
    later += session.scalars(after.where(Revision.subject.in_(created)).limit(SHOWN))
    if later:
        first = min(later, key=lambda each: each.seq)
        whose = f"batch {first.batch_id}" if first.batch_id else f"{first.actor} ({first.reason})"
        cure = f"Undo batch {first.batch_id} first." if first.batch_id else "Correct the statements one by one instead."
        raise Conflict(
            f"Batch {batch_id} cannot be undone: {first.subject.replace(':', ' ')} was changed since by {whose}.",
            cure=cure,
        )


def _withdraw_created(session: Session, batch_id: int, by: By) -> int:
    """Withdraw the statements that the batch created, each with a revision of hashes that repeats no words."""
    query = select(Statement.id).where(Statement.batch_id == batch_id, Statement.state != "withdrawn")
    ids = list(session.scalars(query.order_by(Statement.id)))
    for at in range(0, len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        before = {record.id: record for record in load(session, chunk)}
        session.execute(
            update(Statement)
            .where(Statement.id.in_(chunk))
            .values(state="withdrawn", withdrawn_reason=undone_reason(batch_id), version=Statement.version + 1),
            execution_options={"synchronize_session": False},
        )
        session.expire_all()
        acts, sealed = [], []
        for record in load(session, chunk):
            after = statement_hash(statement_content(record))
            sealed.append({"id": record.id, "content_hash": after})
            was = {"content_hash": before[record.id].content_hash}
            acts.append(Act("undo", f"statement:{record.id}", was, {"content_hash": after}, by.reason))
        session.execute(update(Statement), sealed)
        append(session, acts, by.actor, by.at)
        related = {each.other_id for record in before.values() for each in record.relations}
        announce(session, {*chunk, *related}, by.at)
    return len(ids)


def _restore(session: Session, revision: Revision, batch_id: int, by: By) -> None:
    kind, _, number = revision.subject.partition(":")
    content = (revision.before or {}).get("content")
    id_ = int(number)
    if kind == "statement":
        _restore_statement(session, id_, content or {}, by)
    elif kind == "citation":
        _restore_citation(session, id_, content or {}, by)
    elif kind == "caveat":
        _restore_caveat(session, id_, content or {}, by)
    elif kind == "article":
        _restore_article(session, id_, content or {}, by)
    elif kind == "topic":
        _restore_topic(session, id_, content, by)


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
        _restore_grade(session, row, content["grade"])


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


def _restore_grade(session: Session, row: Statement, grade: dict[str, Any] | None) -> None:
    """The grade of before, as one of kind “restored” by the same rater of the same moment; the batch's stays known."""
    current = session.get(Grade, row.current_grade_id) if row.current_grade_id is not None else None
    if grade is None:
        row.current_grade_id = None
        return
    made_at = datetime.fromisoformat(grade["made_at"])
    rater = person(session, grade["rater"])
    parts = {name: grade[name] for name in ("scale", "level", "direction", "rating", "rationale", "profile")}
    is_the_same = current is not None and (current.rater_id, current.made_at) == (rater.id, made_at)
    if is_the_same and all(getattr(current, name) == value for name, value in parts.items()):
        return
    of_before = {"statement_id": row.id, "rater_id": rater.id, "made_at": made_at, **parts}
    made = Grade(kind="restored", supersedes_id=row.current_grade_id, **of_before)
    session.add(made)
    session.flush()
    row.current_grade_id = made.id


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
