"""Statements' facts read from the tables: some queries for hundreds of statements, none for a single one.

As with `kb.records`, nothing outside `kb` may use this, but for what `kb.graded` makes of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, literal, or_, select, union_all
from sqlalchemy.orm import Session

from kb.model import (
    Article,
    ArticleCaveat,
    Caveat,
    CaveatCitation,
    Citation,
    CitationSlot,
    Grade,
    Person,
    Relation,
    Statement,
    StatementCaveat,
    StatementTopic,
    Topic,
    TopicCaveat,
)
from kb.records import (
    CHUNK,
    LARGEST_ID,
    ArticleRecord,
    CaveatRecord,
    CitationRecord,
    GradeRecord,
    RelationRecord,
    SlotRecord,
    StatementRecord,
)
from kb.rows import Rows, among

Made = TypeVar("Made")

PLAIN_COLUMNS = [
    "id",
    "origin",
    "key",
    "start",
    "end",
    "sentence_start",
    "sentence_end",
    "quote",
    "text",
    "type",
    "population",
    "intervention",
    "comparator",
    "outcome",
    "effect_size",
    "direct_evidence",
    "searched_on",
    "searched_where",
    "state",
    "withdrawn_reason",
    "version",
    "reviewed_on",
    "review_due",
    "content_hash",
]


# Queries are put together once: SQLAlchemy takes longer for that than SQLite for the answer.
_STATEMENTS = (
    select(
        *(Statement.__table__.c[name] for name in PLAIN_COLUMNS),
        Statement.remarks,
        Statement.current_grade_id,
        Statement.article_id,
        Article.slug,
        Article.title,
    )
    .outerjoin(Article, Article.id == Statement.article_id)
    .where(among(Statement.id))
)
_GRADES = (
    select(
        *(Grade.statement_id, Grade.id, Grade.supersedes_id),
        *(Grade.scale, Grade.level, Grade.direction, Grade.rating, Grade.rationale, Grade.profile, Grade.kind),
        *(Person.name, Grade.made_at),
    )
    .join(Person, Person.id == Grade.rater_id)
    .where(among(Grade.statement_id))
    .order_by(Grade.id)
)
_CITATIONS = select(*Citation.__table__.c).where(among(Citation.id))
_SLOTS = (
    select(
        *(CitationSlot.statement_id, CitationSlot.position, CitationSlot.citation_id),
        *(CitationSlot.stance, CitationSlot.quote, CitationSlot.locator, CitationSlot.note),
    )
    .where(among(CitationSlot.statement_id))
    .order_by(CitationSlot.statement_id, CitationSlot.position)
)
_CAVEATS = select(Caveat.id, Caveat.code, Caveat.severity, Caveat.kind, Caveat.text, Caveat.as_of).where(
    among(Caveat.id)
)
# Where a caveat comes from several ways, the first one counts.
_SOURCES = ("attached", "article", "topic")
_ATTACHED = union_all(
    select(StatementCaveat.statement_id, StatementCaveat.caveat_id, literal(0)).where(
        among(StatementCaveat.statement_id)
    ),
    select(Statement.id, ArticleCaveat.caveat_id, literal(1))
    .join(ArticleCaveat, ArticleCaveat.article_id == Statement.article_id)
    .where(among(Statement.id)),
    select(Statement.id, TopicCaveat.caveat_id, literal(2))
    .join(StatementTopic, StatementTopic.statement_id == Statement.id)
    .join(TopicCaveat, TopicCaveat.topic_id == StatementTopic.topic_id)
    .where(among(Statement.id), or_(TopicCaveat.type == "*", TopicCaveat.type == Statement.type)),
)
_RESTS_ON = (
    select(CaveatCitation.caveat_id, CaveatCitation.citation_id)
    .where(among(CaveatCitation.caveat_id))
    .order_by(CaveatCitation.caveat_id, CaveatCitation.position)
)
_TOPICS = (
    select(StatementTopic.statement_id, Topic.name)
    .join(Topic, Topic.id == StatementTopic.topic_id)
    .where(among(StatementTopic.statement_id))
    .order_by(Topic.name)
)
_RELATIONS = union_all(
    *(
        select(own, Relation.kind, other, Statement.origin, Statement.key, Statement.state, literal(inverse))
        .join(Statement, Statement.id == other)
        .where(among(own))
        for inverse, own, other in (
            (0, Relation.statement_id, Relation.other_id),
            (1, Relation.other_id, Relation.statement_id),
        )
    )
)


def load(session: Session, ids: Sequence[int]) -> list[StatementRecord]:
    """The statements with these ids, in this order; an id that is not in the store is left out."""
    return load_as(StatementRecord, session, ids)


def load_as(make: Callable[..., Made], session: Session, ids: Sequence[int]) -> list[Made]:
    """The same, as what `make` makes of the values of a StatementRecord, given by their names."""
    found: dict[int, Made] = {}
    known = [id_ for id_ in ids if 0 < id_ <= LARGEST_ID]
    rows = Rows(session)
    for at in range(0, len(known), CHUNK):
        found.update(_load_chunk(make, rows, known[at : at + CHUNK]))
    return [found[id_] for id_ in ids if id_ in found]


def _load_chunk(make: Callable[..., Made], rows: Rows, ids: Sequence[int]) -> dict[int, Made]:
    # Columns and no objects: these would take as long as all the rest.
    statements = rows.of(_STATEMENTS, ids)
    grades = _grades(rows, ids)
    slots = _slots(rows, ids)
    caveats = _caveats(rows, [row[0] for row in statements])
    topics = _topics(rows, ids)
    relations = _relations(rows, ids)
    found = {}
    for row in statements:
        *plain, remarks, current_grade_id, article_id, slug, title = row
        id_ = row[0]
        found[id_] = make(
            **dict(zip(PLAIN_COLUMNS, plain, strict=True)),
            article=None if article_id is None else ArticleRecord(slug, title),
            remarks=tuple(remarks),
            topics=tuple(topics[id_]),
            judged=grades[id_].get(current_grade_id),
            grades=tuple(grades[id_].values()),
            slots=tuple(slots[id_]),
            recorded_caveats=tuple(caveats[id_]),
            relations=tuple(relations[id_]),
        )
    return found


def _grades(rows: Rows, ids: Sequence[int]) -> dict[int, dict[int | None, GradeRecord]]:
    """The grades of each statement by their ids, oldest first."""
    grades: dict[int, dict[int | None, GradeRecord]] = defaultdict(dict)
    found = rows.of(_GRADES, ids)
    taken_back = {row.supersedes_id for row in found if row.kind == "restored"}
    for statement_id, id_, _, *said in found:
        values: tuple[Any, ...] = (*said, id_ in taken_back)
        grades[statement_id][id_] = GradeRecord(*values)
    return grades


def citation_record(row: Citation | Row[Any]) -> CitationRecord:
    """A citation as a record, from its object or a row of its columns."""
    return CitationRecord(
        row.id,
        row.key,
        row.csl,
        row.title,
        row.year,
        row.study_design,
        row.standing,
        row.standing_on,
        row.standing_reason,
        row.standing_notice,
        row.standing_source,
        tuple(row.unchecked),
    )


def citations(session: Session, ids: Iterable[int]) -> dict[int, CitationRecord]:
    """The citations with these ids, by id; unknown ids are left out."""
    return _citations(Rows(session), ids)


def _citations(rows: Rows, ids: Iterable[int]) -> dict[int, CitationRecord]:
    wanted = sorted(set(ids))
    found: dict[int, CitationRecord] = {}
    for at in range(0, len(wanted), CHUNK):
        found.update((row.id, citation_record(row)) for row in rows.of(_CITATIONS, wanted[at : at + CHUNK]))
    return found


def _slots(rows: Rows, ids: Sequence[int]) -> dict[int, list[SlotRecord]]:
    found = rows.of(_SLOTS, ids)
    cited = _citations(rows, (row.citation_id for row in found if row.citation_id is not None))
    slots: dict[int, list[SlotRecord]] = defaultdict(list)
    for statement_id, position, citation_id, *rest in found:
        citation = None if citation_id is None else cited[citation_id]
        slots[statement_id].append(SlotRecord(position, citation, *rest))
    return slots


def _caveats(rows: Rows, ids: Sequence[int]) -> dict[int, list[CaveatRecord]]:
    """What was written down for each statement: its own first, then its article's, then its topics'; each code once."""
    sources: dict[int, dict[int, str]] = defaultdict(dict)
    for statement_id, caveat_id, source in sorted(rows.of(_ATTACHED, ids)):
        sources[statement_id].setdefault(caveat_id, _SOURCES[source])
    wanted = sorted({id_ for each in sources.values() for id_ in each})
    pieces = [wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)]
    texts = {id_: said for piece in pieces for id_, *said in rows.of(_CAVEATS, piece)}
    rests_on = _rests_on(rows, wanted)
    result: dict[int, list[CaveatRecord]] = defaultdict(list)
    for statement_id, each in sources.items():
        for caveat_id in sorted(each):
            code, severity, kind, text, as_of = texts[caveat_id]
            record = CaveatRecord(code, severity, kind, text, as_of, each[caveat_id], rests_on[caveat_id])
            result[statement_id].append(record)
    return result


def caveat_rows(session: Session, which: ColumnElement[bool]) -> dict[int, tuple[Caveat, tuple[CitationRecord, ...]]]:
    """The caveats that `which` selects, each with what it rests on."""
    found = session.scalars(select(Caveat).where(which)).all()
    rests_on = _rests_on(Rows(session), [row.id for row in found])
    return {row.id: (row, rests_on[row.id]) for row in found}


def _rests_on(rows: Rows, ids: Sequence[int]) -> dict[int, tuple[CitationRecord, ...]]:
    """What each of these caveats rests on."""
    links = [link for at in range(0, len(ids), CHUNK) for link in rows.of(_RESTS_ON, ids[at : at + CHUNK])]
    cited = _citations(rows, (citation_id for _, citation_id in links))
    found: dict[int, list[CitationRecord]] = {id_: [] for id_ in ids}
    for caveat_id, citation_id in links:
        found[caveat_id].append(cited[citation_id])
    return {id_: tuple(each) for id_, each in found.items()}


def _topics(rows: Rows, ids: Sequence[int]) -> dict[int, list[str]]:
    topics: dict[int, list[str]] = defaultdict(list)
    for statement_id, name in rows.of(_TOPICS, ids):
        topics[statement_id].append(name)
    return topics


def _relations(rows: Rows, ids: Sequence[int]) -> dict[int, list[RelationRecord]]:
    relations: dict[int, list[RelationRecord]] = defaultdict(list)
    for id_, kind, other_id, origin, key, state, inverse in sorted(rows.of(_RELATIONS, ids), key=_in_order):
        relations[id_].append(RelationRecord(kind, other_id, origin, key, state, bool(inverse)))
    return relations


def _in_order(relation: Sequence[Any]) -> tuple[int, str, int]:
    """A statement's own relations before those that others have to it, each by kind and by the other."""
    _, kind, other_id, *_, inverse = relation
    return inverse, kind, other_id
