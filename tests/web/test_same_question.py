"""“On the same question” on a statement's page, and the forms by which curators relate statements, without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb import curate, people, sign_in
from kb.model import Relation
from kb.settings import Settings
from kb.store import Store, create_store
from tests.kb.audit.library import bring, graded, ids, someone, statement
from tests.web.conftest import TODAY
from web.app import create_app
from web.cli import kb

PICO = {"population": "adults", "intervention": "tea", "outcome": "pain"}
ROWS = [
    statement("for", "Tea acts on pain.", pico=PICO, grade=graded("low")),
    statement("against", "Pain answers to tea.", pico=PICO, grade=graded("very-low", direction="no-effect")),
    statement("unsaid", "Tea acts.", pico={**PICO, "population": None}, grade=graded("high")),
    statement("elsewhere", "Tea is a plant.", pico={"intervention": "tea"}),
    statement("alone", "Tea acts on sleep.", pico={**PICO, "outcome": "sleep"}),
    statement("withdrawn", "Tea acted.", pico=PICO, grade=graded("high")),
]


class House:
    """An application on a store of a few statements on one question."""

    def __init__(self, folder: Path) -> None:
        given = {"KB_HOME": str(folder), "KB_PLAIN_HTTP": "1", "KB_WRITE_RATE": "none", "KB_SEARCH_RATE": "none"}
        settings = Settings.read(given)
        settings.make_home()
        self.home = folder
        self.store: Store = create_store(settings.database_url, settings.secret_key())
        lines = "".join(f"{json.dumps(row)}\n" for row in ROWS)
        bring(self.store, folder / "statements.jsonl", lines, "statements")
        self.ids = ids(self.store)
        with self.store.writing() as session:
            curate.withdraw(session, self.ids["withdrawn"], someone("taken back"))
        self.app: Flask = create_app(settings, self.store, today=lambda: TODAY)

    def page(self, key: str = "for") -> str:
        return self.app.test_client().get(f"/s/{self.ids[key]}").text

    def somebody(self, name: str, role: str) -> FlaskClient:
        """A browser in which somebody with this role is signed in."""
        with self.store.writing() as session:
            people.add(session, name, someone(), roles=[role])
            row = people.account_row(session, name)
            row.must_change = False
            secret = sign_in.begin(session, row.id, datetime.now(UTC))
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = secret
        return client

    def relations(self) -> list[tuple[int, int, str]]:
        with self.store.reading() as session:
            return [(each.statement_id, each.other_id, each.kind) for each in session.scalars(select(Relation))]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that tests only read."""
    made = House(tmp_path_factory.mktemp("same") / "home")
    yield made
    made.store.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "home")
    yield made
    made.store.close()


def part(page: str) -> str:
    """The part of the page about the same question."""
    return page.partition('aria-labelledby="same-question"')[2].partition("</section>")[0]


def forms(page: str) -> list[dict[str, str]]:
    """The forms of the part, each with its address and its hidden fields."""
    found = re.findall(r'<form class="narrow" method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    hidden = r'<input type="hidden" name="([^"]+)" value="([^"]*)">'
    return [{"action": action, **dict(re.findall(hidden, body))} for action, body in found]


def send(client: FlaskClient, form: dict[str, str], **typed: str) -> TestResponse:
    data = {name: value for name, value in {**form, **typed}.items() if name != "action"}
    return client.post(form["action"], data=data)


def test_others_stand_on_the_page_with_grade_and_caveats_those_that_disagree_first(shared: House) -> None:
    shown = part(shared.page())
    cards = re.findall(r'<article class="card[^>]* data-statement="(\d+)".*?</article>', shown, re.DOTALL)
    assert [int(each) for each in cards] == [shared.ids["against"], shared.ids["unsaid"]]
    assert shown.index('<strong class="falls">Disagrees:</strong>') < shown.index("Pain answers to tea.")
    assert "Less certain to be the same question" in shown
    assert "2 other statements; 1 of them points the other way." in shown
    assert shown.count('class="symbol"') == 2
    assert "Tea acted." not in shown


@pytest.mark.parametrize(
    ("key", "said"),
    [("alone", "No other published statement is on the same question."), ("elsewhere", ""), ("withdrawn", "")],
)
def test_where_nobody_stands_beside_a_statement_that_is_said_or_the_part_is_not_there(
    shared: House, key: str, said: str
) -> None:
    shown = part(shared.page(key))
    assert said in shown
    assert bool(shown) is bool(said)
    assert "<article" not in shown


def test_readers_see_no_forms(shared: House) -> None:
    assert forms(part(shared.page())) == []


def test_the_page_of_a_past_day_does_not_tell_of_today_s_others(shared: House) -> None:
    page = shared.app.test_client().get(f"/s/{shared.ids['for']}?as_of={TODAY}").text
    assert "same-question" not in page


def test_a_curator_records_a_contradiction_and_both_pages_say_so(house: House) -> None:
    curator = house.somebody("C. Urator", "curator")
    one, other = house.ids["for"], house.ids["against"]
    first = forms(part(curator.get(f"/s/{one}").text))[0]
    assert (first["action"], first["other"]) == (f"/s/{one}/relate", str(other))
    answer = send(curator, first, kind="contradicts", reason="The trials differ.")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{one}#same-question")
    assert house.relations() == [(one, other, "contradicts")]
    for key, of in (("for", other), ("against", one)):
        page = house.page(key)
        assert "Disputed: it disagrees with" in page
        assert f"Recorded: disagrees with statement {of}." in part(page)
    assert f"Recorded: statement {one} disagrees with statement {other}." in curator.get(f"/s/{one}").text


def test_a_curator_takes_it_off_again_from_either_side(house: House) -> None:
    curator = house.somebody("C. Urator", "curator")
    one, other = house.ids["for"], house.ids["elsewhere"]
    for side in (one, other):
        free = forms(part(curator.get(f"/s/{one}").text))[-1]
        assert send(curator, free, kind="supersedes", other=str(other), reason="newer").status_code == 303
        shown = part(curator.get(f"/s/{side}").text)
        assert ("Is replaced by" if side == other else "Replaces") in shown
        off = forms(shown)[-1]
        assert off["action"] == f"/s/{side}/unrelate"
        assert send(curator, off, reason="a mistake").status_code == 303
        assert house.relations() == []
        # From either side it is the same relation that is told of.
        assert f"Taken off: statement {one} replaces statement {other}." in curator.get(f"/s/{side}").text


def test_of_two_curators_the_second_is_told_and_keeps_what_they_wrote(house: House) -> None:
    early, late = house.somebody("E. Arly", "curator"), house.somebody("L. Ate", "curator")
    form = forms(part(late.get(f"/s/{house.ids['for']}").text))[0]
    sent = send(early, forms(part(early.get(f"/s/{house.ids['for']}").text))[0], kind="duplicates", reason="one")
    assert sent.status_code == 303
    answer = send(late, form, kind="contradicts", reason="I read them <both>.")
    assert answer.status_code == 409
    shown = part(answer.text)
    assert "Nothing was changed." in shown
    assert "was changed meanwhile" in shown
    assert 'value="I read them &lt;both&gt;."' in shown
    assert '<option value="contradicts" selected>' in shown
    assert [kind for _, _, kind in house.relations()] == ["duplicates"]
    again = forms(shown)[0]
    assert send(late, again, kind="contradicts", reason="I read them both.").status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "contradicts", "other": "9999", "reason": "r"}, "There is no statement 9999."),
        ({"kind": "contradicts", "other": "x", "reason": "r"}, "No other statement was named."),
        ({"kind": "contradicts", "other": "99999999999999999999", "reason": "r"}, "There is no statement"),
        ({"kind": "likes", "reason": "r", "other": "2"}, "“likes” is no relation."),
        ({"kind": "contradicts", "reason": " ", "other": "2"}, "Every change needs its reason."),
        ({"kind": "contradicts", "reason": "r", "other": "1"}, "A statement has no relation to itself."),
        ({"kind": "contradicts", "reason": "r", "other": "6"}, "Statement 6 is withdrawn."),
        ({"kind": "contradicts", "reason": "r", "other": "2", "version": "x"}, "was changed meanwhile"),
    ],
)
def test_what_is_refused_is_said_on_the_page(house: House, typed: dict[str, str], said: str) -> None:
    curator = house.somebody("C. Urator", "curator")
    free = forms(part(curator.get("/s/1").text))[-1]
    answer = send(curator, free, **typed)
    assert answer.status_code >= 400
    assert said in part(answer.text)
    assert house.relations() == []


def test_a_form_without_its_token_changes_nothing(house: House) -> None:
    curator = house.somebody("C. Urator", "curator")
    form = {**forms(part(curator.get("/s/1").text))[0], "csrf_token": "made up"}
    assert send(curator, form, kind="contradicts", reason="r").status_code == 400
    assert house.relations() == []


def test_a_rater_may_not_relate(house: House) -> None:
    rater = house.somebody("R. Ater", "rater")
    assert forms(part(rater.get("/s/1").text)) == []
    token = re.findall(r'name="csrf_token" value="([^"]+)"', rater.get("/account").text)[0]
    for act in ("relate", "unrelate"):
        sent = {"csrf_token": token, "kind": "contradicts", "other": "2", "reason": "r", "version": "1"}
        assert rater.post(f"/s/1/{act}", data=sent).status_code == 403
    assert house.relations() == []


def test_the_command_says_the_same_and_relates(house: House) -> None:
    environment = {"KB_HOME": str(house.home), "KB_ACTOR": "C. Urator"}

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(kb, list(words), env=environment)
        return done.exit_code, done.stdout + done.stderr

    one, other = str(house.ids["for"]), str(house.ids["against"])
    told = json.loads(run("similar", one, "--json")[1])
    assert [(each["statement"]["key"], each["disagrees"]) for each in told["similar"]] == [
        ("against", True),
        ("unsaid", False),
    ]
    assert (told["of"], told["total"], told["disagreeing"], told["more"]) == (int(one), 2, 1, False)
    code, said = run("relate", one, "contradicts", other, "--reason", "They differ.")
    assert code == 0
    assert said.count("Disputed: it disagrees with") == 2
    assert "Recorded: Disagrees with" in run("similar", other)[1]
    code, said = run("relate", other, "contradicts", one, "--reason", "again", "--version", "99")
    assert code != 0
    assert "You sent, for version 99" in said
    code, said = run("relate", other, "contradicts", one, "--remove", "--reason", "a mistake")
    assert code == 0
    assert house.relations() == []
    assert run("similar", "9999")[0] != 0
