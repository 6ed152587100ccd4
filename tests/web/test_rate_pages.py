"""Blind second opinions on pages: nothing of the first grade leaves before the opinion is recorded, nowhere."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb import curate, people, sign_in
from kb.blind import WITHHELD
from kb.graded import read
from kb.model import Grade
from kb.settings import Settings
from kb.store import Store, create_store
from tests.kb.audit.library import bring, graded, profile, slot, someone, statement, work
from tests.web.conftest import TODAY
from web.app import create_app

FIRST_RATER = "Telltale Firstperson"
TELLING = profile("high", ("imprecision", -1, "telltale imprecision"), start_reason="telltale start")
FIRST = {
    "moderate": graded("moderate", direction="mixed", rationale="telltale why", rater=FIRST_RATER, profile=TELLING),
    "very-low": graded("very-low", direction="contradicts", rationale="because", rater="Other Person"),
}
GOOD = {"level": "low", "direction": "supports", "reason": "Two small trials."}


class House:
    """An application on a store of a few statements, whose first one has the grade `level`."""

    def __init__(self, folder: Path, level: str = "moderate") -> None:
        given = {"KB_HOME": str(folder), "KB_PLAIN_HTTP": "1", "KB_WRITE_RATE": "none", "KB_SEARCH_RATE": "none"}
        settings = Settings.read(given)
        settings.make_home()
        self.store: Store = create_store(settings.database_url, settings.secret_key())
        slots = [slot("sound", note="a note of the slot"), slot(None)]
        rows = [
            statement("one", slots=slots, topics=["pain"], grade=FIRST[level]),
            statement("two", topics=["sleep"], grade=graded("low")),
            statement("three"),
        ]
        bring(self.store, folder / "works.json", f"[{json.dumps(work('sound'))}]", "citations")
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        bring(self.store, folder / "statements.jsonl", lines, "statements")
        self.app: Flask = create_app(settings, self.store, today=lambda: TODAY)

    def rater(self, name: str = "S. Econd") -> Rater:
        """A browser in which a rater is signed in."""
        with self.store.writing() as session:
            if people.account(session, name) is None:
                people.add(session, name, someone(), roles=["rater"])
            row = people.account_row(session, name)
            row.must_change = False
            secret = sign_in.begin(session, row.id, datetime.now(UTC))
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = secret
        return Rater(client)

    def kinds(self, id_: int = 1) -> list[tuple[str, str]]:
        with self.store.reading() as session:
            found = session.execute(select(Grade.kind, Grade.level).where(Grade.statement_id == id_).order_by(Grade.id))
            return [(kind, level) for kind, level in found]


class Rater:
    """Somebody with the role, at a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self, path: str = "/rate/1") -> str:
        return self.client.get(path).text

    def send(self, path: str = "/rate/1", page: str = "", **form: object) -> TestResponse:
        """Send the form that stands on a page, with its hidden fields."""
        shown = page or self.page(path)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.partition("<main")[2]))
        hidden.setdefault("csrf_token", re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0])
        return self.client.post(path, data={**hidden, **form})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "home")
    yield made
    made.store.close()


def all_of(answer: TestResponse) -> str:
    """A whole answer as one text: body, headers, and what its cookies hold, unpacked."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    cookies = ""
    for value in re.findall(r"session=([^;]+)", headers):
        packed = value.startswith(".")
        payload = value.lstrip(".").split(".")[0]
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        cookies += (zlib.decompress(raw) if packed else raw).decode()
    return f"{headers}\n{cookies}\n{answer.get_data(as_text=True)}"


def asked(rater: Rater) -> Iterator[TestResponse]:
    """Everything that a rater can meet before their opinion of statement 1 is recorded."""
    for path in ("/rate", "/rate?topic=pain", "/rate/1", "/rate/1.json", "/rate/1/consensus", "/rate/2"):
        yield rater.client.get(path)
        yield rater.client.get(path, headers={"HX-Request": "true"})
        yield rater.client.head(path)
    yield rater.send(reason="no level")
    yield rater.send(level="nonsense", reason="no such level")
    yield rater.send(**{**GOOD, "start": "high", "level": "very-low"})
    yield rater.send(**{**GOOD, "seen": "something else"})
    yield rater.send(**{**GOOD, "reason": " "})
    yield rater.send("/rate/1/consensus", page=rater.page("/rate/1"), **GOOD)


def test_nothing_of_the_first_grade_is_in_any_answer_before_the_opinion_is_recorded(house: House) -> None:
    for answer in asked(house.rater()):
        told = all_of(answer)
        assert "telltale" not in told.casefold(), answer.request.path
        for caveat in ("The evidence is mixed", "One rater only", "Moderate certainty"):
            assert caveat not in told
    assert house.kinds() == [("first", "moderate")]


def test_two_houses_that_differ_only_in_the_first_grade_answer_the_same_to_the_byte(tmp_path: Path) -> None:
    answers = []
    for level in FIRST:
        house = House(tmp_path / level, level)
        told = [neutral(all_of(answer)) for answer in asked(house.rater())]
        told.append(neutral(all_of(house.rater().send(**GOOD))))
        answers.append(told)
        house.store.close()
    for one, other in zip(*answers, strict=True):
        assert one == other


def neutral(told: str) -> str:
    """An answer without what is new in each: tokens of forms, marks of sign-ins and requests."""
    told = re.sub(r'name="csrf_token" value="[^"]+"', "", told)
    told = re.sub(r'"(?:csrf_token|_user_id|_id)":"[^"]+"', "", told)
    told = re.sub(r"session=[^;]+", "", told)
    return re.sub(r"(?im)^(?:etag|date|x-request-id|content-security-policy|server-timing|set-cookie): .*$", "", told)


def test_the_json_has_a_mark_that_does_not_depend_on_the_first_grade(tmp_path: Path) -> None:
    marks = set()
    for level in FIRST:
        house = House(tmp_path / level, level)
        marks.add(house.rater().client.get("/rate/1.json").headers["ETag"])
        house.store.close()
    assert len(marks) == 1


def test_the_blind_page_shows_the_record_the_rubric_and_what_is_withheld(house: House) -> None:
    page = house.rater().page()
    for words in (WITHHELD, "Statement one says something.", "a note of the slot", "Citation needed"):
        assert words in page
    for level in ("High", "Moderate", "Low", "Very low", "Not gradable"):
        assert f"{level}</strong>" in page
    assert "The studies were done in a way" in page
    assert "/s/1" not in page
    assert "/c/1" not in page


def test_a_queue_leads_from_one_to_the_next_and_ends(house: House) -> None:
    rater = house.rater()
    queue = rater.page("/rate")
    assert re.findall(r'href="/rate/(\d+)"', queue) == ["1", "2"]
    assert re.findall(r'href="/rate/(\d+)"', rater.page("/rate?topic=sleep")) == ["2"]
    assert rater.send("/rate/1", **GOOD).headers["Location"] == "/rate/1"
    assert 'rel="next" href="/rate/2"' in rater.page("/rate/1")
    rater.send("/rate/2", **GOOD)
    assert "Nothing else waits for you" in rater.page("/rate/2")
    assert "you have judged every graded statement" in rater.page("/rate")


def test_an_opinion_is_recorded_with_its_parts_and_the_first_stays_in_force(house: House) -> None:
    rater = house.rater()
    form = {**GOOD, "start": "high", "start_reason": "trials", "step_imprecision": "-2", "reason_imprecision": "wide"}
    assert rater.send(**form).status_code == 303
    assert "is recorded" in rater.page()
    assert house.kinds() == [("first", "moderate"), ("second", "low")]
    with house.store.reading() as session:
        (now,) = read(session, [1], TODAY)
    kept = now.grades[-1]
    assert (kept.rater, kept.rationale, kept.direction) == ("S. Econd", GOOD["reason"], "supports")
    assert kept.profile == {
        "start": "high",
        "start_reason": "trials",
        "domains": [{"domain": "imprecision", "step": -2, "reason": "wide"}],
    }
    assert now.grade.level.id == "moderate"


def test_a_profile_that_leads_elsewhere_must_be_meant(house: House) -> None:
    rater = house.rater()
    form = {**GOOD, "start": "high", "step_imprecision": "-1", "reason_imprecision": "few people"}
    asked_again = rater.send(**form)
    assert asked_again.status_code == 200
    for words in ("Nothing is recorded yet", "your profile leads to moderate", "few people", 'name="confirmed"'):
        assert words in asked_again.text
    assert 'value="low" required checked' in asked_again.text
    assert len(house.kinds()) == 1
    assert rater.send(**form, confirmed="1").status_code == 303
    assert house.kinds()[-1] == ("second", "low")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"level": ""}, "No level was chosen"),
        ({"level": "A"}, "has no level"),
        ({"direction": "sideways"}, "is no direction"),
        ({"reason": "  "}, "Every change needs its reason"),
        ({"start": "", "step_imprecision": "-1"}, "no level to start from"),
        ({"start": "high", "reason_imprecision": "few"}, "a reason for “Imprecision” and no judgement"),
        ({"start": "high", "step_imprecision": "-9"}, "imprecision cannot take the step"),
        ({"start": "high", "step_imprecision": "much"}, "imprecision cannot take the step"),
        ({"start": "middle"}, "GRADE does not start at"),
        ({"level": "not-gradable", "start": "high"}, "no profile leads to it"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_keeps_what_was_typed(
    house: House, form: dict[str, str], words: str
) -> None:
    answer = house.rater().send(**{**GOOD, "start": "low", "start_reason": "kept words", **form})
    assert answer.status_code == 400
    assert words in answer.text
    assert "kept words" in answer.text
    assert WITHHELD in answer.text
    assert len(house.kinds()) == 1


def test_what_changed_since_it_was_read_is_shown_anew_without_its_grade(house: House) -> None:
    rater = house.rater()
    before = rater.page()
    with house.store.writing() as session:
        curate.fill_slot(session, 1, 2, curate.SlotFilling("sound", "refutes"), someone("found it"))
    late = rater.send(page=before, **GOOD)
    assert late.status_code == 409
    assert "was changed since you read it" in late.text
    assert WITHHELD in late.text
    assert GOOD["reason"] in late.text
    assert "telltale" not in late.text.casefold()
    assert rater.send(page=late.text, **GOOD).status_code == 303


def test_two_raters_at_once_are_both_recorded_and_neither_sees_the_other(house: House) -> None:
    one, other = house.rater("One Rater"), house.rater("Other Rater")
    pages = one.page(), other.page()
    assert one.send(page=pages[0], **GOOD).status_code == 303
    assert "One Rater" not in other.page()
    assert other.send(page=pages[1], **{**GOOD, "level": "high"}).status_code == 303
    assert house.kinds()[1:] == [("second", "low"), ("second", "high")]


def test_nobody_rates_twice_or_their_own_or_what_nobody_graded(house: House) -> None:
    rater, first = house.rater(), house.rater(FIRST_RATER)
    before = rater.page()
    rater.send(**GOOD)
    again = rater.send(page=before, **GOOD)
    assert (again.status_code, "You have judged this statement already" in again.text) == (409, True)
    own = first.page()
    assert "The grade that stands is yours" in own
    assert 'name="level"' not in own
    assert "There is nothing to be second to" in rater.page("/rate/3")
    assert rater.client.get("/rate/99").status_code == rater.client.get("/rate/99.json").status_code == 404
    assert len(house.kinds()) == 2


def test_before_two_have_judged_there_is_nothing_to_compare_and_nothing_to_see(house: House) -> None:
    page = house.rater().page("/rate/1/consensus")
    assert "Fewer than two people have judged" in page
    assert "Statement one says" not in page
    assert 'name="level"' not in page


def test_a_consensus_is_a_third_record_and_the_opinions_stay(house: House) -> None:
    rater = house.rater()
    rater.send(**{**GOOD, "start": "high", "step_imprecision": "-2", "reason_imprecision": "very few"})
    page = rater.page("/rate/1/consensus")
    for words in ("telltale why", GOOD["reason"], FIRST_RATER, "very few", "telltale imprecision", "differs"):
        assert words in page
    sent = rater.send("/rate/1/consensus", level="low", direction="mixed", reason="We talked.")
    assert sent.status_code == 303
    assert house.kinds() == [("first", "moderate"), ("second", "low"), ("consensus", "low")]
    after = rater.page("/rate/1/consensus")
    assert "A consensus is recorded" in after
    assert "telltale why" in after
    stale = rater.send("/rate/1/consensus", page=page, level="high", reason="Too late.")
    assert stale.status_code == 409
    assert "was changed meanwhile" in stale.text
    assert len(house.kinds()) == 3


def test_who_has_not_judged_is_told_that_the_comparison_ends_their_blindness(house: House) -> None:
    house.rater().send(**GOOD)
    page = house.rater("Third Person").page("/rate/1/consensus")
    assert "could not rate it blind any more" in page
    assert "could not rate it blind any more" not in house.rater().page("/rate/1/consensus")


def test_the_agreement_page_says_who_disagrees_and_leads_to_the_comparison(house: House) -> None:
    client = house.app.test_client()
    assert "No statement was judged by two raters" in client.get("/audit/agreement").text
    house.rater().send(**GOOD)
    page = client.get("/audit/agreement").text
    assert "1 pair of judgements on 1 statement" in page
    assert "Fewer than 30 pairs are too few" in page
    assert 'href="/rate/1/consensus"' in page
    gap = page[page.index('data-statement="1"') :]
    assert "Moderate" in gap
    assert "disputed" in gap
    body = client.get("/audit/agreement.json").get_json()["scales"][0]
    assert (body["overall"]["pairs"], body["gaps_total"]) == (1, 1)
    assert body["gaps"][0]["statement"]["grade"]["level"] == "moderate"
    (row,) = csv.DictReader(io.StringIO(client.get("/audit/agreement.csv").text))
    assert (row["first_level"], row["second_level"], row["apart"]) == ("grade:moderate", "grade:low", "1")
    assert "single-rater" not in row["caveats"]
    assert "disputed" in row["caveats"]


def test_the_agreement_page_follows_a_change_and_its_filters(house: House) -> None:
    client, rater = house.app.test_client(), house.rater()
    rater.send(**GOOD)
    assert "1 pair of" in client.get("/audit/agreement").text
    rater.send("/rate/2", **GOOD)
    assert "2 pairs of" in client.get("/audit/agreement").text
    assert "1 pair of" in client.get("/audit/agreement?topic=sleep&scale=grade").text
    assert client.get("/audit/agreement?topic=nonsense").status_code == 404
    assert client.get("/audit/agreement?scale=nonsense").status_code == 400
    assert "No statement here was judged" in client.get("/audit/agreement?scale=sort").text
