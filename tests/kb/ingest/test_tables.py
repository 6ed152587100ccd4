"""Tables from elsewhere: read right, or refused with the line, the column, the value and the cure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.data import data_folder
from kb.errors import InputError, Problem
from kb.graded import read_all
from kb.ingest import tables
from kb.ingest.batch import Order, import_file
from kb.ingest.formats import Row
from kb.ingest.mapping import load_mapping
from kb.ingest.reading import Report
from kb.ingest.tables import table_rows
from kb.render.csv import csv_lines
from kb.render.json import as_json
from kb.store import Store
from kb.verify import faults

MAPPING = """
origin = "there"
key = "no"
text = "claim"
type = { fixed = "efficacy" }
[grade]
level = { column = "certainty", values = { high = "high", "not sure" = "low", "" = "" } }
rating = "stars"
[[topics]]
column = "topics"
split = ";"
[[citations]]
column = ["pubmed", "PubMed ID"]
kind = { fixed = "pmid" }
optional = true
[[flags]]
column = "disputed"
equal = ["yes"]
caveat = "there-disputed"
optional = true
[[define]]
code = "there-disputed"
severity = "warning"
kind = "evidence"
text = "Disputed there."
"""
HEADER = "no,claim,certainty,stars,topics,pubmed,disputed"
ROW = "1,Kratom may help.,not sure,3,kratom; pain,16081687,yes"

Bring = Callable[..., Report]


@pytest.fixture
def bring(store: Store, tmp_path: Path, by: Callable[..., Any]) -> Bring:
    """`bring(text)` imports a table with the mapping above."""
    (tmp_path / "there.toml").write_text(MAPPING, "utf-8")

    def run(content: str | bytes, *, dry_run: bool = False, mapping: str = MAPPING) -> Report:
        (tmp_path / "there.toml").write_text(mapping, "utf-8")
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        order = Order(path, "statements", mapping=str(tmp_path / "there.toml"))
        with store.writing() as session:
            return import_file(session, order, by(), dry_run)

    return run


def only(store: Store) -> Any:
    with store.reading() as session:
        assert list(faults(session)) == []
        (found,) = read_all(session, by_day())
    return found


def by_day() -> date:

    return date(2026, 11, 23)


def told(report: Report) -> list[tuple[int | None, str, str, str]]:
    return [(each.line, each.column, each.value, each.code) for each in report.problems]


def test_a_row_becomes_a_statement_with_all_that_the_mapping_says(store: Store, bring: Bring) -> None:
    assert bring(f"{HEADER}\n{ROW}\n").new == 1
    found = only(store)
    assert (found.origin, found.key, found.text, found.type) == ("there", "1", "Kratom may help.", "efficacy")
    assert (found.grade.level.name, found.grade.rating, found.topics) == ("grade:low", 3, ("kratom", "pain"))
    (slot,) = found.slots
    assert slot.citation
    assert (slot.citation.key, slot.stance) == ("pmid:16081687", "supports")
    assert set(slot.citation.unchecked) == {"title", "author", "PMID"}
    assert {"there-disputed", "citation-unchecked"} <= {caveat.code for caveat in found.caveats}
    assert bring(f"{HEADER}\n{ROW}\n").unchanged == 1


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_a_byte_order_mark_are_found(
    store: Store, bring: Bring, delimiter: str, ends: str, mark: str
) -> None:
    header, row = HEADER.replace(",", delimiter), ROW.replace("; ", "x").replace(",", delimiter).replace("x", "/")
    assert bring(f"{mark}{header}{ends}{row}{ends}{ends}").new == 1
    assert only(store).key == "1"


def test_a_quoted_cell_may_hold_everything_and_the_lines_are_counted_on(store: Store, bring: Bring) -> None:
    report = bring(f'{HEADER}\n1,"a ""claim"",\nover\nlines",high,,,,\n2,b,certain,,,,\n', dry_run=True)
    assert told(report) == [(5, "certainty", "certain", "unknown-value")]
    assert bring(f'{HEADER}\n1,"a ""claim"",\nover\nlines",high,,,,\n').new == 1
    assert only(store).text == 'a "claim",\nover\nlines'


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,a,certain,,,,", (2, "certainty", "certain", "unknown-value")),
        ("1,a,high,6,,,", (2, "stars", "6", "rating")),
        ("1,,high,,,,", (2, "claim", "", "value-error")),
        (",a,high,,,,", (2, "no", "", "missing")),
        ("1,a,high,,,notanumber,", (2, "pubmed", "notanumber", "identifier")),
        ("1,a,high,,", (2, "", "1", "cells")),
        ("1,a,high,,,,,,", (2, "", "1", "cells")),
        ('1,"a,high,,,,', (2, "", "", "broken-quoting")),
        ('1,"a"b,high,,,,', (2, "", "", "broken-quoting")),
    ],
)
def test_each_bad_cell_is_named_by_line_column_and_value(
    store: Store, bring: Bring, row: str, problem: tuple[int, str, str, str]
) -> None:
    report = bring(f"{HEADER}\n{row}\n", dry_run=True)
    assert report.rejected == 1
    assert told(report) == [problem]
    assert all(each.cure for each in report.problems)
    with pytest.raises(InputError):
        bring(f"{HEADER}\n{row}\n")
    with store.reading() as session:
        assert list(read_all(session, by_day())) == []


def test_a_key_that_stands_twice_is_told(bring: Bring) -> None:
    report = bring(f"{HEADER}\n{ROW}\n{ROW}\n", dry_run=True)
    assert told(report) == [(3, "no", "1", "repeated-key")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"one column\na\n", "There is only one column"),
        (b"a,a,b\n1,2,3\n", "Two columns are called"),
        (b"no,claim\n1,a\n", "no column .certainty., which the mapping needs"),
        (HEADER.encode() + b"\n1,caf\xe9,high,,,,\n", "not UTF-8: line 2 has the byte 0xE9"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "The file is UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_would_help(bring: Bring, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        bring(content)
    assert refused.value.cure
    assert "table.csv" in refused.value.place


def test_a_line_without_end_does_not_fill_the_memory(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LONGEST_LINE", 10_000)
    with pytest.raises(InputError, match=r"Line 2 is longer.*never closed"):
        bring(f"{HEADER}\n1,{'x' * 20_000}\n")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("origin = ", "no TOML"),
        ('origin = "a"', "wrong at “key”"),
        (MAPPING + "colour = 1\n", "wrong at “define"),
        (MAPPING.replace('key = "no"', 'key = { spalte = "no" }'), "wrong at “key"),
    ],
)
def test_a_mapping_that_is_none_says_where(bring: Bring, mapping: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bring(f"{HEADER}\n{ROW}\n", mapping=mapping)


def test_an_unknown_mapping_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no mapping “none”.*civic, uspstf"):
        load_mapping("none")


def test_a_known_work_is_found_by_its_identifier(demo: Store, tmp_path: Path, by: Callable[..., Any]) -> None:
    with demo.reading() as session:
        cited = (slot.citation for each in read_all(session, by_day()) for slot in each.slots if slot.citation)
        work = next(each for each in cited if each.csl.get("PMID"))
    (tmp_path / "there.toml").write_text(MAPPING, "utf-8")
    path = tmp_path / "table.csv"
    path.write_text(f"{HEADER}\n1,a,high,,,{work.csl['PMID']},\n2,b,high,,,https://pubmed.ncbi.nlm.nih.gov/123/,\n")
    with demo.writing() as session:
        import_file(session, Order(path, "statements", mapping=str(tmp_path / "there.toml")), by())
    with demo.reading() as session:
        found = {each.key: each for each in read_all(session, by_day()) if each.origin == "there"}
        assert list(faults(session)) == []
    assert found["1"].slots[0].citation.key == work.key
    assert found["2"].slots[0].citation.key == "pmid:123"


# --- Caveat's own exports


def test_an_export_comes_back_without_a_change(demo: Store, tmp_path: Path, by: Callable[..., Any]) -> None:
    with demo.reading() as session:
        (tmp_path / "out.csv").write_text("".join(csv_lines(read_all(session, by_day()))), "utf-8", newline="")
    with demo.writing() as session:
        report = import_file(session, Order(tmp_path / "out.csv", "statements"), by())
    assert (report.new, report.changed, report.unchanged, report.problems) == (0, 0, 66, ())


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was(
    store: Store, bring: Bring, tmp_path: Path, by: Callable[..., Any]
) -> None:
    bring(f"{HEADER}\n1,=2+5 mg was given.,high,,,,\n")
    with store.reading() as session:
        text = "".join(csv_lines(read_all(session, by_day())))
    assert "'=2+5 mg" in text
    (tmp_path / "out.csv").write_text("\ufeff" + text, "utf-8", newline="")
    with store.writing() as session:
        assert import_file(session, Order(tmp_path / "out.csv", "statements"), by()).unchanged == 1


def test_an_unknown_table_is_refused_with_the_cure(store: Store, tmp_path: Path, by: Callable[..., Any]) -> None:
    (tmp_path / "t.csv").write_text(f"{HEADER}\n{ROW}\n")
    with store.writing() as session, pytest.raises(InputError, match=r"columns of this table.*--map"):
        import_file(session, Order(tmp_path / "t.csv", "statements"), by())


# --- the real tables


def test_civic_of_two_dates(store: Store, shared: Path, by: Callable[..., Any]) -> None:
    folder = shared / "examples" / "statements"

    def bring_in(year: int, dry_run: bool = False) -> Report:
        with store.writing() as session:
            order = Order(folder / f"civic-{year}.tsv", "statements", mapping="civic")
            report = import_file(session, order, by(), dry_run)
            if dry_run:
                session.rollback()
        return report

    first = bring_in(2021)
    assert (first.new, first.changed, first.rejected) == (3706, 0, 0)
    preview, second = bring_in(2026, dry_run=True), bring_in(2026)
    assert preview.changes == second.changes
    assert (second.new, second.missing, second.rejected) == (1170, 22, 0)
    assert (preview.new, preview.missing) == (1170, 22)
    assert {name: second.changes[name] for name in ("grade.level", "grade.rating", "text")} == {
        "grade.level": 79,
        "grade.rating": 144,
        "text": 719,
    }
    with store.reading() as session:
        assert list(faults(session)) == []
        statements = list(read_all(session, by_day()))
    assert sum(len(each.grades) > 1 for each in statements) == second.changes.get("grade.level", 0) + sum(
        1 for each in statements if len(each.grades) > 1 and each.grades[-1].level == each.grades[0].level
    )
    assert sum("civic-flagged" in {caveat.code for caveat in each.caveats} for each in statements) == 153
    assert {each.grade.direction for each in statements} == {"supports", "contradicts", "not-stated"}
    assert bring_in(2026).changed == 0


def test_uspstf(store: Store, shared: Path, by: Callable[..., Any]) -> None:
    path = shared / "examples" / "statements" / "uspstf_recommendations.jsonl"
    with store.writing() as session:
        assert import_file(session, Order(path, "statements", mapping="uspstf"), by()).new == 143
    with store.reading() as session:
        levels = [each.grade.level.name for each in read_all(session, by_day())]
        assert list(faults(session)) == []
    assert sum(each.startswith("uspstf-before-2012:") for each in levels) == 4
    assert {each.partition(":")[2] for each in levels} == {"A", "B", "C", "D", "I"}


def test_rows_are_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        for number in range(1000):
            file.write(f"{number},x\n")
    rows = table_rows(path)
    first = next(rows)
    assert isinstance(first, Row)
    assert first.value == {"a": "0", "b": "x"}
    assert sum(not isinstance(each, Problem) for each in rows) == 999


STARRED = {
    "origin": "elsewhere",
    "key": "1",
    "text": "A claim — of another base.",
    "type": "efficacy",
    "effect_size": "RR 0.8",
    "remarks": ["odd words", "=odd start"],
    "searched": {"on": "2026-01-02", "where": "PubMed"},
    "review_due": "2027-01-01",
    "grade": {"scale": "civic", "level": "B", "rating": 4, "rater": "CIViC curators", "direction": "supports"},
    "relations": [{"other": "S01.1", "origin": "kratom-autoimmune", "kind": "same-evidence"}],
}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_fills_an_empty_store_with_the_same(
    demo: Store, store: Store, tmp_path: Path, by: Callable[..., Any], form: str
) -> None:
    path = tmp_path / f"out.{form}"
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps(STARRED) + "\n")
    with demo.writing() as session:
        import_file(session, Order(more, "statements"), by())
    with demo.reading() as session:
        graded = list(read_all(session, by_day()))
        exported = [as_json(each) for each in graded]
        lines = csv_lines(graded) if form == "csv" else (json.dumps(each) + "\n" for each in exported)
        path.write_bytes("".join(lines).encode())
    assert len(exported) == 67
    folder = data_folder() / "articles" / "kratom-autoimmune"
    for order in (
        Order(folder / "citations.json", "citations"),
        Order(data_folder() / "caveats.json", "caveats"),
        Order(folder / "article.toml", "article"),
        Order(path, "statements"),
    ):
        with store.writing() as session:
            assert import_file(session, order, by()).rejected == 0
    with store.reading() as session:
        again = [as_json(each) for each in read_all(session, by_day())]
        assert list(faults(session)) == []
    assert again == exported
    with demo.writing() as session:
        assert import_file(session, Order(path, "statements"), by()).unchanged == 67


def test_an_export_brings_the_citations_and_caveats_that_nobody_knows(
    store: Store, demo: Store, tmp_path: Path, by: Callable[..., Any]
) -> None:
    path = tmp_path / "out.jsonl"
    with demo.reading() as session:
        exported = [as_json(each) for each in read_all(session, by_day())]
    for each in exported:
        # Elsewhere there is no such article; what it brought along is not the statement's own.
        each["article"] = each["start"] = each["end"] = each["sentence_start"] = None
    path.write_text("".join(json.dumps(each) + "\n" for each in exported), "utf-8")
    with store.writing() as session:
        assert import_file(session, Order(path, "statements"), by()).new == 66
    with store.reading() as session:
        found = {each.key: each for each in read_all(session, by_day())}
        assert list(faults(session)) == []
    for each in exported:
        again = found[each["key"]]
        own = {caveat["code"] for caveat in each["caveats"] if caveat["source"] == "attached"}
        assert own <= {caveat.code for caveat in again.caveats}
        cited = [slot["citation"]["id"] if slot["citation"] else None for slot in each["slots"]]
        assert [slot.citation.key if slot.citation else None for slot in again.slots] == cited
        assert again.grade.level.name == each["grade"]["name"]
