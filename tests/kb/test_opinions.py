"""What raters think of a statement, side by side, part by part."""

from __future__ import annotations

from pathlib import Path

from kb import curate
from kb.curate import Judgement
from kb.graded import read
from kb.opinions import NOT_JUDGED, opinions, side_by_side
from tests.kb.audit.library import DAY, filled, graded, profile, someone, statement


def test_each_rater_has_one_opinion_and_the_parts_that_differ_are_marked(tmp_path: Path) -> None:
    of_ann = profile("high", ("imprecision", -1, "few people"), ("risk_of_bias", 0, "none"))
    of_bob = profile("high", ("imprecision", -2, "very few people"), ("risk_of_bias", 0, "well done"))
    store = filled(tmp_path, [statement("one", grade=graded("moderate", rater="Ann", profile=of_ann))])
    with store.writing() as session:
        for level in ("high", "low"):
            curate.grade(session, 1, Judgement(level, kind="second", profile=of_bob), someone("I read it", "Bob"))
        curate.grade(session, 1, Judgement("C", scale="sort"), someone("elsewhere", "Cid"))
        curate.grade(session, 1, Judgement("low", kind="consensus"), someone("we talked", "Ann"))
    with store.reading() as session:
        (found,) = read(session, [1], DAY)
    store.close()
    said = opinions(found)
    assert [(each.rater, each.level.id, each.kind) for each in said] == [
        ("Ann", "moderate", "first"),
        ("Bob", "low", "second"),
    ]
    rows = {row.name: row for row in side_by_side(said)}
    assert rows["Imprecision"].said == (("−1", "few people"), ("−2", "very few people"))
    assert rows["Inconsistency"].said == ((NOT_JUDGED, ""), (NOT_JUDGED, ""))
    assert {name for name, row in rows.items() if row.differs} == {
        "Level",
        "Direction",
        "Imprecision",
        "The arithmetic gives",
    }


def test_without_a_profile_there_are_no_parts_and_without_a_grade_no_opinions(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement("one", grade=graded("low")), statement("two")])
    with store.reading() as session:
        one, two = read(session, [1, 2], DAY)
    store.close()
    assert [row.name for row in side_by_side(opinions(one))] == ["Level", "Direction"]
    assert opinions(two) == ()
