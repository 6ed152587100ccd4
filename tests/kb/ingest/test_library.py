"""Libraries of references and spreadsheets, all the way into the store: joined, filled in, bad rows written beside."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.curate import By
from kb.errors import RejectedRows
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.loading import load
from kb.model import Citation, Statement
from kb.store import Store
from kb.verify import faults
from tests.kb.ingest.sheets import row, text, write_sheets

RIS = """TY  - JOUR
TI  - Tea and the joints of older people
AU  - Lee, A.
PY  - 2020
DO  - 10.1000/tea
AB  - An abstract.
ER  -

TY  - JOUR
TI  - TEA AND THE JOINTS OF OLDER PEOPLE.
AU  - Lee, Ann
PY  - 2020
ER  -

TY  - JOUR
TI  - Coffee and the joints of older people
AU  - Wu, B.
PY  - 2021
AN  - 123
ER  -
"""
HEADER = [
    text(f"{letter}1", name)
    for letter, name in zip("ABCDEF", ("origin", "key", "text", "type", "grade", "direction"), strict=True)
]

Take = Callable[..., Report]


@pytest.fixture
def take(store: Store, by: Callable[..., By], tmp_path: Path) -> Take:
    """`take("a.ris", text)` imports a reference file; other words of the order can be given."""

    def run(name: str, content: str | None = None, kind: str = "citations", **order: object) -> Report:
        path = tmp_path / name
        if content is not None:
            path.write_text(content, encoding="utf-8")
        with store.writing() as session:
            return import_file(session, replace(Order(path, kind), **order), by())  # type: ignore[arg-type]

    return run


def citations(store: Store) -> dict[str, Citation]:
    with store.reading() as session:
        found = {row.key: row for row in session.scalars(select(Citation))}
        session.expunge_all()
        return found


def test_a_library_becomes_citations_and_says_what_was_joined(store: Store, take: Take) -> None:
    report = take("library", RIS)
    assert (report.new, report.possible_duplicates, report.rejected) == (2, 1, 0)
    told = [each for each in report.problems if each.code == "same-work"]
    assert [(each.line, each.severity) for each in told] == [(9, "warning")]
    assert "line 1: same title, year and first author" in told[0].message
    tea = citations(store)["doi:10.1000/tea"]
    assert (tea.title, tea.year, tea.doi) == ("Tea and the joints of older people", 2020, "10.1000/tea")
    assert {"title", "author", "DOI"} <= set(tea.unchecked)


def test_the_same_library_again_changes_nothing(take: Take) -> None:
    take("library", RIS)
    again = take("library", RIS)
    assert (again.new, again.changed, again.unchanged, again.batch) == (0, 0, 2, None)


def test_a_poorer_export_of_the_same_works_empties_no_field(store: Store, take: Take) -> None:
    take("library", RIS)
    assert take("list.csv", "Title,Year,DOI\nTea and the joints of older people,2020,10.1000/tea\n").new == 0
    assert citations(store)["doi:10.1000/tea"].csl["abstract"] == "An abstract."


def test_a_work_known_by_its_identifier_only_is_filled_in_under_its_key(store: Store, take: Take) -> None:
    take("t.csv", "origin,key,text,type,grade,direction,citations\no,1,A claim.,safety,,,10.1000/tea\n", "statements")
    assert "title" not in citations(store)["doi:10.1000/tea"].csl
    report = take("library", RIS)
    assert (report.new, report.changed) == (1, 1)
    assert citations(store)["doi:10.1000/tea"].title == "Tea and the joints of older people"


def test_a_work_of_the_store_under_another_key_is_joined_and_keeps_its_record(store: Store, take: Take) -> None:
    own = {"id": "lee2020", "type": "article-journal", "title": "Tea, checked by hand", "DOI": "10.1000/TEA"}
    take("own.json", json.dumps([own]))
    report = take("library", RIS)
    assert (report.new, report.changed) == (1, 0)
    assert any("the citation lee2020 of the store: same DOI" in each.message for each in report.problems)
    assert set(citations(store)) == {"lee2020", "pmid:123"} or len(citations(store)) == 2


def test_csl_json_keeps_its_own_ids_and_tells_of_twins(store: Store, take: Take) -> None:
    twins = [{"id": name, "type": "book", "title": "Tea", "DOI": "10.1000/tea"} for name in ("a", "b")]
    report = take("twins.json", json.dumps(twins))
    assert (report.new, report.possible_duplicates) == (2, 1)
    assert [each.cure for each in report.problems] == ["It was kept."]


def test_the_history_holds_after_joining_and_filling_in(store: Store, take: Take) -> None:
    take("t.csv", "origin,key,text,type,grade,direction,citations\no,1,A claim.,safety,,,10.1000/tea\n", "statements")
    take("library", RIS)
    take("list.csv", "Title,Year,DOI\nTea anew,2020,10.1000/tea\n")
    with store.reading() as session:
        assert not list(faults(session))


def sheet(tmp_path: Path, *lines: tuple[str, ...]) -> Path:
    rows = [
        row(number, *(text(f"{letter}{number}", cell) for letter, cell in zip("ABCDEF", line, strict=False)))
        for number, line in enumerate(lines, 2)
    ]
    return write_sheets(tmp_path / "table.xlsx", row(1, *HEADER) + "".join(rows))


def test_a_spreadsheet_of_statements_is_a_table_like_any_other(store: Store, take: Take, tmp_path: Path) -> None:
    sheet(tmp_path, ("o", "1", "Tea helps.", "efficacy", "grade:low", "supports"), ("o", "2", "β", "safety", "", ""))
    assert take("table.xlsx", kind="statements").new == 2
    with store.reading() as session:
        one, two = load(session, list(session.scalars(select(Statement.id))))
    assert (one.text, one.judged and one.judged.level) == ("Tea helps.", "low")
    assert (two.text, two.judged) == ("β", None)


def test_rejected_rows_of_a_spreadsheet_are_written_as_a_table_that_can_be_mended(
    store: Store, take: Take, tmp_path: Path
) -> None:
    sheet(tmp_path, ("o", "1", "Tea helps.", "efficacy", "grade:lowest", ""), ("o", "2", "Good.", "safety", "", ""))
    with pytest.raises(RejectedRows) as refused:
        take("table.xlsx", kind="statements")
    assert [(each.line, each.column) for each in refused.value.problems] == [(2, "grade.level")]
    report = take("table.xlsx", kind="statements", keep_going=True)
    assert (report.new, report.rejected) == (1, 1)
    with Path(str(report.rejected_rows)).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [each["key"] for each in rows] == ["1"]
    mended = Path(str(report.rejected_rows)).read_text("utf-8").replace("lowest", "low")
    assert take("mended.csv", mended, "statements").new == 1


def test_an_unknown_spreadsheet_gets_a_guessed_mapping(take: Take, tmp_path: Path) -> None:
    from kb.ingest.guess import guess

    header = row(1, text("A1", "id"), text("B1", "claim"), text("C1", "certainty"))
    path = write_sheets(
        tmp_path / "other.xlsx", header + row(2, text("A2", "1"), text("B2", "Tea helps."), text("C2", "low"))
    )
    columns, guesses, mapping = guess(path)
    assert columns == ["id", "claim", "certainty"]
    assert {(each.field, each.column) for each in guesses} >= {("key", "id"), ("text", "claim")}
    assert 'text = "claim"' in mapping
