"""What statements of a file refer to by name: articles, citations, caveats, topics, people, and each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC as utc
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import person
from kb.ingest.article import topic_named
from kb.ingest.caveats import insert_caveats
from kb.ingest.drafts import CaveatDraft, CitationDraft, StatementDraft
from kb.ingest.kind import BatchMark
from kb.ingest.works import Works
from kb.model import Article, Caveat, Citation, Person, Statement
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
        self._origins: dict[str, bool] = {}
        self._topics: dict[str, int] = {}
        self._people: dict[str, int] = {}

    def learn_article(self, slug: str) -> None:
        """Take note of an article that was written since."""
        self.articles[slug] = self._session.execute(ARTICLES.where(Article.slug == slug)).one()

    def has_origin(self, origin: str) -> bool:
        """Whether the store had statements of this origin when the import began."""
        if origin not in self._origins:
            found = self._session.scalar(select(Statement.id).where(Statement.origin == origin).limit(1))
            self._origins[origin] = found is not None
        return self._origins[origin]

    def has_caveat(self, code: str) -> bool:
        """Whether there is such a caveat, or the mapping defines it."""
        return code in self.caveats or code in self.defined

    def unwritten(self, drafts: Sequence[StatementDraft]) -> tuple[list[CitationDraft], list[CaveatDraft]]:
        """The citations and caveats that these statements name and nobody has imported."""
        works = self.works.unwritten([slot.citation for draft in drafts for slot in draft.slots if slot.citation])
        codes = dict.fromkeys(code for draft in drafts for code in draft.caveats)
        return works, [self.defined[code] for code in codes if code not in self.caveats]

    def write_named(self, works: Sequence[CitationDraft], caveats: Sequence[CaveatDraft], batch: BatchMark) -> None:
        """Write the citations and caveats that statements name, as far as they are not there yet."""
        self.works.write(works, batch)
        missing = [each for each in caveats if each.code not in self.caveats]
        if missing:
            insert_caveats(self._session, missing, batch)
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

    def person_id(self, name: str) -> int:
        """The id of a person, made known at the first mention."""
        if name not in self._people:
            self._people[name] = person(self._session, name).id
        return self._people[name]

    def kind_of_grade(self, draft: StatementDraft) -> str:
        """Whether a draft's grade is a named person's own first rating, or another base's level taken over."""
        if draft.grade is not None and draft.grade.kind is not None:
            return draft.grade.kind
        named = (draft.grade is not None and draft.grade.rater) or draft.article in self._article_raters
        return "first" if named else "imported"

    def made_at(self, draft: StatementDraft, otherwise: datetime) -> datetime:
        """When the judgement was made: the row's day, else the article's, else the moment of the import."""
        if draft.grade is not None and draft.grade.made_at is not None:
            return draft.grade.made_at
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
