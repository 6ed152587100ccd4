"""All that a search finds as one file: the same statements as on the pages, in their order, or none at all."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from indexer.engine import SORTS, SearchEngine
from indexer.names import NO_NAMES
from indexer.open import open_engine
from indexer.search import SearchRequest
from indexer.whole import whole
from kb import curate
from kb.curate import By
from kb.data import data_folder
from kb.errors import NotWhole
from kb.settings import Settings
from kb.store import Store
from tests.web.conftest import NOW, TODAY
from web.app import create_app
from web.cli import kb
from web.limits import COST_OF_A_FILE

SEARCHES = (
    "",
    "q=liver",
    "q=kratom&type=safety&type=efficacy&sort=grade",
    "q=kratom&grade=grade:low&sort=newest&limit=3&page=2",
    "caveat=single-rater&sort=cited",
    "q=kratom&synonyms=off",
    "q=%22joint+function%22",
    "q=nonsense",
)


def paged(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    """The statements of all pages of a search, as its JSON has them."""
    found: list[dict[str, Any]] = []
    query = "&".join(each for each in query.split("&") if not each.startswith(("limit=", "page=")))
    page, pages = 1, 1
    while page <= pages:
        body = client.get(f"/search.json?{query}&limit=7&page={page}").get_json()
        found += body["statements"]
        page, pages = page + 1, body["pages"]
    return found


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("query", [*SEARCHES, *(f"q=kratom+OR+liver&sort={sort}" for sort in SORTS)])
def test_the_file_holds_what_all_the_pages_hold_in_their_order(client: FlaskClient, query: str) -> None:
    expected = paged(client, query)
    answer = client.get(f"/search/all.jsonl?{query}")
    assert answer.mimetype == "application/x-ndjson"
    assert answer.headers["Content-Disposition"] == "attachment; filename=caveat-search-all.jsonl"
    assert answer.headers["X-Total-Count"] == str(len(expected))
    assert lines(answer.text) == expected
    table = client.get(f"/search/all.csv?{query}")
    assert table.mimetype == "text/csv"
    assert table.headers["X-Total-Count"] == str(len(expected))
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [int(row["id"]) for row in rows] == [each["id"] for each in expected]
    assert all(row["grade"] and row["caveats"] for row in rows)


def test_the_page_links_to_all_of_its_search(client: FlaskClient) -> None:
    page = client.get("/search?q=kratom&type=safety&sort=grade&page=2&limit=2").text
    total = client.get("/search.json?q=kratom&type=safety").get_json()["total"]
    assert f"All {total} as" in page
    assert 'href="/search/all.csv?q=kratom&amp;type=safety&amp;sort=grade"' in page
    assert 'href="/search/all.jsonl?q=kratom&amp;type=safety&amp;sort=grade"' in page
    assert "All 0" not in client.get("/search?q=nonsense").text


@pytest.mark.parametrize("path", ["/search/all.csv", "/search/all.jsonl"])
@pytest.mark.parametrize("query", ["tpic=liver", "sort=beauty", "synonyms=perhaps"])
def test_an_address_of_which_a_page_would_ignore_a_part_gives_no_file(
    client: FlaskClient, path: str, query: str
) -> None:
    assert client.get(f"{path}?{query}").status_code == 400


def broken(index: str) -> Callable[[Path], SearchEngine | None]:
    def engine(home: Path) -> SearchEngine | None:
        return None if index == "none" else open_engine(f"whoosh:{home / index}")

    return engine


@pytest.mark.parametrize("index", ["none", "never made"])
@pytest.mark.parametrize("path", ["/search/all.csv", "/search/all.jsonl"])
def test_without_an_index_the_file_is_refused_and_the_page_offers_none(
    demo: Flask, tmp_path: Path, index: str, path: str
) -> None:
    here = demo.extensions["caveat"]
    client = create_app(here.settings, here.store, broken(index)(tmp_path), today=lambda: TODAY).test_client()
    answer = client.get(f"{path}?q=liver")
    assert answer.status_code == 503
    assert "The search index cannot be used just now" in answer.text
    assert "Content-Disposition" not in answer.headers
    assert "/search/all" not in client.get("/search?q=liver").text


def test_an_index_that_lags_gives_no_file_until_it_has_caught_up(own: tuple[Flask, Store]) -> None:
    app, store = own
    client = app.test_client()
    before = lines(client.get("/search/all.jsonl?q=kratom").text)
    with store.writing() as session:
        curate.withdraw(session, before[3]["id"], By("a tester", "wrong", NOW))
    for path in ("/search/all.csv", "/search/all.jsonl"):
        refused = client.get(f"{path}?q=kratom")
        assert refused.status_code == 503
        assert "has not read the last change yet" in refused.text
        assert "Try again in a moment." in refused.text
    app.extensions["caveat"].catch_up()
    after = [each["id"] for each in lines(client.get("/search/all.jsonl?q=kratom").text)]
    assert after == [each["id"] for each in before if each["id"] != before[3]["id"]]


def test_a_search_that_was_cut_gives_no_file(demo: Flask) -> None:
    here = demo.extensions["caveat"]
    cut = whole(here.store, here.index(), NO_NAMES, SearchRequest("kratom -liver"), TODAY, seconds=0)
    with pytest.raises(NotWhole, match=r"stopped after 0 s.*Ask for less"), cut:
        pytest.fail("a part was given")


def test_what_is_unpublished_while_the_file_is_written_stays_in_it_as_it_was(own: tuple[Flask, Store]) -> None:
    app, store = own
    here = app.extensions["caveat"]
    with whole(store, here.index(), NO_NAMES, SearchRequest(""), TODAY) as found:
        with store.writing() as other:
            curate.withdraw(other, found.ids[-1], By("a tester", "wrong", NOW))
        assert [each.id for each in found.statements()] == list(found.ids)
    # A moment that is not the index's, as a store gives it that keeps none: what is withdrawn there is left out.
    with store.reading() as session:
        later = type(found)(found.ids, found.words, session, found.day)
        assert [each.id for each in later.statements()] == list(found.ids)[:-1]


def test_a_reader_who_leaves_lets_go_of_the_store(own: tuple[Flask, Store]) -> None:
    app, store = own
    for path in ("/search/all.csv", "/search/all.jsonl"):
        answer = app.test_client().get(path, buffered=False)
        answer.close()
        app.test_client().head(path).close()
    assert store._engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_file_counts_as_many_searches(own: tuple[Flask, Store], tmp_path: Path) -> None:
    def reader(search_rate: str) -> FlaskClient:
        settings = Settings.read({"KB_HOME": str(tmp_path / "home"), "KB_SEARCH_RATE": search_rate})
        return create_app(settings, own[1], open_engine(settings.index_url)).test_client()

    some = reader(f"{2 * COST_OF_A_FILE}/minute")
    assert [some.get("/search/all.csv").status_code for _ in range(3)] == [200, 200, 429]
    assert some.get("/search").status_code == 429
    few = reader("3/minute")
    assert [few.get("/search/all.csv").status_code, few.get("/search").status_code] == [200, 429]


def run(home: Path, *words: str) -> str:
    done = CliRunner().invoke(kb, ["--home", str(home), *words], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def told(text: str) -> list[dict[str, Any]]:
    """All that stands in a file but for the numbers and addresses that each store gives by itself."""
    kept = [{name: value for name, value in each.items() if name not in ("id", "url")} for each in lines(text)]
    for each in kept:
        each["slots"] = [{**slot, "url": None} for slot in each["slots"]]
        each["relations"] = [{**relation, "other": None} for relation in each["relations"]]
    return sorted(kept, key=lambda each: str(each["key"]))


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_file_imported_where_none_of_its_statements_are_gives_the_same(
    filled: Path, tmp_path: Path, ending: str
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(filled, old)
    query = ("search", "--type", "safety", "--type", "efficacy", "--all")
    expected = run(old, *query, "--jsonl")
    file = tmp_path / f"found.{ending}"
    file.write_text(run(old, *query, f"--{ending}"), encoding="utf-8", newline="")
    run(new, "init")
    data = data_folder()
    article = data / "articles" / "kratom-autoimmune"
    run(new, "import", str(article / "citations.json"), "--as", "citations")
    run(new, "import", str(data / "caveats.json"), "--as", "caveats")
    run(new, "import", str(article / "article.toml"), "--as", "article")
    run(new, "import", str(file), "--as", "statements")
    found = run(new, "search", "--all", "--jsonl")
    assert len(lines(found)) > 5
    assert told(found) == told(expected)


MADE = """\
{"origin": "made", "key": "A1", "text": "Tea helps sleep.", "type": "efficacy", "topics": ["tea", "sleep"],
 "grade": {"level": "low", "direction": "supports", "rationale": "One small trial."},
 "slots": [{"note": "A trial is wanted."}], "pico": {"population": "adults", "outcome": "sleep"}}
{"origin": "made", "key": "A2", "text": "=Tea may harm sleep, \\"often\\".\\nSo they say.", "type": "safety",
 "grade": {"scale": "civic", "level": "B", "direction": "contradicts", "rationale": "Seen once."}}
{"origin": "made", "key": "A3", "text": "Tea is green.", "type": "background"}
"""


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_file_imported_into_an_empty_store_gives_the_same_statements(tmp_path: Path, ending: str) -> None:
    old, new, made = tmp_path / "old", tmp_path / "new", tmp_path / "made.jsonl"
    made.write_text(MADE.replace("\n ", " "), encoding="utf-8")
    for home in (old, new):
        run(home, "init")
    run(old, "import", str(made))
    file = tmp_path / f"found.{ending}"
    file.write_text(run(old, "search", "sleep", "--all", f"--{ending}"), encoding="utf-8", newline="")
    run(new, "import", str(file))
    expected, found = (run(home, "search", "sleep", "--all", "--jsonl") for home in (old, new))
    assert [each["key"] for each in lines(found)] == [each["key"] for each in lines(expected)]
    assert told(found) == told(expected)
    assert {each["key"] for each in told(found)} == {"A1", "A2"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all"], "--csv or as --jsonl"),
        (["--all", "--json"], "--csv or as --jsonl"),
        (["--all", "--csv", "--jsonl"], "--csv or as --jsonl"),
        (["--all", "--csv", "--page", "2"], "no --page"),
        (["--all", "--csv", "--limit", "5"], "no --page"),
    ],
)
def test_all_on_the_command_line_is_asked_for_in_one_form(filled: Path, words: list[str], said: str) -> None:
    done = CliRunner().invoke(kb, ["--home", str(filled), "search", "liver", *words])
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_an_export_of_a_search_is_whole_or_refused_before_its_first_line(filled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    found = lines(run(home, "search", "kratom", "--all", "--jsonl"))
    exported = lines(run(home, "export", "--query", "kratom", "--format", "jsonl"))
    assert [each["id"] for each in exported] == sorted(each["id"] for each in found)
    (home / "index" / "current").unlink()
    done = CliRunner().invoke(kb, ["--home", str(home), "export", "--query", "kratom"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "kb index rebuild" in done.stderr
