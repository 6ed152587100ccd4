"""The rules about grades, G01 to G16: what each finds, what it leaves alone, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kb import curate
from kb.audit.findings import explain
from kb.audit.reasons import LONGEST, PLACEHOLDERS, says_nothing
from kb.audit.rule import Scope, Severity
from kb.audit.rules import RULES
from kb.graded import read
from kb.model import Grade, Statement
from kb.store import Store
from tests.kb.audit.library import (
    DAY,
    NOW,
    all_found,
    bring,
    filled,
    found,
    graded,
    ids,
    profile,
    slot,
    someone,
    statement,
    work,
)

LATER = NOW + timedelta(days=1)


def parts(*steps: tuple[str, int, str], start: str = "low", why: str = "cohort studies") -> dict[str, Any]:
    return profile(start, *steps, start_reason=why)


WORKS = (
    work("trial"),
    work("cohort", "prospective cohort study"),
    work("review", "narrative review"),
    work("meta", "systematic review of randomised trials"),
    work("rats", "animal study in rats"),
    work("odd", "a walk in the park"),
)

STATEMENTS = (
    statement("ungraded"),
    # G02
    statement("no rationale", grade=graded("low", rationale="")),
    statement("dash", grade=graded("low", rationale=" - ")),
    statement("todo", grade=graded("low", rationale="TODO")),
    statement("level again", grade=graded("low", rationale="Low certainty.")),
    statement("brief", grade=graded("low", rationale="One small trial")),
    statement("dash, profile", grade=graded("low", rationale="n/a", profile=parts())),
    statement("dash, civic", grade=graded("B", scale="civic", rationale="")),
    # G03 and G04
    statement("fits", grade=graded("very-low", profile=parts(("imprecision", -1, "12 people")))),
    statement("misfits", grade=graded("low", profile=parts(("imprecision", -1, "12 people")))),
    statement(
        "silent steps",
        grade=graded("very-low", profile=parts(("imprecision", -1, ""), ("indirectness", -1, "n/a"))),
    ),
    statement("silent start", grade=graded("low", profile=parts(why=""))),
    statement("one silent step", grade=graded("very-low", profile=parts(("imprecision", -1, "")))),
    statement(
        "one silent step, no rationale",
        grade=graded("very-low", rationale="-", profile=parts(("imprecision", -1, ""))),
    ),
    statement("silent zero", grade=graded("low", profile=parts(("imprecision", 0, ""), ("indirectness", 0, "")))),
    # G05
    statement("high on cohort", grade=graded("high", profile=parts(start="high")), slots=[slot("cohort"), slot("odd")]),
    statement("low on trial", grade=graded("low", profile=parts()), slots=[slot("trial")]),
    statement("high on both", grade=graded("high", profile=parts(start="high")), slots=[slot("cohort"), slot("trial")]),
    statement("high on odd", grade=graded("high", profile=parts(start="high")), slots=[slot("odd")]),
    statement(
        "high by ROBINS-I",
        grade=graded("high", profile=parts(start="high", why="Assessed with ROBINS-I.")),
        slots=[slot("cohort")],
    ),
    statement(
        "high prevalence", type="background", grade=graded("high", profile=parts(start="high")), slots=[slot("cohort")]
    ),
    # G06
    statement(
        "up and down",
        grade=graded("low", profile=parts(("risk_of_bias", -1, "self-report"), ("large_effect", 1, "RR 6"))),
    ),
    statement(
        "up, no concern",
        grade=graded("moderate", profile=parts(("risk_of_bias", 0, "blinded"), ("large_effect", 1, "RR 6"))),
    ),
    # G07
    statement("not gradable, trial", grade=graded("not-gradable", direction="not-stated"), slots=[slot("trial")]),
    statement(
        "no evidence, meta", grade=graded("no-evidence", direction="not-stated"), slots=[slot("meta", "refutes")]
    ),
    statement(
        "no evidence, rats",
        grade=graded("no-evidence", direction="not-stated"),
        slots=[slot("rats"), slot("review"), slot("odd"), slot(None)],
        searched={"on": "2026-11-01", "where": "PubMed"},
    ),
    statement(
        "no evidence, background",
        grade=graded("no-evidence", direction="not-stated"),
        slots=[slot("trial", "background")],
        searched={"on": "2026-11-01", "where": "PubMed"},
    ),
    statement("definition, trial", type="background", grade=graded("not-gradable"), slots=[slot("trial")]),
    # G08
    statement("not told when", grade=graded("no-evidence", direction="not-stated"), searched={"where": "PubMed"}),
    statement("not told at all", direct_evidence="none-found"),
    statement("told", direct_evidence="none-found", searched={"on": "2026-11-01", "where": "PubMed"}),
    # G09, G10
    statement("disputed", grade=graded("low")),
    statement("agreed", grade=graded("low")),
    statement("same again", grade=graded("low")),
    statement("other scale", grade=graded("low")),
    statement("changed mind", grade=graded("low")),
    statement("due yesterday", review_due=(DAY - timedelta(days=1)).isoformat()),
    statement("due today", review_due=DAY.isoformat(), reviewed_on="2025-01-01"),
    # G12
    statement("no direction", grade=graded("high", direction="not-stated")),
    statement("no direction, civic", grade=graded("B", scale="civic", direction="not-stated")),
    statement("no direction, uspstf", grade=graded("B", scale="uspstf", direction="not-stated")),
    statement("no direction, mechanism", type="mechanism", grade=graded("high", direction="not-stated")),
    # G13, G14
    statement(
        "for, refuted", grade=graded("low"), slots=[slot("trial", "refutes"), slot("meta", "refutes"), slot(None)]
    ),
    statement("for, divided", grade=graded("low"), slots=[slot("trial"), slot("cohort", "refutes")]),
    statement("for, qualified", grade=graded("low"), slots=[slot("trial", "qualifies")]),
    statement("against, supported", grade=graded("low", direction="contradicts"), slots=[slot("cohort")]),
    statement("against, refuted", grade=graded("low", direction="contradicts"), slots=[slot("cohort", "refutes")]),
    statement("mixed, refuted", grade=graded("low", direction="mixed"), slots=[slot("cohort", "refutes")]),
)


def judge(store: Store, key: str, level: str, actor: str, **fields: Any) -> None:
    with store.writing() as session:
        judged = curate.Judgement(level, "supports", **fields)
        curate.grade(session, ids(store)[key], judged, someone("Read again.", actor, LATER))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("grades"), STATEMENTS, WORKS)
    for key, level, fields in (
        ("disputed", "moderate", {"kind": "second"}),
        ("agreed", "moderate", {"kind": "second"}),
        ("agreed", "moderate", {"kind": "consensus"}),
        ("same again", "low", {"kind": "second"}),
        ("other scale", "B", {"kind": "second", "scale": "civic"}),
        ("changed mind", "moderate", {"kind": "second"}),
        ("changed mind", "low", {"kind": "second"}),
    ):
        judge(store, key, level, "B. Second", **fields)
    yield store
    store.close()


@pytest.mark.parametrize("reason", ["", "  ", "-", "—", "…", "n/a", "N.A.", "ToDo", "tbd", "none.", "x", "see above"])
def test_a_word_that_fills_a_field_is_no_reason(reason: str) -> None:
    assert says_nothing(reason)


@pytest.mark.parametrize(
    "reason", ["Low", "very low certainty", "GRADE: moderate", "−1", "-2 steps", "serious", "very serious concerns"]
)
def test_a_level_or_step_said_once_more_is_no_reason(reason: str) -> None:
    assert says_nothing(reason)


@pytest.mark.parametrize(
    "reason", ["One RCT", "26 participants", "self-report", "low numbers", "not blinded", "no trial found", "unblinded"]
)
def test_a_short_reason_is_a_reason(reason: str) -> None:
    assert not says_nothing(reason)


def test_no_placeholder_is_too_long_to_be_looked_at() -> None:
    assert max(map(len, PLACEHOLDERS)) <= LONGEST


def test_g01_finds_what_nobody_has_judged(store: Store) -> None:
    assert "ungraded" in found(store, "G01")
    assert "fits" not in found(store, "G01")


def test_g02_finds_grades_without_a_reason(store: Store) -> None:
    findings = {each.statement.key: each for each in all_found(store, "G02") if each.statement is not None}
    assert set(findings) == {
        *("no rationale", "dash", "todo", "level again", "dash, profile"),
        "one silent step, no rationale",
    }
    assert "has no rationale" in findings["no rationale"].message
    assert "“Low certainty.”" in findings["level again"].message
    assert findings["dash"].severity is Severity.WARNING
    assert findings["dash, profile"].severity is Severity.NOTE


def test_g03_finds_profiles_that_lead_elsewhere(store: Store) -> None:
    assert found(store, "G03") == {"misfits": "The grade says low; its profile leads to very-low."}


def test_g04_finds_steps_and_starts_without_a_reason(store: Store) -> None:
    assert found(store, "G04") == {
        "silent steps": "No reason is given for imprecision −1, indirectness −1.",
        "silent start": "No reason is given for the start at low.",
        "one silent step, no rationale": "No reason is given for imprecision −1.",
    }


def test_g05_finds_starts_that_the_designs_do_not_have(store: Store) -> None:
    findings = found(store, "G05")
    assert set(findings) == {"high on cohort", "low on trial"}
    assert "the study in slot 1 is observational" in findings["high on cohort"]
    assert "starts low, but the study in slot 1 is a randomised trial" in findings["low on trial"]


def test_g06_finds_a_step_up_beside_a_step_down(store: Store) -> None:
    assert found(store, "G06") == {
        "up and down": "Rated up (large effect +1) although it is rated down (risk of bias −1)."
    }


def test_g07_finds_studies_of_effect_beside_no_evidence(store: Store) -> None:
    findings = found(store, "G07")
    assert set(findings) == {"not gradable, trial", "no evidence, meta"}
    assert "called not gradable, and slot 1 holds a study of effect (randomised)" in findings["not gradable, trial"]
    assert "systematic review" in findings["no evidence, meta"]


def test_g08_finds_searches_without_day_or_place(store: Store) -> None:
    findings = found(store, "G08")
    assert set(findings) == {"not told when", "not told at all", "no evidence, meta"}
    assert findings["not told when"] == "The grade says that there is no evidence, but not when one looked."
    assert findings["not told at all"].endswith("but not when and where one looked.")


def test_g09_finds_raters_who_disagree_and_have_not_agreed(store: Store) -> None:
    assert found(store, "G09") == {
        "disputed": "The raters disagree, and no consensus is recorded: B. Second says moderate, A. Rater says low."
    }


def test_g09_finds_just_the_statements_that_say_disputed(store: Store) -> None:
    with store.reading() as session:
        said = {
            each.key
            for each in read(session, sorted(ids(store).values()), DAY)
            if any(caveat.code == "disputed" for caveat in each.caveats)
        }
    assert said == set(found(store, "G09"))


def test_g10_finds_days_that_have_passed(store: Store) -> None:
    findings = found(store, "G10")
    assert set(findings) == {"due yesterday"}
    assert "1 day ago; when it was last looked at is not recorded" in findings["due yesterday"]
    later = found(store, "G10", DAY + timedelta(days=2))
    assert "2 days ago; it was last looked at on 2025-01-01" in later["due today"]


def test_g12_finds_certainty_without_a_direction(store: Store) -> None:
    assert set(found(store, "G12")) == {"no direction", "no direction, civic"}


def test_g13_finds_support_that_every_citation_refutes(store: Store) -> None:
    assert found(store, "G13") == {
        "for, refuted": "The grade's direction is supports, but both citations that take a side refute it."
    }


def test_g14_finds_contradiction_that_every_citation_supports(store: Store) -> None:
    findings = found(store, "G14")
    assert set(findings) == {"against, supported"}
    assert "is contradicts, but the one citation that takes a side supports it" in findings["against, supported"]


def test_g15_counts_grades_of_one_rater_as_the_caveat_does(store: Store) -> None:
    with store.reading() as session:
        every = read(session, sorted(ids(store).values()), DAY)
    alone = [each for each in every if any(caveat.code == "single-rater" for caveat in each.caveats)]
    judged = sum(each.judged is not None for each in every)
    assert found(store, "G15") == {"G15": f"{len(alone)} of {judged} graded statements have one rater only."}
    assert {"disputed", "agreed", "same again", "changed mind"}.isdisjoint(each.key for each in alone)


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Store]:
    """A store to be changed by a test."""
    rows = [statement(key, grade=graded("low"), slots=[slot(None)]) for key in ("S1", "S2", "S3")]
    store = filled(tmp_path, rows, WORKS)
    yield store
    store.close()


def test_g15_is_silent_where_everything_has_two_raters(few: Store) -> None:
    assert found(few, "G15") == {"G15": "3 of 3 graded statements have one rater only."}
    for key in ("S1", "S2"):
        judge(few, key, "moderate", "B. Second", kind="second")
    assert found(few, "G15") == {"G15": "1 of 3 graded statements has one rater only."}
    judge(few, "S3", "low", "B. Second", kind="second")
    assert found(few, "G15") == {}


def fill(store: Store, key: str, citation: str | None, position: int | None = 1) -> None:
    with store.writing() as session:
        filling = curate.SlotFilling(citation, "supports" if citation else None, "read")
        curate.fill_slot(session, ids(store)[key], position, filling, someone("found", at=LATER))


def test_g16_counts_what_was_cited_after_the_grade(few: Store) -> None:
    assert found(few, "G16") == {}
    fill(few, "S1", "trial")
    fill(few, "S2", None)
    number = ids(few)["S1"]
    assert found(few, "G16") == {"G16": f"1 statement was given a citation after the grade was made: number {number}."}
    fill(few, "S2", "cohort", position=None)
    fill(few, "S3", "cohort")
    numbers = ", ".join(str(each) for each in ids(few).values())
    assert found(few, "G16") == {
        "G16": f"3 statements were given a citation after the grade was made: number {numbers}."
    }


def test_g16_is_silent_after_a_new_grade_and_where_both_came_together(few: Store, tmp_path: Path) -> None:
    fill(few, "S1", "trial")
    judge(few, "S1", "low", "A. Rater")
    row = statement("S2", grade=graded("moderate"), slots=[slot("trial")])
    bring(few, tmp_path / "again.jsonl", json.dumps(row), "statements")
    assert found(few, "G16") == {}


def test_g16_finds_a_citation_that_an_import_added(few: Store, tmp_path: Path) -> None:
    row = statement("S2", slots=[slot("trial")])
    bring(few, tmp_path / "again.jsonl", json.dumps(row), "statements", someone("more", at=LATER))
    assert found(few, "G16")["G16"].endswith(f"number {ids(few)['S2']}.")


def lose(store: Store, key: str, scale: str, level: str) -> None:
    """Leave a statement with a grade whose level is not known, as a scale's file that is gone does."""
    with store.writing() as session:
        stands = session.scalars(select(Grade).where(Grade.statement_id == ids(store)[key])).one()
        kept = {name: getattr(stands, name) for name in ("direction", "rationale", "kind", "rater_id", "made_at")}
        lost = Grade(statement_id=stands.statement_id, scale=scale, level=level, **kept)
        session.add(lost)
        session.flush()
        session.execute(update(Statement).where(Statement.id == stands.statement_id).values(current_grade_id=lost.id))


def test_g11_finds_levels_and_scales_that_nobody_knows_and_shows_the_statement(few: Store) -> None:
    assert found(few, "G11") == {}
    lose(few, "S1", "grade", "promising")
    lose(few, "S2", "house", "A")
    findings = {each.statement.key: each for each in all_found(few, "G11") if each.statement is not None}
    assert "The scale grade has no level promising; its levels are high, moderate" in findings["S1"].message
    assert "house:A is on a scale that is not known" in findings["S2"].message
    for each in findings.values():
        assert each.statement is not None
        assert each.statement.caveats[0].code == "unknown-level"
        assert "unknown" in each.statement.grade.level.label


def test_a_finding_is_explained_alone_as_it_was_among_all(store: Store) -> None:
    """A page explains some of the findings of a kept run: each rule judges these few as it judged them among all."""
    with store.reading() as session:
        for code in sorted(code for code in RULES if code[0] == "G"):
            for finding in all_found(store, code):
                if finding.statement is None:
                    continue
                chunk = [(finding.statement.id, finding.severity)]
                again = list(explain(session, RULES[code], chunk, {}, Scope(DAY)))
                assert [(each.message, each.severity) for each in again] == [(finding.message, finding.severity)]


def test_every_candidate_stands_once(store: Store) -> None:
    with store.reading() as session:
        for code, rule in RULES.items():
            if code[0] == "G" and hasattr(rule.check, "candidates"):
                rows = rule.check.candidates(Scope(DAY)).subquery()
                id_ = rows.c[0]
                twice = select(id_).group_by(id_).having(func.count() > 1)
                assert session.execute(twice).all() == [], code
