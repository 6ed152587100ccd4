"""A statement's draft as rows of the tables: what `kb.ingest.statements` writes, looked up and put together here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC as utc
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from kb.curate import person
from kb.ingest.article import topic_named
from kb.ingest.caveats import insert_caveats
from kb.ingest.drafts import CaveatDraft, GradeDraft, StatementDraft
from kb.ingest.kind import BatchMark
from kb.ingest.works import Works
from kb.model import (
    Article,
    Base,
    Caveat,
    Citation,
    CitationSlot,
    Person,
    Statement,
    StatementCaveat,
    StatementTopic,
)
from kb.records import CHUNK

ARTICLES = select(Article.id, Article.slug, Article.text, Article.graded_on)


class Known:
    """What statements refer to by name: read once for an import, so that no row asks the store again."""

    def __init__(self, session: Session, actor: str) -> None:
        self._session = session
        self._actor = actor
        self.articles = {row.slug: row for row in session.execute(ARTICLES)}
        query = select(Article.slug, Person.name).join(Person, Person.id == Article.rater_id)
        self._article_raters = dict(session.execute(query).all())
        self.works = Works(session, dict(session.execute(select(Citation.key, Citation.id)).all()))
        self.defined: dict[str, CaveatDraft] = {}
        self.caveats = dict(session.execute(select(Caveat.code, Caveat.id)).all())
        self._topics: dict[str, int] = {}
        self._people: dict[str, int] = {}

    def learn_article(self, slug: str) -> None:
        """Take note of an article that was written since."""
        self.articles[slug] = self._session.execute(ARTICLES.where(Article.slug == slug)).one()

    def has_caveat(self, code: str) -> bool:
        """Whether there is such a caveat, or the mapping defines it."""
        return code in self.caveats or code in self.defined

    def write_named(self, drafts: Sequence[StatementDraft], batch: BatchMark) -> None:
        """Write the citations and caveats that these statements name and nobody has imported."""
        self.works.write([slot.citation for draft in drafts for slot in draft.slots if slot.citation], batch)
        codes = dict.fromkeys(code for draft in drafts for code in draft.caveats if code not in self.caveats)
        if codes:
            insert_caveats(self._session, [self.defined[code] for code in codes], batch)
            self.caveats = dict(self._session.execute(select(Caveat.code, Caveat.id)).all())

    def topic_id(self, name: str) -> int:
        """The id of a topic, made at the first mention."""
        if name not in self._topics:
            self._topics[name] = topic_named(self._session, name).id
        return self._topics[name]

    def rater(self, draft: StatementDraft) -> str:
        """Who judged: the row's rater, else the article's, else whoever imports."""
        named = draft.grade.rater if draft.grade else None
        return named or self._article_raters.get(draft.article or "", self._actor)

    def rater_id(self, draft: StatementDraft) -> int:
        """The id of the rater, made known at the first mention."""
        name = self.rater(draft)
        if name not in self._people:
            self._people[name] = person(self._session, name).id
        return self._people[name]

    def is_first_rating(self, draft: StatementDraft) -> bool:
        """Whether the grade is a named person's own first rating and not another base's level taken over."""
        return bool((draft.grade and draft.grade.rater) or draft.article in self._article_raters)

    def made_at(self, draft: StatementDraft, otherwise: datetime) -> datetime:
        """When the judgement was made: the row's day, else the article's, else the moment of the import."""
        day = draft.grade.made_on if draft.grade else None
        if day is None and draft.article is not None:
            day = self.articles[draft.article].graded_on
        return otherwise if day is None else datetime.combine(day, time(), utc)


def ids_of(session: Session, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of the statements with these origins and keys; one that is not in the store is left out."""
    by_origin: dict[str, list[str]] = {}
    for origin, key in sorted(names):
        by_origin.setdefault(origin, []).append(key)
    ids = {}
    for origin, keys in by_origin.items():
        for at in range(0, len(keys), CHUNK):
            chunk = keys[at : at + CHUNK]
            query = select(Statement.key, Statement.id).where(Statement.origin == origin, Statement.key.in_(chunk))
            ids.update({(origin, key): id_ for key, id_ in session.execute(query)})
    return ids


def statement_columns(draft: StatementDraft, known: Known) -> dict[str, Any]:
    """The columns of `statement` that a file decides."""
    return {
        "article_id": known.articles[draft.article].id if draft.article else None,
        "start": draft.span.start if draft.span else None,
        "end": draft.span.end if draft.span else None,
        "sentence_start": draft.sentence.start if draft.sentence else None,
        "sentence_end": draft.sentence.end if draft.sentence else None,
        "quote": draft.quote,
        "text": draft.text,
        "type": draft.type,
        **draft.pico.model_dump(),
        "effect_size": draft.effect_size,
        "direct_evidence": draft.direct_evidence,
        "searched_on": draft.searched.on,
        "searched_where": draft.searched.where,
        "remarks": draft.remarks,
        "reviewed_on": draft.reviewed_on,
        "review_due": draft.review_due,
    }


def grade_columns(draft: StatementDraft, grade: GradeDraft, known: Known, batch: BatchMark) -> dict[str, Any]:
    """The columns of `grade` but for the statement and the grade it supersedes."""
    return {
        "scale": grade.scale,
        "level": grade.level,
        "direction": grade.direction,
        "rating": grade.rating,
        "rationale": grade.rationale,
        "profile": grade.profile,
        "kind": "first" if known.is_first_rating(draft) else "imported",
        "rater_id": known.rater_id(draft),
        "made_at": known.made_at(draft, batch.at),
    }


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
