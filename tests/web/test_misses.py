"""What readers search and do not find is noted without them, waits for nobody, and is listed for curators as gaps."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from indexer.search import SearchRequest
from kb import misses, people, sign_in
from kb.curate import By
from kb.misses import Gap, gaps
from kb.settings import Settings
from kb.store import Store, create_store, open_store
from tests.running import Caveat
from tests.web.conftest import NOW, TODAY, application
from web.app import create_app
from web.cli import kb
from web.links import SearchAddress
from web.misses import MOST_HELD, Misses
from web.searching import run

KEY = b"a key for tests"
MISSING = "zeppelin dust"


class House:
    """Caveat with its own data, with people of each role; what was noted is written when a test asks."""

    def __init__(self, home: Path) -> None:
        self.app, self.store = application(home)
        self.home = home
        self.app.config["SESSION_COOKIE_SECURE"] = False
        self.held: Misses = self.app.extensions["caveat"].misses
        with self.store.writing() as session:
            for who, roles in (("rater", ["rater"]), ("curator", ["curator"]), ("admin", ["admin"]), ("reader", [])):
                people.add(session, who, By("a test", "for a test", NOW), roles=roles)
                people.account_row(session, who).must_change = False

    def client(self, who: str = "nobody", app: Flask | None = None) -> FlaskClient:
        client = (app or self.app).test_client()
        if who != "nobody":
            with self.store.writing() as session:
                secret = sign_in.begin(session, people.account_row(session, who).id, datetime.now(UTC))
            with client.session_transaction(base_url="https://localhost") as kept:
                kept["_user_id"] = secret
        return client

    def gaps(self) -> list[Gap]:
        """What is kept, with what was held written down."""
        self.held.flush()
        with self.store.reading() as session:
            return gaps(session)

    def words(self) -> dict[str, int]:
        return {each.query: each.count for each in self.gaps()}


@pytest.fixture(scope="module")
def house_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("misses") / "home")
    yield made
    made.store.close()


@pytest.fixture
def house(house_: House) -> House:
    """The one house, with nothing noted."""
    house_.held.forget_all()
    with house_.store.writing() as session:
        misses.forget_all(session)
    return house_


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of an empty store."""
    create_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}", KEY).close()
    return tmp_path / "empty.sqlite3"


def opened(path: Path) -> Store:
    """The store in a file, as one more process has it."""
    return open_store(f"sqlite:///{path}", KEY)


def get(client: FlaskClient, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers, base_url="https://localhost")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_search_that_finds_nothing_is_noted_by_words_day_and_count_and_the_reader_is_told(house: House) -> None:
    reader = house.client()
    assert "noted as missing here" in get(reader, "/search?q=Zeppelin++DUST")
    get(reader, f"/search.json?q={MISSING}")
    get(reader, f"/?q={MISSING}")
    assert house.gaps() == [Gap(MISSING, 3, TODAY, TODAY)]


@pytest.mark.parametrize("who", ["reader", "rater"])
def test_who_is_signed_in_and_fills_no_gaps_is_a_reader_like_all(house: House, who: str) -> None:
    get(house.client(who), f"/search?q={MISSING}")
    assert house.words() == {MISSING: 1}


@pytest.mark.parametrize(
    "query",
    [
        "q=liver",
        "q=",
        "",
        "q=%3F%3F",
        f"q={MISSING}&page=2",
        f"q={MISSING}&type=efficacy",
        f"q={MISSING}&synonyms=off",
        f"q={MISSING}&without=kratom",
        "q=ann%40zeppelin.example",
        "q=zeppelin+0151+234+567",
        "q=-kratom+-statement+-zeppelin",
    ],
)
def test_what_is_no_gap_is_not_noted_and_nobody_is_told_that_it_was(house: House, query: str) -> None:
    page = get(house.client(), f"/search?{query}")
    get(house.client(), f"/search.json?{query}")
    assert "noted" not in page
    assert house.words() == {}


def test_neither_typing_nor_those_who_fill_gaps_nor_a_head_request_is_counted(house: House) -> None:
    get(house.client(), f"/search?q={MISSING}", **{"HX-Request": "true"})
    get(house.client("curator"), f"/search?q={MISSING}")
    get(house.client("admin"), f"/search.json?q={MISSING}")
    house.client().head(f"/search?q={MISSING}")
    assert house.words() == {}


def test_what_was_read_without_the_index_is_not_noted(house: House) -> None:
    app = create_app(Settings.read({"KB_HOME": str(house.home)}), house.store, None, today=lambda: TODAY)
    assert "noted" not in get(house.client(app=app), f"/search?q={MISSING}")
    app.extensions["caveat"].misses.flush()
    assert house.words() == {}


def test_switched_off_nothing_is_noted_and_the_page_says_so(house: House) -> None:
    get(house.client(), f"/search?q={MISSING}")
    assert house.words() == {MISSING: 1}
    settings = Settings.read({"KB_HOME": str(house.home), "KB_MISSES": "off"})
    engine = house.app.extensions["caveat"].engine
    app = create_app(settings, house.store, engine, today=lambda: TODAY)
    assert "noted" not in get(house.client(app=app), "/search?q=zeppelin")
    app.extensions["caveat"].misses.flush()
    assert house.words() == {MISSING: 1}
    page = get(house.client("curator", app), "/misses")
    assert "KB_MISSES is off" in page
    assert MISSING in page
    assert json.loads(get(house.client("curator", app), "/misses.json"))["noted"] is False


def filled(house: House) -> None:
    day = TODAY - timedelta(days=3)
    with house.store.writing() as session:
        misses.add(session, {"liver": 2, MISSING: 4, "=cmd()": 1, "<b>bold</b>": 1}, day)
        misses.add(session, {MISSING: 3}, TODAY)


@pytest.mark.parametrize("who", ["curator", "admin"])
def test_the_page_lists_the_gaps_with_their_days_and_shows_which_are_closed(house: House, who: str) -> None:
    filled(house)
    page = get(house.client(who), "/misses")
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.S)]
    assert [" ".join(row.split()) for row in rows] == [
        "zeppelin dust 7 nothing 2026-11-20 2026-11-23 Forget zeppelin dust",
        "liver 2 33 2026-11-20 2026-11-20 Forget liver",
        "&lt;b&gt;bold&lt;/b&gt; 1 nothing 2026-11-20 2026-11-20 Forget &lt;b&gt;bold&lt;/b&gt;",
        "=cmd() 1 nothing 2026-11-20 2026-11-20 Forget =cmd()",
    ]
    assert 'href="/search?q=zeppelin+dust"' in page
    assert "KB_MISSES=off" in page
    assert "A name cannot be told from other words" in page
    assert 'href="/misses">Gaps</a>' in page


@pytest.mark.parametrize("who", ["nobody", "reader", "rater"])
def test_nobody_else_sees_them_or_is_led_there(house: House, who: str) -> None:
    filled(house)
    client = house.client(who)
    for address in ("/misses", "/misses.json", "/misses.csv"):
        answer = client.get(address, base_url="https://localhost")
        assert answer.status_code in (303, 401, 403)
        assert MISSING not in answer.text
    assert "/misses" not in get(client, "/search")


def test_json_and_csv_say_the_same_page_by_page_and_a_spreadsheet_runs_nothing(house: House) -> None:
    filled(house)
    client = house.client("curator")
    first = json.loads(get(client, "/misses.json?limit=3"))
    second = json.loads(get(client, "/misses.json?limit=3&page=2"))
    assert (first["total"], first["pages"], first["page"], second["page"]) == (4, 2, 1, 2)
    told = [*first["gaps"], *second["gaps"]]
    assert told[0] == {
        "query": MISSING,
        "count": 7,
        "first": "2026-11-20",
        "last": "2026-11-23",
        "found": 0,
        "url": "/search?q=zeppelin+dust",
    }
    read = list(csv.DictReader(io.StringIO(get(client, "/misses.csv"))))
    assert [row["query"].removeprefix("'") for row in read] == [each["query"] for each in told]
    assert [row["found"] for row in read] == ["0", "33", "0", "0"]
    assert "'=cmd()" in {row["query"] for row in read}
    for odd in ("?page=0", "?page=x&limit=-1", "?page=99999999999", "?limit=99999"):
        assert "Searched and not found" in get(client, f"/misses{odd}")
    assert 'href="/misses?page=2&amp;limit=3"' in get(client, "/misses?limit=3")
    assert "There is no page 9." in get(client, "/misses?page=9")
    assert "Nobody has searched for anything that was not found" not in get(client, "/misses?page=9")


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("who", ["curator", "admin"])
def test_one_search_is_forgotten_wherever_it_is_held_and_then_all(house: House, who: str) -> None:
    filled(house)
    get(house.client(), f"/search?q={MISSING}")
    client = house.client(who)
    token = form_token(get(client, "/misses"))

    def send(where: str, **form: str) -> int:
        headers = {"Referer": "https://localhost/misses"}
        data = {"csrf_token": token, **form}
        return client.post(where, data=data, headers=headers, base_url="https://localhost").status_code

    assert send("/misses/forget", words=MISSING) == 303
    assert MISSING not in house.words()
    assert len(house.words()) == 3
    assert send("/misses/forget", words=MISSING) == 303
    assert "It was forgotten already." in get(client, "/misses")
    assert send("/misses/forget", words=" ") == 400
    assert send("/misses/forget-all", csrf_token="nonsense") == 400
    assert len(house.words()) == 3
    get(house.client(), f"/search?q={MISSING}")
    assert send("/misses/forget-all") == 303
    assert house.words() == {}
    assert "Nobody has searched for anything that was not found" in get(client, "/misses")


def test_a_list_without_an_index_says_that_nothing_was_counted(house: House) -> None:
    filled(house)
    app = create_app(Settings.read({"KB_HOME": str(house.home)}), house.store, None, today=lambda: TODAY)
    assert "not counted" in get(house.client("curator", app), "/misses")
    assert {each["found"] for each in json.loads(get(house.client("curator", app), "/misses.json"))["gaps"]} == {None}


def test_the_command_lists_and_forgets(house: House) -> None:
    filled(house)

    def said(*words: str) -> str:
        done = CliRunner().invoke(kb, ["--home", str(house.home), "misses", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    assert said("--limit", "2").splitlines() == [
        "     7  zeppelin dust  (2026-11-20 to 2026-11-23, finds nothing today)",
        "     2  liver  (2026-11-20, finds 33 today)",
    ]
    assert [each["query"] for each in json.loads(said("--json"))["gaps"]][:2] == [MISSING, "liver"]
    assert said("--csv").startswith("query,count,first,last,found,url\nzeppelin dust,7,2026-11-20,2026-11-23,0,/search")
    assert said("--forget", "Zeppelin  dust") == "It is forgotten.\n"
    assert said("--forget", "Zeppelin dust") == "No such search is kept.\n"
    assert said("--forget-all") == "3 searches are forgotten.\n"
    assert house.words() == {}


@pytest.fixture
def miss(house: House) -> Callable[..., bool]:
    """Notes a search with these words, in what is given to hold it, as a page of Caveat had it."""
    with house.app.test_request_context("/search"):
        results = run(SearchAddress(MISSING))

    def note(held: Misses, words: str) -> bool:
        return held.note(replace(results, request=SearchRequest(words)))

    return note


def test_what_two_processes_write_adds_up(path: Path, miss: Callable[..., bool]) -> None:
    both = [opened(path), opened(path)]
    held = [Misses(store, lambda: TODAY) for store in both]
    for each in (*held, held[0]):
        assert miss(each, MISSING)
    writing = [Thread(target=each.flush) for each in held]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    miss(held[1], MISSING)
    for each in held:
        each.flush()
    with both[0].reading() as session:
        assert gaps(session) == [Gap(MISSING, 4, TODAY, TODAY)]
    for store in both:
        store.close()


def test_a_locked_store_makes_no_reader_wait_and_is_written_to_when_it_is_free(
    path: Path, miss: Callable[..., bool], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store.BUSY_SECONDS", 0)
    store = opened(path)
    held = Misses(store, lambda: TODAY)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            assert miss(held, MISSING)
            with caplog.at_level(logging.INFO):
                held.flush()
        other.execute("ROLLBACK")
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert MISSING not in caplog.text
    held.flush()
    with store.reading() as session:
        assert gaps(session) == [Gap(MISSING, 2, TODAY, TODAY)]
    store.close()


def test_a_store_that_cannot_be_written_to_is_only_told_to_the_log(
    path: Path, miss: Callable[..., bool], caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(path)
    store.close()
    event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    held = Misses(store, lambda: TODAY)
    assert miss(held, MISSING)
    held.flush()
    assert "cannot be written now: " in caplog.text
    assert "The store cannot be written to." in caplog.text
    assert MISSING not in caplog.text
    store.close()


def test_the_end_of_a_process_does_not_wait_for_whoever_locks_the_store(
    path: Path, miss: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.misses.SECONDS_TO_END", 0.05)
    store = opened(path)
    held = Misses(store, lambda: TODAY, seconds=3600)
    held.start()
    assert miss(held, MISSING)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held.stop()
        other.execute("ROLLBACK")
    held._thread.join(60)
    with store.reading() as session:
        assert gaps(session) == [Gap(MISSING, 1, TODAY, TODAY)]
    store.close()


def test_a_store_that_cannot_be_read_is_only_told_to_the_log(
    path: Path, miss: Callable[..., bool], caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE search_miss")
    held = Misses(store, lambda: TODAY)
    assert miss(held, MISSING)
    held.flush()
    assert "cannot be written now" in caplog.text
    store.close()


def test_memory_holds_a_thousand_searches_and_counts_those_on(path: Path, miss: Callable[..., bool]) -> None:
    store = opened(path)
    held = Misses(store, lambda: TODAY)
    several = [f"{'z' * (1 + at // 26)} {chr(97 + at % 26)}" for at in range(MOST_HELD)]
    assert all(miss(held, words) for words in several)
    assert not miss(held, "one too many")
    assert miss(held, several[0])
    held.flush()
    assert miss(held, "one too many")
    with store.reading() as session:
        assert misses.how_many(session) == MOST_HELD
        assert gaps(session, limit=1)[0].query == several[0]
    store.close()


def test_a_search_counts_for_the_day_it_was_made_on_and_old_ones_go_without_new_ones(
    path: Path, miss: Callable[..., bool]
) -> None:
    store, today = opened(path), [TODAY]
    held = Misses(store, lambda: today[0])
    miss(held, MISSING)
    today[0] += timedelta(days=1)
    miss(held, MISSING)
    held.flush()
    with store.reading() as session:
        assert gaps(session) == [Gap(MISSING, 2, TODAY, TODAY + timedelta(days=1))]
    today[0] = TODAY + timedelta(days=401)
    off = Misses(store, lambda: today[0], on=False)
    assert not miss(off, MISSING)
    off.flush()
    with store.reading() as session:
        assert [each.first for each in gaps(session)] == [TODAY + timedelta(days=1)]
    store.close()


def test_the_thread_writes_now_and_then_and_once_more_at_the_end(path: Path, miss: Callable[..., bool]) -> None:
    store, asked = opened(path), Event()

    def today() -> date:
        asked.set()
        return TODAY

    held = Misses(store, today, seconds=0.01)
    held.start()
    assert asked.wait(60)
    held.stop()
    late = Misses(store, lambda: TODAY, seconds=3600)
    late.start()
    miss(late, MISSING)
    late.stop()
    with store.reading() as session:
        assert gaps(session) == [Gap(MISSING, 1, TODAY, TODAY)]
    Misses(store, today).stop()
    store.close()


def test_what_two_workers_noted_is_there_when_they_have_ended(caveat: Caveat) -> None:
    server = caveat.serve("--workers", "2")
    for _ in range(6):
        assert server.json("/search.json?q=zeppelin+dust")["total"] == 0
    server.process.terminate()
    assert server.process.wait(60) == 0
    told = json.loads(caveat.run("misses", "--json").stdout)
    assert [(each["query"], each["count"]) for each in told["gaps"]] == [(MISSING, 6)]
    caveat.run("verify")


def test_what_is_forgotten_while_it_is_being_written_does_not_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(house.client(), f"/search?q={MISSING.replace(' ', '+')}")
    taken, go_on = Event(), Event()
    honest = house.held._write

    def slow(held: object) -> None:
        taken.set()
        assert go_on.wait(10)
        honest(held)  # type: ignore[arg-type]

    monkeypatch.setattr(house.held, "_write", slow)
    flushing = Thread(target=house.held.flush)
    flushing.start()
    assert taken.wait(10)

    def forget() -> None:
        house.held.forget(MISSING)
        with house.store.writing() as session:
            misses.forget(session, MISSING)

    forgetting = Thread(target=forget)
    forgetting.start()
    time.sleep(0.1)
    go_on.set()
    flushing.join(10)
    forgetting.join(10)
    assert house.words() == {}
