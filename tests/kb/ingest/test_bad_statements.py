"""A statement that cannot be taken names its line, field, value and cure; what only looks odd is taken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.data import data_folder
from kb.errors import RejectedRows
from kb.graded import read
from kb.ingest.reading import Report
from kb.store import Store

FOLDER = data_folder() / "articles" / "kratom-autoimmune"
LINES = (FOLDER / "statements.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]
AT = 3


def with_row(edit: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    rows = copy.deepcopy(ROWS)
    edit(rows[AT])
    return rows


@dataclass(frozen=True)
class Bad:
    """What is wrong in line 4, and what the one problem must say of it."""

    edit: Callable[[dict[str, Any]], Any]
    column: str
    code: str
    value: str
    words: str


PROFILE = ROWS[AT]["grade"]["profile"]

BAD: dict[str, Bad] = {
    "an unknown level": Bad(
        lambda row: row["grade"].update(level="great", profile=None),
        "grade.level",
        "unknown-level",
        "great",
        "high, moderate, low, very-low",
    ),
    "a level of another scale": Bad(
        lambda row: row["grade"].update(level="A", profile=None), "grade.level", "unknown-level", "A", "no level 'A'"
    ),
    "an unknown scale": Bad(
        lambda row: row.update(grade={"scale": "stars", "level": "5"}), "grade.scale", "unknown-level", "stars", "grade"
    ),
    "a span outside": Bad(
        lambda row: row.update(span={"start": 3000, "end": 4000}), "span", "span-outside", "[3000, 4000]", "only 3333"
    ),
    "a span that ends before it begins": Bad(
        lambda row: row.update(span={"start": 9, "end": 5}), "span", "value-error", '"start": 9', "before it begins"
    ),
    "a sentence outside": Bad(
        lambda row: row.update(sentence={"start": 0, "end": 9999}), "sentence", "span-outside", "[0, 9999]", "only 3333"
    ),
    "a span outside its sentence": Bad(
        lambda row: row.update(sentence={"start": 0, "end": 140}), "sentence", "sentence-outside", "[0, 140]", "within"
    ),
    "a quote that stands elsewhere": Bad(
        lambda row: row.update(quote="native to Southeast Asia"),
        "quote",
        "quote-differs",
        "native to Southeast Asia",
        "stands at 26 to 50",
    ),
    "a quote that stands nowhere": Bad(
        lambda row: row.update(quote="a miracle"),
        "quote",
        "quote-differs",
        "a miracle",
        "from character 1 of the quote on",
    ),
    "a span without its quote": Bad(lambda row: row.pop("quote"), "", "value-error", "S01.4", "needs its quote"),
    "a span without its article": Bad(lambda row: row.pop("article"), "", "value-error", "", "needs the article"),
    "a sentence without its article": Bad(
        lambda row: [row.pop(name) for name in ("article", "span", "quote")],
        "",
        "value-error",
        "",
        "needs the article",
    ),
    "an unknown caveat": Bad(
        lambda row: row.update(caveats=["doom"]), "caveats", "unknown-caveat", "doom", "use one of: "
    ),
    "a derived caveat": Bad(
        lambda row: row.update(caveats=["very-low"]),
        "caveats",
        "unknown-caveat",
        "very-low",
        "derives this one by itself",
    ),
    "an unknown citation": Bad(
        lambda row: row["slots"][1].update(citation="nobody1900"),
        "slots.2.citation",
        "unknown-citation",
        "nobody1900",
        "leave the slot empty",
    ),
    "a citation without a stance": Bad(
        lambda row: row["slots"][0].update(stance=None), "slots.0", "value-error", "vickna", "needs its stance"
    ),
    "an unknown article": Bad(
        lambda row: row.update(article="aspirin"), "article", "unknown-article", "aspirin", "known are: kratom"
    ),
    "an unknown claim type": Bad(
        lambda row: row.update(type="claim"), "type", "literal-error", "claim", "'background', 'mechanism'"
    ),
    "an unknown stance": Bad(
        lambda row: row["slots"][0].update(stance="likes"), "slots.0.stance", "literal-error", "likes", "'refutes'"
    ),
    "an unknown direction": Bad(
        lambda row: row["grade"].update(direction="up"), "grade.direction", "literal-error", "up", "'no-effect'"
    ),
    "an unknown relation": Bad(
        lambda row: row.update(relations=[{"other": "S01.1", "kind": "likes"}]),
        "relations.0.kind",
        "literal-error",
        "likes",
        "'duplicates'",
    ),
    "a relation to nobody": Bad(
        lambda row: row.update(relations=[{"other": "S99", "kind": "contradicts"}]),
        "relations.other",
        "unknown-statement",
        "S99",
        "neither here nor in the store",
    ),
    "a relation to another origin's nobody": Bad(
        lambda row: row.update(relations=[{"other": "S01.1", "origin": "civic", "kind": "contradicts"}]),
        "relations.other",
        "unknown-statement",
        "S01.1",
        "no statement of civic",
    ),
    "a relation to itself": Bad(
        lambda row: row.update(relations=[{"other": "S01.4", "kind": "contradicts"}]),
        "relations.other",
        "own-key",
        "S01.4",
        "to itself",
    ),
    "an unknown field": Bad(
        lambda row: row.update(txet="x"), "txet", "extra-forbidden", "x", "No such field. Known are: origin, article"
    ),
    "an unknown field inside": Bad(
        lambda row: row["slots"][0].update(page=3), "slots.0.page", "extra-forbidden", "3", "No such field"
    ),
    "a field name that would move a terminal": Bad(
        lambda row: row.update({"\x1b[2J": "x"}), "\\x1b[2J", "extra-forbidden", "x", "No such field"
    ),
    "a missing field": Bad(lambda row: row.pop("text"), "text", "missing", "", "is missing"),
    "a missing field inside": Bad(lambda row: row["grade"].pop("level"), "grade.level", "missing", "", "is missing"),
    "a repeated key": Bad(lambda row: row.update(key="S01.1"), "key", "repeated-key", "S01.1", "Line 1 has it"),
    "an empty text": Bad(lambda row: row.update(text=" \t"), "text", "value-error", " ", "empty"),
    "a NUL": Bad(lambda row: row.update(text="a\x00b"), "text", "value-error", "a\\x00b", "NUL"),
    "a number where text is wanted": Bad(lambda row: row.update(text=7), "text", "string-type", "7", "string"),
    "a list where an object is wanted": Bad(lambda row: row.update(pico=[]), "pico", "model-type", "[]", "no object"),
    "an object where a list is wanted": Bad(lambda row: row.update(topics={}), "topics", "list-type", "{}", "list"),
    "text where a list is wanted": Bad(lambda row: row.update(topics="pain"), "topics", "list-type", "pain", "list"),
    "null where text is wanted": Bad(lambda row: row.update(text=None), "text", "string-type", "null", "string"),
    "text where a number is wanted": Bad(
        lambda row: row["span"].update(start="131"), "span.start", "int-type", "131", "integer"
    ),
    "a truth where a number is wanted": Bad(
        lambda row: row["span"].update(start=True), "span.start", "int-type", "true", "integer"
    ),
    "a fraction where a number is wanted": Bad(
        lambda row: row["span"].update(start=131.0), "span.start", "int-type", "131.0", "integer"
    ),
    "a number too large for any column": Bad(
        lambda row: row["span"].update(end=10**30), "span.end", "less-than-equal", str(10**30), "less than"
    ),
    "a number below zero": Bad(
        lambda row: row["span"].update(start=-1), "span.start", "greater-than-equal", "-1", "greater than"
    ),
    "a number where a day is wanted": Bad(
        lambda row: row.update(searched={"on": 20261122}), "searched.on", "day", "20261122", "such as 2026-11-22"
    ),
    "a day in another form": Bad(
        lambda row: row.update(searched={"on": "22.11.2026"}), "searched.on", "day", "22.11.2026", "year-month-day"
    ),
    "a day that there is not": Bad(
        lambda row: row.update(searched={"on": "2026-02-30"}),
        "searched.on",
        "date-from-datetime-parsing",
        "2026-02-30",
        "day",
    ),
    "a rating of six stars": Bad(
        lambda row: row["grade"].update(rating=6), "grade.rating", "less-than-equal", "6", "less than or equal to 5"
    ),
    "a profile that starts nowhere": Bad(
        lambda row: row["grade"].update(profile={"start": "middling"}),
        "grade.profile",
        "profile",
        '{"start": "middling"}',
        "Start at high",
    ),
    "a profile with an unknown domain": Bad(
        lambda row: row["grade"].update(profile={"start": "high", "domains": [{"domain": "luck", "step": 1}]}),
        "grade.profile",
        "profile",
        "luck",
        "no domain 'luck'. Use one of risk_of_bias",
    ),
    "a profile with a step the wrong way": Bad(
        lambda row: row["grade"].update(profile={"start": "high", "domains": [{"domain": "imprecision", "step": 1}]}),
        "grade.profile",
        "profile",
        "imprecision",
        "Allowed are 0, -1, -2",
    ),
    "a profile that is a list": Bad(
        lambda row: row["grade"].update(profile=[]), "grade.profile", "dict-type", "[]", "dictionary"
    ),
    "a profile with an odd brace": Bad(
        lambda row: row["grade"].update(profile={"start": "{message}"}), "grade.profile", "profile", "{m", "'{message}'"
    ),
    "a name that is too long": Bad(lambda row: row.update(key="k" * 201), "key", "too-long", "kkk", "at most 200"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_row_that_cannot_be_taken_names_line_field_value_and_cure(
    unharmed: Store, bring: Callable[..., Report], written: Callable[..., Path], name: str
) -> None:
    bad = BAD[name]
    path = written(with_row(bad.edit))
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column, problem.code) == (str(path), 4, bad.column, bad.code)
    assert bad.value in problem.value
    assert bad.words in f"{problem.message} {problem.cure}"
    assert problem.message.endswith(".")
    assert problem.cure
    assert str(problem).isprintable()
    assert caught.value.report["rejected"] == 1
    # A dry run says the same and raises nothing.
    report = bring(unharmed, path, dry_run=True)
    assert (report.to_json(), report.unchanged, report.batch) == (caught.value.report, 65, None)
    assert json.dumps(report.to_json(), ensure_ascii=False).encode()


def test_every_problem_of_every_row_is_told_at_once(unharmed: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    rows[0]["type"] = "x"
    rows[0]["text"] = ""
    rows[1]["caveats"] = ["x", "y"]
    rows[2]["article"] = "x"
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, rows)
    assert [(each.line, each.column) for each in caught.value.problems] == [
        (1, "text"),
        (1, "type"),
        (2, "caveats"),
        (2, "caveats"),
        (3, "article"),
    ]
    assert caught.value.report["rejected"] == 3
    assert "5 problems; nothing was written" in str(caught.value)


def test_a_profile_that_gives_another_level_is_taken_with_a_warning(demo: Store, bring: Callable[..., Report]) -> None:
    report = bring(demo, with_row(lambda row: row["grade"].update(level="high")))
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.code, problem.severity) == (
        4,
        "grade.profile",
        "profile-differs",
        "warning",
    )
    assert "gives very-low, the grade says high" in problem.message
    assert (report.changed, report.rejected) == (1, 0)
    with demo.reading() as session:
        (found,) = read(session, [4], date(2026, 11, 23))
    assert found.grade.level.name == "grade:high"
    assert found.grade.profile == PROFILE
