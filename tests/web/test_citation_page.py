"""A citation's page: its standing, and which statements and caveats rest on it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.model import Citation, CitationSlot
from kb.store import Store


def test_the_page_names_what_rests_on_the_work(client: FlaskClient) -> None:
    page = client.get("/c/1").text
    body = client.get("/c/1.json").get_json()
    shown = re.findall(r'class="card[^>]*data-statement="(\d+)"', page)
    assert shown == [str(each["id"]) for each in body["statements"]]
    assert body["total"] == len(shown) > 0
    assert all(each["stances"] for each in body["statements"])
    assert page.count("<h1") == 1


def test_links_to_the_work_tell_it_nothing_about_the_reader(client: FlaskClient) -> None:
    outward = re.findall(r'<a [^>]*href="https?://[^>]*>', client.get("/c/1").text)
    assert outward
    assert all('rel="noreferrer"' in link for link in outward)


def test_caveats_that_rest_on_the_work_are_named(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.reading() as session:
        id_ = session.scalars(select(Citation.id).where(Citation.key == "prevete2022")).one()
    assert "Caveats that rest on it" in app.test_client().get(f"/c/{id_}").text
    codes = [each["code"] for each in app.test_client().get(f"/c/{id_}.json").get_json()["caveats"]]
    assert "no-autoimmune-trial" in codes


def test_what_falls_with_a_retracted_work_is_told_those_without_other_support_first(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        by_statement: dict[int, set[int]] = {}
        for each in session.scalars(select(CitationSlot).where(CitationSlot.stance == "supports")):
            if each.citation_id is not None:
                by_statement.setdefault(each.statement_id, set()).add(each.citation_id)
        cited = Counter(id_ for ids in by_statement.values() for id_ in ids)
        fallen = max(cited, key=lambda id_: ({id_} in by_statement.values(), cited[id_]))
        session.get_one(Citation, fallen).standing = "retracted"
    alone = {id_ for id_, ids in by_statement.items() if ids == {fallen}}
    work = app.test_client().get(f"/c/{fallen}.json").get_json()
    told = {each["id"]: each["loses_only_support"] for each in work["statements"]}
    assert alone
    assert {id_ for id_, lost in told.items() if lost} == alone
    assert list(told.values()) == sorted(told.values(), reverse=True)
    page = app.test_client().get(f"/c/{fallen}").text
    assert page.count("Loses its only support.") == len(alone)
    assert "Loses its only support." not in app.test_client().get(f"/c/{fallen % 57 + 1}").text


def test_a_retraction_is_told_with_reason_and_notice(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        cited = session.get_one(Citation, 1)
        cited.standing, cited.standing_reason, cited.standing_notice = "retracted", "made-up data", "10.1/notice"
    page = app.test_client().get("/c/1").text
    assert '<span class="tag standing-retracted">Retracted</span>' in page
    assert "made-up data" in page
    assert "10.1/notice" in page


def test_an_address_that_is_no_web_address_becomes_no_link(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        cited = session.get_one(Citation, 1)
        cited.csl = {**cited.csl, "URL": "javascript:alert(1)"}
    assert 'href="javascript:' not in app.test_client().get("/c/1").text


@pytest.mark.parametrize("page", ["0", "-3", "x", "99", "9" * 400])
def test_any_page_number_is_answered(client: FlaskClient, page: str) -> None:
    assert client.get(f"/c/1?page={page}").status_code == 200
