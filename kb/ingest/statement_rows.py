"""A statement's draft as rows of the tables: what `kb.ingest.statements` writes is put together here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC as utc
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from kb.bulk import BulkInsert
from kb.content import Content, statement_hash
from kb.ingest.drafts import CaveatDraft, CitationDraft, GradeDraft, StatementDraft
from kb.ingest.kind import BatchMark
from kb.ingest.known import Known, ids_of
from kb.model import Base, CitationSlot, Grade, Statement, StatementCaveat, StatementTopic
from kb.question import question_number


def statement_columns(draft: StatementDraft, known: Known) -> dict[str, Any]:
    """The columns of `statement` that a file decides, but for the days of its review."""
    pico = draft.pico
    return {
        "article_id": known.articles[draft.article].id if draft.article else None,
        "start": draft.span.start if draft.span else None,
        "end": draft.span.end if draft.span else None,
        "sentence_start": draft.sentence.start if draft.sentence else None,
        "sentence_end": draft.sentence.end if draft.sentence else None,
        "quote": draft.quote,
        "text": draft.text,
        "type": draft.type,
        "population": pico.population,
        "intervention": pico.intervention,
        "comparator": pico.comparator,
        "outcome": pico.outcome,
        "effect_size": draft.effect_size,
        "direct_evidence": draft.direct_evidence,
        "searched_on": draft.searched.on,
        "searched_where": draft.searched.where,
        "remarks": draft.remarks,
    }


def grade_columns(draft: StatementDraft, grade: GradeDraft, known: Known, batch: BatchMark) -> dict[str, Any]:
    """The columns of `grade` but for the statement and the grade it supersedes; the rater by name."""
    return {
        "scale": grade.scale,
        "level": grade.level,
        "direction": grade.direction,
        "rating": grade.rating,
        "rationale": grade.rationale,
        "profile": grade.profile,
        "kind": known.kind_of_grade(draft),
        "rater": known.rater(draft),
        "made_at": known.made_at(draft, batch.at),
    }


@dataclass(frozen=True, slots=True)
class Prepared:
    """New statements as rows that wait only for the ids which the database gives.

    What belongs to a statement names it by its place in `statements`, and what it refers to by name: so that another
    process can prepare them. `works` and `caveats` are what they name and nobody has imported yet.
    """

    names: list[tuple[str, str]]
    statements: list[tuple[Any, ...]]
    grades: list[tuple[Any, ...]]
    slots: list[tuple[Any, ...]]
    topics: list[tuple[int, str]]
    caveats: list[tuple[int, str]]
    relations: list[tuple[int, str, str, str]]
    works: list[CitationDraft]
    defined: list[CaveatDraft]


def prepared(drafts: Sequence[StatementDraft], known: Known, batch: BatchMark, state: str) -> Prepared:
    """The drafts as rows of a batch, each statement sealed by the hash over all that it will say."""
    rows = Prepared([], [], [], [], [], [], [], *known.unwritten(drafts))
    for place, draft in enumerate(drafts):
        rows.names.append((draft.origin, draft.key))
        rows.statements.append(
            (
                *(draft.origin, draft.key, *statement_columns(draft, known).values(), state, 1),
                *(statement_hash(new_content(draft, known, batch, state)), draft.reviewed_on, draft.review_due),
                batch.id,
                question_number(draft.pico.intervention, draft.pico.outcome),
            )
        )
        if (grade := draft.grade) is not None:
            rows.grades.append((place, *grade_columns(draft, grade, known, batch).values()))
        for position, slot in enumerate(draft.filled_slots, 1):
            rows.slots.append((place, position, slot.citation, slot.stance, slot.quote, slot.locator, slot.note))
        if draft.topics:
            rows.topics.extend([(place, name) for name in dict.fromkeys(draft.topics)])
        if draft.caveats:
            rows.caveats.extend([(place, code) for code in dict.fromkeys(draft.caveats)])
        if draft.relations:
            rows.relations.extend([(place, *each) for each in sorted(related(draft))])
    return rows


class StatementRows:
    """Writes prepared statements in bulk."""

    def __init__(self, session: Session, known: Known) -> None:
        self._session = session
        self._known = known
        self._last = 0

    @cached_property
    def _inserts(self) -> dict[type[Base], BulkInsert]:
        return {table: BulkInsert(self._session, table, columns) for table, columns in COLUMNS.items()}

    def write(self, rows: Prepared, batch: BatchMark) -> list[int]:
        """Write the rows as statements of the batch; their ids, in the same order.

        Grades become current, and relations are written, by the caller when all statements are there; the hashes
        cover them already.
        """
        known = self._known
        known.write_named(rows.works, rows.defined, batch)
        self._inserts[Statement](rows.statements)
        ids = self._ids(rows, batch)
        cited, codes = known.works.ids, known.caveats
        raters = {name: known.person_id(name) for name in {row[RATER] for row in rows.grades}}
        topics = {name: known.topic_id(name) for name in {name for _, name in rows.topics}}
        # The people and topics that were met for the first time stand in the session still.
        self._session.flush()
        self._inserts[Grade](
            [(ids[row[0]], *row[1:RATER], raters[row[RATER]], *row[RATER + 1 :]) for row in rows.grades]
        )
        self._inserts[CitationSlot](
            [(ids[place], at, cited[key] if key else None, *more) for place, at, key, *more in rows.slots]
        )
        self._inserts[StatementTopic]([(ids[place], topics[name]) for place, name in rows.topics])
        self._inserts[StatementCaveat]([(ids[place], codes[code]) for place, code in rows.caveats])
        return ids

    def _ids(self, given: Prepared, batch: BatchMark) -> list[int]:
        """The ids that the database gave."""
        written = select(Statement.id, Statement.key).order_by(Statement.id)
        written = written.where(Statement.batch_id == batch.id, Statement.id > self._last)
        rows = self._session.execute(written).all()
        self._last = rows[-1][0]
        if [key for _, key in rows] == [key for _, key in given.names]:
            return [id_ for id_, _ in rows]
        # No database promises to number rows in the order in which they are given.
        found = ids_of(self._session, given.names)
        return [found[name] for name in given.names]


# Where the rater stands in a prepared grade.
RATER = 8
COLUMNS: dict[type[Base], tuple[str, ...]] = {
    Statement: (
        *("origin", "key", "article_id", "start", "end", "sentence_start", "sentence_end", "quote", "text", "type"),
        *("population", "intervention", "comparator", "outcome", "effect_size", "direct_evidence", "searched_on"),
        *("searched_where", "remarks", "state", "version", "content_hash", "reviewed_on", "review_due", "batch_id"),
        "question",
    ),
    Grade: (
        *("statement_id", "scale", "level", "direction", "rating", "rationale", "profile", "kind", "rater_id"),
        "made_at",
    ),
    CitationSlot: ("statement_id", "position", "citation_id", "stance", "quote", "locator", "note"),
    StatementTopic: ("statement_id", "topic_id"),
    StatementCaveat: ("statement_id", "caveat_id"),
}


def new_content(draft: StatementDraft, known: Known, batch: BatchMark, state: str) -> Content:
    """What a new statement will say, in the form of `kb.content.statement_content` of the record once it is stored."""
    span, sentence, grade = draft.span, draft.sentence, draft.grade
    return {
        "origin": draft.origin,
        "key": draft.key,
        "article": draft.article,
        "span": [span.start, span.end] if span else [None, None],
        "sentence": [sentence.start, sentence.end] if sentence else [None, None],
        "quote": draft.quote,
        "text": draft.text,
        "type": draft.type,
        "pico": {
            "population": draft.pico.population,
            "intervention": draft.pico.intervention,
            "comparator": draft.pico.comparator,
            "outcome": draft.pico.outcome,
        },
        "effect_size": draft.effect_size,
        "direct_evidence": draft.direct_evidence,
        "searched": {"on": _day(draft.searched.on), "where": draft.searched.where},
        "remarks": draft.remarks,
        "state": state,
        "withdrawn_reason": None,
        "reviewed_on": _day(draft.reviewed_on),
        "review_due": _day(draft.review_due),
        "topics": sorted(set(draft.topics)),
        "grade": None if grade is None else _grade_content(draft, grade, known, batch),
        "other_grades": [],
        "slots": [
            {
                "citation": slot.citation,
                "stance": slot.stance,
                "quote": slot.quote,
                "locator": slot.locator,
                "note": slot.note,
            }
            for slot in draft.filled_slots
        ],
        "caveats": sorted(set(draft.caveats)),
        "relations": sorted(list(each) for each in related(draft)) if draft.relations else [],
    }


def _grade_content(draft: StatementDraft, grade: GradeDraft, known: Known, batch: BatchMark) -> Content:
    return {
        "scale": grade.scale,
        "level": grade.level,
        "direction": grade.direction,
        "rating": grade.rating,
        "rationale": grade.rationale,
        "profile": grade.profile,
        "kind": known.kind_of_grade(draft),
        "rater": known.rater(draft),
        "made_at": _moment(known.made_at(draft, batch.at)),
    }


@lru_cache(1000)
def _moment(at: datetime) -> str:
    return at.astimezone(utc).isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def related(draft: StatementDraft) -> set[tuple[str, str, str]]:
    """Kind, origin and key of each relation, said once however often the draft says it."""
    return {(each.kind, each.origin or draft.origin, each.other) for each in draft.relations}


def write_parts(session: Session, drafts: dict[int, StatementDraft], known: Known) -> None:
    """Write the slots, topics and attached caveats of statements that have none yet, given by their ids."""
    slots, topics, caveats = [], [], []
    for id_, draft in drafts.items():
        for position, slot in enumerate(draft.filled_slots, 1):
            slots.append(
                {
                    "statement_id": id_,
                    "position": position,
                    "citation_id": known.works.ids[slot.citation] if slot.citation else None,
                    "stance": slot.stance,
                    "quote": slot.quote,
                    "locator": slot.locator,
                    "note": slot.note,
                }
            )
        topics += [{"statement_id": id_, "topic_id": known.topic_id(name)} for name in dict.fromkeys(draft.topics)]
        caveats += [{"statement_id": id_, "caveat_id": known.caveats[code]} for code in dict.fromkeys(draft.caveats)]
    insert_all(session, CitationSlot, slots)
    insert_all(session, StatementTopic, topics)
    insert_all(session, StatementCaveat, caveats)


def insert_all(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a table; all must name the same columns.

    They go through the table and not the class, which would send each pattern of empty fields on its own.
    """
    if rows:
        session.execute(insert(cast(Table, table.__table__)), rows)
