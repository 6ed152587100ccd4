"""A citation or caveat that cannot be taken names its line, field and cure; an odd one that can be kept is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kb.data import data_folder
from kb.errors import RejectedRows
from kb.ingest.reading import Report
from kb.store import Store

FOLDER = data_folder() / "articles" / "kratom-autoimmune"


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
    "no object": ("kruegel2016", "", "model-type", "no object"),
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
