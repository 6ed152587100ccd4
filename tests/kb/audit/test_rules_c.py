"""The rules about citations: what each finds, and what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.audit.rule import Severity
from kb.store import Store
from tests.kb.audit.library import all_found, bring, filled, found, graded, slot, statement, work

PAPERS = [
    work("trial"),
    work("second", DOI="10.1000/second"),
    work("rats", "animal study (rat)"),
    work("dish", "in vitro"),
    work("review", "systematic review of randomised trials"),
    work("gone", DOI="10.1000/gone"),
    work("doubted", DOI="10.1000/doubted"),
    work("main", title="The main report of NCT01234567"),
    work("follow-up", title="Five years of NCT01234567"),
    work("other-trial", title="Another one, NCT07654321"),
    work("isbn", ISBN="978-0-306-40615-8"),
    work("no-doi", DOI="10.1021"),
    work("unchecked", custom={"unchecked_fields": ["DOI"]}),
    work("volume-unchecked", custom={"unchecked_fields": ["volume"]}),
]
REFUTES = slot("trial", "refutes")
AGAINST = graded("moderate", direction="contradicts")
FALLEN = {"fallen", "fallen-and-doubted", "fallen-beside-trial", "fallen-background", "ungraded-fallen"}
STATEMENTS = [
    statement("empty-high", grade=graded("high"), slots=[slot(None)]),
    statement("empty-low", grade=graded("low"), slots=[slot(None)]),
    statement("empty-very-low", grade=graded("very-low"), slots=[slot(None)]),
    statement("background-only", grade=graded("moderate"), slots=[slot("trial", "background")]),
    statement("two-trials", grade=graded("moderate"), slots=[slot("trial"), slot("second")]),
    statement(
        "refuted-contradicts",
        grade=graded("moderate", direction="contradicts"),
        slots=[REFUTES, slot("second", "refutes")],
    ),
    statement("supported-contradicts", grade=graded("moderate", direction="contradicts"), slots=[slot("trial")]),
    statement("mixed", grade=graded("moderate", direction="mixed"), slots=[REFUTES, slot("second")]),
    statement("other-scale", grade={**graded("A"), "scale": "civic"}, slots=[slot(None)]),
    statement("fallen", grade=graded("very-low"), slots=[slot("gone")]),
    statement("fallen-and-doubted", grade=graded("very-low"), slots=[slot("gone"), slot("doubted")]),
    statement("fallen-beside-trial", grade=graded("very-low"), slots=[slot("gone"), slot("trial")]),
    statement("fallen-background", grade=graded("very-low"), slots=[slot("trial"), slot("gone", "background")]),
    statement("ungraded-fallen", slots=[slot("gone")]),
    statement("rats-low", grade=graded("low"), slots=[slot("rats"), slot("dish")]),
    statement("rats-very-low", grade=graded("very-low"), slots=[slot("rats")]),
    statement("rats-and-trial", grade=graded("low"), slots=[slot("rats"), slot("trial")]),
    statement("rats-mechanism", type="mechanism", grade=graded("low"), slots=[slot("rats")]),
    statement("rats-not-gradable", grade=graded("not-gradable"), slots=[slot("rats")]),
    statement("single", grade=graded("high"), slots=[slot("trial")]),
    statement("single-twice", grade=graded("high"), slots=[slot("trial"), slot("trial")]),
    statement("single-review", grade=graded("high"), slots=[slot("review")]),
    statement("single-low", grade=graded("low"), slots=[slot("trial")]),
    statement("twice", grade=graded("very-low"), slots=[slot("main"), slot("follow-up")]),
    statement("twice-by-note", grade=graded("very-low"), slots=[slot("main"), slot("trial", note="of NCT 01234567")]),
    statement("once", grade=graded("very-low"), slots=[slot("main"), slot("other-trial")]),
    statement("same-slot-work", grade=graded("very-low"), slots=[slot("main"), slot("main")]),
    statement("bad-isbn", grade=graded("very-low"), slots=[slot("trial"), slot("isbn")]),
    statement("unchecked", grade=graded("very-low"), slots=[slot("unchecked"), slot("volume-unchecked")]),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("citations")
    opened = filled(folder, STATEMENTS, [each for each in PAPERS if each["id"] != "no-doi"])
    notices = [
        {"DOI": "10.1000/gone", "nature": "Retraction"},
        {"DOI": "10.1000/doubted", "nature": "Expression of concern"},
    ]
    header = "Record ID,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n"
    rows = (f"{n},5/1/2026 0:00,10.3000/n{n},{each['DOI']},,{each['nature']},\n" for n, each in enumerate(notices))
    bring(opened, folder / "notices.csv", header + "".join(rows), "retractions")
    yield opened
    opened.close()


def test_c01_a_stated_certainty_rests_on_a_work_of_its_side(store: Store) -> None:
    assert found(store, "C01").keys() == {"empty-high", "empty-low", "background-only", "supported-contradicts"}
    severities = {each.statement.key: each.severity for each in all_found(store, "C01") if each.statement}
    assert severities["empty-high"] is Severity.ERROR
    assert severities["empty-low"] is Severity.WARNING
    assert "refutes the statement" in found(store, "C01")["supported-contradicts"]


def test_c02_a_statement_with_nothing_left_to_stand_on_is_found(store: Store) -> None:
    severities = {each.statement.key: each.severity for each in all_found(store, "C02") if each.statement}
    assert severities == {
        "fallen": Severity.ERROR,
        "ungraded-fallen": Severity.ERROR,
        "fallen-and-doubted": Severity.WARNING,
    }


def test_c03_a_retracted_work_is_named_by_its_slot_whatever_its_stance(store: Store) -> None:
    messages = found(store, "C03")
    assert messages.keys() == {
        "fallen",
        "fallen-and-doubted",
        "fallen-beside-trial",
        "fallen-background",
        "ungraded-fallen",
    }
    assert "slot 2" in messages["fallen-background"]


def test_c04_only_what_is_no_identifier_of_its_kind_is_found(store: Store) -> None:
    assert found(store, "C04") == {"bad-isbn": "Not an identifier of its kind: ISBN “978-0-306-40615-8” in slot 2."}


def test_c05_efficacy_on_animals_and_cells_alone_is_found(store: Store) -> None:
    severities = {each.statement.key: each.severity for each in all_found(store, "C05") if each.statement}
    assert severities == {"rats-low": Severity.ERROR, "rats-very-low": Severity.WARNING}
    assert "animal and laboratory studies alone (slots 1, 2)" in found(store, "C05")["rats-low"]


def test_c06_one_study_for_much_certainty_is_found_and_one_review_is_not(store: Store) -> None:
    assert found(store, "C06").keys() == {"single", "single-twice"}


def test_c07_two_reports_of_one_trial_are_found(store: Store) -> None:
    messages = found(store, "C07")
    assert messages.keys() == {"twice", "twice-by-note"}
    assert messages["twice"] == "slots 1, 2 report one trial, NCT01234567."


def test_c08_works_that_nobody_checked_are_one_note_with_those_cited_most(store: Store) -> None:
    (only,) = all_found(store, "C08")
    assert only.statement is None
    assert "1 of 13 cited works" in only.message
    assert "“The work unchecked”" in only.message


def test_the_notes_of_json_are_read_whole(tmp_path: Path) -> None:
    """A registration that stands in a record's own note counts as one in a title does."""
    papers = [work("one", note="Registered as ISRCTN12345678."), work("two", number="ISRCTN12345678")]
    opened = filled(tmp_path, [statement("twice", slots=[slot("one"), slot("two")])], json.loads(json.dumps(papers)))
    assert found(opened, "C07").keys() == {"twice"}
    opened.close()
