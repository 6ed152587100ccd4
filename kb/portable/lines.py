"""The lines of a folder with everything: each record as pages and exports show it, and what only a way back needs.

A statement is what `kb.render.json` makes of it. Beside that stands the hash over all it says, by which an import
proves that nothing was lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import cut
from kb.audit.waivers import waiver_content
from kb.content import (
    article_caveats,
    article_content,
    caveat_content,
    citation_content,
    content_hash,
    statement_content,
    statement_hash,
    topic_content,
)
from kb.drafting import WHAT_IT_IS
from kb.flags import flag_content
from kb.graded import GradedStatement, read
from kb.loading import caveat_rows, citation_record
from kb.model import Article, Batch, Caveat, Citation, Flag, Grade, Person, Statement, Topic, Waiver
from kb.records import CHUNK
from kb.render.collected import NOT_ASSESSED, citation_json
from kb.render.json import as_json, with_grades_json

Line = dict[str, Any]


def citation_lines(session: Session) -> Iterator[Line]:
    """The works in order of id. `undone`: it came with a batch that was taken back, and has no page for that."""
    query = select(Citation, Batch.state).outerjoin(Batch, Batch.id == Citation.batch_id).order_by(Citation.id)
    for row, state in session.execute(query.execution_options(yield_per=CHUNK)):
        content = citation_content(row)
        said = {name: content[name] for name in ("doi", "pmid", "pmcid", "title", "year")}
        yield {
            **citation_json(citation_record(row)),
            **said,
            "undone": state == "undone",
            "content_hash": content_hash(content),
        }
        session.expunge(row)


def caveat_lines(session: Session) -> Iterator[Line]:
    """The caveats in order of id, which is that in which a statement shows them. `undone` as of a work."""
    taken_back = select(Caveat.id).join(Batch, Batch.id == Caveat.batch_id).where(Batch.state == "undone")
    undone = set(session.scalars(taken_back))
    for id_, (row, cited) in sorted(caveat_rows(session, Caveat.id > 0).items()):
        content = caveat_content(row, [citation.key for citation in cited])
        yield {"id": id_, **content, "undone": id_ in undone, "content_hash": content_hash(content)}


def topic_lines(session: Session) -> Iterator[Line]:
    """The topics with the caveats that they bring along."""
    for topic in session.scalars(select(Topic).order_by(Topic.id)):
        yield topic_content(session, topic)


def article_ids(session: Session) -> list[int]:
    """The articles, whatever became of the batches they came with."""
    return list(session.scalars(select(Article.id).order_by(Article.id)))


def article_lines(session: Session, id_: int, day: date) -> Iterator[Line]:
    """An article's record, then its whole text in pieces, each with the published statements that were made of it."""
    query = select(Article, Person.name, Batch.state).outerjoin(Person, Person.id == Article.rater_id)
    row, rater, state = session.execute(
        query.outerjoin(Batch, Batch.id == Article.batch_id).where(Article.id == id_)
    ).one()
    content = article_content(row, rater, article_caveats(session, id_))
    yield {"id": id_, **content, "undone": state == "undone", "content_hash": content_hash(content)}
    published = select(Statement.id).where(Statement.article_id == id_, Statement.state == "published")
    ids = session.scalars(published.order_by(Statement.start, Statement.end, Statement.id)).all()
    for passage in cut(row.text, 0, len(row.text), read(session, ids, day)):
        # Statements that share words stand in one piece, with all that belongs to each.
        statements = [as_json(each) for each in passage.statements]
        note = NOT_ASSESSED if passage.kind == "not-assessed" else None
        yield {"start": passage.start, "text": passage.text, "note": note, "statements": statements}


def statement_lines(session: Session, day: date) -> Iterator[Line]:
    """Every statement in order of id, drafts marked as such."""
    last = 0
    while ids := list(
        session.scalars(select(Statement.id).where(Statement.id > last).order_by(Statement.id).limit(CHUNK))
    ):
        superseded = _superseded(session, ids)
        for statement in read(session, ids, day):
            yield statement_line(statement, superseded.get(statement.id, []))
        last = ids[-1]


def statement_line(statement: GradedStatement, superseded: list[int | None]) -> Line:
    """A statement; `supersedes` says of each of its grades which of them it replaced, counted from 0."""
    marked = {"what_it_is": WHAT_IT_IS} if statement.state == "draft" else {}
    return {
        **with_grades_json(statement),
        **marked,
        "supersedes": superseded,
        "content_hash": statement_hash(statement_content(statement)),
    }


def waiver_lines(session: Session) -> Iterator[Line]:
    """The waivers, those that have ended too."""
    for row in session.scalars(select(Waiver).order_by(Waiver.id)):
        yield {"id": row.id, **waiver_content(row)}


def flag_lines(session: Session) -> Iterator[Line]:
    """The flags, those that are resolved too."""
    for row in session.scalars(select(Flag).order_by(Flag.id)):
        yield {"id": row.id, **flag_content(row)}


def _superseded(session: Session, ids: list[int]) -> dict[int, list[int | None]]:
    """Of each statement's grades, newest first, the place of the one that each replaced."""
    query = select(Grade.statement_id, Grade.id, Grade.supersedes_id).where(Grade.statement_id.in_(ids))
    rows = session.execute(query.order_by(Grade.statement_id, Grade.id.desc())).all()
    found: dict[int, list[int | None]] = {}
    for statement_id, group in groupby(rows, key=lambda row: int(row[0])):
        grades = list(group)
        places = {grade_id: place for place, (_, grade_id, _) in enumerate(grades)}
        found[statement_id] = [None if other is None else places[other] for _, _, other in grades]
    return found
