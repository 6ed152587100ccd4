"""The pages of the audit: what the last run found, what holds now, and findings that curators accept."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb import curate
from kb.audit.rules import RULES
from kb.audit.runs import runs
from kb.audit.waivers import waive
from kb.model import Statement
from kb.store import Store
from tests.web.conftest import NOW, TODAY
from web.auditing import Auditing, audited
from web.serving import KEY

By = curate.By


@pytest.fixture
def audited_store(own: tuple[Flask, Store]) -> tuple[FlaskClient, Store, int]:
    """A browser on a store whose statement 5 has a grade that its profile does not give; audited once."""
    app, store = own
    profile = {
        "start": "high",
        "start_reason": "a trial",
        "domains": [{"domain": "imprecision", "step": -1, "reason": "few people"}],
    }
    with store.writing() as session:
        id_ = session.scalars(select(Statement.id).where(Statement.key == "S05.5")).one()
        curate.grade(
            session,
            id_,
            curate.Judgement("low", "supports", profile=profile),
            By("seed rater (single reader, abstracts only)", "for a test", NOW),
        )
    app.extensions[KEY].catch_up()
    audited(store, None, "an auditor", NOW)
    return app.test_client(), store, id_


def counts(page: str) -> dict[str, list[int]]:
    """Errors, warnings, notes and waived of every rule on /audit."""
    rows = re.findall(r'<a href="/audit/([A-Z][0-9]{2})">\1</a></th>.*?</tr>', page, re.DOTALL)
    found = {}
    for code in rows:
        row = page[page.index(f'<a href="/audit/{code}">{code}</a></th>') :].partition("</tr>")[0]
        cells = re.findall(r'<td class="number">(.*?)</td>', row, re.DOTALL)
        found[code] = [int(re.sub(r"<span class=\"unseen\">.*?</span>|<[^>]+>|,", "", cell)) for cell in cells]
    return found


def test_every_rule_stands_on_the_page_with_what_it_found(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, store, _ = audited_store
    with store.reading() as session:
        run = runs(session, 1)[0]
    shown = counts(client.get("/audit").text)
    assert shown.keys() == RULES.keys()
    assert shown["G03"] == [1, 0, 0, 0]
    assert sum(row[0] for row in shown.values()) == run.counts["severities"]["error"]


def test_a_finding_stands_with_its_statement_grade_and_caveats(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, _, id_ = audited_store
    page = client.get("/audit/G03").text
    assert "The grade says low; its profile leads to moderate." in page
    card = page[page.index(f'data-statement="{id_}"') :]
    assert "Low" in card
    assert "severity-warning" in card


def test_a_finding_that_was_mended_since_is_told_to_be_gone(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, store, id_ = audited_store
    with store.writing() as session:
        curate.grade(session, id_, curate.Judgement("low", "supports"), By("a rater", "without a profile", NOW))
    page = client.get("/audit/G03").text
    assert "1 of those on this page no longer holds and is left out." in page
    assert "its profile leads to" not in page
    assert "1 change since." in client.get("/audit").text


def test_what_holds_of_one_statement_stands_on_its_own_page(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, _, id_ = audited_store
    page = client.get(f"/s/{id_}/audit").text
    assert 'id="G03"' in page
    assert f'href="/s/{id_}/audit"' in client.get(f"/s/{id_}").text
    assert client.get("/s/9999/audit").status_code == 404


def test_a_waived_finding_leaves_the_next_run_and_stands_among_the_waivers(
    audited_store: tuple[FlaskClient, Store, int],
) -> None:
    client, store, id_ = audited_store
    with store.writing() as session:
        waive(session, "G03", id_, TODAY + timedelta(days=30), By("a curator", "the profile is being redone", NOW))
    audited(store, None, "an auditor", NOW)
    assert counts(client.get("/audit").text)["G03"] == [0, 0, 0, 1]
    assert "the profile is being redone" in client.get("/audit/waivers").text
    assert 'id="G03"' not in client.get(f"/s/{id_}/audit").text


def test_numbers_of_grades_lead_to_as_many_statements(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, _, _ = audited_store
    page = client.get("/audit").text
    links = re.findall(r'href="(/search\?[^"]+grade=[^"]+)">([0-9,]+)</a>', page)
    assert len(links) > 20
    for link, number in links[::7]:
        path = link.replace("&amp;", "&").replace("/search?", "/search.json?")
        assert client.get(path).get_json()["total"] == int(number), link


def test_findings_by_severity_stand_among_the_metrics(audited_store: tuple[FlaskClient, Store, int]) -> None:
    client, store, _ = audited_store
    with store.reading() as session:
        run = runs(session, 1)[0]
    text = client.get("/metrics").text
    for severity, count in run.counts["severities"].items():
        assert f'caveat_findings{{severity="{severity}"}} {float(count)}' in text
    told = re.search(r"^caveat_audit_timestamp_seconds (.+)$", text, re.MULTILINE)
    assert told is not None
    assert float(told[1]) == NOW.timestamp()


def test_only_one_audit_runs_at_a_time(own: tuple[Flask, Store]) -> None:
    app, store = own
    auditing = Auditing(app.extensions[KEY])
    taken = auditing._take()
    assert taken is not None
    assert auditing.running
    assert auditing.begin("an auditor", NOW) is None
    os.close(taken)
    thread = auditing.begin("an auditor", NOW)
    assert thread is not None
    thread.join(60)
    with store.reading() as session:
        assert [run.actor for run in runs(session, 5)] == ["an auditor"]


def test_an_unknown_rule_is_not_found_in_words(client: FlaskClient) -> None:
    answer = client.get("/audit/G99")
    assert answer.status_code == 404
    assert "There is no rule" in answer.text


@pytest.mark.parametrize("ending", ["json", "csv", "sarif", "html"])
def test_all_findings_of_the_last_run_come_as_a_file(
    audited_store: tuple[FlaskClient, Store, int], ending: str
) -> None:
    client, store, _ = audited_store
    with store.reading() as session:
        run = runs(session, 1)[0]
    answer = client.get(f"/audit.{ending}")
    assert answer.status_code == 200
    total = sum(run.counts["severities"].values())
    if ending == "json":
        assert len(answer.get_json()["findings"]) == total
    elif ending == "csv":
        assert len(list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))) == total
    elif ending == "sarif":
        assert len(json.loads(answer.text)["runs"][0]["results"]) == total
    else:
        assert "The grade says low; its profile leads to moderate." in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]


def test_without_any_run_there_is_no_file_and_the_words_say_why(own: tuple[Flask, Store]) -> None:
    app, _ = own
    answer = app.test_client().get("/audit.csv")
    assert answer.status_code == 404
    assert "No audit has been run yet." in answer.text
