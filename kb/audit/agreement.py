"""How far raters agree who judged the same statement on the same scale without sight of each other's grade.

A pair is a grade and the first second opinion that another rater gave after it: the second was given blind, and what
either of them says once both can be read is no longer independent. So a consensus, a restored grade and a grade whose
batch was taken back are in no pair, nor is a first grade that replaces another person's. Where more than two have
judged, every two of them are a pair. Only published statements are looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.kappa import (
    LINEAR,
    QUADRATIC,
    Counts,
    Estimate,
    cohens_kappa,
    gwets_ac,
    percent_agreement,
)
from kb.errors import NotFound
from kb.model import Grade, Person, Statement, StatementTopic, Topic
from kb.scales import Level, Scale, load_scales

# Fewer pairs than this, and an interval says more than any word for the coefficient.
FEW = 30
# Where there are more topics, or pairs of raters, those with most statements are told.
SHOWN_GROUPS = 50
MAKES_AN_OPINION = ("imported", "first", "second")


@dataclass(frozen=True, slots=True)
class Said:
    """One side of a pair: which grade, by whom, and its level."""

    grade_id: int
    rater: str
    level: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters' independent judgements of one statement, the earlier first.

    `settled`: a consensus was recorded since; `changed`: one of the two has said something else since.
    """

    statement_id: int
    scale: str
    first: Said
    second: Said
    settled: bool = False
    changed: bool = False


@dataclass(frozen=True)
class Group:
    """Pairs counted together. `table` holds the levels that can be compared, the strongest first.

    `outside` are pairs in which a level stands outside the scale's order (not-gradable, no-evidence): how many have the
    same level on both sides, and how many do not. No coefficient counts them.
    """

    name: str
    table: Counts
    outside: tuple[int, int] = (0, 0)
    ordered: bool = True

    @property
    def pairs(self) -> int:
        """How many pairs the coefficients count."""
        return int(self.table.sum())

    @property
    def all_pairs(self) -> int:
        """How many pairs there are, those outside the order included."""
        return self.pairs + sum(self.outside)

    @cached_property
    def percent(self) -> Estimate:
        """The share of pairs on the same level, of those that the coefficients count."""
        return percent_agreement(int(np.trace(self.table)), self.pairs)

    @cached_property
    def percent_of_all(self) -> Estimate:
        """The share of pairs on the same level, those outside the order included."""
        return percent_agreement(int(np.trace(self.table)) + self.outside[0], self.all_pairs)

    @cached_property
    def coefficients(self) -> Mapping[str, Estimate]:
        """Agreement beyond chance, by the coefficient's name: weighted on an ordered scale, unweighted on another."""
        if not self.ordered:
            return {"Cohen's kappa": cohens_kappa(self.table), "Gwet's AC1": gwets_ac(self.table)}
        return {
            "Cohen's kappa, linear weights": cohens_kappa(self.table, LINEAR),
            "Cohen's kappa, quadratic weights": cohens_kappa(self.table, QUADRATIC),
            "Gwet's AC2, linear weights": gwets_ac(self.table, LINEAR),
            "Gwet's AC2, quadratic weights": gwets_ac(self.table, QUADRATIC),
        }

    @property
    def few(self) -> bool:
        """Whether the pairs are too few for a verdict."""
        return self.pairs < FEW


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on one scale.

    `confusion` counts pairs over `levels`, which are all of the scale's, those outside its order last; rows are what
    was said first. `gaps` are the pairs that differ, see `_gaps`. `topics` and `raters` are how many groups there are,
    of which the largest are in `by_topic` and `by_raters`; in the latter rows are the rater whose name comes first.
    """

    scale: Scale
    statements: int
    overall: Group
    levels: tuple[Level, ...]
    confusion: Counts
    by_topic: tuple[Group, ...]
    topics: int
    by_raters: tuple[Group, ...]
    raters: int
    gaps: tuple[tuple[Pair, int | None], ...]


def agreement(session: Session, topic: str | None = None, scale: str | None = None) -> list[Agreement]:
    """How far raters agree, scale by scale, in the scales' order; those without a pair are left out.

    Raises NotFound for a topic that does not exist, UnknownScale for a scale that does not.
    """
    if scale is not None:
        load_scales().get(scale)
    found = pairs_in(session, None if topic is None else _topic_id(session, topic), scale)
    by_scale: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        by_scale[pair.scale].append(pair)
    topics = _topics(session, {pair.statement_id for pair in found})
    return [_of_scale(each, by_scale[each.id], topics) for each in load_scales() if each.id in by_scale]


def _of_scale(scale: Scale, pairs: Sequence[Pair], topics: Mapping[int, Sequence[str]]) -> Agreement:
    # A level that the scale has lost since cannot be placed, and its pair is in no table.
    levels = {level.id: level for level in scale.best_first}
    pairs = [pair for pair in pairs if pair.first.level in levels and pair.second.level in levels]
    on_topic: dict[str, list[Pair]] = defaultdict(list)
    of_raters: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for name in topics.get(pair.statement_id, ()):
            on_topic[name].append(pair)
        one, other = sorted((pair.first.rater, pair.second.rater))
        turned = pair if pair.first.rater == one else Pair(pair.statement_id, pair.scale, pair.second, pair.first)
        of_raters[f"{one} and {other}"].append(turned)
    return Agreement(
        scale=scale,
        statements=len({pair.statement_id for pair in pairs}),
        overall=_group(scale, scale.name, pairs),
        levels=scale.best_first,
        confusion=_table(pairs, [level.id for level in scale.best_first]),
        by_topic=tuple(_group(scale, name, on_topic[name]) for name in _largest(on_topic)),
        topics=len(on_topic),
        by_raters=tuple(_group(scale, name, of_raters[name]) for name in _largest(of_raters)),
        raters=len(of_raters),
        gaps=tuple(_gaps(scale, pairs)),
    )


def _group(scale: Scale, name: str, pairs: Sequence[Pair]) -> Group:
    comparable = [level.id for level in scale.best_first if not scale.ordered or level.rank is not None]
    inside = set(comparable)
    outside = [pair for pair in pairs if not inside.issuperset((pair.first.level, pair.second.level))]
    same = sum(pair.first.level == pair.second.level for pair in outside)
    return Group(name, _table(pairs, comparable), (same, len(outside) - same), scale.ordered)


def _table(pairs: Iterable[Pair], levels: Sequence[str]) -> Counts:
    """How often which level met which; pairs with another level are left out."""
    places = {level: place for place, level in enumerate(levels)}
    table = np.zeros((len(levels), len(levels)), dtype=np.int64)
    for (first, second), count in Counter((pair.first.level, pair.second.level) for pair in pairs).items():
        if first in places and second in places:
            table[places[first], places[second]] = count
    return table


def _gaps(scale: Scale, pairs: Iterable[Pair]) -> list[tuple[Pair, int | None]]:
    """The pairs that differ, with how many levels they lie apart; None where no order says so.

    Those that still stand come first, then those changed or settled since; in each the largest first, and those
    without a distance last.
    """
    ranks = {level.id: level.rank for level in scale.levels}
    found: list[tuple[Pair, int | None]] = []
    for pair in pairs:
        if pair.first.level != pair.second.level:
            one, other = ranks[pair.first.level], ranks[pair.second.level]
            found.append((pair, None if one is None or other is None else abs(one - other)))
    return sorted(found, key=lambda each: (each[0].settled, each[0].changed, -(each[1] or 0), each[0].statement_id))


def _largest(groups: Mapping[str, Sequence[Pair]]) -> list[str]:
    return sorted(groups, key=lambda name: (-len(groups[name]), name))[:SHOWN_GROUPS]


def pairs_in(session: Session, topic_id: int | None = None, scale: str | None = None) -> list[Pair]:
    """Every pair of independent judgements, of one topic and scale or of all, in order of their statements."""
    rated_twice = select(Grade.statement_id).where(Grade.kind == "second")
    query = (
        select(Grade.statement_id, Grade.id, Grade.scale, Grade.level, Grade.kind, Person.name, Grade.supersedes_id)
        .join(Statement, Statement.id == Grade.statement_id)
        .join(Person, Person.id == Grade.rater_id)
        .where(Statement.state == "published", Grade.statement_id.in_(rated_twice))
        .order_by(Grade.statement_id, Grade.id)
    )
    if topic_id is not None:
        on_topic = select(StatementTopic.statement_id).where(StatementTopic.topic_id == topic_id)
        query = query.where(Grade.statement_id.in_(on_topic))
    if scale is not None:
        query = query.where(Grade.scale == scale)
    found: list[Pair] = []
    rows = (_Row._make(row) for row in session.execute(query))
    for statement_id, of_statement in groupby(rows, key=lambda row: row.statement_id):
        found.extend(_pairs_of(statement_id, list(of_statement)))
    return found


class _Row(NamedTuple):
    statement_id: int
    grade_id: int
    scale: str
    level: str
    kind: str
    rater: str
    supersedes_id: int | None


@dataclass(slots=True)
class _Told:
    """What has been said of one statement on one scale so far."""

    latest: dict[str, Said] = field(default_factory=dict)
    pairs: dict[frozenset[str], Pair] = field(default_factory=dict)


def _pairs_of(statement_id: int, rows: Sequence[_Row]) -> Iterator[Pair]:
    """The pairs of one statement; `rows` are its grades in the order in which they were made."""
    taken_back = {row.supersedes_id for row in rows if row.kind == "restored"}
    scales: dict[str, _Told] = defaultdict(_Told)
    for row in rows:
        told = scales[row.scale]
        if row.kind == "consensus":
            told.pairs = {who: replace(pair, settled=True) for who, pair in told.pairs.items()}
        if row.kind not in MAKES_AN_OPINION or row.grade_id in taken_back:
            continue
        said = Said(row.grade_id, row.rater, row.level)
        for other in told.latest.values():
            who = frozenset((other.rater, said.rater))
            before = told.pairs.get(who)
            # Whoever has given a second opinion can read the other's: what they then say beside it is not blind.
            blind = row.kind == "second" and (before is None or other not in (before.first, before.second))
            if other.rater != said.rater and blind:
                told.pairs[who] = Pair(statement_id, row.scale, other, said)
        told.latest[row.rater] = said
    for told in scales.values():
        for pair in told.pairs.values():
            stands = told.latest[pair.first.rater] is pair.first and told.latest[pair.second.rater] is pair.second
            yield pair if stands else replace(pair, changed=True)


def _topics(session: Session, ids: set[int]) -> dict[int, list[str]]:
    rated_twice = select(Grade.statement_id).where(Grade.kind == "second")
    names = dict(session.execute(select(Topic.id, Topic.name)).all())
    query = select(StatementTopic.statement_id, StatementTopic.topic_id)
    found: dict[int, list[str]] = defaultdict(list)
    for statement_id, topic_id in session.execute(query.where(StatementTopic.statement_id.in_(rated_twice))):
        if statement_id in ids:
            found[statement_id].append(names[topic_id])
    return found


def _topic_id(session: Session, name: str) -> int:
    found = session.scalar(select(Topic.id).where(Topic.name == name))
    if found is None:
        raise NotFound(f"There is no topic “{name}”.", cure="/search lists the topics of statements.")
    return found
