"""On what a grade hangs: one judgement or one work taken away, and the level that follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.grade import DOMAINS, LEVELS, Profile, explain
from kb.graded import GradedStatement, read
from kb.render.what_if import NOT_GRADED, what_if_json, what_if_text
from kb.store import Store
from kb.what_if import Removal, WhatIf, _of_profile, what_if
from tests.kb.audit.library import DAY, filled, graded, ids, profile, slot, statement, work

PAPERS = [work("trial"), work("second"), work("cohort", "cohort study"), work("background", "narrative review")]
TWO_DOWN = profile("high", ("risk_of_bias", -1, "open label"), ("imprecision", -1, "few people"))
STATEMENTS = [
    statement("one-trial", grade=graded("low", profile=TWO_DOWN), slots=[slot("trial")]),
    statement("trial-and-cohort", grade=graded("low", profile=TWO_DOWN), slots=[slot("trial"), slot("cohort")]),
    statement("two-trials", grade=graded("moderate"), slots=[slot("trial"), slot("second")]),
    statement("one-very-low", grade=graded("very-low"), slots=[slot("trial"), slot("background", "background")]),
    statement(
        "against", grade=graded("low", direction="contradicts"), slots=[slot("trial"), slot("second", "refutes")]
    ),
    statement("other-level", grade=graded("high", profile=TWO_DOWN), slots=[slot("trial")]),
    statement("ungraded"),
    statement("not-gradable", grade=graded("not-gradable")),
]


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, GradedStatement]]:
    store: Store = filled(tmp_path_factory.mktemp("what-if"), STATEMENTS, PAPERS)
    numbers = ids(store)
    with store.reading() as session:
        yield {each.key: each for each in read(session, list(numbers.values()), DAY)}
    store.close()


def asked(statement: GradedStatement) -> WhatIf:
    found = what_if(statement)
    assert found is not None
    return found


def of_kind(found: WhatIf, kind: str) -> list[Removal]:
    return [each for each in found.removals if each.kind == kind]


def test_each_judgement_taken_away_is_told_with_the_level_that_follows(statements: dict[str, GradedStatement]) -> None:
    found = asked(statements["one-trial"])
    assert [(each.subject, each.level, each.moves) for each in of_kind(found, "judgement")] == [
        ("Risk of bias −1", "moderate", True),
        ("Imprecision −1", "moderate", True),
    ]
    (start,) = of_kind(found, "start")
    assert (start.level, start.moves) == ("very-low", True)


def test_the_only_work_taken_away_leaves_nothing_to_rest_on(statements: dict[str, GradedStatement]) -> None:
    (only,) = of_kind(asked(statements["one-trial"]), "work")
    assert (only.level, only.moves, only.slots) == (None, True, (1,))


def test_the_only_trial_taken_away_leaves_designs_that_start_low(statements: dict[str, GradedStatement]) -> None:
    trial, cohort = of_kind(asked(statements["trial-and-cohort"]), "work")
    assert (trial.level, trial.moves) == ("very-low", True)
    assert "start low" in trial.words
    assert not cohort.moves


def test_one_of_two_trials_is_told_to_leave_one_and_a_missing_profile_is_told(
    statements: dict[str, GradedStatement],
) -> None:
    found = asked(statements["two-trials"])
    assert [each.words for each in found.removals] == ["One work alone would carry moderate certainty."] * 2
    assert any("No profile is recorded" in remark for remark in found.remarks)
    assert any("No single judgement or work" in remark for remark in found.remarks)


def test_very_low_needs_no_work_and_background_carries_nothing(statements: dict[str, GradedStatement]) -> None:
    (only,) = of_kind(asked(statements["one-very-low"]), "work")
    assert not only.moves


def test_what_the_evidence_contradicts_rests_on_what_refutes_it(statements: dict[str, GradedStatement]) -> None:
    (only,) = of_kind(asked(statements["against"]), "work")
    assert only.slots == (2,)


def test_a_profile_that_leads_elsewhere_is_told(statements: dict[str, GradedStatement]) -> None:
    found = asked(statements["other-level"])
    assert found.reached == "low"
    assert any("leads to low, not to high" in remark for remark in found.remarks)


@pytest.mark.parametrize("key", ["ungraded", "not-gradable"])
def test_where_no_certainty_is_stated_nothing_can_be_taken_away(
    statements: dict[str, GradedStatement], key: str
) -> None:
    assert what_if(statements[key]) is None
    assert NOT_GRADED in what_if_text(statements[key], None)


def test_the_answer_leaves_with_the_statement_s_grade_and_caveats(statements: dict[str, GradedStatement]) -> None:
    told: dict[str, Any] = what_if_json(statements["one-trial"], asked(statements["one-trial"]))
    assert told["statement"]["grade"]["label"] == "Low"
    assert told["statement"]["caveats"]
    assert json.loads(json.dumps(told))["removals"][0]["kind"] == "start"


judgements = st.lists(
    st.sampled_from(list(DOMAINS.values())).flatmap(
        lambda domain: st.tuples(st.just(domain.name), st.sampled_from(domain.steps), st.just("as judged"))
    ),
    unique_by=lambda each: each[0],
)


@given(st.sampled_from(["high", "low"]), judgements)
def test_a_removal_moves_where_the_arithmetic_moves(start: str, steps: list[tuple[str, int, str]]) -> None:
    made = Profile.from_json(profile(start, *steps))
    now = explain(made).level
    for each in _of_profile(made):
        assert each.level in LEVELS
        assert each.moves == (each.level != now)
