"""A file that cannot be read, or a line of it, is named with its place and its cure, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.curate import By
from kb.data import data_folder
from kb.errors import CaveatError, InputError, RejectedRows
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.store import Store

FOLDER = data_folder() / "articles" / "kratom-autoimmune"
LINES = (FOLDER / "statements.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]
AT = 3
DEEP = 1000


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


def test_every_refusal_of_an_import_is_one_of_ours(unharmed: Store, bring: Callable[..., Report]) -> None:
    for content in (b"\x00" * 100, b"\xff" * 100, b"PK\x03\x04", b"SQLite format 3\x00"):
        for kind in ("statements", "citations", "caveats", "article"):
            with pytest.raises(CaveatError):
                bring(unharmed, content, kind)
