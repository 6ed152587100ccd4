"""The list under the search box: each line with grade and caveats, links that lead somewhere, and no error whatever."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.store import Store


def test_each_statement_stands_with_its_grade_the_number_of_warnings_and_its_caveats(client: FlaskClient) -> None:
    page = client.get("/suggest?q=kratom+liv").text
    lines = re.findall(r'<a class="line[^>]*data-statement.*?</a>', page, re.DOTALL)
    assert lines
    for line in lines:
        assert re.search(r'<span class="symbol"[^>]*>[^<]+</span> <span class="word">[^<]+</span> · \d+ \w+', line)
        assert "data-caveat=" in line
        assert re.search(r'href="/s/\d+"', line)
        assert "<mark>" in line


def test_every_link_leads_to_a_page(client: FlaskClient) -> None:
    links = re.findall(r'href="([^"]+)"', client.get("/suggest?q=autoimm").text)
    assert {link.split("/")[1].split("?")[0] for link in links} == {"s", "a", "c", "search"}
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_page_that_shows_the_statements_gets_the_rest(client: FlaskClient) -> None:
    page = client.get("/suggest?q=autoimm&statements=no").text
    assert "data-statement" not in page
    assert "Topics" in page


def test_the_json_has_whole_statements(client: FlaskClient) -> None:
    body = client.get("/suggest.json?q=kratom+liv").get_json()
    assert body["query"] == "kratom liv"
    for statement in body["statements"]:
        assert statement["grade"]["level"]
        assert statement["caveats"]
    assert {"statements", "topics", "articles", "citations", "note"} <= body.keys()


@pytest.mark.parametrize(
    "typed", ["", "k", "%00", "(((", "%22", "NOT", "x" * 3000, "<script>alert(1)</script>", "%F0%9F%A6%A0"]
)
def test_whatever_is_typed_gives_a_list(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/suggest?q={typed}")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert client.get(f"/suggest.json?q={typed}").status_code == 200


def test_without_an_index_the_list_is_empty_and_says_so(own: tuple[Flask, Store], tmp_path: Path) -> None:
    (tmp_path / "home" / "index" / "current").unlink()
    answer = own[0].test_client().get("/suggest?q=kratom")
    assert answer.status_code == 200
    assert "no suggestions just now" in answer.text
    assert "data-statement" not in answer.text
