"""Notices of retraction: which citations fall, since when and why, and which statements fall with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb.curate import By
from kb.errors import InputError
from kb.falls import what_falls
from kb.graded import read_all
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.ingest.undo import citations_of, undo
from kb.model import Citation
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
HEADER = (
    "Record ID,Title,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Notes,"
)
Notices = Callable[..., Report]


@pytest.fixture
def notices(demo: Store, tmp_path: Path, by: Callable[..., By]) -> Notices:
    """`notices(rows)` imports rows under Retraction Watch's columns; a dict is the JSON form."""

    def run(content: Any, **order: Any) -> Report:
        if isinstance(content, dict):
            path = tmp_path / "dois.json"
            path.write_text(json.dumps(content), "utf-8")
        else:
            path = tmp_path / "watch.csv"
            path.write_text("\ufeff" + "\n".join([HEADER, *content]) + "\n", "utf-8")
        with demo.writing() as session:
            return import_file(session, Order(path, "retractions", **order), by())

    return run


@pytest.fixture
def cited(demo: Store) -> dict[str, Any]:
    """A citation with a PMID on which some statement rests, and its numbers."""
    with demo.reading() as session:
        for each in read_all(session, DAY):
            for slot in each.slots:
                if slot.citation and slot.stance == "supports" and slot.citation.csl.get("PMID"):
                    row = session.get_one(Citation, slot.citation.id)
                    return {"id": row.id, "pmid": row.pmid, "doi": row.doi or "", "statement": each.id}
    raise AssertionError


def standing(store: Store, id_: int) -> tuple[Any, ...]:
    with store.reading() as session:
        assert list(faults(session)) == []
        row = session.get_one(Citation, id_)
        return row.standing, row.standing_on, row.standing_reason, row.standing_notice, row.standing_source


def line(cited: dict[str, Any], nature: str, day: str, reason: str = "+Error in Data;+Fraud;") -> str:
    return f'1,"A title, with a comma",{day} 0:00,10.1/notice,unavailable,{cited["pmid"]},{nature},{reason},,'


@pytest.mark.parametrize(
    ("nature", "expected"),
    [
        ("Retraction", "retracted"),
        ("Expression of concern", "concern"),
        ("Correction", "corrected"),
        ("Reinstatement", "reinstated"),
    ],
)
def test_a_notice_sets_standing_day_reason_notice_and_source(
    demo: Store, notices: Notices, cited: dict[str, Any], nature: str, expected: str
) -> None:
    report = notices([line(cited, nature, "9/22/2021")])
    assert (report.new, report.changed, report.rejected) == (0, 1, 0)
    told = (expected, date(2021, 9, 22), "Error in Data; Fraud", "10.1/notice", "Retraction Watch")
    assert standing(demo, cited["id"]) == told
    assert notices([line(cited, nature, "9/22/2021")]).unchanged == 1


def test_the_latest_of_several_notices_counts(demo: Store, notices: Notices, cited: dict[str, Any]) -> None:
    rows = [
        line(cited, "Reinstatement", "5/1/2022"),
        line(cited, "Retraction", "1/2/2020"),
        line(cited, "Expression of concern", "12/31/2019"),
    ]
    assert notices(rows).changed == 1
    assert standing(demo, cited["id"])[:2] == ("reinstated", date(2022, 5, 1))


def test_statements_carry_the_caveat_and_those_without_other_support_come_first(
    demo: Store, notices: Notices, cited: dict[str, Any]
) -> None:
    report = notices([line(cited, "Retraction", "1/2/2020")])
    with demo.reading() as session:
        falls = what_falls(session, citations_of(session, report.batch or 0), DAY)
        everybody = list(read_all(session, DAY))
    assert cited["statement"] in {each.statement.id for each in falls}
    assert [each.only_support for each in falls] == sorted((each.only_support for each in falls), reverse=True)
    assert all("retracted" in {caveat.code for caveat in each.statement.caveats} for each in falls)
    resting = {each.id for each in everybody if any(s.citation and s.citation.id == cited["id"] for s in each.slots)}
    assert {each.statement.id for each in falls} == resting
    for fall in falls:
        supports = {s.citation.id for s in fall.statement.slots if s.citation and s.stance == "supports"}
        assert fall.only_support == (supports == {cited["id"]})


def test_undo_gives_the_standing_back(
    demo: Store, notices: Notices, cited: dict[str, Any], by: Callable[..., By]
) -> None:
    before = standing(demo, cited["id"])
    report = notices([line(cited, "Retraction", "1/2/2020")])
    with demo.writing() as session:
        undo(session, report.batch or 0, by())
    assert standing(demo, cited["id"]) == before


def test_a_map_from_doi_to_notice(demo: Store, notices: Notices) -> None:
    with demo.reading() as session:
        first, second = session.execute(
            select(Citation.id, Citation.doi).where(Citation.doi.is_not(None)).limit(2)
        ).all()
    report = notices(
        {"retractions": {str(first.doi).upper(): "10.1/a"}, "concerns": {second.doi: "10.1/b", "10.9/x": "y"}}
    )
    assert report.changed == 2
    assert standing(demo, first.id)[0] == "retracted"
    assert standing(demo, second.id)[0] == "concern"
    assert standing(demo, first.id)[3:] == ("10.1/a", "dois.json")
    assert notices({second.doi: "10.1/b"}).changed == 1
    assert standing(demo, second.id)[0] == "retracted"


def test_works_that_nobody_cites_are_passed_over(notices: Notices) -> None:
    report = notices(["1,T,1/2/2020 0:00,10.1/n,10.99/nobody,999999,Something new,,,"])
    assert (report.new, report.changed, report.unchanged, report.rejected) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "column"),
    [(("Retracted", "1/2/2020"), "RetractionNature"), (("Retraction", "31/31/2020"), "RetractionDate")],
)
def test_a_row_that_cannot_be_read_is_named(
    notices: Notices, cited: dict[str, Any], row: tuple[str, str], column: str
) -> None:
    with pytest.raises(InputError) as refused:
        notices([line(cited, *row)])
    (problem,) = refused.value.problems  # type: ignore[attr-defined]
    assert (problem.line, problem.column) == (2, column)
    assert problem.cure


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "[1]", "{broken"])
def test_a_file_of_another_kind_says_what_is_wanted(
    demo: Store, tmp_path: Path, by: Callable[..., By], content: str
) -> None:
    path = tmp_path / ("x.csv" if content.startswith("a") else "x.json")
    path.write_text(content)
    with demo.writing() as session, pytest.raises(InputError) as refused:
        import_file(session, Order(path, "retractions"), by())
    assert refused.value.cure


def test_the_real_files_are_read(demo: Store, shared: Path, by: Callable[..., By]) -> None:
    folder = shared / "examples" / "retractions"
    for name in ("retraction-watch-columns.csv", "retracted-dois-2026.json"):
        with demo.writing() as session:
            report = import_file(session, Order(folder / name, "retractions"), by())
        assert (report.rejected, report.problems) == (0, ())
