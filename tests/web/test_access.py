"""Who may do what: every address, asked in every way, by everybody. The table stands here a second time on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.open import open_engine
from indexer.sync import sync
from kb import people, sign_in, tokens
from kb.curate import By
from kb.data import data_folder
from kb.errors import NotAllowed
from kb.ingest.demo import load_demo
from kb.late import Late
from kb.settings import Settings
from kb.store import Store, create_store
from tests.routes import add_route
from web.access import COMMANDS, ROUTES, Need, refuse, refuse_undeclared
from web.app import create_app
from web.cli import kb as group
from web.command_table import Commands, by_name

NOW = datetime.now(UTC)
VALUES = {
    "id_": 4,
    "slug": "kratom-autoimmune",
    "filename": "caveat.css",
    "name": "rater",
    "key": "0123456789abcdef",
    "batch": 99,
    "code": "G01",
    "number": 99,
    "work": "overdue",
}
# In this way or another, everybody gets these, even where reading needs an account.
ALWAYS = {"GET /healthz", "GET /readyz", "GET /static/caveat.css", "GET /sign-in", "POST /sign-in"}
FOR_READERS = {
    "GET /",
    "GET /metrics",
    "GET /search",
    "GET /search.json",
    "GET /search.csv",
    "GET /search/all.csv",
    "GET /search/all.jsonl",
    "GET /search/all.fhir.ndjson",
    "GET /search/all.ris",
    "GET /search/all.csl.json",
    "GET /suggest",
    "GET /suggest.json",
    "GET /map",
    "GET /map.json",
    "GET /map.csv",
    "GET /map.svg",
    "GET /feed.atom",
    "GET /s/4.bib",
    "GET /s/4.ris",
    "GET /s/4.csl.json",
    "GET /search/values",
    "GET /search/values.json",
    "GET /s/4",
    "GET /s/4.json",
    "GET /s/4.csv",
    "GET /s/4/changes",
    "GET /s/4/changes.json",
    "GET /a/kratom-autoimmune",
    "GET /a/kratom-autoimmune.json",
    "GET /a/kratom-autoimmune.csv",
    "GET /a/kratom-autoimmune.jsonl",
    "GET /a/kratom-autoimmune.fhir.ndjson",
    "GET /a/kratom-autoimmune.ris",
    "GET /a/kratom-autoimmune.csl.json",
    "GET /c/4",
    "GET /c/4.json",
    "GET /c/4.csv",
    "GET /legend",
    "GET /legend.json",
    "GET /audit",
    "GET /audit/G01",
    "GET /audit.json",
    "GET /audit.csv",
    "GET /audit.sarif",
    "GET /audit.html",
    "GET /audit/waivers",
    "GET /audit/agreement",
    "GET /audit/agreement.json",
    "GET /audit/agreement.csv",
    "GET /s/4/audit",
    "GET /s/4/what-if",
    "GET /s/4/what-if.json",
    "GET /person/rater",
    "GET /history",
    "GET /history.json",
    "GET /api",
    "GET /api/v1",
    "GET /api/docs",
    "GET /api/v1/openapi.json",
    "GET /api/v1/search",
    "GET /api/v1/statements",
    "GET /api/v1/statements/4",
    "GET /api/v1/statements/4/history",
    "GET /api/v1/articles",
    "GET /api/v1/articles/kratom-autoimmune",
    "GET /api/v1/citations",
    "GET /api/v1/citations/4",
    "GET /api/v1/history",
    "GET /api/v1/findings",
}
FOR_THOSE_SIGNED_IN = {
    "POST /sign-out",
    "GET /account",
    "POST /account/password",
    "POST /account/tokens",
    "POST /account/tokens/4/revoke",
}
FOR_ADMINS = {"GET /people", "POST /people", "POST /people/change", "POST /people/tokens/4/revoke"}
FOR_RATERS = {
    "GET /rate",
    "GET /rate/4",
    "GET /rate/4.json",
    "POST /rate/4",
    "GET /rate/4/consensus",
    "POST /rate/4/consensus",
    "GET /s/4/grade",
    "GET /s/4/grade/worked",
    "POST /s/4/grade",
}
FOR_CURATORS = {
    "POST /a/kratom-autoimmune/publish",
    "POST /a/kratom-autoimmune/drafts/4",
    "POST /a/kratom-autoimmune/statements",
    "GET /merge",
    "POST /merge",
    "GET /s/4/edit",
    "POST /s/4/edit",
    "POST /s/4/edit/split",
    "POST /s/4/edit/withdraw",
    "POST /s/4/edit/slot",
    "GET /s/4/edit/works",
    "POST /s/4/edit/caveat",
    "GET /imports",
    "POST /imports",
    "GET /imports/0123456789abcdef",
    "GET /imports/0123456789abcdef/rejected",
    "POST /imports/0123456789abcdef/check",
    "POST /imports/0123456789abcdef/confirm",
    "POST /imports/0123456789abcdef/discard",
    "POST /imports/batches/99/undo",
    "POST /audit/run",
    "POST /audit/waivers/99/end",
    "POST /s/4/waive",
    "POST /s/4/relate",
    "POST /s/4/unrelate",
    "GET /queue",
    "GET /queue.json",
    "GET /queue/overdue",
    "GET /queue/overdue.json",
    "GET /queue/overdue.csv",
    "POST /queue/drafts/4/publish",
    "POST /s/4/reviewed",
    "POST /flags/99/resolve",
    "GET /search/caveat",
    "POST /search/caveat",
}
FOR_ANY_ROLE = {"POST /s/4/flag", "POST /undo"}
FOR_CURATORS_AND_ADMINS = {
    "GET /misses",
    "GET /misses.json",
    "GET /misses.csv",
    "POST /misses/forget",
    "POST /misses/forget-all",
}
FOR_SOME = FOR_ADMINS | FOR_RATERS | FOR_CURATORS | FOR_CURATORS_AND_ADMINS | FOR_ANY_ROLE
EVERYTHING = ALWAYS | FOR_READERS | FOR_THOSE_SIGNED_IN | FOR_SOME

MAY: dict[str, set[str]] = {
    "nobody": ALWAYS | FOR_READERS,
    "reader": ALWAYS | FOR_READERS | FOR_THOSE_SIGNED_IN,
    "rater": ALWAYS | FOR_READERS | FOR_THOSE_SIGNED_IN | FOR_RATERS | FOR_ANY_ROLE,
    "curator": ALWAYS | FOR_READERS | FOR_THOSE_SIGNED_IN | FOR_CURATORS | FOR_CURATORS_AND_ADMINS | FOR_ANY_ROLE,
    "admin": EVERYTHING - FOR_CURATORS - FOR_RATERS,
    "newcomer": (ALWAYS | FOR_READERS | FOR_THOSE_SIGNED_IN) - {"POST /account/tokens"},
    "disabled": ALWAYS | FOR_READERS,
    "token to read": ALWAYS | FOR_READERS,
    "token to administer": ALWAYS | FOR_READERS | FOR_ADMINS | FOR_CURATORS_AND_ADMINS | FOR_ANY_ROLE,
    "token to administer of a rater": ALWAYS | FOR_READERS,
    "token of somebody disabled": set(),
    "token revoked": set(),
    "token expired": set(),
    "token made up": set(),
}
"""A request with a token that is of no use is refused everywhere but at static files."""
ROLES = {
    "reader": (),
    "rater": ("rater",),
    "curator": ("curator",),
    "admin": ("admin",),
    "newcomer": ("admin", "curator", "rater"),
    "disabled": ("admin", "curator", "rater"),
}


@dataclass
class House:
    """A store with one person of each kind, and their ways in."""

    settings: Settings
    store: Store
    secrets: dict[str, str]

    def app(self, **changed: object) -> Flask:
        return create_app(replace(self.settings, **changed), self.store, open_engine(self.settings.index_url))  # type: ignore[arg-type]

    def client(self, app: Flask, who: str) -> tuple[FlaskClient, dict[str, str]]:
        """A browser of theirs, or the header of their token."""
        client = app.test_client()
        if who.startswith("token"):
            return client, {"Authorization": f"Bearer {self.secrets[who]}"}
        if who == "nobody":
            return client, {}
        with self.store.writing() as session:
            row = people.account_row(session, who)
            kept, row.disabled_at = row.disabled_at, None
            secret = sign_in.begin(session, row.id, datetime.now(UTC))
            row.disabled_at = kept
        with client.session_transaction() as session:
            session["_user_id"] = secret
        return client, {}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    rates = {"KB_SEARCH_RATE": "none", "KB_WRITE_RATE": "none", "KB_PLAIN_HTTP": "1"}
    settings = Settings.read({"KB_HOME": str(home), **rates})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    by = By("a test", "for a test", NOW)
    secrets = {"token made up": "caveat_" + "x" * 43}
    with store.writing() as session:
        load_demo(session, data_folder(), by)
        for who, roles in ROLES.items():
            people.add(session, who, by, roles=roles)
            people.account_row(session, who).must_change = who == "newcomer"
        for label, whose, scopes in (
            ("token to read", "admin", ["read"]),
            ("token to administer", "admin", ["admin"]),
            ("token to administer of a rater", "rater", ["admin"]),
            ("token of somebody disabled", "disabled", ["admin"]),
            ("token revoked", "admin", ["admin"]),
        ):
            secrets[label] = tokens.make(session, whose, label, scopes, NOW.date() + timedelta(days=9), by)
        (revoked,) = (each.id for each in tokens.tokens(session) if each.label == "token revoked")
        tokens.revoke(session, revoked, by)
        then = By("a test", "for a test", NOW - timedelta(days=9))
        secrets["token expired"] = tokens.make(session, "admin", "old", ["admin"], then.at.date(), then)
        people.disable(session, "disabled", by)
    engine = open_engine(settings.index_url)
    sync(store, engine)
    engine.close()
    yield House(settings, store, secrets)
    store.close()


def asked(app: Flask) -> set[str]:
    """Every address with each method that it takes, as in the table."""
    found = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda each: str(VALUES[each[1]]), rule.rule)
        found |= {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def let_in(answer: TestResponse) -> bool:
    """Whether an answer is of the page itself, whatever it thinks of what was sent, and no refusal to this person."""
    to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    refused = answer.status_code in (401, 403) and "do not go together" not in answer.text
    assert answer.status_code < 500
    return not to_sign_in and not refused


def test_the_table_names_every_address(house: House) -> None:
    assert asked(house.app()) == EVERYTHING


@pytest.mark.parametrize("private", [False, True], ids=["open", "private"])
@pytest.mark.parametrize("who", MAY)
def test_everybody_may_do_what_is_theirs_and_nothing_else(house: House, who: str, private: bool) -> None:
    app = house.app(private=private)
    app.extensions["csrf"].protect = lambda: None
    expected = MAY[who] - FOR_READERS if private and who in ("nobody", "disabled") else MAY[who]
    allowed = set()
    for each in sorted(EVERYTHING):
        method, path = each.split(" ")
        client, headers = house.client(app, who)
        with client.open(path, method=method, headers=headers, data={"reason": "to see"}) as answer:
            if let_in(answer):
                allowed.add(each)
    assert allowed - {"GET /static/caveat.css"} == expected - {"GET /static/caveat.css"}
    assert "GET /static/caveat.css" in allowed


@pytest.mark.parametrize("who", ["nobody", "rater", "admin"])
def test_without_a_form_token_nothing_is_changed_for_anybody(house: House, who: str) -> None:
    app = house.app()
    for each in sorted(EVERYTHING):
        method, path = each.split(" ")
        client, _ = house.client(app, who)
        if method == "POST":
            answer = client.post(path, data={"reason": "to see"})
            assert answer.status_code == 400 if each in MAY[who] else not let_in(answer)


def test_a_token_needs_no_form_token_and_brings_no_cookie_to_power(house: House) -> None:
    app = house.app()
    client, _ = house.client(app, "admin")
    administer = {"Authorization": f"Bearer {house.secrets['token to administer']}"}
    reading = {"Authorization": f"Bearer {house.secrets['token to read']}"}
    form = {"name": "nobody known", "act": "disable", "reason": "to see"}
    assert client.post("/people/change", data=form, headers=administer).status_code == 404
    assert client.post("/people/change", data=form, headers=reading).status_code == 403
    for useless in ("Bearer nonsense", "Basic YWRtaW46cHc=", "Bearer", ""):
        refused = client.post("/people/change", data=form, headers={"Authorization": useless})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_somebody_who_is_not_signed_in_is_sent_to_the_form_and_a_program_told(house: House) -> None:
    reader = house.app(private=True).test_client()
    assert reader.get("/search?q=liver").headers["Location"] == "/sign-in?next=%2Fsearch%3Fq%3Dliver"
    assert reader.get("/search?q=liver", headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith("/sign-in")
    told = reader.get("/search.json?q=liver")
    assert (told.status_code, told.get_json()["error"]["status"]) == (401, 401)
    assert told.headers["WWW-Authenticate"] == 'Bearer realm="caveat"'
    assert "liver" not in told.text
    for path in ("/feed.atom", "/map.svg", "/map.csv", "/s/4.bib", "/s/4.ris"):
        assert reader.get(path).status_code == 401, path


def test_an_address_that_nobody_declared_does_not_start() -> None:
    refuse_undeclared(ROUTES, ROUTES)
    with pytest.raises(RuntimeError, match=r"feeds\.atom"):
        refuse_undeclared([*ROUTES, "feeds.atom"], ROUTES)
    with pytest.raises(RuntimeError, match=r"legend\.page"):
        refuse_undeclared([each for each in ROUTES if each != "legend.page"], ROUTES)


def test_an_address_that_came_later_and_was_not_declared_is_closed(house: House) -> None:
    app = house.app()
    app.add_url_rule("/later", "later", lambda: "words")
    answer = app.test_client().get("/later")
    assert answer.status_code == 500
    assert "words" not in answer.text
    app = house.app()
    add_route(app, "/open", lambda: "open", Need.READING, endpoint="open")
    assert app.test_client().get("/open").text == "open"


def test_every_command_is_declared_and_asks() -> None:
    found = [words for name, each in group.commands.items() for words, _ in by_name(name, each)]
    assert sorted(found) == sorted(COMMANDS)
    assert {words for words, need in COMMANDS.items() if need is Need.RATER} == {"grade", "rate"}
    assert {words for words, need in COMMANDS.items() if need is Need.CURATOR} == {
        "import",
        "undo",
        "withdraw",
        "publish",
        "waive",
        "unwaive",
        "relate",
    }
    changing = {words for words in COMMANDS if words.startswith(("user ", "token ")) and not words.endswith(" list")}
    assert {words for words, need in COMMANDS.items() if need is Need.ADMIN} == changing


def test_a_command_that_nobody_declared_is_not_given_out() -> None:
    some = Commands({"legend": Late("web.commands.starting:settings_")})
    with pytest.raises(RuntimeError, match="kb legend"):
        some["legend"]
    with pytest.raises(RuntimeError, match="kb index legend"):
        some["index"] = click.Group("index", commands={"legend": click.Command("legend", callback=print)})
    assert list(some) == ["legend"]


RunKb = Callable[..., "tuple[int, str]"]


@pytest.fixture
def kb(house: House, tmp_path: Path) -> RunKb:
    """Runs a command on the house for an actor: its exit code, and what it said on standard error."""

    def run(actor: str, *words: str) -> tuple[int, str]:
        done = CliRunner().invoke(group, ["--home", str(house.settings.home), "--actor", actor, *words])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stderr

    return run


GRADE = ("grade", "25", "--level", "low", "--reason", "to see")
WITHDRAW = ("withdraw", "9999", "--reason", "to see")
LET_IN = ("user", "role", "nobody known", "--give", "rater")


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        ("reader", ()),
        ("rater", (GRADE,)),
        ("curator", (WITHDRAW,)),
        ("admin", (LET_IN,)),
        ("disabled", ()),
        ("somebody at the machine", (GRADE, WITHDRAW, LET_IN)),
    ],
)
def test_a_command_asks_for_the_role_of_its_actor(kb: RunKb, actor: str, may: tuple[tuple[str, ...], ...]) -> None:
    for words in (GRADE, WITHDRAW, LET_IN):
        code, said = kb(actor, *words)
        refused = "with the role" in said or "is disabled" in said
        assert refused == (words not in may), said
        assert code == 2 if refused else True


@pytest.mark.parametrize(("roles", "told"), [({"admin"}, "give it to yourself"), ({"curator"}, "An admin can give it")])
def test_who_lacks_a_role_is_told_where_it_is_given(roles: set[str], told: str) -> None:
    who = people.Account(1, "Ann", None, frozenset(roles), must_change=False, disabled=False)
    with pytest.raises(NotAllowed) as refused:
        refuse(Need.RATER, who, private=False, by_token=False)
    assert told in refused.value.cure
    assert "/people" in refused.value.cure
