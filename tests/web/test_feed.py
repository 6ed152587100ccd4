"""`/feed.atom`: asked again it is sent again only when something changed; each topic has one of its own."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient

from kb.curate import By, Judgement, attach_caveat, grade
from kb.store import Store
from tests.web.conftest import TODAY
from web.app import create_app

ENTRY = "{http://www.w3.org/2005/Atom}entry"


def test_the_feed_is_atom_and_named_on_every_page(client: FlaskClient) -> None:
    answer = client.get("/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    assert len(ET.fromstring(answer.data).findall(ENTRY)) == 40
    for path in ("/", "/s/4", "/search?q=liver", "/legend"):
        assert 'type="application/atom+xml" title="New statements' in client.get(path).text


def test_a_search_for_one_topic_names_the_feed_of_it(client: FlaskClient) -> None:
    page = client.get("/search?topic=joint+function").text
    assert re.search(r'<link rel="alternate"[^>]*href="/feed\.atom\?topic=joint%20function">', page)
    assert 'href="/feed.atom?topic=joint%20function">Feed of “joint function”' in page
    assert "Feed of “" not in client.get("/search?topic=joint+function&topic=pain").text
    assert len(ET.fromstring(client.get("/feed.atom?topic=joint%20function").data).findall(ENTRY)) == 1


def test_a_topic_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/feed.atom?topic=<script>")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_reader_who_has_it_gets_it_again_only_after_a_change(own: tuple[Flask, Store], now: datetime) -> None:
    app, store = own
    client = app.test_client()
    first = client.get("/feed.atom")
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        again = client.get("/feed.atom", headers=headers)
        assert (again.status_code, again.data) == (304, b"")
    with store.writing() as session:
        attach_caveat(session, 66, "liver", By("a curator", "it belongs there", now + timedelta(seconds=5)))
    # No event is new, but what stands in an entry is: nobody may go on showing it without the caveat.
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        again = client.get("/feed.atom", headers=headers)
        assert again.status_code == 200
        assert again.data != first.data
    with store.writing() as session:
        grade(session, 66, Judgement("low"), By("a rater", "read", now + timedelta(seconds=9)))
    latest = client.get("/feed.atom")
    assert latest.last_modified == (now + timedelta(seconds=9))
    assert len(ET.fromstring(latest.data).findall(ENTRY)) == 41


def test_a_new_day_is_a_change_because_reviews_become_overdue(own: tuple[Flask, Store]) -> None:
    app, store = own
    here = app.extensions["caveat"]
    today: list[date] = [TODAY]
    client = create_app(here.settings, store, here.engine, lambda: today[0]).test_client()
    modified = client.get("/feed.atom").headers["Last-Modified"]
    today[0] = TODAY + timedelta(days=1)
    assert client.get("/feed.atom", headers={"If-Modified-Since": modified}).status_code == 200
