"""Kept runs and earlier reports: what is new beside them, what is gone, and what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from kb import curate
from kb.audit.baseline import only_unknown, read_baseline
from kb.audit.census import census
from kb.audit.hits import packed, unpacked
from kb.audit.reports.json import json_lines
from kb.audit.reports.report import Report
from kb.audit.reports.sarif import sarif_lines
from kb.audit.rule import GRAVEST_FIRST, Scope
from kb.audit.rules import RULES
from kb.audit.run import Audit, audit
from kb.audit.runs import LAST, audit_of, found_in, only_new, record, run_called, runs
from kb.audit.waivers import waive
from kb.errors import InputError, NotFound
from kb.model import AuditResult
from kb.store import Store
from tests.kb.audit.library import DAY, NOW, bring, filled, graded, ids, keys, someone, statement

UNGRADED = RULES["G01"]
FORMS = {"json": json_lines, "sarif": sarif_lines}
Beside = Callable[..., tuple[set[str], int]]
"""Audits and lays it beside what was kept before: the keys of the new findings of G01, and how many are gone."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three ungraded statements of one origin and one of another, audited once."""
    made = filled(tmp_path, [*(statement(key) for key in "abc"), {**statement("d"), "origin": "elsewhere"}])
    keep(made)
    yield made
    made.close()


def keep(store: Store) -> int:
    with store.reading() as session:
        done, counted = audit(session, Scope(DAY)), census(session)
    with store.writing() as session:
        return record(session, done, "an auditor", NOW, counted, 0)


def grade(store: Store, key: str) -> None:
    with store.writing() as session:
        curate.grade(session, ids(store)[key], curate.Judgement("low", "supports"), someone("Two trials."))


def told(store: Store, origin: str | None, rules: Any, beside: Callable[[Any, Audit], int]) -> tuple[set[str], int]:
    with store.reading() as session:
        done = audit(session, Scope(DAY, origin), rules)
        gone = beside(session, done)
        (result,) = (each for each in done.results if each.rule is UNGRADED)
        report = Report(session, done, NOW)
        return set(keys(report.findings(result))), gone


@pytest.fixture(params=["run", *FORMS])
def beside(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Beside:
    """An audit beside the first run, or beside the report of it in a form: both say the same."""
    path = tmp_path / "baseline"
    if request.param != "run":
        with store.reading() as session:
            path.write_text("".join(FORMS[request.param](Report(session, audit(session, Scope(DAY)), NOW))), "utf-8")

    def ask(origin: str | None = None, rules: Any = (UNGRADED,)) -> tuple[set[str], int]:
        def lay(session: Any, done: Audit) -> int:
            if request.param == "run":
                return only_new(session, done, run_called(session, "1"))
            return only_unknown(session, done, read_baseline(path))

        return told(store, origin, rules, lay)

    return ask


def test_beside_itself_nothing_is_new_and_nothing_gone(beside: Beside) -> None:
    assert beside() == (set(), 0)
    assert beside(rules=()) == (set(), 0)


def test_what_came_since_is_new_and_what_was_mended_is_gone(store: Store, beside: Beside, tmp_path: Path) -> None:
    grade(store, "a")
    bring(store, tmp_path / "more.jsonl", json.dumps(statement("e")), "statements")
    assert beside() == ({"e"}, 1)


def test_what_a_failed_rule_would_have_found_is_not_gone(
    store: Store, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_row: Any) -> None:
        raise ValueError("of the test")

    check = replace(UNGRADED.check, judge=crash)  # type: ignore[type-var]
    failing = replace(UNGRADED, check=check)
    monkeypatch.setitem(RULES, "G01", failing)  # type: ignore[misc]
    monkeypatch.setitem(globals(), "UNGRADED", failing)
    assert beside(rules=(failing,)) == (set(), 0)


def test_a_finding_that_is_graver_than_it_was_is_new(store: Store) -> None:
    with store.writing() as session:
        session.execute(update(AuditResult).where(AuditResult.rule == "G01").values(severity="note"))
    with store.reading() as session:
        done = audit(session, Scope(DAY), [UNGRADED])
        assert only_new(session, done, run_called(session, "1")) == 0
        assert done.results[0].count == 4


def test_a_part_is_laid_beside_its_part_only(store: Store, beside: Beside) -> None:
    grade(store, "a")
    assert beside(origin="elsewhere") == (set(), 0)
    assert beside(origin="rules") == (set(), 1)
    assert beside(origin="rules", rules=(UNGRADED, RULES["G02"])) == (set(), 1)


def test_what_was_waived_since_is_neither_new_nor_gone(store: Store, beside: Beside) -> None:
    with store.writing() as session:
        waive(session, "G01", ids(store)["a"], DAY + timedelta(days=9), someone("it waits"))
    assert beside() == (set(), 0)


def test_a_withdrawn_statement_takes_its_finding_along(store: Store, beside: Beside) -> None:
    with store.writing() as session:
        curate.withdraw(session, ids(store)["a"], someone("a double"))
    assert beside() == (set(), 1)


@pytest.mark.parametrize("form", FORMS)
def test_what_a_report_had_as_waived_is_new_once_the_waiver_is_over(store: Store, tmp_path: Path, form: str) -> None:
    day = DAY + timedelta(days=9)
    with store.writing() as session:
        waive(session, "G01", ids(store)["a"], day, someone("it waits"))
    path = tmp_path / "baseline"
    with store.reading() as session:
        path.write_text("".join(FORMS[form](Report(session, audit(session, Scope(DAY)), NOW))), "utf-8")
    with store.reading() as session:
        done = audit(session, Scope(day + timedelta(days=1)), [UNGRADED])
        assert only_unknown(session, done, read_baseline(path)) == 0
        assert [id_ for result in done.results for id_, _ in result.hits] == [ids(store)["a"]]


@pytest.mark.parametrize("form", FORMS)
def test_a_report_that_another_program_laid_out_anew_serves_as_well(store: Store, tmp_path: Path, form: str) -> None:
    path, other = tmp_path / "ours", tmp_path / "theirs"
    with store.reading() as session:
        path.write_text("".join(FORMS[form](Report(session, audit(session, Scope(DAY)), NOW))), "utf-8")
    other.write_text(json.dumps(json.loads(path.read_text("utf-8")), indent=4), "utf-8")
    assert read_baseline(other) == read_baseline(path) != {}


def test_a_report_of_another_store_with_the_same_data_knows_the_same_findings(store: Store, tmp_path: Path) -> None:
    with store.reading() as session:
        (tmp_path / "r").write_text("".join(json_lines(Report(session, audit(session, Scope(DAY)), NOW))), "utf-8")
    (tmp_path / "other").mkdir()
    other = filled(tmp_path / "other", [statement(key) for key in "xcba"])
    try:
        new, gone = told(
            other, "rules", [UNGRADED], lambda session, done: only_unknown(session, done, read_baseline(tmp_path / "r"))
        )
        assert (new, gone) == ({"x"}, 0)
    finally:
        other.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[1]",
        b"{}",
        b'{"runs": []}',
        b'{"runs": 1}',
        b'{"findings": [1]}',
        b'{"findings": [{}]}',
        b'{"findings": [{"rule": "G01", "fingerprint": "x", "statement": 1}]}',
        b'{"findings": [\n{"rule": "G01"}\n]}',
        b'{"findings": [\n{"rule": \n]}',
        b"\xff\xfe",
        b"rule,severity\nG01,error\n",
    ],
)
def test_what_is_no_report_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "baseline"
    path.write_bytes(content)
    with pytest.raises(InputError, match="baseline"):
        read_baseline(path)


def test_a_report_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_baseline(tmp_path / "nowhere")


def test_a_kept_run_says_again_what_it_found(store: Store) -> None:
    with store.reading() as session:
        done = audit(session, Scope(DAY))
        (run,) = runs(session, 9)
        again = audit_of(session, run, DAY)
        assert [sorted(each.hits) for each in again.results] == [sorted(each.hits) for each in done.results]
        assert [each.told for each in again.results if each.told] == [each.told for each in done.results if each.told]
        assert [again.count_of(each) for each in GRAVEST_FIRST] == [run.count_of(each) for each in GRAVEST_FIRST]
        assert {id_ for id_, _ in found_in(session, run.id, UNGRADED)} == {*ids(store).values(), 4}
        assert run.counts["census"]["statements"] == run.counts["statements"] == 4


def test_the_last_run_is_found_by_that_name_and_one_that_is_not_there_is_refused(store: Store) -> None:
    second = keep(store)
    with store.reading() as session:
        assert run_called(session, LAST).id == second == 2
        for wrong in ("0", "3", "first", "-1", "99999999999999999999", ""):
            with pytest.raises(NotFound, match="The last run is 2"):
                run_called(session, wrong)


def test_a_store_without_a_run_says_how_to_make_one(tmp_path: Path) -> None:
    made = filled(tmp_path, [statement("a", grade=graded("low"))])
    with made.reading() as session, pytest.raises(NotFound, match="kb audit"):
        run_called(session, LAST)
    made.close()


@given(st.sets(st.integers(1, 2**31 - 1)))
def test_packed_numbers_come_back_as_they_were(numbers: set[int]) -> None:
    assert list(unpacked(packed(numbers))) == sorted(numbers)


def test_a_note_on_the_whole_store_is_not_new_because_its_number_changed(store: Store, tmp_path: Path) -> None:
    grade(store, "a")
    keep(store)
    grade(store, "b")
    with store.reading() as session:
        done = audit(session, Scope(DAY), [RULES["G15"]])
        assert "2 of 2" in done.results[0].told[0].message
        assert only_new(session, done, run_called(session, LAST)) == 0
        assert done.results[0].count == 0
