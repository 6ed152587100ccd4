"""The `kb` command in this process, through `main()`: what each command prints, keeps, and ends with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from kb.data import data_folder
from kb.settings import SETTINGS, Setting
from web.cli import SHOWN_PROBLEMS, kb, main

ROW = {"origin": "own", "key": "K1", "text": "Tea contains caffeine.", "type": "background"}
PROFILE = {
    "start": "high",
    "start_reason": "randomised trials",
    "domains": [{"domain": "imprecision", "step": -1, "reason": "few people"}],
}


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out, newline="")))


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data that comes with Caveat; tests work on copies of it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    assert CliRunner().invoke(kb, ["--home", str(home), "init", "--demo"], catch_exceptions=False).exit_code == 0
    return home


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs `kb` in a home that does not exist yet, and wants the exit code to be `code`."""
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KB_ACTOR", "R. Ater")
    monkeypatch.chdir(tmp_path)

    def run(*words: object, code: int = 0) -> Ran:
        monkeypatch.setattr(sys, "argv", ["kb", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        assert (end.value.code or 0) == code, f"{out}\n{err}"
        return Ran(code, out, err)

    before = os.umask(0o022)
    yield run
    os.umask(before)


@pytest.fixture
def run(bare: Run, filled: Path, tmp_path: Path) -> Run:
    """Runs `kb` on a copy of the data that comes with Caveat."""
    shutil.copytree(filled, tmp_path / "home")
    return bare


def written(path: Path, *rows: dict[str, Any] | str) -> Path:
    """A JSON Lines file of these rows; a row that is a string stands there as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def found(run: Run, *words: object) -> list[int]:
    return [each["id"] for each in run("search", "--json", "--limit", 1000, *words).json["statements"]]


def version(run: Run, id_: int) -> int:
    return int(run("show", id_, "--json").json["version"])


# kb init


def test_init_makes_an_empty_store_that_can_be_searched_and_a_second_init_loses_nothing(
    bare: Run, tmp_path: Path
) -> None:
    assert str(tmp_path / "home") in bare("init").out
    bare("import", written(tmp_path / "one.jsonl", ROW))
    assert "ready" in bare("init").out
    assert bare("show", 1, "--json").json["text"] == ROW["text"]


def test_a_second_init_with_the_demo_keeps_what_people_changed(run: Run) -> None:
    run("grade", 5, "--level", "high", "--reason", "seen anew")
    run("withdraw", 6, "--reason", "a double")
    assert "not loaded again" in run("init", "--demo").out
    assert run("show", 5, "--json").json["grade"]["level"] == "high"
    assert run("show", 6, "--json").json["state"] == "withdrawn"


def test_the_demo_is_whole_and_can_be_searched_at_once(run: Run) -> None:
    assert len(found(run)) == 66
    assert "agree" in run("index", "check").out


def test_a_home_that_cannot_be_made_is_refused_with_the_cure(bare: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = bare("--home", tmp_path / "file", "init", code=3)
    assert refused.err.count("\n") == 1
    assert "Set KB_HOME to a folder" in refused.err


# kb import


def test_a_dry_run_says_what_would_happen_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    before = run("verify").out
    assert run("import", written(tmp_path / "one.jsonl", ROW), "--dry-run").out == (
        "Would be: 1 new, 0 changed, 0 unchanged.\nNew, for example: line 1: K1.\n"
    )
    assert run("verify").out == before
    assert found(run, "caffeine") == []


def test_an_import_is_in_search_at_once_and_the_same_file_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", ROW)
    assert "1 new, 0 changed, 0 unchanged.\nThis is batch " in run("import", file).out
    (id_,) = found(run, "caffeine")
    report = run("import", file, "--json").json
    assert (report["new"], report["changed"], report["unchanged"], report["batch"]) == (0, 0, 1, None)
    written(file, {**ROW, "text": "Tea contains theine."})
    report = run("import", file, "--json").json
    assert (report["changed"], report["changes"]) == (1, {"text": 1})
    assert (found(run, "theine"), found(run, "caffeine")) == ([id_], [])


def test_the_dry_run_and_the_import_report_the_same_counts(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "two.jsonl", ROW, {**ROW, "key": "K2", "text": "Coffee does, too."})
    said = run("import", file, "--dry-run", "--json").json
    done = run("import", file, "--json").json
    assert said.pop("batch") is None
    assert done.pop("batch") > 0
    assert said == done
    assert {"new", "changed", "unchanged", "missing", "rejected", "possible_duplicates", "changes", "problems"} == {
        *said
    }


def test_a_rejected_row_ends_with_1_names_its_place_and_keeps_the_whole_file_out(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "two.jsonl", ROW, {**ROW, "key": "K2", "type": "rumour"})
    refused = run("import", file, code=1)
    assert refused.out == ""
    assert f"{file}:2: type = 'rumour'" in refused.err
    assert refused.err.endswith("nothing was written from this file.\n")
    assert found(run, "caffeine") == []


@pytest.mark.parametrize("flags", [["--json"], ["--json", "--dry-run"]])
def test_a_rejected_rows_problems_stand_in_the_json_report_too(run: Run, tmp_path: Path, flags: list[str]) -> None:
    report = run("import", written(tmp_path / "two.jsonl", ROW, "{"), *flags, code=1).json
    assert (report["rejected"], report["batch"]) == (1, None)
    (problem,) = report["problems"]
    assert (problem["line"], problem["code"]) == (2, "broken-json")


def test_a_dry_run_with_a_rejected_row_ends_with_1_and_tells_of_the_good_ones(run: Run, tmp_path: Path) -> None:
    said = run("import", written(tmp_path / "two.jsonl", ROW, "{"), "--dry-run", code=1)
    assert "Would be: 1 new" in said.out
    assert "1 rows cannot be taken" in said.out
    assert "two.jsonl:2:" in said.err


def test_of_very_many_problems_the_first_are_shown_and_the_others_counted(run: Run, tmp_path: Path) -> None:
    refused = run("import", written(tmp_path / "many.jsonl", *["{"] * (SHOWN_PROBLEMS + 7)), code=1)
    assert refused.err.count("many.jsonl:") == SHOWN_PROBLEMS
    assert "… and 7 more" in refused.err


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "latin.jsonl"
    file.write_bytes(json.dumps(ROW).encode() + b"\n\n{\xe4}\n")
    assert run("import", file, code=2).err.startswith(f"kb: {file}:3: The file is not UTF-8")


def test_what_a_file_holds_must_be_said_where_its_name_does_not_tell(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "rows.data", "[]")
    assert "(--as)" in run("import", file, code=2).err
    file = written(tmp_path / "rows.other", ROW)
    assert "1 new" in run("import", file, "--as", "statements").out
    assert "1 unchanged" in run("import", file).out


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_refused(run: Run, name: str) -> None:
    assert "The file cannot be read" in run("import", name, "--as", "statements", code=2).err


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("citations.json", ["--as", "citations"]),
        ("../../caveats.json", ["--as", "caveats"]),
        ("article.toml", []),
        ("statements.jsonl", []),
    ],
)
def test_every_kind_of_file_can_be_imported_again_and_is_known(run: Run, name: str, flags: list[str]) -> None:
    file = data_folder() / "articles" / "kratom-autoimmune" / name
    report = run("import", file, *flags, "--json").json
    assert report["unchanged"] > 0
    assert (report["new"], report["changed"], report["rejected"]) == (0, 0, 0)


def test_origin_and_article_are_taken_from_the_flags_where_rows_do_not_say_them(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", {name: value for name, value in ROW.items() if name != "origin"})
    run("import", file, "--origin", "given", "--article", "kratom-autoimmune", "--reason", "a first list")
    (id_,) = found(run, "--origin", "given")
    shown = run("show", id_, "--json").json
    assert (shown["origin"], shown["article"]["slug"]) == ("given", "kratom-autoimmune")


# kb search


def test_search_prints_blocks_on_standard_output_and_the_count_on_standard_error(run: Run) -> None:
    ran = run("search", "joint", "function")
    blocks = ran.out.strip().split("\n\n")
    assert ran.err.startswith(f"{len(blocks)} found")
    for block in blocks:
        assert "[grade:" in block
        assert "One rater only" in block


def test_search_as_json_and_as_csv_holds_the_same_statements_with_their_caveats(run: Run) -> None:
    told = run("search", "liver", "--limit", 20, "--json").json
    rows = run("search", "liver", "--limit", 20, "--csv").rows
    assert [row["id"] for row in rows] == [str(each["id"]) for each in told["statements"]]
    assert len(rows) == 20
    assert all(row["caveats"] and row["grade"] for row in rows)
    assert all(each["caveats"] and each["grade"]["symbol"] for each in told["statements"])


def test_values_of_a_facet_are_ored_and_facets_are_anded(run: Run) -> None:
    low, very_low = found(run, "--grade", "grade:low"), found(run, "--grade", "grade:very-low")
    either = run("search", "--grade", "grade:low", "--grade", "grade:very-low", "--json").json
    assert either["total"] == len(low) + len(very_low) > len(low) > 0
    assert either["selected"] == {"grade": ["grade:low", "grade:very-low"]}
    safety = found(run, "--grade", "grade:low", "--type", "safety")
    assert {*safety} == {*low} & {*found(run, "--type", "safety")}


@pytest.mark.parametrize("facet", ["grade", "direction", "type", "topic", "caveat", "citation", "article", "origin"])
def test_every_facet_of_the_json_can_be_chosen_by_its_option(run: Run, facet: str) -> None:
    value = run("search", "--json").json["facets"][facet][0]
    assert run("search", f"--{facet}", value["value"], "--json").json["total"] == value["count"]


def test_a_part_of_the_question_is_chosen_as_on_the_page(run: Run) -> None:
    some = run("search", "--intervention", "kratom", "--json").json
    assert some["total"] > 0
    assert found(run, "--intervention", "kratom", "--outcome", "no such outcome") == []
    assert len(found(run, "--intervention", "kratom", "--intervention", "no such thing")) == some["total"]


def test_newest_puts_the_last_statement_first(run: Run) -> None:
    ids = found(run, "--sort", "newest")
    assert ids == sorted(ids, reverse=True)


def test_pages_follow_one_another_without_gap_or_repetition(run: Run) -> None:
    every = found(run, "liver")
    pages = [run("search", "liver", "--page", page, "--json").json for page in range(1, 5)]
    assert [each["id"] for page in pages for each in page["statements"]] == every
    assert {page["pages"] for page in pages} == {4}


def test_words_that_begin_with_a_hyphen_exclude(run: Run) -> None:
    without = found(run, "--", "liver", "-jaundice")
    assert {*without} == {*found(run, "liver")} - {*found(run, "jaundice")}


def test_nothing_found_is_no_failure_and_what_was_ignored_is_said(run: Run) -> None:
    ran = run("search", "zzzqqq", "!!!")
    assert ran.out == ""
    assert "0 found" in ran.err
    assert "Ignored: !!!" in ran.err


@pytest.mark.parametrize("flags", [["--sort", "best"], ["--limit", 0], ["--limit", 1001], ["--page", 0]])
def test_a_sort_or_limit_that_does_not_exist_is_wrong_usage(run: Run, flags: list[object]) -> None:
    assert "Invalid value" in run("search", "liver", *flags, code=2).err


# kb show, kb history, kb verify


def test_show_has_grade_and_caveats_in_every_form(run: Run) -> None:
    text, told, (row,) = run("show", 25).out, run("show", 25, "--json").json, run("show", 25, "--csv").rows
    assert f"[{told['grade']['scale']}:{told['grade']['level']}]" in text
    for caveat in told["caveats"]:
        assert caveat["text"] in text
        assert caveat["text"] in row["caveats"]


@pytest.mark.parametrize("command", ["show", "history"])
@pytest.mark.parametrize("id_", ["0", "67", "99999999999999999999"])
def test_an_unknown_number_is_refused_with_2(run: Run, command: str, id_: str) -> None:
    assert f"There is no statement {id_}." in run(command, id_, code=2).err


def test_history_tells_who_when_why_and_how_it_stood_before(run: Run) -> None:
    old = run("show", 25, "--json").json["grade"]["label"]
    run("--actor", "S. Econd", "grade", 25, "--level", "high", "--reason", "two new trials")
    text = run("history", 25).out
    assert "grade by S. Econd: two new trials" in text
    before = next(line for line in text.splitlines() if line.strip().startswith("before:"))
    assert old in before
    last = run("history", 25, "--json").json[-1]
    assert (last["actor"], last["reason"], last["after"]["grade"]["level"]) == (
        "S. Econd",
        "two new trials",
        "grade:high",
    )


def test_show_and_history_tell_of_days(run: Run) -> None:
    came = run("history", 25, "--json").json[0]["at"][:10]
    text = run("show", 25, "--as-of", came).out
    assert f"AS IT STOOD ON {came}, version 1." in text
    told = run("show", 25, "--as-of", came, "--json").json
    assert told["stood_on"] == came
    assert all(caveat["text"] in text for caveat in told["caveats"])
    assert f"{told['grade']['symbol']} {told['grade']['label']}" in text
    run("grade", 25, "--level", "high", "--reason", "two new trials")
    between = run("history", 25, "--from", came, "--to", came, "--json").json
    assert (between["changed"], between["revisions"]) == ([], [])
    since = run("history", 25, "--from", "2020-01-01").out
    assert "Statement 25 from 2020-01-01 to " in since
    assert ": it came in between." in since
    assert "grade by R. Ater: two new trials" in since


def test_days_that_cannot_be_shown_are_refused_with_2(run: Run) -> None:
    assert "it came with batch 4 on " in run("show", 25, "--as-of", "2020-01-01", code=2).err
    assert "--as-of: “x” is no day. Write it like " in run("show", 25, "--as-of", "x", code=2).err
    assert "--to: 9999-12-31 lies ahead" in run("history", 25, "--to", "9999-12-31", code=2).err
    came = run("history", 25, "--json").json[0]["at"][:10]
    assert "There is no CSV" in run("show", 25, "--as-of", came, "--csv", code=2).err


def test_verify_prints_a_head_that_stays_part_of_the_history(run: Run) -> None:
    head = run("verify").out.split()[-1].rstrip(".")
    run("grade", 25, "--level", "high", "--reason", "two new trials")
    assert head not in run("verify", "--head", head).out
    assert "not part of this history" in run("verify", "--head", "0" * 63 + "1", code=1).err


def test_verify_names_the_row_that_was_changed_behind_the_historys_back(run: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "home" / "caveat.sqlite3") as store:
        store.execute("UPDATE statement SET text = 'Kratom cures.' WHERE id = 9")
    store.close()
    assert run("verify", code=1).err.startswith("statement:9: ")


# kb grade, kb withdraw


def test_a_grade_is_recorded_for_its_actor_and_found_at_once(run: Run) -> None:
    args = ["--level", "grade:moderate", "--direction", "supports", "--reason", "a trial of 400"]
    assert "[grade:moderate]" in run("grade", 25, *args).out
    grade = run("show", 25, "--json").json["grade"]
    assert (grade["level"], grade["direction"], grade["rationale"], grade["rater"]) == (
        "moderate",
        "supports",
        "a trial of 400",
        "R. Ater",
    )
    assert 25 in found(run, "--grade", "grade:moderate")


def test_a_second_opinion_leaves_the_first_in_force_and_a_consensus_does_not(run: Run) -> None:
    first = run("show", 25, "--json").json["grade"]["level"]
    run("--actor", "S. Econd", "grade", 25, "--level", "high", "--reason", "I see it otherwise", "--as", "second")
    shown = run("show", 25, "--json").json
    assert shown["grade"]["level"] == first
    assert "disputed" in {caveat["code"] for caveat in shown["caveats"]}
    run("grade", 25, "--level", "high", "--reason", "agreed", "--as", "consensus")
    assert run("show", 25, "--json").json["grade"]["level"] == "high"


@pytest.mark.parametrize("command", [["grade", 25, "--level", "high"], ["withdraw", 25]])
def test_a_version_that_is_not_todays_is_a_conflict_that_changes_nothing(run: Run, command: list[object]) -> None:
    now = version(run, 25)
    refused = run(*command, "--reason", "late", "--version", now + 1, code=1)
    assert "was changed meanwhile" in refused.err
    assert f"You sent, for version {now + 1}:" in refused.err
    assert "It now stands:" in refused.err
    assert version(run, 25) == now
    run(*command, "--reason", "in time", "--version", now)
    assert version(run, 25) == now + 1


def test_two_people_at_one_statement_see_both_versions_and_neither_is_lost(run: Run) -> None:
    seen = version(run, 25)
    run("--actor", "A. Faster", "grade", 25, "--level", "moderate", "--reason", "two trials", "--version", seen)
    late = ["--actor", "B. Slower", "grade", 25, "--level", "high", "--direction", "mixed", "--reason", "three trials"]
    refused = run(*late, "--version", seen, code=1)
    sent, since, now = refused.err.split("\n\n")[:3]
    assert sent == f"You sent, for version {seen}:\n    grade grade:high, direction mixed, first: three trials"
    assert "grade by A. Faster: two trials" in since
    assert "before: ∅ No evidence" in since
    assert "[grade:moderate]" in now
    assert refused.err.endswith("then repeat your change if it still holds.\n")
    run(*late, "--version", seen + 1)
    assert run("show", 25, "--json").json["grade"]["level"] == "high"
    assert "two trials" in run("history", 25).out


def test_a_profile_is_kept_as_it_was_given(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(PROFILE), encoding="utf-8")
    run("grade", 25, "--level", "moderate", "--reason", "as its profile says", "--profile", file)
    assert run("show", 25, "--json").json["grade"]["profile"] == PROFILE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"start":', "This is not JSON"),
        (b'{"start": ' + b"[" * 200_000, "This is not JSON"),
        (b'{"start": "high", "start": "low"}', "stands twice"),
        (b'{"start": NaN}', "NaN is no JSON number"),
        (b"[]", "A profile is a JSON object"),
        (b'{"start": "h\xe4gh"}', "not UTF-8"),
        (b'{"start": "middle"}', "GRADE does not start at 'middle'"),
        (b'{"start": "high", "domains": [{"domain": "luck", "step": -1}]}', "There is no domain 'luck'"),
        (b'{"start": "high", "domains": [{"domain": "imprecision", "step": 1}]}', "cannot take the step 1"),
        (None, "The file cannot be read"),
    ],
)
def test_a_broken_profile_is_refused_and_nothing_is_judged(
    run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "profile.json"
    if content is not None:
        file.write_bytes(content)
    refused = run("grade", 25, "--level", "high", "--reason", "r", "--profile", file, code=2)
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert version(run, 25) == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--level", "great"], "Its levels are high, moderate"),
        (["--level", "stars:5"], "The scales are grade"),
        (["--level", "low", "--direction", "up"], "Use one of:"),
        (["--level", "low", "--reason", " "], "Every change needs its reason"),
    ],
)
def test_a_judgement_that_does_not_exist_is_refused_with_what_does(run: Run, flags: list[str], said: str) -> None:
    assert said in run("grade", 25, "--reason", "r", *flags, code=2).err
    assert version(run, 25) == 1


def test_a_withdrawn_statement_leaves_search_and_keeps_its_page_with_the_reason(run: Run) -> None:
    run("withdraw", 25, "--reason", "the trial was never held")
    assert 25 not in found(run)
    assert "the trial was never held" in run("show", 25).out
    assert "is withdrawn" in run("grade", 25, "--level", "low", "--reason", "r", code=1).err
    assert "is withdrawn" in run("withdraw", 25, "--reason", "again", code=1).err


def test_a_change_is_kept_though_the_index_cannot_follow(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    run("--index-url", "nonsense", "grade", 25, "--level", "high", "--reason", "two new trials")
    assert "The change is stored; the search index will show it later." in caplog.text
    assert run("show", 25, "--json").json["grade"]["level"] == "high"


# kb index


def test_an_index_elsewhere_is_built_checked_and_brought_up_to_date(run: Run, tmp_path: Path) -> None:
    other = ["--index-url", f"whoosh:{tmp_path / 'other'}", "index"]
    assert "kb index rebuild" in run(*other, "check", code=3).err
    assert "was built" in run(*other, "sync").out
    run("grade", 25, "--level", "high", "--reason", "r")
    run("withdraw", 26, "--reason", "r")
    behind = run(*other, "check", code=1)
    assert behind.out == ""
    assert "1 outdated in the index: 25\n1 in the index only: 26\n" in behind.err
    assert "has read 2 changes" in run(*other, "sync").out
    assert "agree" in run(*other, "check").out
    assert "has read 0 changes" in run(*other, "sync").out


def test_a_rebuilt_index_answers_as_before(run: Run, tmp_path: Path) -> None:
    before = found(run, "liver")
    shutil.rmtree(tmp_path / "home" / "index")
    assert "kb index" in run("search", "liver", code=3).err
    assert "was built" in run("index", "rebuild").out
    assert found(run, "liver") == before


# kb settings


def test_settings_lists_every_setting_with_its_help_and_default(bare: Run, tmp_path: Path) -> None:
    lines = bare("settings").out.splitlines()
    for setting in SETTINGS:
        (line,) = [line for line in lines if line.startswith(f"{setting.name} ")]
        assert setting.help in line
        assert setting.default in line
    assert not (tmp_path / "home").exists()


def test_settings_shows_the_store_without_its_password(bare: Run) -> None:
    shown = bare("--database-url", "postgresql://reader:hidden-word@db.example/kb", "settings").out
    assert "postgresql://reader:***@db.example/kb" in shown
    assert "hidden-word" not in shown


# What is written about the command


def commands(group: click.Group = kb, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def undocumented(group: click.Group) -> list[str]:
    """Commands and options of a group, and of the groups in it, that have no help text."""
    every: dict[str, click.Command] = {"": group, **group.commands, **dict(commands(group))}
    lacking = [name for name, command in every.items() if not command.help]
    for name, command in every.items():
        lacking += [
            f"{name} {option.opts[0]}"
            for option in command.params
            if isinstance(option, click.Option) and not option.help
        ]
    return lacking


def listed(readme: str) -> dict[str, set[str]]:
    """The commands that the README's list names, each with the options it mentions; `sync|check` stands for two."""
    block = readme.split("## The command", 1)[1].split("```")[1]
    found: dict[str, set[str]] = {}
    for line in re.findall(r"^kb (.+)$", block, re.MULTILINE):
        name, *rest = line.split()
        alternatives = rest[0].split("|") if rest and "|" in rest[0] else []
        for words in [f"{name} {each}" for each in alternatives] or [name]:
            found[words] = {*re.findall(r"--[a-z-]+", line)}
    return found


def unnamed(settings: tuple[Setting, ...], readme: str) -> list[str]:
    """Settings that the README does not name."""
    return [setting.name for setting in settings if f"`{setting.name}`" not in readme]


@pytest.fixture(scope="module")
def readme(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "README.md").read_text(encoding="utf-8")


def test_every_command_and_option_has_a_help_text() -> None:
    assert undocumented(kb) == []


def test_a_command_or_option_without_help_would_be_noticed() -> None:
    group = click.Group("g", help="A group.")
    group.add_command(click.Command("silent", params=[click.Option(["--mute"])]))
    assert undocumented(group) == ["silent", "silent --mute"]


@pytest.mark.parametrize("words", [name for name, _ in commands()])
def test_help_needs_no_store_and_makes_none(bare: Run, tmp_path: Path, words: str) -> None:
    assert f"kb {words} [OPTIONS]" in bare(*words.split(), "--help").out
    assert not (tmp_path / "home").exists()


def test_the_readmes_list_of_commands_is_the_list_of_commands(readme: str) -> None:
    assert {*listed(readme)} == {name for name, _ in commands()}


def test_every_option_in_the_readmes_list_exists(readme: str) -> None:
    known = {name: {word for option in command.params for word in option.opts} for name, command in commands()}
    assert {name: options - known[name] for name, options in listed(readme).items() if options - known[name]} == {}


def test_a_command_that_the_readme_forgets_or_invents_would_be_noticed() -> None:
    text = "## The command\n```\nkb init [--demo]\nkb index sync|check\nkb dance   --fast\n```\nkb later\n"
    assert listed(text) == {"init": {"--demo"}, "index sync": set(), "index check": set(), "dance": {"--fast"}}


def test_the_readme_names_every_setting(readme: str) -> None:
    assert unnamed(SETTINGS, readme) == []


def test_a_setting_that_the_readme_forgets_would_be_noticed() -> None:
    assert unnamed((Setting("KB_NEW", "", "New."), Setting("KB_HOME", "", "Old.")), "`KB_HOME`") == ["KB_NEW"]


# what new users tripped over


def test_a_value_that_no_statement_has_is_said_to_be_without_effect(run: Run) -> None:
    assert "No statement found has the grade “bogus”." in run("search", "liver", "--grade", "bogus").err
    told = run("search", "liver", "--json", "--type", "safty").json
    assert told["notes"] == ["No statement found has the type “safty”."]
    told = run("search", "liver", "--json", "--grade", "grade:high", "--topic", "pain").json
    assert told["notes"] == [
        "No statement found with the other filters has the grade “grade:high”.",
        "No statement found with the other filters has the topic “pain”.",
    ]


def test_a_csv_that_is_cut_says_so(run: Run) -> None:
    assert run("search", "liver", "--csv", "--limit", 5).err == "5 of 33 written; --limit and --page give others.\n"
    assert run("search", "liver", "--csv", "--limit", 33).err == ""


def test_a_profile_that_gives_another_level_is_warned_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(PROFILE))
    told = run("grade", 25, "--level", "low", "--reason", "r", "--profile", tmp_path / "profile.json")
    assert "warning: the profile's arithmetic gives" in told.err


def test_a_history_is_readable_and_holds_no_json(run: Run) -> None:
    run("grade", 25, "--level", "high", "--direction", "supports", "--reason", "two new trials")
    told = run("history", 25).out
    assert "grade: grade:high, supports, first by R. Ater on " in told
    assert "two new trials" in told
    assert '{"' not in told
    assert '"scale"' not in told


def test_a_file_whose_name_is_in_another_encoding_is_taken(run: Run, tmp_path: Path) -> None:
    row = {"origin": "o", "key": "k", "text": "A claim.", "type": "efficacy"}
    name = os.fsdecode(b"caf\xe9.jsonl")
    written(tmp_path / name, row)
    assert "1 new" in run("import", tmp_path / name).out
    run("verify")


def test_a_file_that_is_not_there_is_said_to_be_so_whatever_its_ending(run: Run) -> None:
    assert "There is no such file" in run("import", "nowhere", code=2).err
