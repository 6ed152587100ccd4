"""An article's page: its own text whole, every statement in its place with grade and caveats."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from kb.data import data_folder

PATH = "/a/kratom-autoimmune"


def prose(page: str) -> str:
    """The article's text as the page shows it, the notes beside it taken out."""
    text = page.partition('<section class="prose"')[2].partition(">")[2].partition("</section>")[0]
    chip, number, label = r'<div class="chip.*?</div>', r'<a class="number".*?</a>', r"<span[^>]*> not assessed</span>"
    for note in (chip, number, label):
        text = re.sub(note, "", text, flags=re.DOTALL)
    paragraphs = re.findall(r'<div class="paragraph">(.*?)</div>\n', text, re.DOTALL)
    return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", each)) for each in paragraphs)


def test_the_text_is_shown_whole_and_unchanged(client: FlaskClient) -> None:
    original = (data_folder() / "articles/kratom-autoimmune/kratom-autoimmune.txt").read_text(encoding="utf-8")
    assert prose(client.get(PATH).text) == original


def test_every_statement_stands_in_the_text_with_grade_link_and_caveats(client: FlaskClient) -> None:
    chips = re.findall(r'<div class="chip.*?</details>\s*</div>', client.get(PATH).text, re.DOTALL)
    assert len(chips) == 66
    for chip in chips:
        assert re.search(r'href="/s/\d+"', chip)
        assert re.search(r'<span class="symbol"[^>]*>[^<]+</span> <span class="word">[^<]+</span>', chip)
        assert "data-caveat=" in chip


def test_overlapping_statements_share_one_passage(client: FlaskClient) -> None:
    shared = re.findall(r'data-statements="(\d+(?: \d+)+)"', client.get(PATH).text)
    assert [len(each.split()) for each in shared] == [2, 3]


def test_unmarked_words_say_that_they_are_not_assessed(client: FlaskClient) -> None:
    page = client.get(PATH).text
    unmarked = re.findall(r'<span class="not-assessed" data-not-assessed>(.*?)</span></span>', page, re.DOTALL)
    assert len(unmarked) > 5
    assert all(each.endswith(" not assessed") for each in unmarked)


def test_the_counts_lead_to_the_search(client: FlaskClient) -> None:
    page = client.get(PATH).text
    links = re.findall(r'href="(/search\?article=[^"]+)"><span class="count">(\d+)', page)
    assert sum(int(count) for _, count in links) == 66
    for link, count in links:
        path = html.unescape(link).replace("/search?", "/search.json?")
        assert client.get(path).get_json()["total"] == int(count)


def test_json_has_statements_and_what_is_not_assessed_but_no_bare_text(client: FlaskClient) -> None:
    body = client.get(f"{PATH}.json").get_json()
    assert "text" not in body["article"]
    assert len(body["statements"]) == 66
    assert {"start", "end", "text", "note"} == body["not_assessed"][0].keys()


def test_csv_has_every_statement(client: FlaskClient) -> None:
    assert client.get(f"{PATH}.csv").text.count("\r\n") == 67


def test_an_unknown_article_is_not_found(client: FlaskClient) -> None:
    for path in ("/a/none", "/a/none.json", "/a/none.csv"):
        assert client.get(path).status_code == 404
