"""Each derived caveat stands exactly where its condition holds, and what was written down is inherited and kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kb.caveats import DERIVED, SEVERITY_ORDER, required_caveats
from kb.model import Caveat
from kb.records import (
    CaveatRecord,
    CitationRecord,
    GradeRecord,
    RelationRecord,
    SlotRecord,
    StatementRecord,
)
from kb.store import Store

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 1, tzinfo=UTC)

CITATION = CitationRecord(
    id=1,
    key="smith2020",
    csl={"id": "smith2020", "type": "article-journal", "title": "A trial"},
    title="A trial",
    year=2020,
    study_design=None,
    standing="ok",
    standing_on=None,
    standing_reason=None,
    standing_notice=None,
    standing_source=None,
    unchecked=(),
)
SLOT = SlotRecord(1, CITATION, "supports", None, None, None)
GRADE = GradeRecord("grade", "moderate", "supports", None, "because", None, "consensus", "Ann", AT)
SECOND = replace(GRADE, kind="second", rater="Bob")
FIRST = replace(GRADE, kind="first")
# Nothing at all is to be said against this one.
PLAIN = StatementRecord(
    id=1,
    origin="tests",
    key="S1",
    article=None,
    start=None,
    end=None,
    sentence_start=None,
    sentence_end=None,
    quote=None,
    text="Water is wet.",
    type="background",
    population=None,
    intervention=None,
    comparator=None,
    outcome=None,
    effect_size=None,
    direct_evidence="direct",
    searched_on=None,
    searched_where=None,
    remarks=(),
    state="published",
    withdrawn_reason=None,
    version=1,
    reviewed_on=None,
    review_due=None,
    content_hash="",
    topics=(),
    judged=GRADE,
    grades=(GRADE,),
    slots=(SLOT,),
    recorded_caveats=(),
    relations=(),
)
LIVER = CaveatRecord("liver", "warning", "safety", "The liver can be harmed.", None, "attached", ())


def graded(**changes: Any) -> dict[str, Any]:
    """The facts of a statement whose one grade differs from the plain one."""
    grade = replace(GRADE, **changes)
    return {"judged": grade, "grades": (grade,)}


def rated(current: GradeRecord, *others: GradeRecord) -> dict[str, Any]:
    return {"judged": current, "grades": (current, *others)}


def cited(**changes: Any) -> dict[str, Any]:
    return {"slots": (replace(SLOT, citation=replace(CITATION, **changes)),)}


def related(kind: str, state: str = "published", inverse: bool = False) -> dict[str, Any]:
    return {"relations": (RelationRecord(kind, 2, "tests", "S2", state, inverse),)}


@dataclass(frozen=True)
class Case:
    """Facts, the codes that must stand beside them (no other), and words that the first of them must hold."""

    facts: dict[str, Any]
    codes: list[str]
    words: tuple[str, ...] = ()


CASES: dict[str, Case] = {
    "a level that its scale has lost": Case(graded(level="promising"), ["unknown-level"], ("grade:promising",)),
    "a scale that is gone": Case(graded(scale="house", level="A"), ["unknown-level"], ("house:A",)),
    "nothing holds": Case({}, ["none-recorded"], ("not the same as nothing existing",)),
    "something was written down": Case({"recorded_caveats": (LIVER,)}, ["liver"], ("can be harmed",)),
    "nobody has judged": Case({"judged": None, "grades": ()}, ["ungraded"]),
    "high": Case(graded(level="high"), ["none-recorded"]),
    "low": Case(graded(level="low"), ["low"], ("Low certainty: ",)),
    "very low": Case(graded(level="very-low"), ["very-low"], ("Very low certainty: ",)),
    "none found, searched": Case(
        {**graded(level="no-evidence"), "searched_on": date(2026, 11, 22), "searched_where": "PubMed"},
        ["no-evidence"],
        ("searched on 2026-11-22 in PubMed",),
    ),
    "none found, day only": Case(
        {**graded(level="no-evidence"), "searched_on": date(2026, 11, 22)},
        ["no-evidence"],
        ("(searched on 2026-11-22)",),
    ),
    "none found, nobody knows where": Case(
        graded(level="no-evidence"), ["no-evidence"], ("when and where was not recorded",)
    ),
    "not gradable": Case(
        graded(level="not-gradable", rationale="A definition."), ["not-gradable"], ("Not gradable: A definition.",)
    ),
    "not gradable for no reason": Case(
        graded(level="not-gradable", rationale=""), ["not-gradable"], ("no reason was given",)
    ),
    "contradicted": Case(graded(direction="contradicts"), ["contradicted"]),
    "mixed": Case(graded(direction="mixed"), ["mixed"]),
    "no effect": Case(graded(direction="no-effect"), ["none-recorded"]),
    "unclear": Case(graded(direction="unclear"), ["none-recorded"]),
    "refuted by excellent trials": Case(graded(level="high", direction="contradicts"), ["contradicted"]),
    "a level called low elsewhere": Case(
        graded(scale="uspstf", level="I"), ["scale-is-not-grade"], ("does not convert to GRADE",)
    ),
    "an empty slot": Case(
        {"slots": (SlotRecord(1, None, None, None, None, "a trial in people"),)},
        ["citation-needed"],
        ("Citation needed. Wanted: a trial in people",),
    ),
    "an empty slot that speaks for itself": Case(
        {"slots": (SlotRecord(1, None, None, None, None, "Wanted: a trial"),)},
        ["citation-needed"],
        ("Citation needed. Wanted: a trial",),
    ),
    "an empty slot without a word": Case(
        {"slots": (SlotRecord(1, None, None, None, None, None),)}, ["citation-needed"], ("Citation needed.",)
    ),
    "two empty slots": Case(
        {"slots": tuple(SlotRecord(at, None, None, None, None, None) for at in (1, 2))},
        ["citation-needed", "citation-needed"],
    ),
    "DOI not checked": Case(cited(unchecked=("DOI",)), ["citation-unchecked"], ("DOI",)),
    "PMID not checked": Case(cited(unchecked=("PMID", "volume")), ["citation-unchecked"], ("PMID, volume",)),
    "title not checked": Case(cited(unchecked=("its exact title",)), ["citation-unchecked"]),
    "author not checked": Case(cited(unchecked=("author",)), ["citation-unchecked"]),
    "authors not checked": Case(cited(unchecked=("authors after the third",)), ["citation-unchecked"]),
    "the volume not checked": Case(cited(unchecked=("volume", "last page", "PMCID")), ["none-recorded"]),
    "titled is not title": Case(cited(unchecked=("subtitled",)), ["none-recorded"]),
    "retracted": Case(
        cited(standing="retracted", standing_on=DAY, standing_reason="made up", standing_notice="10.1/x"),
        ["retracted"],
        ("“A trial” was retracted on 2026-11-23: made up (notice: 10.1/x)",),
    ),
    "under concern": Case(cited(standing="concern"), ["concern"], ("expression of concern",)),
    "corrected": Case(cited(standing="corrected"), ["corrected"], ("corrected after publication",)),
    "reinstated": Case(cited(standing="reinstated"), ["reinstated"], ("later reinstated",)),
    "one rater": Case(rated(FIRST), ["single-rater"]),
    "one rater, imported": Case(rated(replace(GRADE, kind="imported")), ["single-rater"]),
    "one rater, twice": Case(rated(FIRST, replace(FIRST, kind="second")), ["single-rater"]),
    "two raters": Case(rated(FIRST, SECOND), ["none-recorded"]),
    "a second rater on another scale": Case(rated(FIRST, replace(SECOND, scale="civic", level="A")), ["single-rater"]),
    "two raters who disagree": Case(
        rated(FIRST, replace(SECOND, level="high")), ["disputed"], ("Ann: grade:moderate; Bob: grade:high",)
    ),
    "two raters who came to agree": Case(rated(FIRST, replace(SECOND, level="high"), SECOND), ["none-recorded"]),
    "a rater who changed her own mind": Case(rated(FIRST, replace(FIRST, level="high")), ["single-rater"]),
    "disagreement and then consensus": Case(
        rated(GRADE, replace(FIRST, level="low"), replace(SECOND, level="high")), ["none-recorded"]
    ),
    "contradicts another": Case(related("contradicts"), ["disputed"], ("tests/S2",)),
    "is contradicted by another": Case(related("contradicts", inverse=True), ["disputed"], ("tests/S2",)),
    "contradicts one that was withdrawn": Case(related("contradicts", "withdrawn"), ["none-recorded"]),
    "contradicts a draft": Case(related("contradicts", "draft"), ["none-recorded"]),
    "duplicates another": Case(related("duplicates"), ["none-recorded"]),
    "supersedes another": Case(related("supersedes"), ["none-recorded"]),
    "disputed on both sides": Case(
        {**rated(FIRST, replace(SECOND, level="high")), **related("contradicts")},
        ["disputed"],
        ("tests/S2", "raters disagree"),
    ),
    "withdrawn": Case({"state": "withdrawn", "withdrawn_reason": "wrong"}, ["withdrawn"], ("Withdrawn: wrong",)),
    "withdrawn silently": Case({"state": "withdrawn"}, ["withdrawn"], ("no reason was given",)),
    "a draft": Case({"state": "draft"}, ["none-recorded"]),
    "review due yesterday": Case({"review_due": DAY - timedelta(1)}, ["review-overdue"], ("by 2026-11-22",)),
    "review due today": Case({"review_due": DAY}, ["none-recorded"]),
    "all at once": Case(
        {
            **graded(level="very-low", direction="mixed", kind="first"),
            "recorded_caveats": (replace(LIVER, code="wording", severity="note"), LIVER),
            "state": "withdrawn",
            "review_due": date(2020, 1, 1),
            "slots": (
                replace(SLOT, citation=replace(CITATION, standing="retracted", unchecked=("DOI",))),
                SlotRecord(2, None, None, None, None, None),
            ),
        },
        [
            "liver",
            "withdrawn",
            "very-low",
            "retracted",
            "review-overdue",
            "mixed",
            "citation-needed",
            "wording",
            "single-rater",
            "citation-unchecked",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_caveats_of_a_statement_are_exactly_these(name: str) -> None:
    case = CASES[name]
    caveats = required_caveats(replace(PLAIN, **case.facts), DAY)
    assert [each.code for each in caveats] == case.codes
    for words in case.words:
        assert words in caveats[0].text


def test_every_derived_caveat_has_a_case_with_it_and_one_without() -> None:
    told = [set(case.codes) for case in CASES.values()]
    assert {code for code in DERIVED if not any(code in codes for codes in told)} == set()
    assert {code for code in DERIVED if all(code in codes for codes in told)} == set()


@pytest.mark.parametrize("name", CASES)
def test_warnings_come_first_and_no_caveat_is_empty(name: str) -> None:
    caveats = required_caveats(replace(PLAIN, **CASES[name].facts), DAY)
    order = [SEVERITY_ORDER[each.severity] for each in caveats]
    assert order == sorted(order)
    assert all(each.text.strip() for each in caveats)


@pytest.mark.parametrize("name", CASES)
def test_a_code_stands_once_in_one_place(name: str) -> None:
    caveats = required_caveats(replace(PLAIN, **CASES[name].facts), DAY)
    places = [(each.code, each.slot) for each in caveats]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("name", CASES)
def test_a_derived_caveat_is_as_severe_as_the_table_says(name: str) -> None:
    for each in required_caveats(replace(PLAIN, **CASES[name].facts), DAY):
        if each.source == "derived":
            means = DERIVED[each.code]
            assert (each.severity, each.kind, each.place) == (means.severity, means.kind, means.place)
            assert (each.slot is not None) == (means.place == "slot")


def test_a_caveat_of_a_slot_names_its_slot() -> None:
    slots = (SLOT, SlotRecord(2, replace(CITATION, id=2, standing="retracted"), "supports", None, None, None))
    (caveat,) = required_caveats(replace(PLAIN, slots=slots), DAY)
    assert (caveat.code, caveat.slot) == ("retracted", 2)


def test_no_code_is_derived_and_written_down_at_once(demo: Store) -> None:
    with demo.reading() as session:
        assert set(session.scalars(select(Caveat.code))).isdisjoint(DERIVED)
