"""The rules about wording, W01 to W06: what each finds, what it leaves alone, and the sentence it offers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.audit.rule import Severity
from kb.store import Store
from tests.kb.audit.library import all_found, filled, found, graded, keys, slot, statement, work

PICO = {"intervention": "tea", "outcome": "pain", "population": "adults"}

STATEMENTS = (
    statement("over", "Tea may reduce pain.", grade=graded("very-low"), pico=PICO),
    statement("far over", "Tea probably reduces pain.", grade=graded("very-low"), pico=PICO),
    statement("over, nothing known", "Tea probably reduces pain.", grade=graded("low")),
    statement("over, no study", "Tea may reduce pain.", grade=graded("no-evidence", direction="not-stated"), pico=PICO),
    statement("fits", "Tea may reduce pain.", grade=graded("low"), pico=PICO),
    statement("mechanism", "Tea may reduce pain signals.", type="mechanism", grade=graded("very-low")),
    statement("other scale", "Tea may reduce pain.", grade=graded("D", scale="civic")),
    statement("ungraded", "Tea may reduce pain; it is guaranteed."),
    statement("plain and low", "Tea reduces pain.", grade=graded("low"), pico=PICO),
    statement("plain and high", "Tea reduces pain.", grade=graded("high"), pico=PICO),
    statement("timid", "Tea may reduce pain.", grade=graded("high"), pico=PICO),
    statement("absolute", "Tea cures pain.", type="background"),
    statement("denied", "Tea is no cure for pain and is not proven.", type="background"),
    statement("spam", "Tea is for sale.", type="background", quote="People who search best tea for pain drink it."),
    statement("sells", "Tea is drunk.", type="background", quote="A natural remedy is drunk."),
    statement("hands on", "Tea is promising.", type="background", quote="Tea is promising."),
    statement("cause", "Tea causes sleep.", grade=graded("low"), slots=[slot("survey"), slot("review"), slot(None)]),
    statement("cause, trusted", "Tea causes sleep.", grade=graded("high"), slots=[slot("survey")]),
    statement("cause, hedged", "Tea may cause sleep.", grade=graded("low"), slots=[slot("survey")]),
    statement("cause, tried", "Tea causes sleep.", grade=graded("low"), slots=[slot("survey"), slot("trial")]),
    statement("cause, unread", "Tea causes sleep.", grade=graded("low"), slots=[slot("survey"), slot("odd")]),
    statement("cause, refuted", "Tea causes sleep.", grade=graded("low"), slots=[slot("survey", "refutes")]),
    statement("cause, only told", "Tea causes sleep.", grade=graded("low"), slots=[slot("review")]),
    statement("goes together", "Tea is associated with sleep.", grade=graded("low"), slots=[slot("survey")]),
    statement("sober", "Tea is drunk.", type="background", quote="The best evidence is that tea is drunk."),
)

WORKS = (
    work("survey", "cross-sectional survey"),
    work("review", "narrative review"),
    work("trial", "randomised controlled trial"),
    work("odd", "a walk in the park"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("wording"), STATEMENTS, WORKS)
    yield store
    store.close()


def test_w01_finds_words_above_the_grade_and_offers_the_sentence_that_is_allowed(store: Store) -> None:
    findings = {each.statement.key: each for each in all_found(store, "W01") if each.statement is not None}
    assert set(findings) == {"over", "far over", "over, nothing known", "over, no study"}
    assert findings["over"].message == "The words claim low certainty (“may”); the grade says very low certainty."
    offered = "The evidence is very uncertain about the effect of tea on pain in adults."
    assert findings["over"].remedy == f"GRADE guidance 26 allows: “{offered}”"
    assert "guidance 26" not in findings["over, nothing known"].remedy
    assert "guidance 26" not in findings["over, no study"].remedy


def test_w01_is_an_error_two_levels_above_the_grade_and_a_warning_one_above(store: Store) -> None:
    severities = {each.statement.key: each.severity for each in all_found(store, "W01") if each.statement is not None}
    assert severities.pop("far over") == Severity.ERROR
    assert set(severities.values()) == {Severity.WARNING}


def test_w02_finds_promises_in_words_of_any_type_graded_or_not(store: Store) -> None:
    assert found(store, "W02") == {
        "absolute": "The words promise what no evidence can: “cures”.",
        "ungraded": "The words promise what no evidence can: “guaranteed”.",
    }


def test_w03_finds_what_sells_in_quotes_and_warns_of_what_is_inserted_or_handed_on(store: Store) -> None:
    findings = all_found(store, "W03")
    assert sorted(keys(findings)) == ["hands on", "sells", "spam"]
    assert {each.statement.key: each.severity for each in findings if each.statement is not None} == {
        "spam": Severity.WARNING,
        "hands on": Severity.WARNING,
        "sells": Severity.NOTE,
    }


def test_w04_finds_causes_that_rest_on_studies_which_only_observe(store: Store) -> None:
    assert found(store, "W04") == {"cause": "The words name a cause (“causes”); all studies cited for it only observe."}


def test_w05_notes_an_effect_without_a_hedge_at_a_level_that_wants_one(store: Store) -> None:
    findings = [each for each in all_found(store, "W05") if not keys([each])[0].startswith("cause")]
    assert keys(findings) == ["plain and low"]
    assert findings[0].remedy == "GRADE guidance 26 allows: “Tea may reduce pain in adults.”"


def test_w06_notes_words_below_the_grade(store: Store) -> None:
    findings = all_found(store, "W06")
    assert keys(findings) == ["timid"]
    assert findings[0].remedy == "GRADE guidance 26 allows: “Tea reduces pain in adults.”"
