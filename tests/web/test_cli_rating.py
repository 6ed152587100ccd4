"""`kb rate`, `kb grade --as second` and `kb agreement`: blind until the opinion is recorded, then counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kb.blind import WITHHELD
from kb.store import create_store
from tests.kb.audit.library import bring, graded, statement
from web.cli import kb

KEY = "a key for the tests of commands alone"
ROWS = [
    statement("one", topics=["pain"], grade=graded("moderate", direction="mixed", rationale="telltale why")),
    statement("two", topics=["sleep"], grade=graded("B", scale="uspstf", rationale="telltale why")),
    statement("three"),
]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `kb` for a second rater on statements with first grades, and wants the exit code to be `code`."""
    given = {"KB_HOME": str(tmp_path / "home"), "KB_SECRET_KEY": KEY, "KB_ACTOR": "S. Econd"}
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    store = create_store(url, KEY.encode())
    bring(store, tmp_path / "rows.jsonl", "".join(f"{json.dumps(row)}\n" for row in ROWS), "statements")
    store.close()

    def call(*words: object, actor: str = "S. Econd", code: int = 0) -> Result:
        environment = {**given, "KB_ACTOR": actor, "KB_DATABASE_URL": url}
        done = CliRunner().invoke(kb, [str(word) for word in words], env=environment)
        assert done.exit_code == code, done.output
        return done

    return call


def second(run: Run, id_: int, level: str, *more: object, **how: Any) -> Result:
    return run("grade", id_, "--as", "second", "--level", level, "--reason", "I read it", *more, **how)


def test_the_next_that_waits_is_printed_without_its_grade_and_with_the_rubric(run: Run) -> None:
    out = run("rate").output
    assert out.startswith("1  Statement one says something.")
    for words in (WITHHELD, "We are very confident", "risk_of_bias", "kb grade 1 --as second --scale grade"):
        assert words in out
    assert "telltale" not in out
    assert "mixed" not in out.partition("Which way the evidence points")[0]
    assert "--scale uspstf" in run("rate", "--topic", "sleep").output
    body = json.loads(run("rate", 1, "--json").output)
    assert body["grade"] == {"scale": "grade", "withheld": WITHHELD}


def test_who_has_rated_or_graded_is_told_why_there_is_nothing_to_do(run: Run) -> None:
    second(run, 1, "low")
    assert "You have judged this statement already" in run("rate", 1).output
    assert "The grade that stands is yours" in run("rate", 1, actor="A. Rater").output
    assert "Nobody has given a first grade" in run("rate", 3).output
    second(run, 2, "uspstf:C")
    assert "Nothing waits" in run("rate", code=2).output


def test_a_conflict_shows_a_second_rater_what_stands_without_its_grade(run: Run) -> None:
    run("grade", 1, "--level", "high", "--reason", "telltale again", actor="A. Rater")
    refused = second(run, 1, "low", "--version", 1, code=1).stderr
    assert "was changed meanwhile" in refused
    assert "You sent, for version 1:\n    grade grade:low" in refused
    assert WITHHELD in refused
    assert "telltale" not in refused
    assert "A. Rater" not in refused
    assert "high" not in refused


def test_a_second_opinion_on_another_scale_or_on_nothing_is_refused(run: Run) -> None:
    assert "on the scale uspstf" in second(run, 2, "low", code=2).stderr
    assert "nothing to be second to" in second(run, 3, "low", code=1).stderr
    assert "telltale" not in second(run, 99, "low", code=2).output


def test_agreement_is_printed_with_the_statements_that_differ(run: Run) -> None:
    assert "No published statement was judged by two raters" in run("agreement").output
    second(run, 1, "very-low")
    second(run, 2, "uspstf:C")
    out = run("agreement").output
    assert "GRADE certainty of evidence: 1 pair of judgements on 1 statement" in out
    assert "A. Rater: grade:moderate · S. Econd: grade:very-low · 2 levels apart · not settled · /rate/1/cons" in out
    block = next(block for block in out.split("\n\n") if "Statement one says" in block)
    assert "Moderate [grade:moderate]" in block
    assert "[disputed]" in block
    assert "USPSTF grade" in out
    assert "USPSTF" not in run("agreement", "--topic", "pain").output
    assert "Statement one says" not in run("agreement", "--limit", 0).output
    body = json.loads(run("agreement", "--json", "--scale", "grade").output)
    assert [each["gaps"][0]["statement"]["id"] for each in body["scales"]] == [1]
    rows = run("agreement", "--csv").output.splitlines()
    assert rows[0].startswith("id,origin,key,text,caveats,grade")
    assert rows[0].endswith("first_rater,first_level,second_rater,second_level,apart,since")


@pytest.mark.parametrize("words", [["--scale", "nonsense"], ["--topic", "nonsense"], ["--json", "--csv"]])
def test_what_is_not_there_is_refused(run: Run, words: list[str]) -> None:
    assert run("agreement", *words, code=2).stderr.startswith("kb: ")
