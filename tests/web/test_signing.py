"""Signing in and out, one's own page and the administrator's, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.curate import By
from kb.settings import Settings
from kb.store import Store, create_store
from web.app import create_app
from web.pages.signing import local

GOOD = "strange mud battery giraffe"
HTTPS = "https://localhost"


pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    settings = Settings.read({"KB_HOME": str(tmp_path / "home"), "KB_WRITE_RATE": "none"})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    with store.writing() as session:
        by = By("a test", "for a test", datetime.now(UTC))
        for name, roles in (("A. Dmin", ["admin"]), ("R. Ater", ["rater"])):
            people.add(session, name, by, email=f"{name[0]}@example.org", roles=roles)
            people.change_password(session, name, GOOD, by)
    yield settings, store
    store.close()


@pytest.fixture
def app(house: tuple[Settings, Store]) -> Flask:
    return create_app(*house)


class Person:
    """Somebody with a browser, over https."""

    def __init__(self, app: Flask) -> None:
        self.browser: FlaskClient = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path, base_url=HTTPS)

    def send(self, path: str, form_at: str | None = None, **form: object) -> TestResponse:
        page = self.get(form_at or path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        sent = {**form, "csrf_token": token[1] if token else ""}
        return self.browser.post(path, base_url=HTTPS, headers={"Referer": HTTPS + "/"}, data=sent)

    def sign_in(self, name: str = "R. Ater", password: str = GOOD, **more: object) -> TestResponse:
        return self.send("/sign-in", name=name, password=password, **more)

    @property
    def is_in(self) -> bool:
        return self.get("/account").status_code == 200


@pytest.fixture
def person(app: Flask) -> Person:
    return Person(app)


def test_the_cookie_is_for_this_host_over_https_and_out_of_reach_of_scripts(person: Person) -> None:
    answer = person.sign_in()
    (cookie,) = (each for each in answer.headers.getlist("Set-Cookie") if "caveat=" in each)
    assert cookie.startswith("__Host-caveat=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_setting_lets_the_cookie_travel_over_plain_http(house: tuple[Settings, Store]) -> None:
    app = create_app(replace(house[0], plain_http=True), house[1])
    answer = app.test_client().get("/sign-in")
    assert answer.headers["Set-Cookie"].startswith("caveat=")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


def test_over_plain_http_from_elsewhere_the_form_says_that_it_cannot_work(house: tuple[Settings, Store]) -> None:
    app = create_app(replace(house[0], hosts=(*house[0].hosts, "evidence.example")), house[1])
    assert "KB_PLAIN_HTTP" in app.test_client().get("/sign-in", base_url="http://evidence.example").text
    assert "KB_PLAIN_HTTP" not in app.test_client().get("/sign-in", base_url="http://localhost:8000").text
    assert "KB_PLAIN_HTTP" not in app.test_client().get("/sign-in", base_url="https://evidence.example").text


def test_what_a_session_held_before_is_gone_after_signing_in(person: Person) -> None:
    person.get("/sign-in")
    with person.browser.session_transaction(base_url=HTTPS) as session:
        session["planted"] = "by somebody"
        before = session["csrf_token"]
    person.sign_in()
    with person.browser.session_transaction(base_url=HTTPS) as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        first = session["_user_id"]
    person.sign_in()
    person.send("/sign-out", "/account")
    person.sign_in()
    with person.browser.session_transaction(base_url=HTTPS) as session:
        assert session["_user_id"] != first


def test_a_wrong_and_an_unknown_name_are_answered_alike(app: Flask) -> None:
    wrong = Person(app).sign_in("R. Ater", "wrong")
    unknown = Person(app).sign_in("R. Eter", "wrong")
    assert (wrong.status_code, unknown.status_code) == (403, 403)

    def plain(page: TestResponse) -> str:
        return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text).replace("R. Eter", "R. Ater")

    assert plain(wrong) == plain(unknown)
    assert "do not go together" in wrong.text
    assert 'value="wrong"' not in wrong.text


def test_too_many_attempts_are_told_to_wait_whichever_worker_they_reach(house: tuple[Settings, Store]) -> None:
    workers = [Person(create_app(*house)), Person(create_app(*house))]
    answers = [workers[number % 2].sign_in(password="wrong") for number in range(sign_in.MOST_FOR_BOTH + 1)]
    assert [each.status_code for each in answers] == [*[403] * sign_in.MOST_FOR_BOTH, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert workers[0].sign_in().status_code == 429


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/search?q=liver", "/search?q=liver"),
        ("/s/4#c", "/s/4#c"),
        ("", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/a\n//evil.example", "/"),
        ("\t//evil.example", "/"),
        ("http:/evil.example", "/"),
        ("/%2f/evil.example", "/%2f/evil.example"),
        ("http://[::1", "/"),
        ("//[", "/"),
    ],
)
def test_from_the_form_it_goes_on_only_to_this_server(wanted: str, led: str) -> None:
    assert local(wanted) == led


def test_after_signing_in_the_wanted_page_is_shown(person: Person) -> None:
    assert person.sign_in(next="/search?q=liver").headers["Location"] == "/search?q=liver"
    assert person.get("/sign-in?next=//evil.example").headers["Location"] == "/"


def test_signing_out_is_for_good_and_clears_what_the_browser_kept(person: Person, app: Flask) -> None:
    person.sign_in()
    with person.browser.session_transaction(base_url=HTTPS) as session:
        copied = dict(session)
    answer = person.send("/sign-out", "/account")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not person.is_in
    thief = Person(app)
    with thief.browser.session_transaction(base_url=HTTPS) as session:
        session.update(copied)
    assert not thief.is_in
    assert person.browser.get("/sign-out", base_url=HTTPS).status_code == 405


def test_what_is_shown_to_somebody_signed_in_is_kept_nowhere(person: Person) -> None:
    assert person.get("/legend").headers["Cache-Control"] == "no-cache"
    person.sign_in()
    for path in ("/legend", "/account", "/search", "/search.json"):
        answer = person.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_a_new_password_ends_every_other_sign_in_and_rotates_this_one(person: Person, app: Flask) -> None:
    elsewhere = Person(app)
    elsewhere.sign_in()
    person.sign_in()
    new = "another mud battery giraffe"
    for old, first, second, said in (
        ("wrong", new, new, "present password is not right"),
        (GOOD, new, new + "x", "passwords differ"),
        (GOOD, "short", "short", "at least 12"),
        (GOOD, "password1234", "password1234", "too weak"),
    ):
        refused = person.send("/account/password", "/account", old=old, new=first, again=second)
        assert refused.status_code == 400
        assert said in refused.text
        assert "Nothing was changed." in refused.text
    assert elsewhere.is_in
    assert person.send("/account/password", "/account", old=GOOD, new=new, again=new).status_code == 303
    assert person.is_in
    assert not elsewhere.is_in
    assert elsewhere.sign_in().status_code == 403
    assert elsewhere.sign_in(password=new).status_code == 303


def test_guesses_at_the_present_password_are_counted(person: Person) -> None:
    person.sign_in()
    for _ in range(sign_in.MOST_FOR_BOTH):
        person.send("/account/password", "/account", old="wrong", new=GOOD, again=GOOD)
    assert person.send("/account/password", "/account", old=GOOD, new=GOOD, again=GOOD).status_code == 429


def test_somebody_new_chooses_a_password_before_anything_else(app: Flask) -> None:
    admin, newcomer = Person(app), Person(app)
    admin.sign_in("A. Dmin")
    shown = admin.send("/people", name="N. Ew", role=["admin"], reason="joins")
    (secret,) = re.findall(r"<code>([a-z0-9-]{23})</code>", shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    assert newcomer.sign_in("N. Ew", secret, next="/people").headers["Location"] == "/account"
    assert "Choose a password of your own" in newcomer.get("/account").text
    assert "Make a token" not in newcomer.get("/account").text
    assert newcomer.get("/people").status_code == 403
    assert newcomer.send("/account/tokens", "/account", label="t", expires="2099-01-01").status_code == 403
    new = "another mud battery giraffe"
    newcomer.send("/account/password", "/account", old=secret, new=new, again=new)
    assert newcomer.get("/people").status_code == 200


def test_an_administrator_changes_what_others_may_do(app: Flask) -> None:
    admin, rater = Person(app), Person(app)
    admin.sign_in("A. Dmin")
    rater.sign_in()
    change = {"name": "R. Ater", "reason": "to see"}
    assert admin.send("/people/change", "/people", **change, act="roles", role=["curator", "rater"]).status_code == 303
    assert "You are curator, rater." in rater.get("/account").text
    assert admin.send("/people/change", "/people", **change, act="disable").status_code == 303
    assert not rater.is_in
    assert rater.sign_in().status_code == 403
    admin.send("/people/change", "/people", **change, act="enable")
    reset = admin.send("/people/change", "/people", **change, act="reset")
    (secret,) = re.findall(r"<code>([a-z0-9-]{23})</code>", reset.text)
    assert rater.sign_in().status_code == 403
    assert rater.sign_in(password=secret).status_code == 303
    admin.send("/people/change", "/people", **change, act="forget")
    assert "R@example.org".casefold() not in admin.get("/people").text
    for form, said in (
        ({**change, "act": "explode"}, "nothing that can be done"),
        ({"name": "R. Ater", "reason": " ", "act": "disable"}, "needs its reason"),
        ({"name": "A. Dmin", "reason": "r", "act": "disable"}, "Nobody would be left"),
        ({"name": "nobody", "reason": "r", "act": "disable"}, "Nobody called"),
    ):
        refused = admin.send("/people/change", "/people", **form)
        assert refused.status_code in (400, 404, 409)
        assert said in refused.text


def test_a_token_is_shown_once_and_revoked_by_its_owner_or_an_administrator(app: Flask) -> None:
    admin, rater = Person(app), Person(app)
    admin.sign_in("A. Dmin")
    rater.sign_in()
    shown = rater.send("/account/tokens", "/account", label="nightly", scope=["read", "rate"], expires="2026-12-31")
    if shown.status_code == 400:  # the day is past when this is run later
        today = datetime.now(UTC).date().isoformat()
        shown = rater.send("/account/tokens", "/account", label="nightly", scope=["read", "rate"], expires=today)
    (secret,) = re.findall(r"caveat_[\w-]+", shown.text)
    assert secret not in rater.get("/account").text
    assert "nightly" in rater.get("/account").text
    assert "nightly" in admin.get("/people").text
    program = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/legend", headers=program).status_code == 200
    assert admin.send("/account/tokens/1/revoke", "/account").status_code == 404, "not the admin's own"
    assert admin.send("/people/tokens/1/revoke", "/people").status_code == 303
    assert app.test_client().get("/legend", headers=program).status_code == 401
    assert rater.send("/account/tokens", "/account", label="nightly", expires="soon").status_code == 400


def test_a_persons_page_shows_what_they_did_and_their_sign_ins_to_themselves_only(app: Flask) -> None:
    admin, rater, reader = Person(app), Person(app), Person(app)
    admin.sign_in("A. Dmin")
    rater.sign_in()
    assert "sign-in" in rater.get("/person/R. Ater").text
    assert "sign-in" in admin.get("/person/R. Ater").text
    public = reader.get("/person/R. Ater")
    assert public.status_code == 200
    assert ">sign-in<" not in public.text
    assert reader.get("/person/R. Eter").status_code == 404
    assert "@" not in public.text


def test_proxies_are_believed_when_they_are_named_and_only_then(house: tuple[Settings, Store]) -> None:
    told = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evidence.example"}
    named = replace(house[0], proxies=("10.0.0.0/8",), hosts=(*house[0].hosts, "evidence.example"))

    def asked(settings: Settings, remote: str, headers: dict[str, str] = told) -> tuple[str, str, str]:
        app, seen = create_app(settings, house[1]), []

        @app.before_request
        def look() -> None:
            from flask import request

            seen.append((str(request.remote_addr), request.scheme, request.host))

        app.test_client().get("/legend", headers=headers, environ_overrides={"REMOTE_ADDR": remote})
        return seen[0]

    assert asked(named, "10.1.2.3") == ("203.0.113.7", "https", "evidence.example")
    assert asked(named, "192.0.2.5") == ("192.0.2.5", "http", "localhost")
    assert asked(house[0], "10.1.2.3") == ("10.1.2.3", "http", "localhost")
    forged = {"X-Forwarded-For": "1.1.1.1, 203.0.113.7, 10.9.9.9"}
    assert asked(named, "10.1.2.3", forged)[0] == "203.0.113.7"
    assert asked(named, "10.1.2.3", {"X-Forwarded-For": "nonsense"})[0] == "10.1.2.3"
    assert asked(named, "10.1.2.3", {})[0] == "10.1.2.3"


def test_a_rate_is_counted_for_the_client_and_not_for_the_proxy(house: tuple[Settings, Store]) -> None:
    app = create_app(replace(house[0], proxies=("10.0.0.5/32",), search_rate="2/minute"), house[1])

    def status(client: str) -> int:
        headers = {"X-Forwarded-For": client}
        return (
            app.test_client().get("/search", headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.5"}).status_code
        )

    assert [status("203.0.113.7") for _ in range(3)] == [200, 200, 429]
    assert status("203.0.113.8") == 200
