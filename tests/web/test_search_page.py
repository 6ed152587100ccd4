"""The search page: hits with grades and caveats, marks, facets, pages, and honest answers to nothing found."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.engine import FACETS


def cards(page: str) -> list[str]:
    """Each card of a page, from its first tag to its last."""
    return re.findall(r'<article class="card.*?</article>', page, re.DOTALL)


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=liver", "/?q=liver"])
def test_the_search_page_answers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1") == 1
    assert "Caveat reports evidence and does not advise" in answer.text


def test_home_offers_examples_that_find_something(client: FlaskClient) -> None:
    examples = re.findall(r'<a href="(/search\?q=[^"]+)"', client.get("/").text)
    assert len(examples) == 3
    for example in examples:
        assert cards(client.get(example).text)


def test_every_card_has_grade_symbol_word_and_caveats(client: FlaskClient) -> None:
    found = cards(client.get("/search?limit=200").text)
    assert len(found) == 66
    for card in found:
        assert re.search(r'<span class="symbol"[^>]*>[^<]+</span> <span class="word">[^<]+</span>', card)
        assert "data-caveat=" in card
        assert 'class="slot"' in card


def test_a_hit_is_marked_where_it_lies_and_the_card_says_where(client: FlaskClient) -> None:
    for card in cards(client.get("/search?q=liver").text):
        assert re.search(r"<mark>liver</mark>", card, re.IGNORECASE)
        claim = re.search(r"<h2.*?</h2>", card, re.DOTALL)
        assert claim is not None
        assert "<mark>" not in claim[0]
        assert "Matched in a caveat" in card


def test_a_label_with_a_hit_stands_open(client: FlaskClient) -> None:
    page = client.get("/search?q=cold-pressor+OR+volunteers").text
    labels = re.findall(r"<details class=\"label.*?</details>", page, re.DOTALL)
    labels = [label for label in labels if "<mark>" in label]
    assert labels
    assert all(re.match(r"<details [^>]*\bopen>", label) for label in labels)


def test_warnings_stand_in_full_outside_any_details(client: FlaskClient) -> None:
    for card in cards(client.get("/search?q=liver").text):
        outside = re.sub(r"<details.*?</details>", "", card, flags=re.DOTALL)
        assert card.count("severity-warning") == outside.count("severity-warning")


def test_an_empty_slot_says_what_is_wanted(client: FlaskClient) -> None:
    for card in cards(client.get("/search?citation=needed&limit=200").text):
        outside = re.sub(r"<details.*?</details>", "", card, flags=re.DOTALL)
        assert re.search(r"Citation needed</span>\. \w", outside)


def test_a_facet_narrows_and_can_be_taken_off(client: FlaskClient) -> None:
    page = client.get("/search?q=kratom&grade=grade:low").text
    assert page.count('class="card tone-low"') == len(cards(page)) > 0
    assert "(chosen)" in page
    assert "take this filter off" in page


def test_values_of_one_facet_widen_and_facets_narrow(client: FlaskClient) -> None:
    def total(query: str) -> int:
        found = client.get(f"/search.json?{query}").get_json()["total"]
        assert isinstance(found, int)
        return found

    low, moderate = total("grade=grade:low"), total("grade=grade:moderate")
    assert total("grade=grade:low&grade=grade:moderate") == low + moderate
    assert total("grade=grade:low&type=efficacy") < low


@pytest.mark.parametrize("facet", FACETS)
def test_an_unknown_value_finds_nothing_and_is_still_shown_as_chosen(client: FlaskClient, facet: str) -> None:
    answer = client.get("/search", query_string={facet: "no such <value>"})
    assert answer.status_code == 200
    assert "Nothing found" in answer.text
    assert "no such &lt;value&gt;" in answer.text
    assert "<value>" not in answer.text


@pytest.mark.parametrize("name", ["page", "limit"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "9" * 5000, "٣", "<b>", "\x00", ""])
def test_a_page_or_limit_that_makes_no_sense_is_no_error(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get("/search", query_string={name: value})
    assert answer.status_code == 200
    if value:
        assert 'class="remarks"' in answer.text
        assert "<b>" not in answer.text


def test_a_page_past_the_end_leads_back(client: FlaskClient) -> None:
    page = client.get("/search?page=99").text
    assert "There is no page 99" in page
    assert 'href="/search?page=4"' in page


def test_all_pages_together_show_every_statement_once(client: FlaskClient) -> None:
    shown = [
        each
        for number in (1, 2, 3, 4)
        for each in re.findall(r'class="card[^>]*data-statement="(\d+)"', client.get(f"/search?page={number}").text)
    ]
    assert len(shown) == len(set(shown)) == 66


def test_an_unknown_order_is_remarked_on(client: FlaskClient) -> None:
    assert "is no order" in client.get("/search?sort=beauty").text


def test_a_misspelt_word_is_put_right_with_a_count(client: FlaskClient) -> None:
    page = client.get("/search?q=livr").text
    assert "Did you mean" in page
    assert re.search(r'<a href="/search\?q=liver">liver</a>\? <span class="aside">\d+ statements', page)


def test_words_that_never_meet_are_offered_with_or(client: FlaskClient) -> None:
    page = client.get("/search?q=evergreen+physical").text
    assert "Nothing found" in page
    assert "evergreen OR physical" in page


def test_what_was_ignored_is_said(client: FlaskClient) -> None:
    assert "Ignored <code>" in client.get("/search?q=liver+*").text


def test_json_has_the_keys_of_the_contract(client: FlaskClient) -> None:
    answer = client.get("/search.json?q=liver&limit=3")
    body = answer.get_json()
    assert answer.mimetype == "application/json"
    wanted = {"query", "total", "page", "statements", "facets", "ignored", "suggestions", "lag"}
    assert wanted <= body.keys()
    assert len(body["statements"]) == 3
    assert all(each["caveats"] and each["grade"]["symbol"] for each in body["statements"])


def test_csv_has_one_record_a_hit_with_the_caveats_in_it(client: FlaskClient) -> None:
    answer = client.get("/search.csv?q=liver&limit=200")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == client.get("/search.json?q=liver").get_json()["total"]
    assert all(row["caveats"] and row["grade"] for row in rows)


def test_the_links_to_json_and_csv_are_the_same_search(client: FlaskClient) -> None:
    page = client.get("/search?q=liver&type=efficacy&sort=grade").text
    assert 'href="/search.json?q=liver&amp;type=efficacy&amp;sort=grade"' in page


def test_every_string_that_breaks_software_gives_a_page(client: FlaskClient, shared: Path) -> None:
    strings = json.loads((shared / "examples/strings/naughty-strings.json").read_text(encoding="utf-8"))
    for text in strings:
        answer = client.get("/search", query_string={"q": text})
        assert answer.status_code == 200, text
        assert text in ("", "\\") or len(text) < 4 or "<" not in text or text not in answer.text, text


@pytest.mark.parametrize("words", ["*", "a*", "[a TO z]", "((((", '"', "NOT", "x" * 10_000, "\x00", "\ud7ff"])
def test_whatever_is_typed_gives_a_page(client: FlaskClient, words: str) -> None:
    assert client.get("/search", query_string={"q": words}).status_code == 200


def test_ever_so_many_filters_make_no_page_of_any_size(client: FlaskClient) -> None:
    page = client.get("/search?q=liver" + "".join(f"&topic=a{n}&{n}=x" for n in range(3_000)))
    assert page.status_code == 200
    assert len(page.data) < 2_000_000
    assert "More than 100 filters were chosen" in page.text
    assert page.text.count("is no filter") == 5


def test_ever_so_many_words_are_not_repeated_in_every_link(client: FlaskClient) -> None:
    page = client.get("/search?q=" + "liver+" * 20_000)
    assert len(page.data) < 2_000_000
    assert "only the first 2,000 characters are read" in page.text
