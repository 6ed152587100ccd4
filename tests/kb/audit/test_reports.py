"""Every form of a report holds all findings and counts, and whatever is cut out of it keeps its grade and caveats."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from sqlalchemy import event

from kb.audit.baseline import FINGERPRINT
from kb.audit.census import census
from kb.audit.reports.csv import OWN, csv_lines
from kb.audit.reports.html import html_parts
from kb.audit.reports.json import json_lines
from kb.audit.reports.report import Compared, Report
from kb.audit.reports.sarif import sarif_lines
from kb.audit.reports.text import manual, rules_text, text_lines
from kb.audit.rule import GRAVEST_FIRST, HEADINGS, Scope
from kb.audit.rules import RULES
from kb.audit.run import audit
from kb.audit.runs import record, runs
from kb.audit.waivers import waive
from kb.render.csv import COLUMNS
from kb.store import Store
from tests.kb.audit.library import DAY, NOW, filled, graded, ids, someone, statement

HOSTILE = '=1+1 </style><script>alert(1)</script> & {0} [here](javascript:alert(1)) "quoted"'
CAVEAT = "Only & <b>mice</b>."
SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json").read_text("utf-8"))
STATEMENTS = [
    statement("hostile", HOSTILE, grade=graded("moderate"), caveats=["mice"]),
    statement("cured", "Tea cures colds.", grade=graded("low")),
    statement("same", "Tea cures  colds.", grade=graded("very-low")),
    *(statement(f"bare {number}", f"Bare statement number {number}.") for number in range(7)),
    statement("waived", "Accepted as it is."),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Statements with findings of all severities, one with hostile words, one waived; two runs are kept."""
    mice = {"code": "mice", "severity": "warning", "kind": "evidence", "text": CAVEAT}
    made = filled(tmp_path_factory.mktemp("reported"), STATEMENTS, caveats=[mice])
    with made.writing() as session:
        by = someone("It waits for [its](rater) & a reader.")
        waive(session, "G01", ids(made)["waived"], DAY + timedelta(days=9), by)
    for _ in range(2):
        with made.reading() as session:
            done, counted = audit(session, Scope(DAY)), census(session)
        with made.writing() as session:
            record(session, done, "an auditor", NOW, counted, 0)
    yield made
    made.close()


@pytest.fixture
def report(store: Store) -> Iterator[Report]:
    """An audit of everything, with what the charts show."""
    with store.reading() as session:
        trend = tuple(reversed(runs(session, 9)))
        yield Report(session, audit(session, Scope(DAY)), NOW, 2, None, trend, census(session)["levels"])


def total(report: Report) -> int:
    return sum(result.count for result in report.audit.results)


def test_the_store_of_these_tests_has_findings_of_every_severity_a_waiver_and_a_pair(report: Report) -> None:
    assert all(report.audit.count_of(each) for each in GRAVEST_FIRST)
    assert sum(result.waived for result in report.audit.results) == 1
    assert [f for result in report.audit.results for f in report.findings(result) if f.other is not None]


def test_json_is_one_finding_on_a_line_each_with_its_whole_graded_statement(report: Report) -> None:
    lines = list(json_lines(report))
    whole = json.loads("".join(lines))
    assert len(whole["findings"]) == total(report) == sum(whole["counts"]["severities"].values())
    assert [json.loads(line.strip().rstrip(",")) for line in "".join(lines).splitlines()[1:-1]] == whole["findings"]
    for each in whole["findings"]:
        assert {"rule", "severity", "confidence", "message", "remedy", "fingerprint"} <= each.keys()
        if each["statement"] is not None:
            assert each["statement"]["caveats"]
            assert each["statement"]["grade"]["label"]
    assert whole["rules"].keys() == RULES.keys()
    assert len({each["fingerprint"] for each in whole["findings"]}) == total(report)


def test_json_counts_by_rule_what_it_lists(report: Report) -> None:
    whole = json.loads("".join(json_lines(report)))
    for code, counts in whole["counts"]["rules"].items():
        here = [each["severity"] for each in whole["findings"] if each["rule"] == code]
        assert {severity: here.count(severity) for severity in set(here)} == counts
    assert whole["counts"]["waived"] == {"G01": 1}


def test_csv_is_one_row_a_finding_with_caveats_right_after_the_words_and_no_formula(report: Report) -> None:
    rows = list(csv.reader(io.StringIO("".join(csv_lines(report)), newline="")))
    assert rows[0] == [*OWN, *COLUMNS]
    assert rows[0].index("caveats") == rows[0].index("text") + 1
    assert len(rows) == total(report) + 1
    hostile = [row for row in rows if row[rows[0].index("key")] == "hostile"]
    assert hostile
    for row in hostile:
        assert row[rows[0].index("text")] == "'" + HOSTILE
        assert CAVEAT in row[rows[0].index("caveats")]
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "@"))]


def sarif(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(sarif_lines(report)))
    return found


def test_sarif_is_what_its_schema_says(report: Report) -> None:
    Draft4Validator.check_schema(SCHEMA)
    validator = Draft4Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(sarif(report))] == []
    compared = replace(report, compared=Compared("run 1", 3, 4), run=None)
    assert [error.message for error in validator.iter_errors(sarif(compared))] == []
    broken = sarif(report)
    del broken["runs"][0]["results"][0]["message"]
    assert [error.message for error in validator.iter_errors(broken)]


def test_sarif_brings_the_manual_page_of_each_rule_and_each_result_points_at_its_own(report: Report) -> None:
    (run,) = sarif(report)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == list(RULES)
    for each in rules:
        assert all(
            heading in each["help"]["text"] and f"## {heading}" in each["help"]["markdown"] for heading in HEADINGS
        )
        assert len(each["shortDescription"]["text"]) <= 255
        assert len(each["fullDescription"]["text"]) <= 1024
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    standing = [each for each in run["results"] if "suppressions" not in each]
    assert len(standing) == total(report)
    assert len({each["partialFingerprints"][FINGERPRINT] for each in run["results"]}) == len(run["results"])
    assert all(len(each["locations"]) == 1 for each in run["results"])


def test_a_message_of_sarif_has_grade_and_caveats_beside_the_words_and_no_link_or_blank_to_fill(report: Report) -> None:
    (run,) = sarif(report)["runs"]
    messages = [each["message"]["text"] for each in run["results"] if each["properties"]["key"] == "hostile"]
    assert messages
    for message in messages:
        assert "⊕⊕⊕◯ Moderate" in message
        assert CAVEAT in message
        assert "alert(1)" in message
        assert "](" not in message
        assert not re.search(r"(?<!\{)\{[0-9]\}", message)


def test_what_was_waived_stands_in_sarif_as_suppressed_with_the_reason(report: Report) -> None:
    (run,) = sarif(report)["runs"]
    (waived,) = [each for each in run["results"] if "suppressions" in each]
    assert (waived["ruleId"], waived["properties"]["key"]) == ("G01", "waived")
    (suppression,) = waived["suppressions"]
    assert suppression["status"] == "accepted"
    assert "It waits for" in suppression["justification"]
    assert "a tester" in suppression["justification"]


class Page(HTMLParser):
    """What a page loads, runs and says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "action", "data", "srcset"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_html_is_one_file_that_loads_and_runs_nothing(report: Report) -> None:
    text = "".join(html_parts(report, 5))
    page = Page(text)
    assert not {"script", "link", "iframe", "img", "object", "embed", "form"} & {*page.tags}
    assert page.loads
    assert all(each.startswith("#") and each[1:] in page.ids for each in page.loads)
    assert page.handlers == []
    assert len(page.ids) == len({*page.ids})
    assert "url(" not in text
    assert "@import" not in text
    assert page.tags.count("svg") == 3
    assert HOSTILE in page.words
    assert CAVEAT in page.words


def test_html_and_text_show_the_first_of_each_rule_and_count_the_others(report: Report) -> None:
    bare = [f"Bare statement number {number}." for number in range(7)]
    ungraded = next(result for result in report.audit.results if result.rule.code == "G01")
    alone = replace(report, audit=replace(report.audit, results=(ungraded,)))
    for write in (html_parts, text_lines):
        few = "".join(write(alone, 2))
        assert [words for words in bare if words in few] == bare[:2]
        assert "… and 5 more" in few
        everything = "".join(write(alone, None))
        assert [words for words in bare if words in everything] == bare
        assert "… and" not in everything


def test_text_has_the_finding_in_the_block_of_its_statement(report: Report) -> None:
    blocks = "".join(text_lines(report, None)).split("\n\n")
    hostile = [block for block in blocks if "alert(1)" in block]
    assert hostile
    for block in hostile:
        assert "⊕⊕⊕◯ Moderate" in block
        assert CAVEAT in block
    assert blocks[-1].splitlines()[-1] == "Kept as run 2."
    for severity in GRAVEST_FIRST:
        assert f"{report.audit.count_of(severity)} {severity}" in blocks[-1]


def test_text_gives_each_rule_its_reason_and_reference_once(report: Report) -> None:
    text = " ".join("".join(text_lines(report, 1)).split())
    for result in report.audit.results:
        why = " ".join(result.rule.sections["Why it matters"].split())
        assert text.count(f"Why it matters: {why}") == bool(result.count)


def test_a_comparison_says_beside_what_and_how_much_is_new_and_gone(report: Report) -> None:
    compared = replace(report, compared=Compared("run 1 of yesterday", 3, 4))
    assert "Compared with run 1 of yesterday: 3 new, 4 gone." in "".join(text_lines(compared, 0))
    assert "run 1 of yesterday: 3 new, 4 gone since" in " ".join(Page("".join(html_parts(compared, 0))).words.split())
    assert json.loads("".join(json_lines(compared)))["compared"] == {
        "against": "run 1 of yesterday",
        "new": 3,
        "gone": 4,
    }
    results = sarif(compared)["runs"][0]["results"]
    assert {each["baselineState"] for each in results} == {"new"}


def test_an_audit_that_found_nothing_is_a_whole_report_in_every_form(store: Store) -> None:
    with store.reading() as session:
        report = Report(session, audit(session, Scope(DAY, origin="nowhere"), [RULES["G01"]]), NOW)
        assert json.loads("".join(json_lines(report)))["findings"] == []
        assert sarif(report)["runs"][0]["results"] == []
        assert Draft4Validator(SCHEMA).is_valid(sarif(report))
        assert len(list(csv_lines(report))) == 1
        assert "Nothing was found" in "".join(html_parts(report, 5))
        assert "Nothing found by G01." in "".join(text_lines(report, 5))


def test_a_report_reads_its_statements_on_the_way_and_not_all_before_it_begins(report: Report) -> None:
    asked: list[str] = []
    event.listen(report.session.connection(), "before_cursor_execute", lambda *said: asked.append(said[2]))
    for write in (json_lines, csv_lines, sarif_lines):
        asked.clear()
        lines = iter(write(report))
        while not asked:
            next(lines)
        at_first = len(asked)
        list(lines)
        assert len(asked) > 3 * at_first


def test_the_list_of_rules_names_each_and_a_manual_has_all_its_headings() -> None:
    listed = "".join(rules_text(list(RULES.values())))
    for rule in RULES.values():
        assert f"{rule.code}  {rule.name} " in listed
        page = "".join(manual(rule))
        assert all(f"\n{heading}\n" in page for heading in HEADINGS)
        assert " ".join(rule.remedy.split()) in " ".join(page.split())
