"""The evidence map's page, picture and files: every cell leads to its statements, and nothing is left out silently."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from indexer.open import open_engine
from kb.settings import Settings
from kb.store import Store, open_store
from tests.web.conftest import TODAY
from web.app import create_app
from web.cli import kb

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = ("", "?rows=intervention&columns=outcome", "?q=kratom&rows=population&columns=outcome&grade=grade:very-low")
HOSTILE = ("</script><script>alert(1)</script>", "a\x01b\x1b[2J", "{{ 7*7 }}", "&lt;b&gt;", "\ud83d", "'\" onload=x")


def cells(page: str) -> list[tuple[str, str]]:
    """The address and words of each cell of the table."""
    found = re.findall(r'<a class="cell" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return [(unescape(href), " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())) for href, words in found]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_leads_to_as_many_statements_as_it_says(client: FlaskClient, layout: str) -> None:
    found = cells(client.get(f"/map{layout}").text)
    assert len(found) > 3
    for href, words in found:
        total = client.get(href.replace("/search?", "/search.json?")).get_json()["total"]
        assert re.match(rf"{total} statements?\b", words), (href, words)
        assert re.search(r"[⊕◯]{4} \w|n/a Not gradable|∅ No evidence|\? Ungraded", words), words


def test_a_cell_says_its_direction_and_its_warnings_in_words(client: FlaskClient) -> None:
    words = dict(cells(client.get("/map").text))["/search?topic=joint+function&type=efficacy"]
    assert words == "1 statement ∅ No evidence · direction: not stated ▲ 7 warnings"


def test_a_cell_of_several_says_in_sight_that_its_grade_is_the_best(client: FlaskClient) -> None:
    judged = [
        (int(count[1]), "at-best" in cell)
        for cell in client.get("/map").text.split("<td")[1:]
        if (count := re.search(r'class="count">(\d+)<', cell)) and "best<span" in cell
    ]
    assert {count > 1 for count, _ in judged} == {True, False}
    assert all(said == (count > 1) for count, said in judged)


def test_the_table_has_headers_for_rows_and_columns_and_a_caption(client: FlaskClient) -> None:
    table = re.search(r'<table class="map">.*?</table>', client.get("/map").text, re.DOTALL)
    assert table is not None
    assert table[0].count('<th scope="row">') == 14
    assert table[0].count('<th scope="col"') == 8
    assert "<caption" in table[0]
    assert table[0].count("<td") == 14 * 7
    assert "no statement" in table[0]


def test_the_map_follows_words_and_filters_and_offers_to_take_them_off(client: FlaskClient) -> None:
    page = client.get("/map?q=liver&type=safety&type=efficacy").text
    total = client.get("/search.json?q=liver&type=safety&type=efficacy").get_json()["total"]
    assert f"{total} statements ·" in page
    assert 'value="liver"' in page
    assert 'href="/map?q=liver&amp;type=efficacy"' in page
    assert 'href="/search?q=liver&amp;type=safety&amp;type=efficacy"' in page
    assert re.search(r'<th scope="col"><a href="[^"]*">safety', page)
    assert "background" not in re.findall(r'<th scope="col"><a [^>]*>([^<]*)', page)


def test_a_search_leads_to_its_map(client: FlaskClient) -> None:
    page = client.get("/search?q=liver&type=safety&sort=newest&page=1").text
    assert 'href="/map?q=liver&amp;type=safety&amp;sort=newest">Map of these' in page
    assert client.get("/map?q=liver&type=safety&sort=newest").text.count('class="remarks"') == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rows=colour", "“colour” cannot be rows of a map; topic is shown."),
        ("columns=%3Cb%3E", "“&lt;b&gt;” cannot be columns of a map; type is shown."),
        ("rows=population&columns=population", "Rows and columns were both population"),
        ("across=x", "“x” is no across"),
        ("q=%22", "Ignored"),
        ("nonsense=1", "“nonsense” is no filter"),
    ],
)
def test_what_makes_no_sense_is_said_and_the_map_is_shown(client: FlaskClient, query: str, said: str) -> None:
    answer = client.get(f"/map?{query}")
    assert answer.status_code == 200
    assert said in answer.text


def test_nothing_found_is_no_word_about_the_evidence(client: FlaskClient) -> None:
    page = client.get("/map?q=zzzqqq").text
    assert "Nothing to lay out" in page
    assert "says nothing about the evidence" in page
    page = client.get("/map?page=7").text
    assert 'href="/map">Go to its first part' in page


def test_statements_in_no_row_are_counted_and_listed(client: FlaskClient) -> None:
    page = client.get("/map?rows=intervention&columns=outcome").text
    assert "36 of these statements have no intervention on record" in page
    assert client.get("/search.json?intervention=not+stated").get_json()["total"] == 36
    assert 'href="/search?intervention=not+stated"' in page


def test_json_csv_page_and_picture_say_the_same(client: FlaskClient) -> None:
    query = "?q=kratom&rows=intervention&columns=outcome"
    told = client.get(f"/map.json{query}").get_json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/map.csv{query}").text)))
    page = dict(cells(client.get(f"/map{query}").text))
    picture = ET.fromstring(client.get(f"/map.svg{query}").data)
    links = [each.attrib["href"].removeprefix("http://localhost") for each in picture.iter(f"{SVG}a")]
    assert told["cells"]
    assert [each["url"] for each in told["cells"]] == [row["url"] for row in rows] == list(page) == links
    for cell, row in zip(told["cells"], rows, strict=True):
        assert (str(cell["count"]), str(cell["warnings"])) == (row["statements"], row["warnings"])
        assert row["best_grade"] == (cell["best"] or {"name": ""})["name"]
        assert sum(level["count"] for level in cell["levels"]) == cell["count"]
        assert parse_qs(urlsplit(cell["url"]).query)["intervention"] == [cell["row"]]


def test_the_picture_stands_by_itself_with_words_for_those_who_do_not_see_it(client: FlaskClient) -> None:
    answer = client.get("/map.svg")
    assert answer.mimetype == "image/svg+xml"
    picture = ET.fromstring(answer.data)
    assert picture.attrib["role"] == "img"
    named = picture.attrib["aria-labelledby"].split()
    words = ["".join(each.itertext()) for each in picture if each.attrib.get("id") in named]
    assert words[0] == "Evidence map: topic by kind of claim"
    assert "kratom, efficacy: 20, Very low" in words[1]
    # The policy of the pages refuses styles of its own; its colours stand on its shapes.
    assert not [each for each in picture.iter() if each.tag == f"{SVG}style" or {"style", "class"} & each.attrib.keys()]
    references = {value for each in picture.iter() for value in each.attrib.values() if "url(" in value}
    assert references <= {"url(#hatch)"}


def test_bubbles_grow_by_area(client: FlaskClient) -> None:
    told = client.get("/map.json").get_json()["cells"]
    picture = ET.fromstring(client.get("/map.svg").data)
    radii = [float(next(iter(each.iter(f"{SVG}circle"))).attrib["r"]) for each in picture.iter(f"{SVG}a")]
    for cell, radius in zip(told, radii, strict=True):
        assert radius == pytest.approx(max(2.5, 24 * (cell["count"] / 20) ** 0.5), abs=0.06)


class Balanced(HTMLParser):
    """Collects what would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Two hundred statements on ninety interventions and thirty outcomes, some with hostile names."""
    folder = tmp_path_factory.mktemp("many") / "home"
    file = folder.parent / "made.jsonl"
    names = [each.encode("utf-8", "replace").decode() for each in HOSTILE]
    rows: list[dict[str, Any]] = [
        {
            "origin": "made",
            "key": f"M{number}",
            "text": f"Tea number {number} helps.",
            "type": "efficacy",
            "topics": [names[number % 6].replace("\x01", "").replace("\x1b", "")],
            "pico": {
                "intervention": names[number].replace("\x01", "").replace("\x1b", "")
                if number < 6
                else f"Tea {number % 90}",
                "outcome": f"Outcome {number % 30}",
            },
        }
        for number in range(200)
    ]
    file.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    for words in (["init"], ["import", str(file)]):
        done = CliRunner().invoke(kb, ["--home", str(folder), *words], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
    settings = Settings.read({"KB_HOME": str(folder), "KB_SEARCH_RATE": "none"})
    store = open_store(settings.database_url, settings.secret_key())
    return create_app(settings, store, open_engine(settings.index_url), lambda: TODAY).test_client()


def test_a_map_larger_than_a_page_says_so_and_has_more_parts(many: FlaskClient) -> None:
    first = many.get("/map?rows=intervention&columns=outcome").text
    assert "this part shows 40 by 20" in first
    assert first.count('<th scope="row">') == 40
    seen: set[tuple[str, str]] = set()
    total = 0
    for page in (1, 2, 3):
        for across in (1, 2):
            told = many.get(f"/map.json?rows=intervention&columns=outcome&page={page}&across={across}").get_json()
            assert (told["pages"], told["pages_across"]) == (3, 2)
            here = {(cell["row"], cell["column"]) for cell in told["cells"]}
            assert not here & seen
            seen |= here
            total += sum(cell["count"] for cell in told["cells"])
    # One is named by signs alone, which is no name.
    assert total + told["without_row"] == 200
    assert told["without_row"] == 1
    assert 'aria-label="Rows, part 2"' in first
    assert 'href="/map?rows=intervention&amp;columns=outcome&amp;across=2"' in first


@pytest.mark.parametrize("rows", ["topic", "intervention"])
@pytest.mark.parametrize("q", ["", *HOSTILE])
def test_hostile_names_and_words_are_words(many: FlaskClient, rows: str, q: str) -> None:
    query = {"rows": rows, "q": q.encode("utf-8", "replace"), "topic": ["</script>", "a\x02"]} if q else {"rows": rows}
    page = many.get("/map", query_string=query)
    assert page.status_code == 200
    parser = Balanced()
    parser.feed(page.text)
    assert parser.found == []
    assert "<script>alert" not in page.text
    ET.fromstring(many.get("/map.svg", query_string=query).data)
    assert many.get("/map.json", query_string=query).get_json()["cells"] or q
    assert many.get("/map.csv", query_string=query).status_code == 200


def test_without_an_index_the_map_is_read_from_the_store_and_says_so(own: tuple[Flask, Store]) -> None:
    app, store = own
    whole = app.test_client().get("/map.json").get_json()
    bare = create_app(app.extensions["caveat"].settings, store, None, lambda: TODAY).test_client()
    page = bare.get("/map")
    assert page.status_code == 200
    assert "The search index is not in use just now." in page.text
    assert "the statements themselves were read" in page.text
    told = bare.get("/map.json").get_json()
    assert not told["by_index"]
    assert told["cells"] == whole["cells"]


def test_a_browser_that_has_the_map_is_told_so(client: FlaskClient) -> None:
    for path in ("/map", "/map.json", "/map.csv", "/map.svg"):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_files_of_the_map_are_named_beside_the_page(client: FlaskClient) -> None:
    page = client.get("/map?q=liver").text
    for ending in ("svg", "csv", "json"):
        assert f'href="/map.{ending}?q=liver"' in page
