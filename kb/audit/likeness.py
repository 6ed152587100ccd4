"""Statements that say the same, or ask the same, though not letter for letter: found in one pass, as numbers.

What is compared is a 64-bit hash of the words as `normal` leaves them, so that a million statements take some
megabytes. Whoever tells of a pair compares the words themselves: two texts may, once in a life, share a hash.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.audit.rule import Scope
from kb.model import Grade, Relation, Statement
from kb.question import AGAINST, normal
from kb.records import CHUNK

ROWS_AT_ONCE = 5_000
# How much of a text decides whether it is looked at when only a few statements are asked for.
LOOKED_AT, COMPARED = 48, 16


def same_words(session: Session, scope: Scope) -> list[list[int]]:
    """Published statements with the same words, of all origins: two ids or more together, in order.

    Where only a few are asked for, those and their likes. `session` must see one moment of the store: two rules ask for
    the same, and the second is told what the first was.
    """
    if scope.ids is not None:
        return list(_read(session, scope.ids))
    if _KEPT not in session.info:
        session.info[_KEPT] = list(_read(session, None))
    kept: list[list[int]] = session.info[_KEPT]
    return kept


_KEPT = "statements with the same words"


def _read(session: Session, ids: tuple[int, ...] | None) -> Iterator[list[int]]:
    query = select(Statement.id, Statement.text).where(Statement.state == "published")
    if ids is not None:
        # A look at a few does not read all texts to their ends: the likes of a text begin as it does.
        beginning = _beginning(Statement.text)
        query = query.where(beginning.in_(select(beginning).where(Statement.id.in_(ids))))
    rows = session.connection().execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    return groups((row[0], normal(row[1])) for row in rows)


def _beginning(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    return func.substr(func.lower(func.replace(func.substr(column, 1, LOOKED_AT), " ", "")), 1, COMPARED)


def groups(said: Iterable[tuple[int, object]]) -> Iterator[list[int]]:
    """The ids that share what is said beside them, two or more together, each group in order of id."""
    ids, hashes = array("I"), array("q")
    for id_, what in said:
        ids.append(id_)
        hashes.append(hash(what))
    if not ids:
        return
    known, hashed = np.frombuffer(ids, np.uint32), np.frombuffer(hashes, np.int64)
    order = np.lexsort((known, hashed))
    known, hashed = known[order], hashed[order]
    edges = np.flatnonzero(np.diff(hashed)) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(hashed)]))
    several = np.flatnonzero(ends - starts > 1)
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        yield known[start:end].tolist()


@dataclass(frozen=True, slots=True)
class Alike:
    """A statement of a group as far as it is compared: whether it is in scope, its grade, its PICO.

    What there is not is empty; the four parts of `question` are normal.
    """

    id: int
    in_scope: bool
    scale: str
    level: str
    direction: str
    question: tuple[str, ...]

    @property
    def grade(self) -> str:
        """What the grade is called beside others: `grade:low`, or `ungraded`."""
        return f"{self.scale}:{self.level}" if self.scale else "ungraded"


def opposed(one: Alike, other: Alike) -> bool:
    """Whether the evidence is said to be for the one and against the other."""
    ways = {one.direction, other.direction}
    return "supports" in ways and not ways.isdisjoint(AGAINST)


def same_question(one: Alike, other: Alike) -> bool:
    """Whether no part of the question is stated in both and differs: one sentence may be filed under two questions."""
    parts = zip(one.question, other.question, strict=True)
    return all(not this or not that or this == that for this, that in parts)


def graded_otherwise(one: Alike, other: Alike) -> bool:
    """Whether two grades of the same words cannot both be right: on one scale, with other levels or opposed."""
    if not one.scale or one.scale != other.scale:
        return False
    return one.level != other.level or opposed(one, other)


def graded_groups(session: Session, scope: Scope, found: Iterable[list[int]]) -> Iterator[list[Alike]]:
    """The groups with their grades, some hundreds of statements at a time."""
    for some in _some_groups(found):
        known = _alike(session, scope, [id_ for group in some for id_ in group])
        for group in some:
            yield [known[id_] for id_ in group if id_ in known]


def same_still(session: Session, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[Alike, Alike] | None]:
    """Pairs with their grades as they are now, in the order given; None where the words are no longer the same."""
    ids = sorted({id_ for pair in pairs for id_ in pair})
    known = _alike(session, Scope(date.min), ids)
    words: dict[int, str] = {}
    for at in range(0, len(ids), CHUNK):
        query = select(Statement.id, Statement.text).where(Statement.id.in_(ids[at : at + CHUNK]))
        words.update((id_, normal(text)) for id_, text in session.execute(query))
    for one, other in pairs:
        same = one in known and other in known and words[one] == words[other]
        yield (known[one], known[other]) if same else None


def _alike(session: Session, scope: Scope, ids: Sequence[int]) -> dict[int, Alike]:
    """Those of these statements that are published."""
    found = {}
    in_scope = case((scope.chosen, 1), else_=0)
    pico = (Statement.population, Statement.intervention, Statement.comparator, Statement.outcome)
    query = select(Statement.id, in_scope, Grade.scale, Grade.level, Grade.direction, *pico)
    query = query.outerjoin(Grade, Grade.id == Statement.current_grade_id).where(Statement.state == "published")
    for at in range(0, len(ids), CHUNK):
        for row in session.execute(query.where(Statement.id.in_(ids[at : at + CHUNK]))):
            id_, chosen, scale, level, direction, *parts = row
            question = tuple(normal(part or "") for part in parts)
            found[id_] = Alike(id_, bool(chosen), scale or "", level or "", direction or "not-stated", question)
    return found


def related(session: Session, ids: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs of these statements between which a relation of any kind is recorded, each both ways round."""
    wanted = sorted(set(ids))
    pairs: set[tuple[int, int]] = set()
    for at in range(0, len(wanted), CHUNK):
        query = select(Relation.statement_id, Relation.other_id)
        for one, other in session.execute(query.where(Relation.statement_id.in_(wanted[at : at + CHUNK]))):
            pairs |= {(one, other), (other, one)}
    return pairs


def _some_groups(found: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    some: list[list[int]] = []
    size = 0
    for group in found:
        some.append(group)
        size += len(group)
        if size >= CHUNK:
            yield some
            some, size = [], 0
    if some:
        yield some
