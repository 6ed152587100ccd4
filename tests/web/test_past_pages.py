"""The pages of a statement's past: as it stood on a day, what changed between two, and every grade it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from kb.curate import By, Judgement, changing, grade
from kb.data import data_folder
from kb.ingest.demo import load_demo
from kb.model import Citation
from kb.settings import Settings
from kb.store import create_store
from web.app import create_app

PROFILE = {"start": "high", "domains": [{"domain": "imprecision", "step": -2, "reason": "sixty people"}]}
FORMER, LATTER = "Kratom offers symptom relief in autoimmune conditions.", "Kratom may ease some symptoms."


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A reader at the end of the year, of data that came on 1 March and of statement 4, which changed in spring."""
    settings = Settings.read({"KB_HOME": str(tmp_path_factory.mktemp("past"))})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())

    def by(actor: str, reason: str, month: int, day: int) -> By:
        return By(actor, reason, datetime(2026, month, day, 9, tzinfo=UTC))

    with store.writing() as session:
        load_demo(session, data_folder(), by("a test", "for a test", 3, 1))
        grade(session, 4, Judgement("low", "mixed", profile=PROFILE), by("Ann", "A second trial.", 4, 2))
        grade(session, 4, Judgement("very-low", kind="second"), by("Bob", "Another outcome.", 5, 2))
        with changing(session, 4, "reword", by("Ann", "Too strong.", 5, 20)) as row:
            row.text = LATTER
        session.execute(update(Citation).where(Citation.key == "smith2024ema").values(standing="retracted"))
    yield create_app(settings, store, today=lambda: date(2026, 12, 31)).test_client()
    store.close()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_day_in_the_past_shows_what_stood_then_marked_as_such(client: FlaskClient) -> None:
    page = client.get("/s/4?as_of=2026-04-10").text
    assert FORMER in page
    assert LATTER not in page
    assert "As it stood on 2026-04-10" in words(page)
    assert "So Ann left it on 2026-04-02 (grade: A second trial.), revision" in page
    assert "Bob changed it on 2026-05-02 (grade)" in page
    assert '<a href="/s/4">As it stands now</a>' in page
    assert "<title>Statement 4 · S01.4 as it stood on 2026-04-10 · Caveat</title>" in page
    assert page.count("<h1") == 1


def test_a_version_shows_the_parts_of_its_own_grade(client: FlaskClient) -> None:
    page = words(client.get("/s/4?as_of=2026-04-10").text)
    assert "Imprecision −2 ⊕⊕◯◯ Low sixty people" in page
    assert "Why A second trial." in page


def test_what_is_known_since_stands_beside_the_version(client: FlaskClient) -> None:
    page = client.get("/s/4?as_of=2026-04-10").text
    assert (
        'data-caveat="retracted"' in page.partition("Known today, and not beside it then")[2].partition("</section>")[0]
    )
    told = client.get("/s/4.json?as_of=2026-04-10").json
    assert told is not None
    assert "retracted" in {each["code"] for each in told["known_since"]}
    assert "retracted" not in {each["code"] for each in told["caveats"]}


def test_a_version_in_json_is_whole(client: FlaskClient) -> None:
    told = client.get("/s/4.json?as_of=2026-04-10").json
    assert told is not None
    assert (told["id"], told["stood_on"], told["text"], told["version"]) == (4, "2026-04-10", FORMER, 2)
    assert (told["grade"]["name"], told["grade"]["symbol"], told["grade"]["rater"]) == ("grade:low", "⊕⊕◯◯", "Ann")
    assert told["caveats"]
    assert told["slots"][0]["citation_key"] == "vicknasingam2020"


def test_today_as_a_day_shows_what_stands_now(client: FlaskClient) -> None:
    for query in ("?as_of=2026-12-31", ""):
        assert LATTER in client.get(f"/s/4{query}").text


def test_a_version_keeps_its_address_however_the_statement_is_changed(client: FlaskClient) -> None:
    page = client.get("/s/4?version=2").text
    assert FORMER in page
    assert LATTER not in page
    assert "Version 2 , as it stood until 2026-05-02 ." in words(page)
    assert "<title>Statement 4 · S01.4, version 2 · Caveat</title>" in page
    assert 'href="/s/4.json?version=2"' in page
    told = client.get("/s/4.json?version=2").json
    assert told is not None
    assert told["text"] == FORMER
    assert "Version 4 , which is how it stands." in words(client.get("/s/4?version=4").text)
    assert client.get("/s/4.csv?version=2").status_code == 400


def test_a_version_has_the_caveats_that_came_while_it_stood(tmp_path: Path) -> None:
    settings = Settings.read({"KB_HOME": str(tmp_path)})
    store = create_store(settings.database_url, settings.secret_key())
    client = create_app(settings, store, today=lambda: date(2026, 12, 31)).test_client()
    by = By("Ann", "Too strong.", datetime(2026, 5, 20, 9, tzinfo=UTC))
    with store.writing() as session:
        load_demo(session, data_folder(), by)
        session.execute(update(Citation).where(Citation.key == "smith2024ema").values(standing="retracted"))
    cited = client.get("/s/4.csl.json").json
    assert cited is not None
    assert "retracted" in {each["code"] for each in cited[0]["custom"]["caveats"]}
    address = cited[0]["URL"].removeprefix("http://localhost")
    assert address == "/s/4?version=1"
    with store.writing() as session, changing(session, 4, "reword", by) as row:
        row.text = LATTER
    told = client.get(address.replace("?", ".json?")).json
    assert told is not None
    assert "retracted" in {each["code"] for each in told["caveats"]}
    assert "retracted" not in {each["code"] for each in told["known_since"]}
    assert told["until"].startswith("20")
    assert LATTER not in client.get(address).text
    store.close()


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("version=nonsense", 400, "is no version."),
        ("version=-1", 400, "Write a number, like 1."),
        ("version=٣", 400, "is no version."),
        ("version=9", 404, "It has the versions 1 to 4: /s/4."),
        ("version=2&as_of=2026-04-10", 400, "Leave one of them out."),
    ],
)
def test_a_version_that_is_none_is_refused_with_the_cure(
    client: FlaskClient, query: str, status: int, told: str
) -> None:
    for path in ("/s/4", "/s/4.json"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == status
        assert told in answer.text


def test_a_past_day_has_no_csv_and_its_page_offers_none(client: FlaskClient) -> None:
    answer = client.get("/s/4.csv?as_of=2026-04-10")
    assert answer.status_code == 400
    assert "columns are those that an import reads" in answer.text
    assert ".csv" not in client.get("/s/4?as_of=2026-04-10").text
    assert client.get("/s/4.csv?as_of=").status_code == 200


@pytest.mark.parametrize("query", ["as_of=nonsense", "as_of=2026-02-30", "as_of=2027-01-01"])
def test_a_day_that_is_none_is_refused_with_the_cure(client: FlaskClient, query: str) -> None:
    for path in ("/s/4", "/s/4.json"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert "2026-12-31" in answer.text
    for name in ("from", "to"):
        assert client.get(f"/s/4/changes?{name}={query.partition('=')[2]}").status_code == 400


def test_before_it_came_there_is_no_page_and_it_is_said_when_it_came(client: FlaskClient) -> None:
    answer = client.get("/s/4?as_of=2026-02-01")
    assert answer.status_code == 404
    assert "it came with batch 4 on 2026-03-01" in answer.text


def test_the_difference_shows_both_versions_with_their_grades_and_caveats(client: FlaskClient) -> None:
    page = client.get("/s/4/changes?from=2026-04-01&to=2026-05-20").text
    assert "text, grade, other grades changed." in words(page)
    versions = re.findall(r'<div class="version" data-statement="4">.*?</details>\s*</div>', page, re.DOTALL)
    assert FORMER in versions[0]
    assert "Very low" in versions[0]
    assert LATTER in versions[1]
    assert ">Low<" in versions[1]
    assert all("data-caveat=" in version for version in versions)
    between = words(page.partition("What was done in between")[2])
    assert re.search(r"Too strong\..*Another outcome\..*A second trial\.", between)


def test_the_difference_as_json_has_the_revisions(client: FlaskClient) -> None:
    told = client.get("/s/4/changes.json?from=2026-04-01&to=2026-05-20").json
    assert told is not None
    assert (told["from"], told["to"], told["changed"]) == (
        "2026-04-01",
        "2026-05-20",
        ["text", "grade", "other_grades"],
    )
    assert [each["actor"] for each in told["revisions"]] == ["Ann", "Bob", "Ann"]
    assert told["earlier"]["grade"]["level"] == "grade:very-low"
    assert ["text", LATTER] in told["later"]["changed"]


def test_without_days_the_difference_is_from_its_beginning_to_today(client: FlaskClient) -> None:
    told = client.get("/s/4/changes.json?from=&to=").json
    assert told is not None
    assert (told["from"], told["to"], told["earlier"]) == ("2026-02-28", "2026-12-31", None)
    assert [each["action"] for each in told["revisions"]] == ["import", "grade", "grade", "reword"]


def test_days_the_wrong_way_round_are_refused(client: FlaskClient) -> None:
    answer = client.get("/s/4/changes?from=2026-05-01&to=2026-04-01")
    assert answer.status_code == 400
    assert "2026-05-01 comes after 2026-04-01" in answer.text


def test_the_page_leads_to_both(client: FlaskClient) -> None:
    page = client.get("/s/4").text
    assert '<form class="days" action="/s/4/changes">' in page
    for name in ("from", "to", "as_of"):
        assert f'<label for="{name}">' in page
        assert f'type="date" id="{name}" name="{name}" max="2026-12-31" min="2026-03-01"' in page


def test_every_grade_is_listed_newest_first_with_who_when_why_and_its_parts(client: FlaskClient) -> None:
    listed = client.get("/s/4").text.partition('<ol class="grades"')[2].partition("</ol>")[0]
    grades = [words(each) for each in listed.split('<li value="')[1:]]
    assert len(grades) == 3
    assert "Very low" in grades[0]
    assert "Bob on 2026-05-02 (second rating) Why Another outcome." in grades[0]
    assert "stands beside the current one" in grades[0]
    assert "⊕⊕◯◯ Low" in grades[1]
    assert "current" in grades[1]
    assert "Ann on 2026-04-02 (first rating) Why A second trial." in grades[1]
    assert "superseded" in grades[2]
    assert "Its parts, step by step" in grades[2]
    assert "Result of the steps" in grades[2]


def test_the_captions_of_profiles_have_names_of_their_own(client: FlaskClient) -> None:
    ids = re.findall(r'\bid="([^"]+)"', client.get("/s/4").text)
    assert len(ids) == len(set(ids))


def test_the_json_lists_every_grade(client: FlaskClient) -> None:
    told = client.get("/s/4.json").json
    assert told is not None
    assert [(each["rater"], each["status"]) for each in told["grades"]] == [
        ("Bob", "second-opinion"),
        ("Ann", "current"),
        ("seed rater (single reader, abstracts only)", "superseded"),
    ]
    assert told["grades"][1]["profile"]["start"] == "high"
    assert told["grade"]["level"] == told["grades"][1]["level"]
