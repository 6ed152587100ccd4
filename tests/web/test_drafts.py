"""The drafts on an article's page: for curators only, each with what is proposed, published, edited or discarded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.curate import By
from kb.ingest.batch import Order, import_file
from kb.store import Store

TEXT = "Tea may reduce pain, and it may cause nausea. Tea is a promising plant."
NOW = datetime.now(UTC)


class Desk:
    """A browser in which somebody with one role is signed in."""

    def __init__(self, app: Flask, store: Store, role: str) -> None:
        by = By("a test", "for a test", NOW)
        with store.writing() as session:
            people.add(session, f"a {role}", by, roles=[role])
            row = people.account_row(session, f"a {role}")
            row.must_change = False
            secret = sign_in.begin(session, row.id, NOW)
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as kept:
            kept["_user_id"] = secret

    def page(self, path: str = "/a/tea") -> str:
        return self.client.get(path).text

    def send(self, path: str, **form: object) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page())
        assert token
        return self.client.post(path, data={**form, "csrf_token": token[1]})


@pytest.fixture
def house(own: tuple[Flask, Store], tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """`house("curator")` is a curator's browser on the demo with an article of two drafts, 67 and 68."""
    app, store = own
    app.config["SESSION_COOKIE_SECURE"] = False
    path = tmp_path / "tea.txt"
    path.write_text(TEXT)
    with store.writing() as session:
        import_file(session, Order(path, "article", title="Tea"), By("a test", "for a test", NOW))
    return lambda role: Desk(app, store, role)


def test_only_curators_see_drafts_and_that_they_are_some(
    house: Callable[[str], Desk], own: tuple[Flask, Store]
) -> None:
    assert "2 drafts" in house("curator").page()
    assert "draft" not in house("rater").page()
    page = own[0].test_client().get("/a/tea").text
    assert "draft" not in page
    assert page.count("not assessed") >= 2


def test_a_draft_says_what_it_is_and_what_is_proposed(house: Callable[[str], Desk]) -> None:
    page = house("curator").page()
    first = page[page.index('id="draft-67"') : page.index('id="draft-68"')]
    assert "draft, ungraded, not published" in first
    assert "Proposed: efficacy" in first
    assert "low certainty" in first
    assert "May hold several claims" in first
    assert "“promising”" in page


def test_a_draft_is_split_and_published_from_the_page(house: Callable[[str], Desk]) -> None:
    desk = house("curator")
    form = {"text": "Tea may reduce pain.\r\nTea may cause nausea.", "type": "efficacy", "topics": "tea", "version": 1}
    answer = desk.send("/a/tea/drafts/67", act="publish", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/a/tea#drafts")
    assert desk.client.get("/s/67").status_code == 200
    found = desk.client.get("/search.json?q=nausea+tea").get_json()["statements"]
    assert {each["text"] for each in found} == {"Tea may reduce pain.", "Tea may cause nausea."}
    assert {each["grade"]["level"] for each in found} == {"ungraded"}
    assert "1 draft" in desk.page()


def test_all_drafts_are_published_at_once_if_they_are_those_that_were_seen(house: Callable[[str], Desk]) -> None:
    desk = house("curator")
    refused = desk.send("/a/tea/publish", count=5)
    assert refused.status_code == 409
    assert "There are 2 drafts now." in refused.text
    assert desk.send("/a/tea/publish", count=2).status_code == 303
    assert 'class="draft"' not in desk.page()


def test_a_refusal_keeps_what_was_typed(house: Callable[[str], Desk]) -> None:
    desk = house("curator")
    answer = desk.send("/a/tea/drafts/67", act="save", text="Mine.", type="efficacy", topics="", version=7)
    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert desk.send("/a/tea/drafts/67", act="nonsense", text="x").status_code == 400
    assert desk.send("/a/tea/drafts/1", act="save", text="x", type="safety").status_code == 404
    assert desk.send("/a/tea/drafts/9999", act="discard").status_code == 404


def test_a_discarded_draft_leaves_its_words_in_the_text(house: Callable[[str], Desk]) -> None:
    desk = house("curator")
    assert desk.send("/a/tea/drafts/68", act="discard", version=1).status_code == 303
    page = desk.page()
    assert "1 draft" in page
    assert "Tea is a promising plant" in page


def test_a_draft_of_another_article_is_not_edited_under_this_address(house: Callable[[str], Desk]) -> None:
    desk = house("curator")
    assert desk.send("/a/kratom-autoimmune/drafts/67", act="discard", version=1).status_code == 404
