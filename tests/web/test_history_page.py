"""`/history`: who did what and why, newest first, each version beside its grade and caveats, no words of drafts."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kb import curate, drafting
from kb.curate import By, Judgement
from kb.ingest.batch import Order, import_file
from kb.render.happened import WITHHELD
from kb.store import Store
from tests.web.conftest import NOW
from tests.web.desk import Desk


@pytest.fixture
def app(own: tuple[Flask, Store], tmp_path: Path) -> Flask:
    """The demo, in which a statement was graded anew, a draft edited, and a batch of one statement taken back."""
    app, store = own
    app.config.update(SESSION_COOKIE_SECURE=False)
    by = By("Z. Other", "read the trial", NOW)
    (tmp_path / "tea.txt").write_text("Tea may reduce pain.")
    (tmp_path / "gone.jsonl").write_text('{"origin": "gone", "key": "1", "text": "Gone words.", "type": "safety"}\n')
    with store.writing() as session:
        curate.grade(session, 4, Judgement("low"), by)
        import_file(session, Order(tmp_path / "tea.txt", "article", title="Tea"), by)
        drafting.edit(session, 67, ["Tea secretly reduces pain."], "efficacy", [], by)
        batch = import_file(session, Order(tmp_path / "gone.jsonl", "statements"), by).batch
        assert batch is not None
        curate.grade(session, 68, Judgement("low"), by)
        undo_later = batch
    with store.writing() as session:
        with curate.changing(session, 68, "edit", by) as row:
            row.text = "Gone words, once more."
        row.state, row.withdrawn_reason = "withdrawn", f"batch {undo_later} undone"
    return app


def test_who_did_what_and_why_newest_first_each_version_with_its_grade_and_caveats(app: Flask) -> None:
    page = app.test_client().get("/history").text
    told = app.test_client().get("/history.json").json["revisions"]
    assert [each["seq"] for each in told] == sorted((each["seq"] for each in told), reverse=True)
    graded = next(each for each in told if each["subject"] == "statement:4")
    assert (graded["actor"], graded["action"], graded["reason"]) == ("Z. Other", "grade", "read the trial")
    assert (graded["before"]["grade"]["level"], graded["after"]["grade"]["level"]) == ("grade:very-low", "grade:low")
    assert graded["before"]["caveats"]
    assert graded["after"]["caveats"]
    assert graded["url"] == "/s/4"
    assert '<a href="/s/4">statement 4</a> by <a href="/person/Z.%20Other">' in page
    assert 'data-statement="4"' in page


def test_words_of_drafts_and_of_what_was_taken_back_are_not_told(app: Flask) -> None:
    for path in ("/history", "/history.json"):
        text = app.test_client().get(path).text
        assert "secretly" not in text
        assert "Gone words" not in text
    told = {each["subject"]: each for each in app.test_client().get("/history.json").json["revisions"]}
    for subject in ("statement:67", "statement:68"):
        assert (told[subject]["withheld"], told[subject]["before"], told[subject]["url"]) == (True, None, None)
        assert told[subject]["reason"] == "read the trial"
    assert WITHHELD in app.test_client().get("/history").text


def test_it_is_turned_over_from_the_newest_to_the_first(app: Flask) -> None:
    client, seen, path = app.test_client(), [], "/history.json?limit=3"
    while path:
        told = client.get(path).json
        seen += [each["seq"] for each in told["revisions"]]
        path = told["next"]
    assert seen == list(range(seen[0], 0, -1))
    page = client.get("/history?limit=3").text
    assert f'href="/history?before={seen[2]}&amp;limit=3"' in page
    assert "Nothing happened before that." in client.get("/history?before=1").text


def test_sign_ins_are_for_administrators(app: Flask, own: tuple[Flask, Store]) -> None:
    admin, curator = Desk(app, own[1], "A. Dmin", "admin"), Desk(app, own[1], "C. Urator", "curator")
    assert admin.send("/sign-in", name="nobody", password="wrong").status_code in (303, 403)
    admin.send("/sign-out")
    admin = Desk(app, own[1], "B. Dmin", "admin")
    assert "account:" in admin.client.get("/history.json").text
    assert "account:" not in curator.client.get("/history.json").text
    assert "account:" not in app.test_client().get("/history.json").text
