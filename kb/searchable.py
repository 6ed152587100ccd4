"""What an index needs of a statement, read for many of them at once: rows of columns, no graded statements.

A `GradedStatement` is made to be shown and costs as much as that; an index throws all but the words and the codes away.
So the facts that the codes of derived caveats rest on are gathered here, and `kb.caveats` is asked once for all
statements whose facts are alike. Nothing that is read here may be shown: the words come without their caveats' text.
Only `indexer` uses it, and tests compare what it gives with graded statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.caveats import required_caveats, tells_identity
from kb.model import Statement
from kb.records import CHUNK, CitationRecord, GradeRecord, RelationRecord, SlotRecord, StatementRecord
from kb.scales import UNGRADED, Level, load_scales
from kb.searchable_queries import ARTICLE, BETWEEN, BY_IDS, CAVEAT, SOURCES, Queries

AT_ONCE = 4_000
"""Statements whose rows are in memory together."""
_KEPT_SOURCES = 200_000
"""Works that are remembered, in case other statements cite them too."""


Given = Mapping[str, Any]
"""Values for the parameters of `kb.searchable_queries`."""


class Source(NamedTuple):
    """What fills a citation slot; `unchecked` where nobody has compared what identifies the work."""

    title: str
    standing: str
    unchecked: bool


class Slot(NamedTuple):
    """A citation slot; None is an empty one."""

    source: Source | None
    note: str | None


class Searchable(NamedTuple):
    """A published statement as an index wants it. `recorded` are the caveats that were written down, each its code and
    text; `derived` are the codes of those that follow from its state, but for those that time alone brings.
    """

    id: int
    version: int
    origin: str
    article: str | None
    type: str
    text: str
    quote: str | None
    topics: Sequence[str]
    recorded: Sequence[tuple[str, str]]
    derived: Sequence[str]
    slots: Sequence[Slot]
    level: Level
    direction: str
    population: str | None
    intervention: str | None
    outcome: str | None
    review_due: date | None


class _Judged(NamedTuple):
    scale: str
    level: str
    direction: str
    kind: str
    rater: int
    """A number that tells raters of one statement apart, and no more."""
    undone: bool


class _Facts(NamedTuple):
    """What the derived caveats of a statement rest on. Many statements have the same."""

    judged: _Judged | None
    grades: tuple[_Judged, ...]
    slots: frozenset[tuple[str, bool] | None]
    contradicted: bool


def searchable(session: Session, ids: Sequence[int]) -> Iterator[Searchable]:
    """The published ones of these statements, in order of id."""
    reading = _Reading(session)
    for at in range(0, len(ids), CHUNK):
        yield from reading.of(BY_IDS, {"ids": sorted(ids[at : at + CHUNK])})


def searchable_between(session: Session, first: int, last: int) -> Iterator[Searchable]:
    """All published statements whose ids are at least `first` and at most `last`, in order of id."""
    reading = _Reading(session)
    while first <= last:
        ids = select(Statement.id).where(Statement.id.between(first, last)).order_by(Statement.id)
        until = session.scalar(ids.offset(AT_ONCE - 1).limit(1)) or last
        yield from reading.of(BETWEEN, {"first": first, "last": until})
        first = until + 1


def pieces(session: Session, size: int) -> list[tuple[int, int]]:
    """First and last ids that cut all published statements into pieces of so many each; the last may have fewer."""
    published = select(Statement.id).where(Statement.state == "published").order_by(Statement.id)
    edges: list[int] = []
    first = session.scalar(published.limit(1))
    while first is not None:
        edges.append(first)
        first = session.scalar(published.where(Statement.id >= first).offset(size).limit(1))
    last = session.scalar(select(func.max(Statement.id))) or 0
    return [(begin, after - 1) for begin, after in zip(edges, [*edges[1:], last + 1], strict=False)]


class _Reading:
    """One reading; what many statements share, caveats and articles, is read once."""

    def __init__(self, session: Session) -> None:
        # The session would make each row an answer of its own kind first, which takes as long as reading it.
        self._rows = session.connection()
        self._caveats: dict[int, tuple[str, str]] = {}
        self._sources: dict[int, Source] = {}
        self._articles: dict[int, str] = {}

    def of(self, queries: Queries, given: Given) -> Iterator[Searchable]:
        """The published statements that the queries select, in order of id."""
        rows = self._rows.execute(queries.statements, given).all()
        grades, slots = self._grades(queries, given), self._slots(queries, given)
        topics, recorded = self._topics_of(queries, given), self._recorded(queries, given)
        contradicted = set(self._rows.scalars(queries.contradicted, given))
        for id_, version, origin, article_id, type_, text, quote, current, *as_they_are in rows:
            judged, its_grades = _judged(grades.get(id_, ()), current)
            its_slots = slots.get(id_, ())
            told = frozenset([slot.source and slot.source[1:] for slot in its_slots])
            yield Searchable(
                id_,
                version,
                origin,
                None if article_id is None else self._article(article_id),
                type_,
                text,
                quote,
                topics.get(id_, ()),
                recorded.get(id_, ()),
                _derived(_Facts(judged, its_grades, told, id_ in contradicted)),
                its_slots,
                UNGRADED if judged is None else _level(judged.scale, judged.level),
                "not-stated" if judged is None else judged.direction,
                *as_they_are,
            )

    def _grades(self, queries: Queries, given: Given) -> dict[int, list[Any]]:
        """The rows of each statement's grades, oldest first."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self._rows.execute(queries.grades, given).all():
            found[row[0]].append(row)
        return found

    def _slots(self, queries: Queries, given: Given) -> dict[int, list[Slot]]:
        rows = self._rows.execute(queries.slots, given).all()
        sources = self._sources_of({citation_id for _, citation_id, _ in rows if citation_id is not None})
        found: dict[int, list[Slot]] = defaultdict(list)
        for id_, citation_id, note in rows:
            found[id_].append(Slot(None if citation_id is None else sources[citation_id], note))
        return found

    def _sources_of(self, ids: set[int]) -> Mapping[int, Source]:
        if len(self._sources) > _KEPT_SOURCES:
            self._sources.clear()
        missing = sorted(ids - self._sources.keys())
        for at in range(0, len(missing), CHUNK):
            some = self._rows.execute(SOURCES, {"ids": missing[at : at + CHUNK]})
            for id_, title, standing, unchecked in some.all():
                self._sources[id_] = Source(title, standing, tells_identity(unchecked))
        return self._sources

    def _topics_of(self, queries: Queries, given: Given) -> dict[int, list[str]]:
        """The topics of each statement by name."""
        found: dict[int, list[str]] = defaultdict(list)
        for id_, name in self._rows.execute(queries.topics, given).all():
            found[id_].append(name)
        return found

    def _recorded(self, queries: Queries, given: Given) -> dict[int, list[tuple[str, str]]]:
        """What was written down for each statement: of its own, its article's and its topics'; each code once."""
        ids: dict[int, set[int]] = defaultdict(set)
        for id_, caveat_id in self._rows.execute(queries.recorded, given).all():
            ids[id_].add(caveat_id)
        return {id_: [self._caveat(each) for each in sorted(its)] for id_, its in ids.items()}

    def _caveat(self, id_: int) -> tuple[str, str]:
        if id_ not in self._caveats:
            code, text = self._rows.execute(CAVEAT, {"one": id_}).one()
            self._caveats[id_] = (code, text)
        return self._caveats[id_]

    def _article(self, id_: int) -> str:
        if id_ not in self._articles:
            self._articles[id_] = self._rows.scalars(ARTICLE, {"one": id_}).one()
        return self._articles[id_]


def _judged(rows: Sequence[Any], current: int | None) -> tuple[_Judged | None, tuple[_Judged, ...]]:
    """The grade that stands, and all, oldest first."""
    if len(rows) == 1:  # whose it is makes no difference, and so most statements' facts are alike
        _, id_, scale, level, direction, kind, _, _ = rows[0]
        made = _Judged(scale, level, direction, kind, 0, False)
        return (made if id_ == current else None), (made,)
    taken_back = {supersedes for *_, kind, _, supersedes in rows if kind == "restored"}
    raters: dict[int, int] = {}
    given = {
        id_: _Judged(scale, level, direction, kind, raters.setdefault(rater, len(raters)), id_ in taken_back)
        for _, id_, scale, level, direction, kind, rater, _ in rows
    }
    return given.get(current or 0), tuple(given.values())


@lru_cache(maxsize=1 << 16)
def _derived(facts: _Facts) -> tuple[str, ...]:
    """The codes of the derived caveats of all statements with these facts, each once."""
    record = StatementRecord(
        **_NOTHING,
        judged=None if facts.judged is None else _grade(facts.judged),
        grades=tuple(_grade(each) for each in facts.grades),
        slots=tuple(_slot(each) for each in facts.slots),
        relations=(RelationRecord("contradicts", 0, "", "", "published", False),) if facts.contradicted else (),
    )
    codes = (caveat.code for caveat in required_caveats(record, date.min))
    return tuple(code for code in dict.fromkeys(codes) if code != "none-recorded")


def _grade(said: _Judged) -> GradeRecord:
    return GradeRecord(
        scale=said.scale,
        level=said.level,
        direction=said.direction,
        rating=None,
        rationale="",
        profile=None,
        kind=said.kind,
        rater=str(said.rater),
        made_at=datetime.min,
        undone=said.undone,
    )


def _slot(source: tuple[str, bool] | None) -> SlotRecord:
    citation = None
    if source is not None:
        standing, unchecked = source
        parts = ("title",) if unchecked else ()
        citation = CitationRecord(0, "", {}, "", None, None, standing, None, None, None, None, parts)
    return SlotRecord(0, citation, None, None, None, None)


_GATHERED = {"judged", "grades", "slots", "relations"}
_NOTHING: dict[str, Any] = {
    **{field.name: None for field in fields(StatementRecord) if field.name not in _GATHERED},
    **{"state": "published", "recorded_caveats": ()},
}
"""A published statement of which nothing but the facts is known."""


@lru_cache(maxsize=1 << 12)
def _level(scale: str, level: str) -> Level:
    return load_scales().shown(scale, level)
