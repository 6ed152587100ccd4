"""Cited works leave as RIS and CSL-JSON that others read, with what is known of them since, and come back the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy
from jsonschema import Draft7Validator
from sqlalchemy import select, update

from kb.curate import By
from kb.graded import read_all
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.ingest.references import ris
from kb.ingest.references.same_work import title_key
from kb.loading import citation_record
from kb.model import Citation
from kb.records import CitationRecord
from kb.render.csl import ANY_TYPE, csl_item, csl_lines
from kb.render.ris import SAYS, UNCHECKED, ris_lines
from kb.render.work_words import NOTHING_KNOWN, works_of
from kb.store import Store
from tests.kb.render.csl_rules import SCHEMA

DAY = date(2026, 11, 23)
RULES = Draft7Validator(SCHEMA)
FALLEN = {
    "standing": "retracted",
    "standing_on": date(2024, 5, 1),
    "standing_reason": "Data\nfabricated",
    "standing_notice": "10.5555/notice",
}


def work(csl: dict[str, Any], **more: Any) -> CitationRecord:
    said = {"standing": "ok", "unchecked": (), "study_design": None}
    told = dict.fromkeys(("standing_on", "standing_reason", "standing_notice", "standing_source"))
    return CitationRecord(
        **{"id": 7, "key": csl["id"], "csl": csl, "title": csl.get("title", ""), "year": None, **said, **told, **more}
    )


@pytest.fixture
def works(demo: Store) -> list[CitationRecord]:
    """All the works that the demo's statements cite, one of them fallen since."""
    with demo.writing() as session:
        session.execute(update(Citation).where(Citation.key == "kruegel2016").values(**FALLEN))
    with demo.reading() as session:
        return list(works_of(read_all(session, DAY)))


def records(text: str) -> list[dict[str, Any]]:
    """What rispy reads, as any program that uses it would."""
    return list(rispy.loads(text))


def test_every_cited_work_is_there_once_and_no_other(demo: Store, works: list[CitationRecord]) -> None:
    with demo.reading() as session:
        cited = [slot.citation.id for each in read_all(session, DAY) for slot in each.slots if slot.citation]
    assert len(works) > 30
    assert [each.id for each in works] == list(dict.fromkeys(cited))


def test_rispy_reads_every_record_with_its_identifiers(works: list[CitationRecord]) -> None:
    found = records("".join(ris_lines(works)))
    assert [each["id"] for each in found] == [each.key for each in works]
    for told, own in zip(found, works, strict=True):
        assert told["title"] == own.title
        assert told.get("doi") == own.csl.get("DOI")
        assert told.get("authors", []) == [
            each.get("literal") or f"{each['family']}, {each['given']}" for each in own.csl.get("author", [])
        ]
        assert told["notes"], "it says whether the work stands"


def compared(csl: dict[str, Any]) -> dict[str, Any]:
    """What of a record another program's format carries: not its key, not what only Caveat writes into `custom`."""
    kept = {name: value for name, value in csl.items() if name not in ("id", "custom", "note", "number")}
    if "DOI" in kept:
        kept["DOI"] = kept["DOI"].casefold()
    # That there are others is no name of one.
    kept["author"] = [each for each in kept.get("author", []) if each.get("literal") != "et al."]
    # RIS has no type for preprints.
    kept["type"] = ANY_TYPE if kept["type"] == "article" else kept["type"]
    return kept


def test_caveats_own_importer_reads_the_same_works_back(works: list[CitationRecord], tmp_path: Path) -> None:
    file = tmp_path / "works.ris"
    file.write_text("".join(ris_lines(works)), encoding="utf-8")
    rows = [each.value for each in ris.read(file)]  # type: ignore[union-attr]
    assert [compared(each) for each in rows] == [compared(dict(each.csl)) for each in works]


def test_records_that_went_out_are_the_same_works_when_they_come_in(
    demo: Store, works: list[CitationRecord], tmp_path: Path, by: Callable[..., By]
) -> None:
    file = tmp_path / "works.ris"
    file.write_text("".join(ris_lines(works)), encoding="utf-8")
    with demo.writing() as session:
        report = import_file(session, Order(file, "citations"), by("to see"), dry_run=True)
    # What has neither a number nor title, year and author together, nobody can know again.
    nameless = [each for each in works if not title_key(each.csl) and not {"DOI", "PMID", "PMCID"} & each.csl.keys()]
    assert len(nameless) < len(works) / 5
    assert (report.new, report.changed, report.rejected) == (len(nameless), 0, 0)
    assert report.possible_duplicates == len(works) - len(nameless)


def test_a_record_says_whether_its_work_stands_and_what_nobody_checked(works: list[CitationRecord]) -> None:
    found = {each["id"]: each for each in records("".join(ris_lines(works)))}
    fallen = found["kruegel2016"]
    assert "Retracted" in fallen["keywords"]
    said = f"{SAYS}it was retracted on 2024-05-01: Data fabricated (notice: 10.5555/notice)."
    assert said in fallen["notes"]
    assert UNCHECKED in fallen["keywords"]
    assert f"{SAYS}not compared with the work itself: PMID, PMCID." in fallen["notes"]
    others = [each for key, each in found.items() if key != "kruegel2016"]
    assert all(f"{SAYS}{NOTHING_KNOWN}." in each["notes"] for each in others)
    assert not any("Retracted" in each.get("keywords", []) for each in others)


def test_what_caveat_said_is_not_said_twice_after_a_journey() -> None:
    csl = {"id": "a", "type": "book", "title": "T", "note": f"my own\n{SAYS}{NOTHING_KNOWN}."}
    (found,) = records("".join(ris_lines([work(csl)])))
    assert found["notes"] == ["my own", f"{SAYS}{NOTHING_KNOWN}."]


HOSTILE = {
    "id": "x\nER  - ",
    "type": "nonsense",
    "title": "A title\nER  - \nTY  - BOOK",
    "author": [{"family": "van Gogh", "given": "V."}, {"literal": "WHO"}, "nobody", {"given": "only"}],
    "issued": {"date-parts": [["20x"]]},
    "page": "e12-e14",
    "volume": 3,
    "invented": {"a": 1},
    "DOI": 5,
    "custom": "none",
}


def test_no_record_can_break_out_of_its_lines() -> None:
    text = "".join(ris_lines([work(HOSTILE), work({"id": "b", "type": "book", "title": "B"})]))
    assert len(records(text)) == 2
    assert text.count("\nER  - ") == 2
    assert "\nTY  - BOOK\nID  - b" in text


def test_csl_is_what_the_standard_takes_and_nothing_is_lost(works: list[CitationRecord]) -> None:
    items = json.loads("".join(csl_lines([*works, work(HOSTILE)])))
    assert not list(RULES.iter_errors(items))
    assert len(items) == len(works) + 1
    for item, own in zip(items, works, strict=False):
        assert {**item, "custom": None} == {**own.csl, "custom": None}
        assert item["custom"]["caveat"]["standing"] == own.standing
        assert item["custom"]["unchecked_fields"] == list(own.unchecked)
    hostile = items[-1]
    assert hostile["type"] == ANY_TYPE
    assert hostile["custom"]["other"] == {
        **{name: HOSTILE[name] for name in ("author", "invented")},
        "type": "nonsense",
    }
    assert json.loads("".join(csl_lines([]))) == []


def test_the_rules_of_csl_can_refuse() -> None:
    good = csl_item(work({"id": "a", "type": "book"}))
    assert RULES.is_valid([good])
    for bad in ({"invented": 1}, {"type": "nonsense"}, {"author": [{"name": "x"}]}, {"issued": {"date-parts": []}}):
        assert not RULES.is_valid([{**good, **bad}])
    assert not RULES.is_valid([{"id": "a"}])


def test_csl_comes_back_with_what_was_not_checked(
    works: list[CitationRecord], store: Store, tmp_path: Path, bring: Callable[..., Report]
) -> None:
    file = tmp_path / "works.json"
    file.write_text("".join(csl_lines(works)), encoding="utf-8")
    report = bring(store, file, "citations")
    assert (report.new, report.rejected) == (len(works), 0)
    with store.reading() as session:
        back = {row.key: citation_record(row) for row in session.scalars(select(Citation))}
    for own in works:
        came = back[own.key]
        assert (came.unchecked, came.study_design, came.title) == (own.unchecked, own.study_design, own.title)


def test_works_stream(works: list[CitationRecord]) -> None:
    taken = []

    def one_by_one() -> Iterator[CitationRecord]:
        for each in works:
            taken.append(each.id)
            yield each

    for lines in (ris_lines, csl_lines):
        taken.clear()
        next(lines(one_by_one()))
        assert len(taken) == 1
