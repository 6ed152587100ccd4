"""The read API gives what the pages give, page by page, says when nothing has changed, and tells every problem."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import curate, people, tokens
from kb.curate import By
from kb.drafting import discard, drafts_in
from kb.ingest.batch import Order, import_file
from kb.ingest.undo import undo
from kb.settings import Settings
from kb.store import Store
from tests.web.conftest import NOW, TODAY
from web.api.asked import MOST
from web.api.models import ArticleWithStatements, CitedWork, Findings, Found, Problem, Revisions, Statements
from web.api.statement_models import StatementWithGrades
from web.app import create_app
from web.auditing import audited

API = "/api/v1"
LISTS = {
    f"{API}/search?q=kratom": "statements",
    f"{API}/search?sort=newest": "statements",
    f"{API}/statements": "statements",
    f"{API}/statements?article=kratom-autoimmune&origin=kratom-autoimmune": "statements",
    f"{API}/citations": "citations",
    f"{API}/citations/27": "statements",
    f"{API}/history": "revisions",
    f"{API}/findings": "findings",
}
THINGS = (f"{API}/statements/4", f"{API}/articles/kratom-autoimmune", f"{API}/statements/4/history", f"{API}/articles")


@pytest.fixture(scope="module")
def house(build: Callable[..., tuple[Flask, Store]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo, audited once; tests only read it."""
    app, store = build(tmp_path_factory.mktemp("api"))
    audited(store, app.extensions["caveat"].engine, "an auditor", NOW)
    yield app
    store.close()


@pytest.fixture
def client(house: Flask) -> FlaskClient:
    """A program that reads."""
    return house.test_client()


def address(path: str, **more: object) -> str:
    extra = "&".join(f"{name}={value}" for name, value in more.items() if value is not None)
    return f"{path}{'&' if '?' in path else '?'}{extra}" if extra else path


def walked(client: FlaskClient, path: str, limit: int, between: Callable[[], None] = lambda: None) -> list[Any]:
    """All things of a list, page by page."""
    found: list[Any] = []
    at: str | None = None
    while True:
        answer = client.get(address(path, limit=limit, cursor=at))
        assert answer.status_code == 200, answer.text
        page = answer.json[LISTS[path]]
        assert len(page) <= limit
        found += page
        at = answer.json["next"]
        link = answer.headers.get("Link")
        if at is None:
            assert link is None
            return found
        assert link is not None
        assert link.endswith(f'cursor={at}>; rel="next"')
        if len(found) == len(page):
            assert client.get(link[1 : link.index(">")]).json == client.get(address(path, limit=limit, cursor=at)).json
        between()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [4, 50])
def test_a_list_in_small_pages_is_the_list_in_one(client: FlaskClient, path: str, limit: int) -> None:
    whole = walked(client, path, MOST)
    assert len(whole) > 5
    parts = walked(client, path, limit)
    assert [json.dumps(each, sort_keys=True) for each in parts] == [json.dumps(each, sort_keys=True) for each in whole]


def test_a_statement_is_what_its_page_gives(client: FlaskClient) -> None:
    assert client.get(f"{API}/statements/4").json == client.get("/s/4.json").json
    (first,) = client.get(f"{API}/statements?limit=1").json["statements"]
    assert first == {name: each for name, each in client.get("/s/1.json").json.items() if name != "grades"}
    found = client.get("/search.json?q=liver&type=safety&limit=5").json
    by_api = client.get(f"{API}/search?q=liver&type=safety&limit=5").json
    assert {name: each for name, each in by_api.items() if name != "next"} == found
    assert client.get(f"{API}/articles/kratom-autoimmune").json == client.get("/a/kratom-autoimmune.json").json
    work = client.get(f"{API}/citations/27?limit=200").json
    assert {name: each for name, each in work.items() if name != "next"} == client.get("/c/27.json").json
    findings = client.get(f"{API}/findings?limit=200").json["findings"]
    assert findings == client.get("/audit.json").json["findings"]


@pytest.mark.parametrize(
    ("path", "model"),
    [
        (f"{API}/search?q=liver", Found),
        (f"{API}/search?q=nonsens&grade=grade:low", Found),
        (f"{API}/search?q=kratm", Found),
        (f"{API}/search?q=7-OH+%22x&type=safety", Found),
        (f"{API}/statements?limit=200", Statements),
        (f"{API}/statements/4", StatementWithGrades),
        (f"{API}/articles/kratom-autoimmune", ArticleWithStatements),
        (f"{API}/citations/27", CitedWork),
        (f"{API}/history", Revisions),
        (f"{API}/findings?limit=200", Findings),
        (f"{API}/nothing", Problem),
    ],
)
def test_the_models_name_every_field_there_is(client: FlaskClient, path: str, model: Any) -> None:
    model.model_validate_json(client.get(path).data)


def test_the_rule_of_a_finding_can_be_chosen(client: FlaskClient) -> None:
    every = walked(client, f"{API}/findings", MOST)
    chosen = client.get(f"{API}/findings?rule=C06&limit=200").json["findings"]
    assert chosen == [each for each in every if each["rule"] == "C06"] != []


def test_without_an_audit_there_are_no_findings(demo: Flask) -> None:
    answer = demo.test_client().get(f"{API}/findings")
    assert answer.status_code == 404
    assert "kb audit" in answer.json["cure"]


def test_what_others_add_and_withdraw_meanwhile_is_seen_neither_twice_nor_missed(
    own: tuple[Flask, Store], tmp_path: Path
) -> None:
    app, store = own
    here = app.extensions["caveat"]
    client = app.test_client()
    numbers = iter(range(1000))
    paths = (f"{API}/search?sort=newest", f"{API}/search?q=kratom", f"{API}/statements")

    def somebody_works() -> None:
        number = next(numbers)
        file = tmp_path / f"{number}.jsonl"
        row = {"origin": "new", "key": str(number), "text": f"Kratom kratom {number}.", "type": "safety"}
        file.write_text(json.dumps(row), encoding="utf-8")
        with store.writing() as session:
            import_file(session, Order(file, "statements"), By("a tester", "new", NOW))
        here.catch_up()

    for path in paths:
        there = {each["id"] for each in walked(client, path, MOST)}
        found = [each["id"] for each in walked(client, path, 25, somebody_works)]
        assert len(found) == len(set(found))
        assert there <= set(found)
    every = [each["id"] for each in walked(client, paths[0], MOST)]

    def somebody_withdraws() -> None:
        with store.writing() as session:
            curate.withdraw(session, every.pop(0), By("a tester", "wrong", NOW))
        here.catch_up()

    kept = {*every[20:]}
    found = [each["id"] for each in walked(client, paths[0], 15, somebody_withdraws)]
    assert len(found) == len(set(found))
    assert kept <= set(found)


@pytest.mark.parametrize("path", [*LISTS, *THINGS, f"{API}/openapi.json"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).json == first.json
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert client.head(path, headers={"If-None-Match": "*"}).status_code == 304


def test_a_tag_does_not_outlive_a_change_an_audit_or_the_day(own: tuple[Flask, Store]) -> None:
    app, store = own
    here = app.extensions["caveat"]
    client = app.test_client()
    paths = [f"{API}/statements/4", f"{API}/search?q=kratom", f"{API}/history"]

    def tags() -> list[str]:
        return [client.get(path).headers["ETag"] for path in paths]

    seen = [tags()]
    with store.writing() as session:
        curate.grade(session, 4, curate.Judgement("low"), By("a tester", "reasoned", NOW))
    here.catch_up()
    seen.append(tags())
    audited(store, here.engine, "an auditor", NOW)
    seen.append(tags())
    tomorrow = create_app(here.settings, store, here.engine, today=lambda: TODAY.replace(day=TODAY.day + 1))
    client = tomorrow.test_client()
    seen.append(tags())
    assert len({tag for each in seen for tag in each}) == 4 * len(paths)
    old = client.get(paths[0], headers={"If-None-Match": seen[0][0]})
    assert old.status_code == 200


def problem(answer: TestResponse, status: int) -> Problem:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    said = Problem.model_validate_json(answer.data)
    assert said.status == status
    assert said.cure
    assert said.type == f"/api/docs#problem-{status}"
    assert said.instance == f"#{answer.headers['X-Request-Id']}"
    return said


@pytest.mark.parametrize(
    ("path", "place", "words"),
    [
        ("/search?limit=x", "limit", "integer"),
        ("/search?limit=0", "limit", "greater than or equal to 1"),
        ("/search?limit=201", "limit", "less than or equal to 200"),
        ("/search?sort=beauty", "sort", "relevance"),
        ("/search?synonyms=perhaps", "synonyms", "on"),
        ("/search?grad=low", "grad", "no parameter of this address"),
        ("/search?grade=", "grade", "at least 1"),
        ("/search?" + "&".join(["type=safety"] * 10), "type", "at most 9"),
        ("/search?limit=x&grad=low", "limit, grad", "no parameter"),
        ("/search?cursor=nonsense", "cursor", "not of this list"),
        ("/statements?cursor=WyJzdGF0ZW1lbnRzIiwtMV0", "cursor", "not of this list"),
        ("/statements?cursor=WyJoaXN0b3J5IiwxXQ", "cursor", "not of this list"),
        ("/statements?cursor=%C3%BC", "cursor", "not of this list"),
        ("/history?rule=C06", "rule", "no parameter of this address"),
        ("/citations?page=2", "page", "no parameter of this address"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, path: str, place: str, words: str) -> None:
    said = problem(client.get(API + path), 400)
    assert said.place == place
    assert words in said.detail


def test_a_cursor_is_of_its_own_search(client: FlaskClient) -> None:
    at = client.get(f"{API}/search?q=kratom&limit=2").json["next"]
    assert client.get(f"{API}/search?q=kratom&limit=9&cursor={at}").status_code == 200
    for other in ("q=liver", "q=kratom&type=safety", "q=kratom&sort=newest", "q=kratom&synonyms=off"):
        assert problem(client.get(f"{API}/search?{other}&cursor={at}"), 400).place == "cursor"


@pytest.mark.parametrize(
    "path",
    ["/statements/999999", "/statements/0", "/statements/x", "/statements/99999999999", "/citations/999999", "/x", "/",
     "/articles/unknown", "/statements/999999/history", "/findings?rule=X99"],
)  # fmt: skip
def test_what_is_not_there_is_said(client: FlaskClient, path: str) -> None:
    answer = client.get(API + path)
    problem(answer, 400 if "X99" in path else 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed_through_it(client: FlaskClient, method: str) -> None:
    answer = client.open(f"{API}/statements/4", method=method, json={"text": "x"})
    problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_options_name_the_methods_and_no_other_site_is_let_in(client: FlaskClient) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for answer in (client.options(f"{API}/search", headers=headers), client.get(f"{API}/search", headers=headers)):
        assert answer.status_code == 200
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert set(client.options(f"{API}/search").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_too_much_a_fault_and_a_foreign_host_are_problems_too(
    own: tuple[Flask, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = own[0].extensions["caveat"]
    settings = Settings.read({"KB_HOME": str(tmp_path / "home"), "KB_SEARCH_RATE": "2/minute"})
    client = create_app(settings, own[1], here.engine, today=lambda: TODAY).test_client()
    answers = [client.get(f"{API}/search?limit=1") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    problem(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0
    problem(client.get(f"{API}/statements?q={'x' * 200_000}"), 414)
    problem(client.get(f"{API}/statements", headers={"Host": "elsewhere.example"}), 400)

    def today() -> None:
        raise RuntimeError("secret words")

    broken = create_app(settings, own[1], here.engine, today=today).test_client()  # type: ignore[arg-type]
    assert "secret" not in problem(broken.get(f"{API}/statements"), 500).model_dump_json()


def test_without_an_index_the_search_still_answers_and_bears_no_tag(demo: Flask) -> None:
    here = demo.extensions["caveat"]
    client = create_app(here.settings, here.store, None, today=lambda: TODAY).test_client()
    answer = client.get(f"{API}/search?q=liver&limit=2")
    assert answer.json["by_index"] is False
    assert "ETag" not in answer.headers
    found = [each["id"] for each in walked(client, f"{API}/search?q=kratom", 30)]
    assert len(found) == len(set(found)) > 30


@pytest.fixture
def worked(own: tuple[Flask, Store], tmp_path: Path) -> tuple[FlaskClient, list[int], list[int]]:
    """A house with drafts, and with statements that were taken back with their batch; their numbers."""
    app, store = own
    by = By("a tester", "to see", NOW)
    hidden = []
    for name in ("first", "second"):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"The {name} claim stands here. The {name} other one there.", encoding="utf-8")
        with store.writing() as session:
            batch = import_file(session, Order(file, "article", title=f"The {name}"), by).batch
        assert batch is not None
        with store.writing() as session:
            ids = drafts_in(session, batch_id=batch)
            if name == "first":
                hidden = ids
                undo(session, batch, by)
    with store.writing() as session:
        discard(session, ids[-1], by)
    app.extensions["caveat"].catch_up()
    return app.test_client(), hidden, ids[:-1]


def test_drafts_and_what_was_taken_back_are_nowhere(worked: tuple[FlaskClient, list[int], list[int]]) -> None:
    client, hidden, drafts = worked
    assert hidden
    assert drafts
    for id_ in (*hidden, *drafts):
        for path in (f"{API}/statements/{id_}", f"{API}/statements/{id_}/history"):
            problem(client.get(path), 404)
    told = client.get(f"{API}/history?limit=200")
    subjects = [each["subject"] for each in told.json["revisions"]]
    assert not {f"statement:{id_}" for id_ in (*hidden, *drafts)} & {*subjects}
    assert subjects[0].startswith("statement:"), "the discarded one has a page, which says why"
    for path in ("/history", "/statements?limit=200", "/search?limit=200", "/articles"):
        assert "claim stands here" not in client.get(API + path).text


def test_where_reading_is_private_a_token_opens_it_and_nobody_is_sent_to_a_form(own: tuple[Flask, Store]) -> None:
    app, store = own
    here = app.extensions["caveat"]
    with store.writing() as session:
        by = By("a tester", "to read", NOW)
        people.add(session, "R. Eader", by, roles=())
        expires = datetime.now(UTC).date() + timedelta(days=9)
        secret = tokens.make(session, "R. Eader", "a program", ["read"], expires, by)
    closed = create_app(replace(here.settings, private=True), store, here.engine, today=lambda: TODAY).test_client()
    for path in ("/statements/4", "/openapi.json", "/search?q=liver"):
        refused = closed.get(API + path)
        problem(refused, 401)
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="caveat"'
        problem(closed.get(API + path, headers={"Authorization": "Bearer nonsense"}), 401)
        answer = closed.get(API + path, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
    assert closed.get("/api/docs").headers["Location"].startswith("/sign-in")


def test_the_history_tells_nothing_of_accounts(own: tuple[Flask, Store]) -> None:
    app, store = own
    with store.writing() as session:
        people.add(session, "R. Ater", By("a tester", "to rate", NOW), roles=("rater",))
    told = app.test_client().get(f"{API}/history?limit=200").json["revisions"]
    assert told
    assert not [each for each in told if each["subject"].startswith(("person:", "account:", "token:"))]


def test_the_docs_name_every_address_parameter_and_model(client: FlaskClient) -> None:
    said = client.get(f"{API}/openapi.json").json
    assert said["openapi"].startswith("3.1.")
    page = client.get("/api/docs").text
    assert "https://" not in page.replace("https://json-schema.org", "")
    for path, operations in said["paths"].items():
        assert path in page
        assert set(operations) == {"get"}
        for parameter in operations["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in page
        responses = operations["get"]["responses"]
        assert {"200", "304", "400", "401", "404", "429", "500", "503"} == set(responses)
        for status in ("400", "404", "500"):
            assert list(responses[status]["content"]) == ["application/problem+json"]
        assert "ETag" in responses["200"]["headers"]
    for name in said["components"]["schemas"]:
        assert f'id="model-{name}"' in page
    assert "null" not in json.dumps(said["components"]["securitySchemes"])


def test_every_problem_leads_to_its_explanation(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    assert "&lt;br" not in page
    assert "`" not in page
    for answer in (client.get(f"{API}/x"), client.post(f"{API}/search"), client.get(f"{API}/search?limit=x")):
        assert f'id="{answer.json["type"].partition("#")[2]}"' in page
