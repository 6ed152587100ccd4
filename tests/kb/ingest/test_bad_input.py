"""Bad input names its file, line, field, value and cure, and writes nothing; what only looks odd is taken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.curate import By
from kb.data import data_folder
from kb.errors import CaveatError, InputError, RejectedRows
from kb.graded import read
from kb.ingest.batch import Order, Report, import_file
from kb.store import Store, open_store

FOLDER = data_folder() / "articles" / "kratom-autoimmune"
LINES = (FOLDER / "statements.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]
AT = 3
DEEP = 1000


@pytest.fixture(scope="module")
def demo_dump(demo_file: Path, everything: Any) -> Any:
    store = open_store(f"sqlite:///{demo_file}", b"a key for tests")
    found = everything(store)
    store.close()
    return found


@pytest.fixture
def unharmed(demo: Store, everything: Any, demo_dump: Any) -> Iterator[Store]:
    """The demo, in which nothing at all may have changed when the test is over."""
    yield demo
    assert everything(demo) == demo_dump


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
        lambda row: row.update(quote="a miracle"), "quote", "quote-differs", "a miracle", "offering a natural approach"
    ),
    "a span without its quote": Bad(lambda row: row.pop("quote"), "", "value-error", '"S01.4"', "needs its quote"),
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
        lambda row: row.update(caveats=["very-low"]), "caveats", "unknown-caveat", "very-low", "No such caveat"
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
    "a list where an object is wanted": Bad(lambda row: row.update(pico=[]), "pico", "model-type", "[]", "dictionary"),
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


@dataclass(frozen=True)
class Broken:
    """Bytes that are no statements file; where the fault is, and what is said of it."""

    content: bytes
    place: str
    words: str


def line_4(text: str) -> bytes:
    return "\n".join([*LINES[:AT], text, *LINES[AT + 1 :]]).encode("utf-8", "surrogatepass")


BROKEN: dict[str, Broken] = {
    "not UTF-8": Broken(b"{}\n" * 6 + b'{"text": "caf\xe9"}\n', ":7", "line 7 has the byte 0xE9"),
    "UTF-16": Broken(LINES[0].encode("utf-16"), "", "is UTF-16, not UTF-8"),
    "UTF-16, the other way round": Broken(b"\xfe\xff" + LINES[0].encode("utf-16-be"), "", "is UTF-16, not UTF-8"),
    "half a surrogate pair as bytes": Broken(line_4('{"text": "\ud800"}'), ":4", "0xED"),
    "empty": Broken(b"", "", "is empty"),
    "blank": Broken(b"\n  \r\n\t\n", "", "is empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_names_its_place_and_cure(
    unharmed: Store, bring: Callable[..., Report], written: Callable[..., Path], name: str
) -> None:
    path = written(BROKEN[name].content)
    for dry_run in (False, True):
        with pytest.raises(InputError, match=BROKEN[name].words) as caught:
            bring(unharmed, path, dry_run=dry_run)
        assert caught.value.place == f"{path}{BROKEN[name].place}"
        assert caught.value.cure
        assert caught.value.exit_code == 2


BROKEN_LINES: dict[str, tuple[str, str]] = {
    "half a line": (LINES[AT][:200], "not JSON"),
    "no JSON": ("kratom is a tree", "not JSON: Expecting value (column 1)"),
    "two objects": ("{} {}", "not JSON: Extra data"),
    "NaN": ('{"text": NaN}', "NaN is no JSON number"),
    "Infinity": ('{"text": -Infinity}', "-Infinity is no JSON number"),
    "a number beyond all": ('{"text": 1e999}', "1e999 is too large"),
    "a number of 5,000 digits": (f'{{"text": {"9" * 5000}}}', "not JSON"),
    "the same field twice": ('{"text": "a", "text": "b"}', "the field “text” stands twice"),
    "an unprintable field twice": ('{"\\ud800": 1, "\\ud800": 2}', "stands twice"),
    "1,000 lists in each other": ("[" * DEEP + "]" * DEEP, "nested too deeply"),
    "1,000 objects in each other": ('{"a":' * DEEP + "1" + "}" * DEEP, "nested too deeply"),
    "100,000 lists in each other": ("[" * 100_000, "nested too deeply"),
    "a control character": ('{"text": "a\x01b"}', "not JSON"),
}


@pytest.mark.parametrize("name", BROKEN_LINES)
def test_a_broken_line_is_named_and_the_others_are_still_read(
    unharmed: Store, bring: Callable[..., Report], name: str
) -> None:
    line, words = BROKEN_LINES[name]
    report = bring(unharmed, line_4(line), dry_run=True)
    (problem,) = report.problems
    assert (problem.line, problem.code, report.unchanged) == (4, "broken-json", 65)
    assert words in problem.message
    assert str(problem).isprintable()
    with pytest.raises(RejectedRows):
        bring(unharmed, line_4(line))


@pytest.mark.parametrize("value", ["7", '"text"', "[]", "null", "true"])
def test_a_line_that_is_no_object_is_said_to_be_none(unharmed: Store, bring: Callable[..., Report], value: str) -> None:
    report = bring(unharmed, line_4(value), dry_run=True)
    (problem,) = report.problems
    assert (problem.line, problem.code) == (4, "model-type")


def test_a_truncated_last_line_is_named(unharmed: Store, bring: Callable[..., Report]) -> None:
    report = bring(unharmed, "\n".join(LINES)[:-20].encode(), dry_run=True)
    (problem,) = report.problems
    assert (problem.line, problem.code, report.unchanged) == (66, "broken-json", 65)


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\ude00\\ud83d"])
def test_half_a_surrogate_pair_is_named(unharmed: Store, bring: Callable[..., Report], escape: str) -> None:
    for name in ("text", "quote", "key", f"a{escape}"):
        row = {**ROWS[AT], name: "@"}
        report = bring(unharmed, line_4(json.dumps(row).replace('"@"', f'"x{escape}"')), dry_run=True)
        assert report.rejected == 1
        assert {problem.line for problem in report.problems} == {4}
        assert json.dumps(report.to_json(), ensure_ascii=False).encode()
        assert all(str(problem).isprintable() for problem in report.problems)


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


@pytest.mark.parametrize("kind", ["statements", "citations", "caveats", "article"])
def test_a_folder_or_nothing_in_the_place_of_a_file_is_said_to_be_so(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path, kind: str
) -> None:
    for path in (tmp_path, tmp_path / "nowhere", Path("/dev/null/x"), Path("x" * 5000)):
        with pytest.raises(InputError, match="cannot be read") as caught:
            bring(unharmed, path, kind)
        assert caught.value.place


def test_a_kind_that_is_none_is_refused(unharmed: Store, by: Callable[..., By], written: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=r"cannot be imported.*statements, citations"), unharmed.writing() as session:
        import_file(session, Order(written(ROWS), "recipes"), by())


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_accepted(
    unharmed: Store, bring: Callable[..., Report]
) -> None:
    report = bring(unharmed, b"\xef\xbb\xbf" + "\r\n\r\n".join(LINES).encode() + b"\n\n")
    assert (report.unchanged, report.problems) == (66, ())


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


BAD_CITATIONS: dict[str, tuple[Any, str, str, str]] = {
    "no id": ({"type": "book"}, "id", "missing", "missing"),
    "no type": ({"id": "a"}, "type", "missing", "missing"),
    "a DOI that is none": ({"id": "a", "type": "book", "DOI": "11.2/x"}, "DOI", "identifier", "It looks like 10."),
    "a PMID that is none": ({"id": "a", "type": "book", "PMID": "PMC12"}, "PMID", "identifier", "digits"),
    "a PMCID that is none": ({"id": "a", "type": "book", "PMCID": "12"}, "PMCID", "identifier", "PMC"),
    "unchecked words that are no list": (
        {"id": "a", "type": "book", "custom": {"unchecked_fields": "DOI"}},
        "custom.unchecked_fields",
        "list-type",
        "list",
    ),
    "a design that is no text": (
        {"id": "a", "type": "book", "custom": {"study_design": ["trial"]}},
        "custom.study_design",
        "string-type",
        "string",
    ),
    "authors that are no list": ({"id": "a", "type": "book", "author": "Ann"}, "author", "list-type", "list"),
    "an author that is a name": ({"id": "a", "type": "book", "author": ["Ann"]}, "author.0", "dict-type", "dict"),
    "a title that is a list": ({"id": "a", "type": "book", "title": ["T"]}, "title", "string-type", "string"),
    "a NUL anywhere": ({"id": "a", "type": "book", "note": {"x": ["a\x00"]}}, "", "text", "note.x: it holds a NUL"),
    "a NUL in a name": ({"id": "a", "type": "book", "x\x00": 1}, "", "text", "it holds a NUL"),
    "half a pair anywhere": ({"id": "a", "type": "book", "note": "\ud800"}, "", "text", "note: it holds half"),
    "no object": ("kruegel2016", "", "model-type", "dictionary"),
}


@pytest.mark.parametrize("name", BAD_CITATIONS)
def test_a_citation_that_cannot_be_taken_is_named(unharmed: Store, bring: Callable[..., Report], name: str) -> None:
    record, column, code, words = BAD_CITATIONS[name]
    content = '[\n{"id": "good", "type": "book"},\n' + json.dumps(record) + "\n]"
    report = bring(unharmed, content, "citations", dry_run=True)
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.code, report.new) == (3, column, code, 1)
    assert words.casefold() in f"{problem.message} {problem.cure}".casefold()
    with pytest.raises(RejectedRows):
        bring(unharmed, content, "citations")


@pytest.mark.parametrize("year", [99999999999, "soon", None, [], {}, True, 2014, "1999"])
def test_a_citation_with_an_odd_year_is_taken(demo: Store, bring: Callable[..., Report], year: Any) -> None:
    record = {"id": "odd", "type": "book", "issued": {"date-parts": [[year]]}}
    assert bring(demo, [record], "citations").new == 1
    assert bring(demo, [record], "citations").unchanged == 1


CAVEAT = {"code": "new-one", "severity": "note", "kind": "safety", "text": "Mind."}
BAD_CAVEATS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a derived code": ({"code": "retracted"}, "code", "reserved-code", "derives this one itself"),
    "an unknown severity": ({"severity": "fatal"}, "severity", "literal-error", "'warning'"),
    "an unknown kind": ({"kind": "x"}, "kind", "literal-error", "'legal'"),
    "an unknown citation": ({"citations": ["x"]}, "citations", "unknown-citation", "Import the citations first"),
    "a code with a blank": ({"code": "new one"}, "code", "string-pattern-mismatch", "match"),
    "an empty text": ({"text": ""}, "text", "value-error", "empty"),
}


@pytest.mark.parametrize("name", BAD_CAVEATS)
def test_a_caveat_that_cannot_be_taken_is_named(unharmed: Store, bring: Callable[..., Report], name: str) -> None:
    changes, column, code, words = BAD_CAVEATS[name]
    report = bring(unharmed, [{**CAVEAT, **changes}], "caveats", dry_run=True)
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.code) == (1, column, code)
    assert words in f"{problem.message} {problem.cure}"
    with pytest.raises(RejectedRows):
        bring(unharmed, [{**CAVEAT, **changes}], "caveats")


def test_what_stands_twice_on_one_line_stands_twice_all_the_same(unharmed: Store, bring: Callable[..., Report]) -> None:
    assert bring(unharmed, [CAVEAT, CAVEAT, {**CAVEAT, "code": "other"}], "caveats", dry_run=True).rejected == 1
    book = {"id": "a", "type": "book"}
    report = bring(
        unharmed, [book, book, {"id": "b"}, {"id": "c"}, {"id": "d", "type": "book"}], "citations", dry_run=True
    )
    assert (report.rejected, report.new) == (3, 2)


def test_a_caveat_code_that_stands_twice_is_named(unharmed: Store, bring: Callable[..., Report]) -> None:
    content = f"[{json.dumps(CAVEAT)},\n\n{json.dumps(CAVEAT)}]"
    (problem,) = bring(unharmed, content, "caveats", dry_run=True).problems
    assert (problem.line, problem.code) == (3, "repeated-key")


BROKEN_ARRAYS: dict[str, tuple[str, int]] = {
    "a missing comma": ('[{"id": "a", "type": "book"}\n{"id": "b", "type": "book"}]', 2),
    "a comma too many": ('[{"id": "a", "type": "book"},\n]', 2),
    "two commas": ('[{"id": "a", "type": "book"},,\n{"id": "b", "type": "book"}]', 1),
    "a comma first": ('[\n, {"id": "a", "type": "book"}]', 2),
    "no end": ('[{"id": "a", "type": "book"}\n', 2),
    "no end after a comma": ('[{"id": "a", "type": "book"},', 1),
    "something after the end": ('[{"id": "a", "type": "book"}]\n\nx', 3),
    "a second array": ("[]\n[]", 2),
    "a broken member": ('[{"id": "a", "type": "book"},\n{"id": }]', 2),
    "a field twice": ('[{"id": "a", "type": "book"},\n{"id": "b", "id": "c"}]', 2),
    "a deep member": ("[\n" + "[" * DEEP + "]" * DEEP + "]", 2),
    "NaN": ('[\n{"id": "a", "type": NaN}]', 2),
}


@pytest.mark.parametrize("name", BROKEN_ARRAYS)
def test_a_broken_array_is_named_by_its_line(unharmed: Store, bring: Callable[..., Report], name: str) -> None:
    content, line = BROKEN_ARRAYS[name]
    report = bring(unharmed, content, "citations", dry_run=True)
    assert [(problem.line, problem.code) for problem in report.problems] == [(line, "broken-json")]
    with pytest.raises(RejectedRows):
        bring(unharmed, content, "citations")


@pytest.mark.parametrize("content", ["", "{}", "null", " \n", "id,type"])
def test_a_file_without_an_array_is_said_to_hold_none(
    unharmed: Store, bring: Callable[..., Report], content: str
) -> None:
    with pytest.raises(InputError, match="no JSON array"):
        bring(unharmed, content, "caveats")


def test_an_empty_array_changes_nothing(unharmed: Store, bring: Callable[..., Report]) -> None:
    assert bring(unharmed, " [ ] ", "citations").batch is None


RECORD = (FOLDER / "article.toml").read_text(encoding="utf-8")
BAD_ARTICLES: dict[str, tuple[str, str, str, str]] = {
    "another sum": ("6cf802ed", "00000000", "sha256", "has the SHA-256 6cf802ed"),
    "a file outside": ('file = "kratom', 'file = "../kratom', "file", "must lie beside"),
    "an absolute file": ('file = "kratom-autoimmune.txt"', 'file = "/etc/passwd"', "file", "must lie beside"),
    "an unknown caveat": ("\ncaveats = []", '\ncaveats = ["doom"]', "caveats", "No such caveat"),
    "an unknown topic caveat": ('["time-sensitive"]', '["doom"]', "topic_caveats.caveats", "No such caveat"),
    "an unknown claim type": ('["efficacy", "mechanism"]', '["hope"]', "topic_caveats.0.types.0", "'mechanism'"),
    "no claim type at all": ('["efficacy", "mechanism"]', "[]", "topic_caveats.0.types", "at least 1"),
    "an unknown field": ("language =", "tongue =", "tongue", "No such field"),
    "a missing field": ('slug = "kratom-autoimmune"\n', "", "slug", "is missing"),
    "a slug with capitals": ('slug = "k', 'slug = "K', "slug", "match"),
    "a moment for a day": ('"2026-11-22"', "2026-11-22T10:00:00", "graded_on", "no day"),
}


def article(tmp_path: Path, record: str, text: bytes | None = None) -> Path:
    """A copy of the demo's article with another record or text."""
    original = (FOLDER / "kratom-autoimmune.txt").read_bytes()
    (tmp_path / "kratom-autoimmune.txt").write_bytes(original if text is None else text)
    path = tmp_path / "article.toml"
    path.write_text(record, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BAD_ARTICLES)
def test_an_article_that_cannot_be_taken_is_named(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path, name: str
) -> None:
    old, new, column, words = BAD_ARTICLES[name]
    assert old in RECORD
    path = article(tmp_path, RECORD.replace(old, new))
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, path, "article")
    assert column in [problem.column for problem in caught.value.problems]
    assert words in " ".join(f"{problem.message} {problem.cure}" for problem in caught.value.problems)


@pytest.mark.parametrize(
    "broken",
    ["slug = ", "slug = 'a'\nslug = 'b'", "a = " + "[" * DEEP + "]" * DEEP, "a = " + "9" * 5000, "\x00", "= 1"],
)
def test_what_is_no_toml_is_said_to_be_none(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path, broken: str
) -> None:
    with pytest.raises(InputError) as caught:
        bring(unharmed, article(tmp_path, broken), "article")
    assert str(tmp_path / "article.toml") in str(caught.value) or isinstance(caught.value, RejectedRows)


def test_a_text_that_is_not_there_is_named(unharmed: Store, bring: Callable[..., Report], tmp_path: Path) -> None:
    path = article(tmp_path, RECORD)
    (tmp_path / "kratom-autoimmune.txt").unlink()
    with pytest.raises(InputError, match=r"kratom-autoimmune\.txt: The file cannot be read"):
        bring(unharmed, path, "article")


def test_a_text_that_is_not_utf_8_is_named_with_its_line(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"kratom-autoimmune\.txt:3.*line 3 has the byte 0xE9"):
        bring(unharmed, article(tmp_path, RECORD, b"a\nb\ncaf\xe9"), "article")


def test_another_text_under_a_slug_in_use_is_refused(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    text = b"Kratom is a shrub."
    record = RECORD.replace(
        "6cf802ed7bde33c2225857aa7e8d37e9a4001d743f909821a7276de08f8f4556",
        "c8ee4e2bd2fb3c3b0cfb4ea4c2b0b4d1c2ba5f6d5b4f0ac3c5cb0ed4a5f3e3f6",
    )
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, article(tmp_path, record, text), "article")
    assert {problem.code for problem in caught.value.problems} == {"other-text", "text-in-use"}


def test_every_refusal_of_an_import_is_one_of_ours(unharmed: Store, bring: Callable[..., Report]) -> None:
    for content in (b"\x00" * 100, b"\xff" * 100, b"PK\x03\x04", b"SQLite format 3\x00"):
        for kind in ("statements", "citations", "caveats", "article"):
            with pytest.raises(CaveatError):
                bring(unharmed, content, kind)
