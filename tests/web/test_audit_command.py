"""`kb audit` and waivers as they are typed: what is printed, kept and ended with."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kb.audit.rules import RULES
from web.cli import kb

Run = Callable[..., Result]
UNTIL = str(datetime.now(UTC).date() + timedelta(days=90))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data that comes with Caveat; statement 4 has findings."""
    home = tmp_path_factory.mktemp("filled") / "home"
    assert CliRunner().invoke(kb, ["--home", str(home), "init", "--demo"], catch_exceptions=False).exit_code == 0
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


@pytest.fixture
def run(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kb` there, and wants the exit code to be `code`."""
    monkeypatch.chdir(tmp_path)
    environment = {**{name: None for name in os.environ if name.startswith("KB_")}, "KB_HOME": str(home)}

    def running(*words: object, code: int = 0) -> Result:
        done = CliRunner().invoke(kb, ["--actor", "R. Ater", *map(str, words)], env=environment, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done

    return running


def kept(home: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(home / "caveat.sqlite3")) as connection:
        return connection.execute("SELECT id, actor FROM audit_run ORDER BY id").fetchall()


def counts(run: Run, *words: object, code: int = 0) -> dict[str, int]:
    found: dict[str, int] = json.loads(run("audit", "--format", "json", *words, code=code).stdout)["counts"][
        "severities"
    ]
    return found


def unreasoned(run: Run) -> None:
    """Give statement 4 a grade that its profile does not lead to: an error, G03 and perhaps others."""
    profile = '{"start": "high", "domains": [{"domain": "imprecision", "step": -1, "reason": "few people"}]}'
    Path("profile.json").write_text(profile, "utf-8")
    run("grade", 4, "--level", "high", "--reason", "to see", "--profile", "profile.json")


def test_an_audit_groups_findings_by_rule_and_ends_with_counts_and_its_number(run: Run, home: Path) -> None:
    before = kept(home)
    text = run("audit", "--fail-on", "never").stdout
    assert "G04 step-without-reason: " in text
    assert "Why it matters: " in text
    assert "Rests on: " in text
    assert "    to mend it: " in text
    assert "⊕◯◯◯ Very low" in text
    number = len(before) + 1
    assert text.rstrip().endswith(f"Kept as run {number}.")
    assert kept(home) == [*before, (number, "R. Ater")]


@pytest.mark.parametrize(
    "words", [["--rule", "G01"], ["--origin", "kratom-autoimmune"], ["--no-record"], ["--rules"], ["--explain", "G01"]]
)
def test_only_an_audit_of_everything_is_kept(run: Run, home: Path, words: list[str]) -> None:
    before = kept(home)
    run("audit", "--fail-on", "never", *words)
    assert kept(home) == before


def test_the_exit_code_is_for_the_gravest_finding(run: Run) -> None:
    found = counts(run, "--fail-on", "never")
    assert found["error"] == 0
    assert found["warning"]
    assert found["note"]
    run("audit")
    run("audit", "--fail-on", "error")
    run("audit", "--fail-on", "warning", code=1)
    run("audit", "--fail-on", "note", code=1)
    run("audit", "--rule", "G15", "--fail-on", "warning")
    unreasoned(run)
    run("audit", code=1)
    run("audit", "--fail-on", "never")
    run("audit", "--rule", "G01")


@pytest.mark.parametrize("form", ["text", "json", "csv", "sarif", "html"])
def test_every_form_can_be_written_into_a_file_and_is_the_same_there(run: Run, tmp_path: Path, form: str) -> None:
    printed = run("audit", "--no-record", "--format", form, "--all").stdout_bytes.decode()
    beside = run("audit", "--no-record", "--format", form, "--all", "--output", "report")
    assert beside.stdout == ""
    assert "by" in beside.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "report"]
    there = (tmp_path / "report").read_bytes().decode()
    assert [*unlike(printed, there)] == []


def unlike(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Lines that differ, but for the time that each took."""
    for here, there in zip(one.splitlines(), other.splitlines(), strict=True):
        if here != there and " s." not in here and "milliseconds" not in here and "TimeUtc" not in here:
            yield here, there


def test_a_report_that_cannot_be_written_says_where_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    refused = run("audit", "--output", "nowhere/report", code=2)
    assert "nowhere/report: The report cannot be written" in refused.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


def test_json_csv_and_sarif_hold_all_findings_and_text_the_first(run: Run) -> None:
    whole = json.loads(run("audit", "--format", "json").stdout)["findings"]
    rows = list(csv.DictReader(io.StringIO(run("audit", "--format", "csv").stdout_bytes.decode(), newline="")))
    (sarif,) = json.loads(run("audit", "--format", "sarif").stdout)["runs"]
    assert len(whole) == len(rows) == len(sarif["results"])
    assert [each["fingerprint"] for each in whole] == [row["fingerprint"] for row in rows]
    many = max(RULES, key=lambda code: sum(each["rule"] == code for each in whole))
    total = sum(each["rule"] == many for each in whole)
    assert total > 5
    for words, shown in (([], 5), (["--limit", "2"], 2), (["--limit", "0"], 0), (["--all"], total)):
        text = run("audit", "--rule", many, *words, "--fail-on", "never").stdout
        assert text.count("to mend it: ") == shown
        assert (f"… and {total - shown} more" in text) == (shown < total)


def test_an_audit_of_an_origin_finds_nothing_elsewhere(run: Run) -> None:
    assert counts(run, "--origin", "kratom-autoimmune")["warning"]
    assert sum(counts(run, "--origin", "nowhere").values()) == 0


def test_since_a_run_only_what_is_new_is_told_and_counts(run: Run) -> None:
    run("audit")
    assert sum(counts(run, "--since", "last", "--fail-on", "note").values()) == 0
    unreasoned(run)
    told = run("audit", "--since", "1", code=1).stdout
    assert "G03" in told
    assert "Compared with run 1 of" in told
    found = json.loads(run("audit", "--since", "1", "--format", "json", code=1).stdout)
    assert {each["statement"]["id"] for each in found["findings"] if each["statement"]} == {4}
    assert found["compared"]["new"] == len(found["findings"])
    assert found["compared"]["gone"] >= 1
    # That run is kept, with all that it found: beside itself nothing is new.
    assert sum(counts(run, "--since", "last").values()) == 0


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_beside_an_earlier_report_only_what_is_new_is_told_and_counts(run: Run, form: str) -> None:
    run("audit", "--format", form, "--output", "before", "--no-record")
    assert sum(counts(run, "--baseline", "before", "--fail-on", "note").values()) == 0
    unreasoned(run)
    assert counts(run, "--baseline", "before", code=1)["error"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rule", "G99"], "There is no rule “G99”. `kb audit --rules` lists them."),
        (["--explain", "nonsense"], "There is no rule “nonsense”."),
        (["--since", "99"], "There is no audit run “99”."),
        (["--baseline", "nowhere"], "nowhere: It cannot be read"),
        (["--since", "1", "--baseline", "x"], "do not go together"),
    ],
)
def test_what_cannot_be_audited_is_refused_in_words(run: Run, home: Path, words: list[str], said: str) -> None:
    before = kept(home)
    refused = run("audit", *words, code=2)
    assert said in refused.stderr
    assert refused.stdout == ""
    assert kept(home) == before


def test_a_store_that_cannot_be_written_to_is_audited_all_the_same(run: Run, home: Path) -> None:
    before = kept(home)
    with closing(sqlite3.connect(home / "caveat.sqlite3")) as connection:
        connection.execute(
            "CREATE TRIGGER no_runs BEFORE INSERT ON audit_run BEGIN SELECT RAISE(ABORT, 'readonly'); END"
        )
        connection.commit()
    done = run("audit")
    assert "G04 step-without-reason" in done.stdout
    assert "Kept as" not in done.stdout
    assert kept(home) == before


def test_the_list_of_rules_and_a_manual_page_are_printed_and_nothing_is_audited(run: Run) -> None:
    listed = run("audit", "--rules").stdout.splitlines()
    assert [line[:3] for line in listed] == list(RULES)
    assert [line[:3] for line in run("audit", "--rules", "--rule", "W").stdout.splitlines()] == [
        code for code in RULES if code.startswith("W")
    ]
    page = run("audit", "--explain", "g04").stdout
    assert page == run("audit", "--explain", "step-without-reason").stdout
    for heading in ("Finds", "Why it matters", "Example", "Leaves alone", "References", "What would mend it"):
        assert f"\n{heading}\n" in page
    told: dict[str, Any] = json.loads(run("audit", "--rules", "--format", "json").stdout)
    assert told.keys() == RULES.keys()


def test_a_waived_finding_is_counted_apart_and_listed_with_its_reason(run: Run) -> None:
    before = counts(run)["warning"]
    assert run("waive", "G04", 4, "--until", UNTIL, "--reason", "the trial is in press").stdout.startswith(
        "Waiver 1: G04"
    )
    assert counts(run)["warning"] == before - 1
    line = run("waivers").stdout
    assert f"1  G04 on statement 4 (kratom-autoimmune/S01.4) until {UNTIL}, by R. Ater: the trial is in press" in line
    (waiver,) = json.loads(run("waivers", "--json").stdout)
    assert (waiver["rule"], waiver["expires_on"], waiver["ended_at"]) == ("G04", UNTIL, None)
    assert waiver["statement"]["grade"]["label"] == "Very low"
    assert waiver["statement"]["caveats"]
    run("verify")
    assert "Waiver 1 has ended." in run("unwaive", 1, "--reason", "printed").stdout
    assert counts(run)["warning"] == before
    assert run("waivers").stdout == ""
    assert "ended" in run("waivers", "--all").stdout
    run("verify")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["waive", "G", "4", "--until", UNTIL, "--reason", "r"], 2, "more than one rule"),
        (["waive", "G99", "4", "--until", UNTIL, "--reason", "r"], 2, "There is no rule"),
        (["waive", "A01", "4", "--until", UNTIL, "--reason", "r"], 2, "cannot be waived"),
        (["waive", "G04", "9999", "--until", UNTIL, "--reason", "r"], 2, "no published statement"),
        (["waive", "G04", "4", "--until", "1999-01-01", "--reason", "r"], 2, "between today and two years"),
        (["waive", "G04", "4", "--until", "soon", "--reason", "r"], 2, "soon"),
        (["waive", "G04", "4", "--until", UNTIL, "--reason", " "], 2, "reason"),
        (["unwaive", "9", "--reason", "r"], 2, "no waiver 9"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused_in_words(run: Run, words: list[str], code: int, said: str) -> None:
    refused = run(*words, code=code)
    assert said in refused.stderr
    assert run("waivers", "--all").stdout == ""


def test_a_second_waiver_of_the_same_is_a_conflict(run: Run) -> None:
    run("waive", "G04", 4, "--until", UNTIL, "--reason", "r")
    assert "End waiver 1 first." in run("waive", "G04", 4, "--until", UNTIL, "--reason", "r", code=1).stderr
