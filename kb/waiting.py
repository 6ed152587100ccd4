"""What waits for a curator: drafts, empty slots, overdue reviews, disagreements, works that fell, flags.

Each kind of work is a list of statements (or of flags), in an order that does not change by itself. How long a list is
gets counted up to a limit, so that a million statements that all wait are counted as fast as ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kb import misses
from kb.audit.raters import opinions
from kb.audit.rule import Scope
from kb.audit.rules.p05_contradiction_not_recorded import RULE, pairs
from kb.audit.runs import found_in, runs
from kb.model import Article, Citation, CitationSlot, Flag, Grade, Relation, Statement
from kb.records import CHUNK

MOST = 10_000
"""A list is counted, and can be turned over, up to so many."""
MOST_PAIRS = 1_000
"""The same of those that are compared with others one by one."""

Ids = Select[int]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: its name in addresses, what it is called, and what is to be done."""

    name: str
    title: str
    task: str
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one kind of work waits: `count`, or more than that. None where it was not looked for, for `why`."""

    work: Work
    count: int | None
    more: bool = False
    why: str = ""


DRAFTS = Work("drafts", "Drafts", "Sentences that nobody has published: publish, edit, split or discard them.")
EMPTY = Work("empty-slots", "Empty slots", "A citation is wanted and missing: fill the slot.")
OVERDUE = Work("overdue", "Overdue reviews", "The day for looking again has passed; the longest ago comes first.")
APART = Work("raters-apart", "Raters apart", "Raters give different levels, and no consensus is recorded.")
CONTRADICTING = Work("contradicting", "Recorded contradictions", "Two published statements are said to disagree.")
SAME_QUESTION = Work(
    "same-question",
    "The same question, answered both ways",
    "Two statements on one question point opposite ways, and nobody has recorded how they stand to each other.",
    MOST_PAIRS,
)
FALLEN = Work(
    "fallen", "Works that fell", "A cited work was retracted, or is under concern: look whether the grade still holds."
)
FLAGS = Work("flags", "Open flags", "Somebody doubts a statement: look at it, and say what came of it.")
MISSES = Work("misses", "Searches without hits", "What readers searched and did not find.")

WORKS = (FLAGS, DRAFTS, OVERDUE, FALLEN, APART, CONTRADICTING, SAME_QUESTION, EMPTY, MISSES)
"""All kinds of work, what should not wait first."""


def waiting(session: Session, day: date) -> list[Waiting]:
    """How much of each kind of work waits on a day."""
    return [counted(session, work, day) for work in WORKS]


def counted(session: Session, work: Work, day: date) -> Waiting:
    """How much of one kind of work waits on a day."""
    if work is MISSES:
        return Waiting(work, misses.how_many(session))
    if work is SAME_QUESTION and audited_at(session) is None:
        return Waiting(work, None, why="No audit has been run, which is what compares them.")
    if work is SAME_QUESTION:
        found = sum(1 for _ in islice(_both_ways(session, day), work.most + 1))
    else:
        # Unordered, so that counting stops at the limit.
        some = LISTS[work.name](day).order_by(None).limit(work.most + 1).subquery()
        found = session.scalar(select(func.count()).select_from(some)) or 0
    return Waiting(work, min(found, work.most), found > work.most)


def ids_of(session: Session, work: Work, day: date, offset: int, limit: int) -> list[int]:
    """A page of the statements of one kind of work, or of the numbers of flags; nothing beyond its limit."""
    limit = min(limit, max(work.most - offset, 0))
    if work is SAME_QUESTION:
        return list(islice(_both_ways(session, day), offset, offset + limit))
    return list(session.scalars(LISTS[work.name](day).offset(offset).limit(limit)))


def audited_at(session: Session) -> datetime | None:
    """When all statements were last compared with those on the same question; None before the first audit."""
    last = runs(session, 1)
    return last[0].at if last else None


def articles_of(session: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
    """Slug and title of the article that each of these statements is from."""
    query = select(Statement.id, Article.slug, Article.title).join(Article, Article.id == Statement.article_id)
    return {id_: (slug, title) for id_, slug, title in session.execute(query.where(Statement.id.in_(ids)))}


def _both_ways(session: Session, day: date) -> Iterator[int]:
    """What the last audit found that answers a question otherwise than another, and still does, in order of id."""
    last = runs(session, 1)
    found = sorted(id_ for id_, _ in found_in(session, last[0].id, RULE)) if last else []
    for at in range(0, len(found), CHUNK):
        yield from sorted({one for one, _ in pairs(session, Scope(day, ids=tuple(found[at : at + CHUNK])))})


def _is(column: InstrumentedAttribute[Any], word: str) -> ColumnElement[bool]:
    """The comparison with the word in it, as the indexes of few rows have it."""
    return column == bindparam(None, word, literal_execute=True)


def _published() -> ColumnElement[bool]:
    return Statement.state == "published"


def _drafts(_day: date) -> Ids:
    return select(Statement.id).where(_is(Statement.state, "draft")).order_by(Statement.id)


def _empty(_day: date) -> Ids:
    query = select(CitationSlot.statement_id).join(Statement, Statement.id == CitationSlot.statement_id)
    return query.where(CitationSlot.citation_id.is_(None), _published()).distinct().order_by(CitationSlot.statement_id)


def _overdue(day: date) -> Ids:
    query = select(Statement.id).where(Statement.review_due < day, Statement.review_due.is_not(None), _published())
    return query.order_by(Statement.review_due, Statement.id)


def _apart(day: date) -> Ids:
    further = select(Grade.statement_id).where(or_(Grade.supersedes_id.is_not(None), _is(Grade.kind, "second")))
    opinion = opinions(Scope(day), further).subquery()
    query = select(opinion.c.statement_id).where(opinion.c.standing_kind != "consensus")
    query = query.group_by(opinion.c.statement_id).having(func.min(opinion.c.level) != func.max(opinion.c.level))
    return query.order_by(opinion.c.statement_id)


def _contradicting(_day: date) -> Ids:
    one, other = aliased(Statement), aliased(Statement)
    both = (one.state == "published", other.state == "published", _is(Relation.kind, "contradicts"))
    sides = [
        select(side.label("id"))
        .join(one, one.id == Relation.statement_id)
        .join(other, other.id == Relation.other_id)
        .where(*both)
        for side in (Relation.statement_id, Relation.other_id)
    ]
    found = union(*sides).subquery()
    return select(found.c.id).order_by(found.c.id)


def _fallen(_day: date) -> Ids:
    words: BindParameter[Any] = bindparam(None, ("retracted", "concern"), expanding=True, literal_execute=True)
    fallen = select(Citation.id).where(Citation.standing.in_(words))
    query = select(CitationSlot.statement_id).join(Statement, Statement.id == CitationSlot.statement_id)
    query = query.where(CitationSlot.citation_id.in_(fallen), _published())
    return query.distinct().order_by(CitationSlot.statement_id)


def _flags(_day: date) -> Ids:
    return select(Flag.id).where(Flag.resolved_at.is_(None)).order_by(Flag.id)


LISTS: Mapping[str, Callable[[date], Ids]] = {
    DRAFTS.name: _drafts,
    EMPTY.name: _empty,
    OVERDUE.name: _overdue,
    APART.name: _apart,
    CONTRADICTING.name: _contradicting,
    FALLEN.name: _fallen,
    FLAGS.name: _flags,
}
