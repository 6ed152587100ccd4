"""A statement's page: the grade and its arithmetic, caveats, slots, the sentence it was taken from, its history."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.curate import By, Judgement, grade, withdraw
from kb.model import Citation, Statement
from kb.store import Store


@pytest.fixture
def by(now: datetime) -> By:
    """Who changes something in these tests."""
    return By("Dr Test", "A better reading of the trials.", now)


def test_the_page_has_one_heading_and_no_words_of_the_statement_in_its_title(client: FlaskClient) -> None:
    page = client.get("/s/4").text
    assert page.count("<h1") == 1
    assert "<title>Statement 4 · S01.4 · Caveat</title>" in page


def test_the_profile_shows_each_step_and_what_was_not_judged(client: FlaskClient) -> None:
    table = re.search(r'<table class="profile">.*?</table>', client.get("/s/4").text, re.DOTALL)
    assert table is not None
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table[0]))
    assert "Risk of bias −1 ⊕⊕⊕◯ Moderate no reason given" in words
    assert "held at very low" in words
    assert "Inconsistency – not judged" in words
    assert "Result of the steps ⊕◯◯◯ Very low" in words


def test_the_other_statements_of_the_sentence_carry_their_own_grades_and_caveats(client: FlaskClient) -> None:
    page = client.get("/s/4").text
    passages = re.findall(r'<div class="passage" data-statements="(\d+)">(.*?)</details>', page, re.DOTALL)
    assert [id_ for id_, _ in passages] == ["1", "2", "3", "4"]
    assert all('class="symbol"' in passage and "data-caveat=" in passage for _, passage in passages)
    assert 'emphasised">offering a natural approach to symptom relief</span>' in page


def test_the_import_stands_in_the_history(client: FlaskClient) -> None:
    history = client.get("/s/4").text.partition('id="history"')[2]
    assert "<strong>import</strong> by a test" in history


def test_a_changed_grade_shows_both_versions_with_their_grades_and_caveats(own: tuple[Flask, Store], by: By) -> None:
    app, store = own
    with store.writing() as session:
        grade(session, 4, Judgement("low", "mixed"), by)
    page = app.test_client().get("/s/4").text
    versions = re.findall(r'<div class="version".*?</details>\s*</div>', page, re.DOTALL)
    assert len(versions) == 2
    assert "Very low" in versions[0]
    assert ">Low<" in versions[1]
    assert all("data-caveat=" in version for version in versions)
    assert "A better reading of the trials." in page


def test_a_withdrawn_statement_keeps_its_page_which_says_why(own: tuple[Flask, Store], by: By) -> None:
    app, store = own
    with store.writing() as session:
        withdraw(session, 4, by)
    answer = app.test_client().get("/s/4")
    assert answer.status_code == 200
    assert "Withdrawn: A better reading of the trials." in answer.text


def test_a_draft_has_no_page(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        session.get_one(Statement, 4).state = "draft"
    for path in ("/s/4", "/s/4.json", "/s/4.csv"):
        assert app.test_client().get(path).status_code == 404


def test_a_retraction_is_on_the_page_before_the_index_knows(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        cited = session.scalars(select(Citation).where(Citation.key == "vicknasingam2020")).one()
        cited.standing, cited.standing_reason = "retracted", "made-up data"
    for path in ("/s/4", "/search?q=symptom+relief"):
        page = app.test_client().get(path).text
        assert '<span class="tag standing-retracted">Retracted</span>' in page
        assert "was retracted: made-up data" in page


def test_a_retracted_work_is_never_folded_away(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        for cited in session.scalars(select(Citation)):
            cited.standing = "retracted"
    page = app.test_client().get("/search?limit=200").text
    folded = re.findall(r'<details class="more-slots".*?</details>', page, re.DOTALL)
    assert not any("standing-retracted" in each for each in folded)


def test_json_and_csv_are_whole(client: FlaskClient) -> None:
    body = client.get("/s/4.json").get_json()
    assert body["grade"]["symbol"] == "⊕◯◯◯"
    assert {"liver", "very-low"} <= {each["code"] for each in body["caveats"]}
    text = client.get("/s/4.csv").text
    assert text.startswith("id,origin,key,text,caveats,grade")
    assert "[warning] liver" in text
