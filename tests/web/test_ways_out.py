"""All of a search or an article as FHIR, and the works they cite as RIS and CSL-JSON: what the pages hold, whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import rispy
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kb.render.forms import FORMS
from tests.web.conftest import TODAY
from web.app import create_app
from web.cli import kb

WHERE = {
    "/search/all": "/search/all.jsonl?q=kratom&type=safety&sort=grade",
    "/a/kratom-autoimmune": "/a/kratom-autoimmune.jsonl",
}


def told(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.get(address).text.splitlines()]


def at(base: str, ending: str) -> str:
    path, _, query = WHERE[base].partition("?")
    return f"{path.removesuffix('.jsonl')}.{ending}{'?' if query else ''}{query}"


@pytest.mark.parametrize("base", WHERE)
def test_the_works_are_those_that_the_statements_cite(client: FlaskClient, base: str) -> None:
    statements = told(client, WHERE[base])
    cited = [slot["citation"]["id"] for each in statements for slot in each["slots"] if slot["citation"]]
    expected = list(dict.fromkeys(cited))
    assert len(expected) > 5
    ris = client.get(at(base, "ris"))
    assert ris.mimetype == "application/x-research-info-systems"
    assert "-works.ris" in ris.headers["Content-Disposition"]
    assert [each["id"] for each in rispy.loads(ris.text)] == expected
    csl = client.get(at(base, "csl.json"))
    assert csl.mimetype == "application/vnd.citationstyles.csl+json"
    assert [each["id"] for each in json.loads(csl.text)] == expected
    for each in statements:
        assert each["text"] not in ris.text
        assert each["text"] not in csl.text


@pytest.mark.parametrize("base", WHERE)
def test_the_resources_are_the_statements_in_their_order(client: FlaskClient, base: str) -> None:
    statements = told(client, WHERE[base])
    resources = told(client, at(base, "fhir.ndjson"))
    assert [each["id"] for each in resources] == [str(each["id"]) for each in statements]
    assert [each["assertion"] for each in resources] == [each["text"] for each in statements]


def test_an_articles_lines_are_its_statements(client: FlaskClient) -> None:
    assert told(client, "/a/kratom-autoimmune.jsonl") == client.get("/a/kratom-autoimmune.json").json["statements"]


@pytest.mark.parametrize("ending", [form.ending for form in FORMS.values()])
def test_the_pages_offer_every_form(client: FlaskClient, ending: str) -> None:
    assert (
        f'href="/search/all.{ending}?q=kratom&amp;sort=grade"' in client.get("/search?q=kratom&sort=grade&page=2").text
    )
    assert f'href="/a/kratom-autoimmune.{ending}"' in client.get("/a/kratom-autoimmune").text
    assert client.get(f"/a/unknown.{ending}").status_code == 404


@pytest.mark.parametrize("ending", ["ris", "csl.json", "fhir.ndjson"])
def test_a_file_is_whole_or_refused(demo: Flask, client: FlaskClient, ending: str) -> None:
    assert client.get(f"/search/all.{ending}?tpic=liver").status_code == 400
    here = demo.extensions["caveat"]
    without = create_app(here.settings, here.store, None, today=lambda: TODAY).test_client()
    assert without.get(f"/search/all.{ending}?q=liver").status_code == 503


def run(home: Path, *words: str, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(kb, ["--home", str(home), *words], catch_exceptions=False)
    assert done.exit_code == code, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("name", ["ris", "csl", "fhir"])
def test_the_command_writes_what_the_pages_give(filled: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    every, _ = run(home, "export", "--format", name)
    some, _ = run(home, "export", "--format", name, "--query", "liver", "--origin", "kratom-autoimmune")
    none, _ = run(home, "export", "--format", name, "--origin", "unknown")
    assert len(every) > len(some) > len(none)
    assert none == ("[]\n" if name == "csl" else "")


def test_everything_goes_and_comes_by_command(filled: Path, tmp_path: Path) -> None:
    home, new, first, second = (tmp_path / name for name in ("home", "new", "first", "second"))
    shutil.copytree(filled, home)
    (home / "synonyms.toml").write_text('[[same]]\nnames = ["tea", "chai"]\n', encoding="utf-8")
    said, warned = run(home, "export", "--all", str(first))
    assert "66 statements" in said
    assert "Not in it: Accounts" in warned
    _, refused = run(new, "import", "--all", str(first), code=3)
    assert "kb init" in refused
    run(new, "init")
    told_, _ = run(new, "import", "--all", str(first), "--json")
    assert json.loads(told_)["counts"]["statements"] == 66
    assert "The index and the store agree" in run(new, "index", "check")[0]
    assert run(new, "search", "liver", "--json")[0] == run(home, "search", "liver", "--json")[0]
    run(new, "export", "--all", str(second))
    for file in sorted(path for path in first.rglob("*") if path.is_file() and path.name != "manifest.json"):
        assert file.read_bytes() == (second / file.relative_to(first)).read_bytes(), file.name
    assert "already" in run(new, "import", "--all", str(first), code=1)[1]
    assert "already" in run(home, "export", "--all", str(first), code=2)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--all", "there", "--format", "csv"),
        ("export", "--all", "there", "--query", "liver"),
        ("import", "--all", "there", "--dry-run"),
        ("import", "--all", "there", "--as", "citations"),
    ],
)
def test_everything_goes_with_no_other_option(filled: Path, words: tuple[str, ...]) -> None:
    assert "--all" in run(filled, *words, code=2)[1]
