"""Other names of what was typed: shown, switched off in the address, and no reason to give an error."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from indexer.names import FILE
from kb.store import Store
from web.searching import NAMES_TROUBLE


def chips(page: str) -> dict[str, str]:
    """The names on the page, each with the address that its chip leads to."""
    found = re.findall(
        r'<a class="choice[^"]*" href="([^"]+)">([^<]+?) <span aria-hidden', page.split('class="columns"')[0]
    )
    return {name: address.replace("&amp;", "&") for address, name in found}


def total(client: FlaskClient, address: str) -> int:
    answer = client.get(address.replace("/search?", "/search.json?"))
    assert answer.status_code == 200
    found: int = answer.get_json()["total"]
    return found


def test_a_search_finds_statements_under_another_name_and_says_which(client: FlaskClient) -> None:
    assert total(client, "/search?q=ketum&synonyms=off") == 0
    assert total(client, "/search?q=ketum") == total(client, "/search?q=ketum+OR+kratom&synonyms=off") > 0
    page = client.get("/search?q=ketum").text
    assert "“ketum” also as" in page
    assert "kratom" in chips(page)
    assert "<mark>kratom</mark>" in page.lower()


def test_a_chip_switches_its_name_off_and_on_again(client: FlaskClient) -> None:
    off = chips(client.get("/search?q=RA&type=efficacy&sort=grade").text)["rheumatoid arthritis"]
    assert parse_qs(urlsplit(off).query) == {
        "q": ["RA"], "type": ["efficacy"], "sort": ["grade"], "without": ["rheumatoid arthritis"],
    }  # fmt: skip
    page = client.get(off).text
    assert 'class="choice off"' in page
    on = chips(page)["rheumatoid arthritis"]
    assert parse_qs(urlsplit(on).query) == {"q": ["RA"], "type": ["efficacy"], "sort": ["grade"]}
    assert total(client, off) < total(client, on)


def test_all_names_are_switched_off_at_once_and_the_page_leads_back(client: FlaskClient) -> None:
    page = client.get("/search?q=ketum").text
    assert 'href="/search?q=ketum&amp;synonyms=off"' in page
    bare = client.get("/search?q=ketum&synonyms=off").text
    assert "also as" not in bare
    assert 'href="/search?q=ketum"' in bare


def test_a_quoted_phrase_is_as_typed(client: FlaskClient) -> None:
    assert client.get('/search.json?q="ketum"').get_json()["synonyms"] == []
    assert total(client, '/search?q="ketum"') == 0


def test_the_json_names_what_was_added_split_and_offered(client: FlaskClient) -> None:
    body = client.get("/search.json?q=RA+IL-6&type=nonsense").get_json()
    assert {"typed": "RA", "name": "rheumatoid arthritis", "used": True} in body["synonyms"]
    assert body["compounds"] == [{"typed": "IL-6", "parts": ["il", "6"]}]
    assert body["common"] == []
    body = client.get("/search.json?q=kratom&type=nonsense").get_json()
    assert body["fewer_filters"] == [{"facet": None, "total": total(client, "/search?q=kratom")}]


def test_a_switch_that_makes_no_sense_is_remarked_on(client: FlaskClient) -> None:
    answer = client.get("/search?q=kratom&synonyms=perhaps&without=&without=%00")
    assert answer.status_code == 200
    assert "synonyms is on or off" in answer.text


def test_names_of_ones_own_are_used_and_a_broken_file_stops_no_search(own: tuple[Flask, Store], tmp_path: Path) -> None:
    client = own[0].test_client()
    path = tmp_path / "home" / FILE
    path.write_text('[[same]]\nnames = ["zzleaf", "kratom"]\n', encoding="utf-8")
    assert total(client, "/search?q=zzleaf") == total(client, "/search?q=kratom&synonyms=off") > 0
    path.write_text('[[wider]]\nname = "a"\nfinds = ["a"]\n', encoding="utf-8")
    page = client.get("/search?q=kratom")
    assert page.status_code == 200
    assert NAMES_TROUBLE in page.text
    assert total(client, "/search?q=kratom") > 0
