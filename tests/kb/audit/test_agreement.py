"""Which judgements are a pair, and what is told of them: by topic, by raters, the largest gaps first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kb import curate
from kb.audit.agreement import FEW, Agreement, agreement, pairs_in
from kb.curate import Judgement
from kb.errors import NotFound
from kb.ingest.undo import batches, undo
from kb.model import Statement
from kb.render.agreement import agreement_json, agreement_text, gaps, in_words, verdict
from kb.scales import UnknownScale
from kb.store import Store
from tests.kb.audit.library import DAY, bring, filled, graded, someone, statement

ANN, BOB, CID = "Ann", "Bob", "Cid"
Step = tuple[str, str, str]
"""Who judges, as what, and the level."""


def first(level: str, rater: str = ANN) -> Step:
    return rater, "first", level


def second(level: str, rater: str = BOB) -> Step:
    return rater, "second", level


CASES: dict[str, tuple[list[Step], list[tuple[str, str, str, str]]]] = {
    "a first and a second": ([first("high"), second("low")], [(ANN, "high", BOB, "low")]),
    "one alone": ([first("high")], []),
    "a first that replaces another's, which its rater could read": ([first("high"), first("low", BOB)], []),
    "a second to each of two firsts": (
        [first("high"), first("low", BOB), second("moderate", CID)],
        [(ANN, "high", CID, "moderate"), (BOB, "low", CID, "moderate")],
    ),
    "three who could not read each other": (
        [first("high"), second("low"), second("moderate", CID)],
        [(ANN, "high", BOB, "low"), (ANN, "high", CID, "moderate"), (BOB, "low", CID, "moderate")],
    ),
    "a second that its rater corrects after the first could be read": (
        [first("high"), second("low"), second("high")],
        [(ANN, "high", BOB, "low")],
    ),
    "a first that its rater changes after the second could be read": (
        [first("high"), second("low"), first("low")],
        [(ANN, "high", BOB, "low")],
    ),
    "a second to what was judged anew": (
        [first("high"), second("low"), first("moderate"), second("moderate")],
        [(ANN, "moderate", BOB, "moderate")],
    ),
    "a consensus is nobody's own": (
        [first("high"), second("low"), (BOB, "consensus", "moderate")],
        [(ANN, "high", BOB, "low")],
    ),
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a statement for each case, keyed by it."""
    store = filled(tmp_path_factory.mktemp("pairs"), [statement(name) for name in CASES])
    for name, (steps, _) in CASES.items():
        judge(store, name, steps)
    yield store
    store.close()


def judge(store: Store, key: str, steps: Iterable[Step], scale: str = "grade") -> None:
    with store.writing() as session:
        id_ = session.scalars(select(Statement.id).where(Statement.key == key)).one()
        for rater, kind, level in steps:
            curate.grade(session, id_, Judgement(level, scale=scale, kind=kind), someone("because", rater))


def found_in(store: Store, topic: str | None = None, scale: str | None = None) -> list[Agreement]:
    with store.reading() as session:
        return agreement(session, topic, scale)


@pytest.mark.parametrize("name", CASES)
def test_a_pair_is_what_two_said_without_sight_of_each_other(cases: Store, name: str) -> None:
    with cases.reading() as session:
        id_ = session.scalars(select(Statement.id).where(Statement.key == name)).one()
        pairs = [pair for pair in pairs_in(session) if pair.statement_id == id_]
    told = [(each.first.rater, each.first.level, each.second.rater, each.second.level) for each in pairs]
    assert sorted(told) == sorted(CASES[name][1])


def test_what_was_settled_or_changed_since_comes_after_what_stands(cases: Store) -> None:
    with cases.reading() as session:
        keys = dict(session.execute(select(Statement.id, Statement.key)).all())
    (found,) = found_in(cases)
    gaps_of = {keys[pair.statement_id]: (pair.settled, pair.changed) for pair, _ in found.gaps}
    assert gaps_of["a first and a second"] == (False, False)
    assert gaps_of["a second that its rater corrects after the first could be read"] == (False, True)
    assert gaps_of["a first that its rater changes after the second could be read"] == (False, True)
    assert gaps_of["a consensus is nobody's own"] == (True, False)
    order = [(pair.settled, pair.changed, -(apart or 0)) for pair, apart in found.gaps]
    assert order == sorted(order)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Statements on two topics, on an ordered and an unordered scale, judged by two or three."""
    rows = [
        statement("near", topics=["pain", "sleep"], grade=graded("low", rater=ANN)),
        statement("far", topics=["pain"], grade=graded("high", rater=ANN)),
        statement("same", topics=["sleep"], grade=graded("low", rater=ANN)),
        statement("outside", topics=["sleep"], grade=graded("not-gradable", rater=ANN)),
        statement("both outside", topics=["sleep"], grade=graded("no-evidence", rater=ANN)),
        statement("unordered", topics=["pain"], grade=graded("B", scale="uspstf", rater=ANN)),
        statement("other scale", topics=["pain"], grade=graded("low", rater=ANN)),
        statement("withdrawn", topics=["pain"], grade=graded("low", rater=ANN)),
    ]
    store = filled(tmp_path_factory.mktemp("agreement"), rows)
    judge(store, "near", [second("moderate")])
    judge(store, "far", [second("very-low"), second("low", CID)])
    judge(store, "same", [second("low")])
    judge(store, "outside", [second("low")])
    judge(store, "both outside", [second("no-evidence")])
    judge(store, "unordered", [second("C")], "uspstf")
    judge(store, "other scale", [second("B")], "sort")
    judge(store, "withdrawn", [second("high")])
    with store.writing() as session:
        id_ = session.scalars(select(Statement.id).where(Statement.key == "withdrawn")).one()
        curate.withdraw(session, id_, someone("taken back"))
    yield store
    store.close()


def test_each_scale_is_told_by_itself_and_only_where_two_judged_on_it(library: Store) -> None:
    assert [each.scale.id for each in found_in(library)] == ["grade", "uspstf"]
    assert [each.scale.id for each in found_in(library, scale="uspstf")] == ["uspstf"]
    assert found_in(library, scale="sort") == []
    with pytest.raises(UnknownScale):
        found_in(library, scale="nonsense")


def test_levels_outside_the_order_are_counted_apart_and_are_in_no_coefficient(library: Store) -> None:
    found = found_in(library)[0]
    assert (found.overall.pairs, found.overall.outside, found.overall.all_pairs) == (5, (1, 1), 7)
    assert found.statements == 5
    assert found.overall.percent.value == pytest.approx(1 / 5)
    assert found.overall.percent_of_all.value == pytest.approx(2 / 7)
    assert int(found.confusion.sum()) == 7
    assert [level.id for level in found.levels][-2:] == ["no-evidence", "not-gradable"]


def test_an_unordered_scale_has_no_weighted_coefficient_and_no_distance(library: Store) -> None:
    found = found_in(library, scale="uspstf")[0]
    assert list(found.overall.coefficients) == ["Cohen's kappa", "Gwet's AC1"]
    assert [apart for _, apart in found.gaps] == [None]


def test_topics_and_raters_have_their_own_tables(library: Store) -> None:
    found = found_in(library)[0]
    assert {each.name: (each.pairs, sum(each.outside)) for each in found.by_topic} == {"pain": (4, 0), "sleep": (2, 2)}
    assert {each.name: each.pairs for each in found.by_raters} == {"Ann and Bob": 3, "Ann and Cid": 1, "Bob and Cid": 1}
    (only,) = found_in(library, topic="sleep")
    assert (only.overall.pairs, only.overall.outside) == (2, (1, 1))
    with pytest.raises(NotFound):
        found_in(library, topic="nonsense")


def test_the_table_of_two_raters_has_the_same_person_in_its_rows_whoever_judged_first(tmp_path: Path) -> None:
    rows = [statement("one", grade=graded("high", rater=ANN)), statement("two", grade=graded("low", rater=BOB))]
    store = filled(tmp_path, rows)
    judge(store, "one", [second("low", BOB)])
    judge(store, "two", [second("high", ANN)])
    (found,) = found_in(store)
    table = found.by_raters[0].table.tolist()
    assert table[0][2] == 2
    assert found.confusion.tolist()[2][0] == found.confusion.tolist()[0][2] == 1
    store.close()


def test_the_largest_gaps_come_first_and_those_without_a_distance_last(library: Store) -> None:
    with library.reading() as session:
        found = agreement(session)[0]
        shown = list(gaps(session, found, DAY, None))
    assert [(each.statement.key, each.apart) for each in shown] == [
        ("far", 3),
        ("far", 2),
        ("near", 1),
        ("far", 1),
        ("outside", None),
    ]
    for each in shown:
        assert "disputed" in {caveat.code for caveat in each.statement.caveats}


def test_text_and_json_carry_each_statement_with_its_grade_and_caveats(library: Store) -> None:
    with library.reading() as session:
        found = agreement(session)[0]
        shown = list(gaps(session, found, DAY, 2))
    text, body = agreement_text(found, shown), agreement_json(found, shown)
    blocks = [block for block in text.split("\n\n") if "Statement far says" in block]
    assert len(blocks) == 2
    assert all("High [grade:high]" in block and "[disputed]" in block for block in blocks)
    assert body["gaps_total"] == 5
    assert [each["statement"]["grade"]["level"] for each in body["gaps"]] == ["high", "high"]
    assert all(each["statement"]["caveats"] for each in body["gaps"])


def test_few_pairs_have_an_interval_and_no_verdict(library: Store) -> None:
    found = found_in(library)[0]
    text = agreement_text(found, [])
    assert found.overall.few
    assert f"Fewer than {FEW} pairs" in text
    assert not any(word in text for word in ("excellent", "good", "poor", "nan"))
    for name, estimate in found.overall.coefficients.items():
        assert verdict(name, estimate, found.overall) == ""
        assert "95 % interval" in in_words(estimate)


def test_enough_pairs_have_a_word_for_kappa_alone(tmp_path: Path) -> None:
    levels = ["high", "moderate", "low"] * 10
    rows = [statement(f"s{at}", grade=graded(level, rater=ANN)) for at, level in enumerate(levels)]
    store = filled(tmp_path, rows)
    for at, level in enumerate(levels):
        judge(store, f"s{at}", [second(level)])
    (found,) = found_in(store)
    store.close()
    group = found.overall
    assert not group.few
    words = {name: verdict(name, each, group) for name, each in group.coefficients.items()}
    assert words == {name: "excellent" if "kappa" in name else "" for name in words}
    assert "1.00; the pairs show no spread" in agreement_text(found, [])
    assert found.gaps == ()


def test_a_grade_whose_batch_was_taken_back_and_the_one_restored_are_in_no_pair(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement("one", grade=graded("high", rater=ANN))])
    path = tmp_path / "again.jsonl"
    bring(store, path, json.dumps(statement("one", grade=graded("very-low", rater=CID))) + "\n", "statements")
    with store.writing() as session:
        undo(session, batches(session)[0].id, someone("the wrong file"))
    judge(store, "one", [second("low")])
    with store.reading() as session:
        told = [(pair.first.rater, pair.first.level, pair.second.level) for pair in pairs_in(session)]
    store.close()
    assert told == [(ANN, "high", "low")]


def test_a_store_without_pairs_says_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement("one", grade=graded("high", rater=ANN))])
    assert found_in(store) == []
    store.close()
