"""A facet of very many values, found by their first letters, and each order of a search: through the pages."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from indexer.engine import MOST_VALUES, SORTS
from indexer.open import open_engine
from indexer.values import ON_A_PAGE
from kb.scales import load_scales
from kb.settings import Settings
from kb.store import open_store
from tests.web.conftest import TODAY
from web.app import create_app
from web.cli import kb

TOPICS = 230
NAMES = ("Größe", "liver disease", "LIVER injury", "co-morbidity", "<b>bold</b>", "sleep; deep", "β-blockers & others")
"""Names that are hard to write down; all others are numbered."""
LEVELS = ("grade:low", "grade:high", "civic:A", "grade:very-low", "uspstf:B", "civic:D", "grade:moderate", "")


def topics_of(number: int) -> list[str]:
    common = [f"common {number % 3}"]
    return [*common, NAMES[number] if number < len(NAMES) else f"topic {number:03}"]


def row(number: int) -> dict[str, Any]:
    scale, _, level = LEVELS[number % len(LEVELS)].partition(":")
    return {
        "origin": "made",
        "key": f"M{number:03}",
        "text": f"Tea {'and tea ' * (number % 4)}helps {'sleep' if number % 2 else 'rest'} a little, number {number}.",
        "type": "safety" if number % 5 == 0 else "efficacy",
        "topics": topics_of(number),
        **({"grade": {"scale": scale, "level": level, "direction": "supports", "rationale": "Read."}} if level else {}),
        "slots": [{"citation": f"W{each}", "stance": "supports"} for each in range(number % 3)],
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "home"
    file = folder.parent / "made.jsonl"
    file.write_text("".join(json.dumps(row(number)) + "\n" for number in range(TOPICS)), encoding="utf-8")
    works = folder.parent / "works.json"
    works.write_text(json.dumps([{"id": f"W{n}", "type": "book", "title": f"Work {n}"} for n in range(2)]), "utf-8")
    for words in (["init"], ["import", str(works), "--as", "citations"], ["import", str(file)]):
        done = CliRunner().invoke(kb, ["--home", str(folder), *words], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def many(home: Path) -> Iterator[Flask]:
    settings = Settings.read({"KB_HOME": str(home), "KB_SEARCH_RATE": "none"})
    store = open_store(settings.database_url, settings.secret_key())
    yield create_app(settings, store, open_engine(settings.index_url), today=lambda: TODAY)
    store.close()


@pytest.fixture
def reader(many: Flask) -> FlaskClient:
    return many.test_client()


def values(reader: FlaskClient, **asked: object) -> dict[str, Any]:
    body = reader.get("/search/values.json", query_string=asked).get_json()
    assert isinstance(body, dict)
    return body


def labels(reader: FlaskClient, **asked: object) -> list[str]:
    return [each["label"] for each in values(reader, **asked)["values"]]


def test_the_search_gives_some_values_and_says_how_many_there_are(reader: FlaskClient) -> None:
    body = reader.get("/search.json?q=tea&topic=topic+229").get_json()
    assert body["facet_sizes"]["topic"] == TOPICS + 3
    assert len(body["facets"]["topic"]) == MOST_VALUES + 1
    assert [each["count"] for each in body["facets"]["topic"][:4]] == [77, 77, 76, 1]
    assert [each["value"] for each in body["facets"]["topic"] if each["selected"]] == ["topic 229"]
    assert body["facet_sizes"]["type"] == len(body["facets"]["type"]) == 1
    page = reader.get("/search?q=tea").text
    assert re.search(r'<a href="/search/values\?facet=topic&amp;q=tea">Find among 233 topics</a>', page)
    assert "44 more" in page
    assert 'hx-target="#lines-topic"' in page
    assert 'hx-target="#lines-type"' not in page


def test_all_values_are_listed_by_count_or_by_name_a_page_at_a_time(reader: FlaskClient) -> None:
    by_count = [each for page in (1, 2, 3) for each in labels(reader, page=page)]
    assert len(by_count) == len(set(by_count)) == TOPICS + 3
    assert by_count[:4] == ["common 0", "common 1", "common 2", "<b>bold</b>"]
    by_name = [each for page in (1, 2, 3) for each in labels(reader, by="name", page=page)]
    assert sorted(by_name) == sorted(by_count)
    assert by_name[:3] == ["<b>bold</b>", "β-blockers & others", "co-morbidity"]
    assert by_name.index("Größe") < by_name.index("liver disease") < by_name.index("LIVER injury")
    body = values(reader, page=3)
    assert (body["size"], body["total"], body["pages"], len(body["values"])) == (233, 233, 3, 233 - 2 * ON_A_PAGE)


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("gro", ["Größe"]),
        ("GRÖSSE", ["Größe"]),
        ("liv", ["LIVER injury", "liver disease"]),
        ("inj LIV", ["LIVER injury"]),
        ("beta", ["β-blockers & others"]),
        ("morbid", ["co-morbidity"]),
        ("iver", []),
        ("topic 22", [f"topic 22{n}" for n in range(10)]),
        ("<b>", ["<b>bold</b>", "β-blockers & others"]),
    ],
)
def test_a_value_is_found_by_the_beginnings_of_its_words(reader: FlaskClient, find: str, found: list[str]) -> None:
    assert sorted(labels(reader, find=find)) == sorted(found)
    page = reader.get("/search/values", query_string={"find": find}).text
    assert page.count('class="pick"') == len(found)
    assert f"{len(found)} of 233 topics" in page


def test_what_has_no_letter_finds_all_and_says_so(reader: FlaskClient) -> None:
    body = values(reader, find="***")
    assert body["total"] == 233
    assert body["notes"] == ["“***” has no letter and no digit; all values are listed."]


def test_counts_ignore_the_choice_of_their_own_facet_and_keep_all_others(reader: FlaskClient) -> None:
    free = values(reader, q="sleep", type="safety", limit=5)
    chosen = values(reader, q="sleep", type="safety", topic="common 1")
    assert [(each["value"], each["count"]) for each in free["values"]] == [
        (each["value"], each["count"]) for each in chosen["values"]
    ]
    expected = Counter(topic for n in range(TOPICS) if n % 2 and n % 5 == 0 for topic in topics_of(n))
    assert {each["value"]: each["count"] for each in free["values"]} == expected
    assert {each["value"] for each in chosen["values"] if each["selected"]} == {"common 1"}


def test_a_value_is_a_link_back_to_the_search_that_takes_it_or_takes_it_off(reader: FlaskClient) -> None:
    asked = "/search/values?facet=topic&find=liver&q=tea&topic=liver+disease&sort=newest&page=1"
    page = reader.get(asked).text
    lines = re.findall(r'<li class="pick">.*?</li>', page)
    links = [re.search(r'href="([^"]+)"', line)[1].replace("&amp;", "&") for line in lines]  # type: ignore[index]
    assert sorted(links) == [
        "/search?q=tea&sort=newest",
        "/search?q=tea&topic=liver+disease&topic=LIVER+injury&sort=newest",
    ]
    totals = {link: reader.get(link.replace("/search", "/search.json")).get_json()["total"] for link in links}
    assert sorted(totals.values()) == [2, TOPICS]


def test_several_values_are_taken_at_once_by_a_form_that_works_without_scripts(reader: FlaskClient) -> None:
    page = reader.get("/search/values?facet=topic&find=liver&q=tea&topic=topic+100&type=efficacy&sort=newest").text
    form = re.search(r'<form class="take" action="/search">.*?</form>', page, re.DOTALL)
    assert form is not None
    sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', form[0])
    assert sent == [("q", "tea"), ("type", "efficacy"), ("sort", "newest")]
    ticked = re.findall(r'<input type="checkbox" name="topic" value="([^"]+)" checked', form[0])
    assert ticked == ["topic 100"]
    boxes = re.findall(r'<input type="checkbox" name="topic" value="([^"]+)"', form[0])
    assert sorted(boxes) == ["LIVER injury", "liver disease", "topic 100"]
    query = [*sent, *(("topic", each) for each in boxes)]
    body = reader.get("/search.json", query_string=query).get_json()
    assert body["selected"] == {"type": ["efficacy"], "topic": ["topic 100", *body["selected"]["topic"][1:]]}
    assert body["total"] == sum(each % 5 != 0 for each in (1, 2, 100))


@pytest.mark.parametrize("query", ["facet=nonsense", "by=beauty", "page=0", "page=99", "tpic=x", "find=%00", "facet="])
def test_an_address_that_makes_no_sense_still_gives_a_page(reader: FlaskClient, query: str) -> None:
    for path in ("/search/values", "/search/values.json"):
        answer = reader.get(f"{path}?{query}")
        assert answer.status_code == 200
    assert "<b>bold" not in reader.get(f"/search/values?{query}").text


def test_without_an_index_the_values_are_read_from_the_store_and_it_says_so(many: Flask) -> None:
    here = many.extensions["caveat"]
    reader = create_app(here.settings, here.store, None, today=lambda: TODAY).test_client()
    body = values(reader, find="liver")
    assert body["by_index"] is False
    assert "were read, one by one" in body["notes"][0]
    # A second may not be enough to read them all; what is listed is there.
    assert {each["label"] for each in body["values"]} <= {"liver disease", "LIVER injury"}


def listed(reader: FlaskClient, sort: str, limit: int = 200, words: str = "tea") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page, pages = 1, 1
    while page <= pages:
        asked = {"q": words, "sort": sort, "limit": limit, "page": page}
        body = reader.get("/search.json", query_string=asked).get_json()
        found += body["statements"]
        page, pages = page + 1, body["pages"]
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_any_length_give_one_order_with_everything_in_it_once(reader: FlaskClient, sort: str) -> None:
    whole = [each["id"] for each in listed(reader, sort)]
    assert sorted(whole) == list(range(1, TOPICS + 1))
    assert [each["id"] for each in listed(reader, sort, 23)] == whole


def test_newest_first(reader: FlaskClient) -> None:
    assert [each["id"] for each in listed(reader, "newest")] == list(range(TOPICS, 0, -1))


def test_most_cited_first(reader: FlaskClient) -> None:
    cited = [sum(slot["citation"] is not None for slot in each["slots"]) for each in listed(reader, "cited")]
    assert set(cited) == {0, 1, 2}
    assert cited == sorted(cited, reverse=True)


def test_relevance_puts_what_says_a_word_more_often_first(reader: FlaskClient) -> None:
    texts = [each["text"] for each in listed(reader, "relevance")]
    often = [text.lower().count("tea") for text in texts]
    assert often[0] == max(often)
    assert often[-1] == min(often)


def test_grades_stand_scale_by_scale_best_first_and_ungraded_last(reader: FlaskClient) -> None:
    names = [each["grade"]["name"] for each in listed(reader, "grade")]
    runs = list(dict.fromkeys(names))
    assert Counter(names) == Counter(LEVELS[n % len(LEVELS)] or "ungraded" for n in range(TOPICS))
    assert runs[:4] == ["grade:high", "grade:moderate", "grade:low", "grade:very-low"]
    assert runs[-1] == "ungraded"
    assert runs.index("civic:A") < runs.index("civic:D")
    scales = [name.partition(":")[0] for name in runs]
    assert len(set(scales)) == len([each for n, each in enumerate(scales) if n == 0 or scales[n - 1] != each])
    assert sorted(runs, key=lambda name: load_scales().sort_key(*name.split(":")) if ":" in name else 10**9) == runs


def test_a_list_by_grade_over_several_scales_says_how_they_stand(reader: FlaskClient) -> None:
    said = "The levels of GRADE come first"
    assert said in reader.get("/search?q=tea&sort=grade").text
    assert said not in reader.get("/search?q=tea").text
    assert said not in reader.get("/search?q=tea&sort=grade&grade=grade:low&grade=grade:high").text
    assert said in reader.get("/search?q=tea&sort=grade&grade=grade:low&grade=civic:A").text
