"""Which records are the same work: joined by a number or by title, year and author, and never against a number."""

from __future__ import annotations

from typing import Any

import pytest

from kb.ingest.references.same_work import BY_TITLE, Works, folded

TITLE = "Kratom use and opioid withdrawal: a cohort study"


def work(family: str = "Doe", title: str = TITLE, year: int | None = 2020, **numbers: str) -> dict[str, Any]:
    issued = {"issued": {"date-parts": [[year]]}} if year else {}
    return {"title": title, "author": [{"family": family, "given": "J"}], **issued, **numbers}


def joined(first: dict[str, Any], second: dict[str, Any]) -> str:
    """Why the second is the same work as the first; empty where it is not."""
    works = Works()
    assert works.add(first, "first") is None
    found = works.add(second, "second")
    assert found == ("first" if works.why else None)
    return works.why


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (work(DOI="10.1000/ABC"), work("Other", "Another title altogether", 1999, DOI="10.1000/abc"), "same DOI"),
        (work(PMID="123"), work("Other", "Another title altogether", 1999, PMID="123"), "same PMID"),
        (work(PMCID="PMC12"), work("Other", "Another title altogether", 1999, PMCID="PMC12"), "same PMCID"),
        (work(), work(), BY_TITLE),
        (work(DOI="10.1000/a"), work(PMID="123"), BY_TITLE),
        (work(title="Use of <i>Opioids</i> &amp; Care."), work(title="USE OF OPIOIDS CARE"), BY_TITLE),
        (work(title="Étude de la santé"), work(title="Etude de la sante"), BY_TITLE),
        (work(title="A meta-analysis of everything"), work(title="A meta analysis of everything"), BY_TITLE),
        (work("Pérez"), work("Perez"), BY_TITLE),
        (work("van den Hoven"), work("Hoven"), BY_TITLE),
    ],
)  # fmt: skip
def test_the_same_work_is_found_and_the_reason_is_told(first: dict[str, Any], second: dict[str, Any], why: str) -> None:
    assert joined(first, second) == why


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (work(DOI="10.1000/a"), work(DOI="10.1000/b")),
        (work(PMID="1"), work(PMID="2")),
        (work(DOI="10.1000/a", PMID="1"), work(DOI="10.1000/a", PMID="2")),
        (work(), work(year=2021)),
        (work(), work(year=None)),
        (work(year=None), work(year=None)),
        (work(), work("Roe")),
        (work(), {**work(), "author": []}),
        (work(title="Editorial"), work(title="Editorial")),
        (work(title="In reply"), work(title="In reply")),
        (work(title="Letter to the editor"), work(title="Letter to the Editor.")),
        (work(title="Author’s reply to the editor"), work(title="Authors reply to the editor")),
        (work(title=""), work(title="")),
        (work(title="One of a kind, part I"), work(title="One of a kind, part II")),
        (work(title=f"Erratum: {TITLE}"), work()),
        (work(DOI="unknown"), work("Roe", DOI="unknown")),
    ],
)
def test_different_works_stay_apart(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert joined(first, second) == ""


def test_a_record_brings_its_numbers_to_the_work_it_joins() -> None:
    works = Works()
    assert works.add(work(DOI="10.1000/a"), "a") is None
    assert works.add(work(DOI="10.1000/a", PMID="1"), "b") == "a"
    assert works.add({"title": "Nothing alike", "PMID": "1"}, "c") == "a"
    assert works.why == "same PMID"
    # By now the work has a PMID, so that the same title with another one is another work.
    assert works.add(work(PMID="2"), "d") is None
    assert works.why == ""


def test_of_two_works_of_one_title_the_one_without_conflict_is_joined() -> None:
    works = Works()
    works.add(work(DOI="10.1000/a"), "a")
    works.add(work(DOI="10.1000/b"), "b")
    assert works.add(work(DOI="10.1000/b", PMID="7"), "c") == "b"
    assert works.add(work(PMID="7"), "d") == "b"


def test_a_record_of_any_shape_is_borne() -> None:
    works = Works()
    for csl in ({}, {"title": 3, "author": "Doe", "issued": "2020"}, {"author": [None]}, {"DOI": None, "title": None}):
        assert works.add(csl, "x") is None  # type: ignore[arg-type]


def test_what_other_scripts_write_is_kept() -> None:
    assert folded("Ёлка – «новый» год") == "елка новыи год"
    assert folded("肺炎 的 研究") == "肺炎 的 研究"
