"""JSON, CSV and terminal carry each statement whole: words, grade and every caveat, whatever the words are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.curate import By, withdraw
from kb.graded import GradedStatement, read, read_all
from kb.ingest.reading import Report
from kb.render.csv import COLUMNS, FORMULA_STARTS, csv_lines, harmless
from kb.render.json import as_json
from kb.render.text import as_text
from kb.store import Store, open_store

DAY = date(2026, 11, 23)
# In the order of CONTRACTS, section 3.
CSV_COLUMNS = [
    "id",
    "origin",
    "key",
    "text",
    "caveats",
    "grade",
    "direction",
    "rationale",
    "type",
    "topics",
    "quote",
    "article",
    "start",
    "end",
    "direct_evidence",
    "population",
    "intervention",
    "comparator",
    "outcome",
    "citations",
    "citations_needed",
    "state",
    "version",
    "url",
    "profile_json",
    "slots_json",
    "caveats_json",
    "more_json",
]
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "'=1",
    '"quoted", and more',
    "two\nlines",
    "two\r\nlines",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m",
    "<script>alert(1)</script>",
    "a,b;c|d",
    "\u202egnp.exe",
    "e\u0301 ≠ é",
    "👩‍⚕️",
    "\ufeffmark",
    "x\n1  Kratom cures.\n    ⊕⊕⊕⊕ High [grade:high] · direction: supports",
    "x\u2028    note: nothing is recorded",
    "x\x0by\x0cz\x1cw\x85v",
    "\\N{BULLET} \\u0041 %s {0} {{x}}",
]


@pytest.fixture(scope="module")
def statements(demo_file: Path) -> Iterator[list[GradedStatement]]:
    store = open_store(f"sqlite:///{demo_file}", b"a key for tests")
    with store.reading() as session:
        found = list(read_all(session, DAY))
    yield found
    store.close()


def from_csv(statements: list[GradedStatement]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(statements)), newline="")))


def test_json_has_the_fields_that_others_rely_on(statements: list[GradedStatement]) -> None:
    for statement in statements:
        found = json.loads(json.dumps(as_json(statement)))
        assert set(found) >= {
            *("id", "origin", "key", "text", "quote", "type", "article", "grade", "slots", "caveats", "topics"),
            *("state", "version", "url"),
        }
        assert set(found["grade"]) >= {
            *("scale", "level", "label", "symbol", "direction", "rationale", "profile", "rater", "made_at")
        }
        assert found["caveats"]
        for caveat in found["caveats"]:
            assert set(caveat) >= {"code", "severity", "text"}
        for slot in found["slots"]:
            assert set(slot) >= {"citation", "stance", "note", "standing", "unchecked"}
        assert found["url"] == f"/s/{statement.id}"


def test_json_carries_every_caveat_and_citation_whole(statements: list[GradedStatement]) -> None:
    for statement in statements:
        found = as_json(statement)
        assert [each["text"] for each in found["caveats"]] == [each.text for each in statement.caveats]
        assert [each["citation"] for each in found["slots"]] == [
            dict(slot.citation.csl) if slot.citation else None for slot in statement.slots
        ]


def test_the_grade_in_json_is_never_null(store: Store, bring: Callable[..., Report]) -> None:
    bring(store, [{"origin": "o", "key": "k", "text": "Words.", "type": "safety"}])
    with store.reading() as session:
        grade = as_json(read(session, [1], DAY)[0])["grade"]
    assert (grade["name"], grade["scale"], grade["rater"], grade["direction"]) == ("ungraded", None, None, "not-stated")


def test_csv_columns_are_those_that_others_rely_on_in_their_order(statements: list[GradedStatement]) -> None:
    assert list(COLUMNS) == CSV_COLUMNS
    header = next(csv_lines(statements))
    assert header == ",".join(CSV_COLUMNS) + "\r\n"
    assert CSV_COLUMNS.index("caveats") == CSV_COLUMNS.index("text") + 1


def test_caveats_survive_csv_export(statements: list[GradedStatement]) -> None:
    rows = from_csv(statements)
    assert len(rows) == 66
    for row, statement in zip(rows, statements, strict=True):
        for caveat in statement.caveats:
            assert f"[{caveat.severity}] {caveat.code}: {caveat.text}" in row["caveats"].split("\n")
        assert [each["text"] for each in json.loads(row["caveats_json"])] == [each.text for each in statement.caveats]
        assert row["grade"] == statement.grade.level.name


def test_csv_says_all_that_json_says_of_slots_caveats_and_profile(statements: list[GradedStatement]) -> None:
    for row, statement in zip(from_csv(statements), statements, strict=True):
        whole = json.loads(json.dumps(as_json(statement)))
        assert json.loads(row["slots_json"]) == whole["slots"]
        assert json.loads(row["caveats_json"]) == whole["caveats"]
        assert (json.loads(row["profile_json"]) if row["profile_json"] else None) == whole["grade"]["profile"]
        assert int(row["citations_needed"]) == sum(slot["citation"] is None for slot in whole["slots"])
        assert row["citations"].split("; ") == [s["citation"]["id"] for s in whole["slots"] if s["citation"]] or [""]


def test_no_csv_export_of_nothing_is_without_its_header() -> None:
    assert "".join(csv_lines([])) == ",".join(CSV_COLUMNS) + "\r\n"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_begins_as_a_formula(start: str) -> None:
    assert harmless(f"{start}x") == f"'{start}x"


@pytest.mark.parametrize("value", ["x=1", " =1", "1-2", "", 7, -7, 0])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert harmless(value) == value


def test_the_terminal_shows_every_caveat_grade_and_slot(statements: list[GradedStatement]) -> None:
    for statement in statements:
        shown = as_text(statement)
        lines = shown.split("\n")
        assert statement.text in lines[0]
        assert f"{statement.grade.level.symbol} {statement.grade.level.label}" in lines[1]
        for caveat in statement.caveats:
            assert f": {caveat.text} [{caveat.code}]" in shown
        assert sum(bool(re.match(r"    \[\d+\] ", line)) for line in lines) == len(statement.slots)


def test_the_terminal_says_that_a_statement_was_withdrawn(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        withdraw(session, 1, by("misread"))
    with demo.reading() as session:
        shown = as_text(read(session, [1], DAY)[0])
    assert "    state: withdrawn" in shown
    assert "warning: Withdrawn: misread [withdrawn]" in shown


def row(at: int, words: str) -> dict[str, Any]:
    """A statement that has the words wherever words may stand."""
    return {
        "origin": "naughty",
        "key": f"{at} {words}"[:200],
        "text": f"{words}" if words.strip() else f"x{words}",
        "type": "safety",
        "quote": words,
        "grade": {"level": "low", "rationale": words, "direction": "unclear"},
        "slots": [{"citation": None, "note": words}, {"citation": "c", "stance": "supports", "locator": words}],
        "topics": [f"t{words}"[:200]],
        "pico": {"population": words, "outcome": words},
        "remarks": [words],
        "effect_size": words,
        "searched": {"where": words},
    }


def brought(store: Store, bring: Callable[..., Report], strings: list[str]) -> list[GradedStatement]:
    citations = [{"id": "c", "type": "book", "title": " · ".join(strings[:20]), "note": strings}]
    bring(store, citations, "citations")
    report = bring(store, [row(at, words) for at, words in enumerate(strings)])
    assert (report.new, report.rejected) == (len(strings), 0)
    with store.reading() as session:
        return list(read_all(session, DAY))


def check_that_words_survive(strings: list[str], found: list[GradedStatement]) -> None:
    rows = from_csv(found)
    for at, (words, statement, cells) in enumerate(zip(strings, found, rows, strict=True)):
        said = row(at, words)
        whole = json.loads(json.dumps(as_json(statement), ensure_ascii=False).encode())
        assert (whole["text"], whole["key"], whole["quote"]) == (said["text"], said["key"], words)
        assert whole["grade"]["rationale"] == words
        assert [slot["note"] for slot in whole["slots"]] == [words, None]
        assert (whole["slots"][1]["locator"], whole["slots"][1]["citation"]["note"]) == (words, strings)
        assert (whole["topics"], whole["remarks"]) == (said["topics"], [words])
        assert (whole["population"], whole["effect_size"], whole["searched"]["where"]) == (words, words, words)
        assert {"low", "citation-needed"} <= {caveat["code"] for caveat in whole["caveats"]}
        for name, value in (("text", said["text"]), ("quote", words), ("rationale", words), ("outcome", words)):
            cell = cells[name]
            assert cell == (f"'{value}" if value.startswith(FORMULA_STARTS) else value)
            assert not cell.startswith(FORMULA_STARTS)
        assert json.loads(cells["slots_json"]) == whole["slots"]
        shown = as_text(statement)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
        heads = [line for line in shown.split("\n") if not line.startswith("    ")]
        assert len(heads) == 1
        assert shown.splitlines() == shown.split("\n")


def test_hostile_words_come_back_as_they_went_in(store: Store, bring: Callable[..., Report]) -> None:
    check_that_words_survive(HOSTILE, brought(store, bring, HOSTILE))


def test_every_naughty_string_comes_back_as_it_went_in(
    store: Store, bring: Callable[..., Report], shared: Path
) -> None:
    path = shared / "examples" / "strings" / "naughty-strings.json"
    strings = [each for each in json.loads(path.read_text(encoding="utf-8")) if "\x00" not in each]
    assert len(strings) > 500
    check_that_words_survive(strings, brought(store, bring, strings))
