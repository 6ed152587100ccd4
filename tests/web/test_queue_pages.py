"""The queue, flags, reviews and undo on the pages: by forms alone, version-checked, each change with its way back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from kb import curate
from kb.curate import By
from kb.drafting import WHAT_IT_IS
from kb.ingest.batch import Order, import_file
from kb.reviewing import later
from kb.store import Store
from kb.verify import faults
from tests.web.conftest import NOW
from tests.web.desk import Desk, offered
from web.cli import kb

Enter = Callable[..., Desk]
LATE = [("A", "2026-01-01"), ("B", "2026-02-01")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def enter(own: tuple[Flask, Store], tmp_path: Path) -> Iterator[Enter]:
    """`enter("C. Urator", "curator")` is a browser on the demo with overdue statements 67 and 68, drafts 69 and 70."""
    app, store = own
    app.config.update(SESSION_COOKIE_SECURE=False)
    by = By("a test", "for a test", NOW)
    rows = [{"origin": "late", "key": k, "text": f"Tea {k}.", "type": "safety", "review_due": due} for k, due in LATE]
    (tmp_path / "late.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "tea.txt").write_text("Tea may reduce pain. Tea is a promising plant.")
    with store.writing() as session:
        import_file(session, Order(tmp_path / "late.jsonl", "statements"), by)
        import_file(session, Order(tmp_path / "tea.txt", "article", title="Tea"), by)
    yield lambda name, *roles: Desk(app, store, name, *roles)
    with store.reading() as session:
        assert list(faults(session)) == []


@pytest.fixture
def desk(enter: Enter) -> Desk:
    """A curator's."""
    return enter("C. Urator", "curator")


def said(page: str) -> str:
    """The message on a page."""
    found = re.search(r'<p role="status">(.*?)</p>', page)
    assert found
    return found[1]


def test_the_queue_counts_what_waits_and_links_to_each_list(desk: Desk, home: Path) -> None:
    page = desk.page("/queue")
    counts = {each["name"]: each["count"] for each in desk.client.get("/queue.json").json["waiting"]}
    assert (counts["overdue"], counts["drafts"], counts["flags"], counts["same-question"]) == (2, 2, 0, None)
    assert counts["empty-slots"] > 18
    assert "No audit has been run" in page
    for name in counts:
        assert f'href="/{"misses" if name == "misses" else f"queue/{name}"}"' in page
    ran = CliRunner().invoke(kb, ["--home", str(home), "queue", "--json"])
    assert json.loads(ran.stdout) == desk.client.get("/queue.json").json
    ran = CliRunner().invoke(kb, ["--home", str(home), "queue"])
    assert re.search(r"^ *2  Overdue reviews: ", ran.stdout, re.MULTILINE)


def test_a_list_has_pages_and_each_statement_its_grade_and_caveats(desk: Desk) -> None:
    first = desk.page("/queue/empty-slots?limit=5")
    assert first.count('<article class="card') == 5
    assert "page 1 of" in first
    assert 'href="/queue/empty-slots?page=2&amp;limit=5"' in first
    told = desk.client.get("/queue/empty-slots.json?limit=5&page=2").json
    assert len(told["statements"]) == 5
    assert all(each["caveats"] and each["grade"] for each in told["statements"])
    rows = desk.client.get("/queue/empty-slots.csv?limit=5&page=2").text.splitlines()
    assert rows[0].startswith("id,origin,key,text,caveats,grade")
    last = desk.client.get("/queue/empty-slots.json?limit=5&page=9999").json
    assert last["page"] == last["pages"]
    assert last["statements"]
    assert desk.client.get("/queue/nonsense").status_code == 404


def test_drafts_say_what_they_are_and_leave_in_no_file(desk: Desk) -> None:
    page = desk.page("/queue/drafts")
    assert page.count(WHAT_IT_IS) == 2
    assert 'href="/a/tea?after=68#drafts"' in page
    told = desk.client.get("/queue/drafts.json")
    assert [each["id"] for each in told.json["drafts"]] == [69, 70]
    assert "promising" not in told.text
    assert desk.client.get("/queue/drafts.csv").status_code == 404
    assert "published; it is not graded yet" in said(desk.done("/queue/drafts/70/publish", version=1))
    again = desk.send("/queue/drafts/70/publish", version=1)
    assert again.status_code == 409
    assert "Nothing was changed" in again.text


def test_reviewed_in_one_click_and_taken_back_in_another(desk: Desk) -> None:
    page = desk.page("/queue/overdue")
    assert [int(each) for each in re.findall(r'data-statement="(\d+)"', page)] == [67, 68]
    after = desk.done("/s/67/reviewed", version=1, back="/queue/overdue")
    assert "Statement 67 is reviewed, and due again on" in said(after)
    assert re.findall(r'data-statement="(\d+)"', after) == ["68"]
    undone = desk.done("/undo", **offered(after))
    assert said(undone) == "Undone: statement 67."
    assert re.findall(r'data-statement="(\d+)"', undone) == ["67", "68"]
    again = desk.done("/undo", **offered(undone))
    assert re.findall(r'data-statement="(\d+)"', again) == ["68"]
    assert "done again: reviewed, nothing changed" in desk.page("/s/67")


def test_a_statement_that_somebody_changed_meanwhile_is_not_reviewed_and_both_versions_are_shown(
    desk: Desk, own: tuple[Flask, Store]
) -> None:
    with own[1].writing() as session:
        curate.attach_caveat(session, 67, "liver", By("Z. Other", "seen in cases", NOW))
    refused = desk.send("/s/67/reviewed", version=1, back="/queue/overdue")
    assert refused.status_code == 409
    main = refused.text[refused.text.index("<main") :]
    assert "you saw version 1, it is now at 2" in main
    assert "attach-caveat</strong>" in main
    assert "seen in cases" in main
    assert "Before</h3>" in main
    assert "After</h3>" in main
    assert '<article class="card' in main
    assert 'name="version" value="2"' in main
    assert "is reviewed" in said(desk.done("/s/67/reviewed", version=2))


def test_without_a_version_nothing_is_changed(desk: Desk) -> None:
    assert desk.send("/s/67/reviewed").status_code == 409
    assert desk.send("/queue/drafts/69/publish").status_code == 409


def test_a_flag_is_seen_by_those_who_act_here_and_by_nobody_else(enter: Enter, own: tuple[Flask, Store]) -> None:
    rater, curator, reader = enter("R. Ater", "rater"), enter("C. Urator", "curator"), enter("R. Eader")
    raised = rater.done("/s/4/flag", comment="Is <that> so?", version=1)
    assert said(raised) == "Flag 1 is raised; a curator will look at it."
    for browser in (own[0].test_client(), reader.client):
        for path in ("/s/4", "/s/4.json", "/person/R. Ater", "/history", "/history.json", "/api/v1/history"):
            shown = browser.get(path)
            assert shown.status_code == 200
            assert "so?" not in shown.text
    assert "so?" not in rater.client.get("/api/v1/history").text, "its tag is the same for all"
    assert "so?" in rater.page("/person/R. Ater")
    assert "so?" in rater.page("/history")
    assert "Is &lt;that&gt; so?" in curator.page("/s/4")
    assert "Is &lt;that&gt; so?" in curator.page("/queue/flags")
    assert "Resolve flag 1" not in rater.page("/s/4")
    assert rater.send("/flags/1/resolve", reason="mine").status_code == 403
    assert reader.send("/s/4/flag", comment="me too", version=1).status_code == 403
    with own[1].reading() as session:
        assert list(faults(session)) == []


def test_a_flag_is_resolved_with_what_came_of_it_and_can_be_opened_again(desk: Desk) -> None:
    desk.done("/s/4/flag", comment="Is that so?", version=1)
    empty = desk.send("/flags/1/resolve", reason=" ", back="/queue/flags")
    assert empty.status_code == 400
    assert "A flag needs words." in empty.text
    after = desk.done("/flags/1/resolve", reason="It is, see the trial.", back="/queue/flags")
    assert said(after) == "Flag 1 is resolved."
    assert "Nothing waits here" in after
    assert "It is, see the trial." in desk.page("/s/4")
    twice = desk.send("/flags/1/resolve", reason="Once more.", back="/queue/flags")
    assert twice.status_code == 409
    assert "resolved already, by C. Urator" in twice.text
    again = desk.done("/undo", **offered(after))
    assert "Is that so?" in again
    assert desk.send("/flags/9/resolve", reason="none").status_code == 404


def test_nothing_typed_into_a_flag_is_lost(desk: Desk) -> None:
    refused = desk.send("/s/4/flag", comment="Long words. " * 400, version=1)
    assert refused.status_code == 400
    assert "4,799 characters" in refused.text
    assert refused.text.count("Long words.") == 400


def test_a_rater_takes_an_opinion_back_and_nothing_of_a_curators(enter: Enter, own: tuple[Flask, Store]) -> None:
    rater = enter("R. Ater", "rater")
    page = rater.page("/rate/4")
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    rated = rater.done("/rate/4", level="low", direction="unclear", reason="two trials", seen=seen[1])
    assert "second opinion on statement 4 is recorded" in said(rated)
    undone = rater.done("/undo", **offered(rated))
    assert said(undone) == "Undone: statement 4."
    assert "One rater only" in rater.page("/s/4")
    with own[1].writing() as session:
        curate.attach_caveat(session, 67, "liver", By("R. Ater", "when a curator still", NOW))
    assert "Your last change" not in rater.page("/s/67")
    last = rater.client.get("/history.json").json["revisions"][0]["seq"]
    assert rater.send("/undo", changes=str(last)).status_code == 403
    assert rater.send("/undo", batch="1").status_code == 403


def test_what_was_changed_since_is_shown_and_not_lost(desk: Desk, own: tuple[Flask, Store]) -> None:
    after = desk.done("/s/67/reviewed", version=1)
    assert "Your last change: <strong>review</strong>" in desk.page("/s/67")
    with own[1].writing() as session:
        curate.attach_caveat(session, 67, "liver", By("Z. Other", "seen in cases", NOW))
    assert "Your last change" not in desk.page("/s/67")
    refused = desk.send("/undo", **offered(after))
    assert refused.status_code == 409
    main = refused.text[refused.text.index("<main") :]
    assert "was changed since, by Z. Other" in main
    assert "What was changed since" in main
    assert "seen in cases" in main
    assert '<article class="card' in main


@pytest.mark.parametrize(
    ("changes", "status"),
    [("", 400), ("nonsense", 400), ("1-2-3", 400), ("99999", 404), ("1-999999999", 404), ("1", 403), ("-5", 400)],
)
def test_what_cannot_be_undone_is_refused(desk: Desk, changes: str, status: int) -> None:
    assert desk.send("/undo", changes=changes).status_code == status


def test_undo_leads_to_no_other_server(desk: Desk) -> None:
    after = desk.done("/s/67/reviewed", version=1)
    sent = desk.send("/undo", **{**offered(after), "back": "https://elsewhere.example/"})
    assert sent.headers["Location"] == "/"


def test_the_day_of_the_next_review_is_a_setting(own: tuple[Flask, Store], desk: Desk) -> None:
    here = own[0].extensions["caveat"]
    own[0].extensions["caveat"] = replace(here, settings=replace(here.settings, review_months=1))
    today = datetime.now(UTC).date()
    assert f"due again on {later(today, 1)}" in said(desk.done("/s/67/reviewed", version=1))
