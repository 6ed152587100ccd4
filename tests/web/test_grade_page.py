"""`/s/ID/grade` without scripts: the arithmetic is the server's, the sentence allowed is offered, the words stay."""

from __future__ import annotations

import pytest

from tests.web.curating import Desk, House, fields


@pytest.fixture
def desk(house: House) -> Desk:
    """A rater's browser."""
    return house.somebody("Rita", "rater")


STEPS = {"start": "high", "start_reason": "trials", "step_imprecision": "-2", "reason_imprecision": "few people"}


def test_a_statement_is_graded_and_told_where_its_words_misfit(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    told = desk.saved(f"/s/{id_}/grade", version=1, level="low", direction="supports", reason="two trials", **STEPS)
    assert "The grade is saved: Low." in told
    assert "Its words claim an effect without a hedge" in told
    assert "Graded low, and no cited work supports the statement. Fill a slot with the work" in told
    grade = house.shown(id_).grade
    assert (grade.level.id, grade.direction, grade.rationale, grade.rater) == ("low", "supports", "two trials", "Rita")
    assert house.shown(id_).text == "Tea helps."
    assert house.holds()


def test_the_profile_is_worked_out_without_recording_anything(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    steps = "&".join(f"{name}={value}" for name, value in STEPS.items())
    page = desk.get(f"/s/{id_}/grade/worked?direction=supports&{steps}")
    assert "few people" in page
    assert "Tea may reduce pain in adults." in page
    assert "edit?text=" not in page
    chosen = desk.get(f"/s/{id_}/grade/worked?level=high&direction=supports&{steps}")
    assert "not the result of these steps" in chosen
    assert "Tea reduces pain in adults." in chosen
    assert "Choose its step" in desk.get(f"/s/{id_}/grade/worked?start=high&reason_imprecision=why")
    assert "Choose a starting level" in desk.get(f"/s/{id_}/grade/worked?level=nonsense")
    worked = desk.send(f"/s/{id_}/grade", act="work", version=1, direction="supports", reason="half a thought", **STEPS)
    assert worked.status_code == 200
    assert "half a thought" in worked.text
    assert "Tea may reduce pain in adults." in worked.text
    assert house.shown(id_).version == 1


def test_a_curator_gets_a_link_to_the_words_filled_in(house: House) -> None:
    both = house.somebody("Cora", "rater", "curator")
    page = both.get(f"/s/{house.ids['low']}/grade/worked?level=low&direction=supports")
    assert f'href="/s/{house.ids["low"]}/edit?text=Tea%20may%20reduce%20pain%20in%20adults.#words"' in page


def test_a_profile_that_leads_elsewhere_is_confirmed_first(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    form = {"version": 1, "level": "high", "direction": "supports", "reason": "large", **STEPS}
    asked = desk.send(f"/s/{id_}/grade", **form)
    assert asked.status_code == 200
    assert "Nothing is recorded yet." in asked.text
    assert house.shown(id_).judged is None
    desk.saved(f"/s/{id_}/grade", **form, confirmed="1")
    assert house.shown(id_).grade.level.id == "high"


def test_the_grade_that_stands_can_be_filled_in_and_whose_it_is_is_said(house: House, desk: Desk) -> None:
    id_ = house.ids["moderate"]
    page = desk.get(f"/s/{id_}/grade")
    assert "A. Rater has graded it." in page
    assert f'href="/rate/{id_}"' in page
    filled = desk.get(f"/s/{id_}/grade?from=current")
    assert fields(filled, "reason_imprecision") == ["few people"]
    assert fields(filled, "reason") == [""]


def test_a_conflict_shows_both_and_keeps_what_was_typed(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    desk.saved(f"/s/{id_}/grade", version=1, level="very-low", direction="unclear", reason="his")
    answer = desk.send(f"/s/{id_}/grade", version=1, level="low", direction="supports", reason="mine", **STEPS)
    assert answer.status_code == 409
    assert "What is stored now" in answer.text
    assert "his" in answer.text
    assert fields(answer.text, "reason") == ["mine"]
    assert fields(answer.text, "version") == ["2"]
    assert house.shown(id_).grade.level.id == "very-low"


@pytest.mark.parametrize(("wrong", "status"), [({"level": ""}, 400), ({"reason": ""}, 400), ({"level": "best"}, 400)])
def test_what_is_missing_is_named_and_nothing_is_lost(
    house: House, desk: Desk, wrong: dict[str, str], status: int
) -> None:
    form = {"version": 1, "level": "low", "direction": "supports", "reason": "r", **STEPS, **wrong}
    answer = desk.send(f"/s/{house.ids['bare']}/grade", **form)
    assert answer.status_code == status
    assert fields(answer.text, "reason_imprecision") == ["few people"]


def test_another_scale_is_graded_on_by_its_own_rubric(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    assert "step_imprecision" not in desk.get(f"/s/{id_}/grade?scale=uspstf")
    desk.saved(f"/s/{id_}/grade", version=1, scale="uspstf", level="B", reason="by their table")
    assert house.shown(id_).grade.level.name == "uspstf:B"
