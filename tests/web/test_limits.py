"""What comes too long, too large or too often is refused with the reason, and a slow client is in nobody's way."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.open import open_engine
from kb.errors import InputError
from kb.settings import Settings
from kb.store import Store
from tests.routes import add_route
from tests.running import PATIENCE, Caveat
from web.app import create_app
from web.bodies import LARGEST_BODY
from web.limits import LONGEST_QUERY_STRING, rate


@pytest.fixture
def limited(own: tuple[Flask, Store], tmp_path: Path) -> Callable[..., FlaskClient]:
    """A reader of an application with these settings."""

    def make(**settings: str) -> FlaskClient:
        read = Settings.read({"KB_HOME": str(tmp_path / "home"), **settings})
        return create_app(read, own[1], open_engine(read.index_url)).test_client()

    return make


def test_searches_beyond_the_rate_are_told_when_to_come_again(limited: Callable[..., FlaskClient]) -> None:
    reader = limited(KB_SEARCH_RATE="3/minute")
    answers = [reader.get(path) for path in ("/search?q=liver", "/search.json?q=liver", "/search.csv?q=liver")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    for path in ("/search?q=liver", "/search.json?q=liver"):
        refused = reader.get(path)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "Wait a second" in reader.get("/search").text
    assert reader.get("/search.json").get_json()["error"]["status"] == 429


def test_a_map_counts_as_several_searches_and_a_feed_as_one(limited: Callable[..., FlaskClient]) -> None:
    reader = limited(KB_SEARCH_RATE="12/minute")
    asked = ("/map", "/feed.atom", "/search", "/map.svg", "/search")
    assert [reader.get(path).status_code for path in asked] == [200, 200, 200, 429, 429]
    assert limited(KB_SEARCH_RATE="3/minute").get("/map.json").status_code == 200


def test_other_pages_and_other_addresses_are_not_held_up(limited: Callable[..., FlaskClient]) -> None:
    reader = limited(KB_SEARCH_RATE="1/minute")
    assert [reader.get("/search").status_code for _ in range(2)] == [200, 429]
    assert reader.get("/s/4").status_code == 200
    assert reader.get("/healthz").status_code == 200
    assert reader.get("/search", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


def test_changes_have_a_rate_of_their_own(own: tuple[Flask, Store], limited: Callable[..., FlaskClient]) -> None:
    reader = limited(KB_WRITE_RATE="2/minute")
    app = reader.application

    def change() -> str:
        return "changed"

    add_route(app, "/change", view=change, methods=["GET", "POST"])
    app.extensions["csrf"].protect = lambda: None
    assert [reader.post("/change").status_code for _ in range(3)] == [200, 200, 429]
    assert [reader.get("/change").status_code for _ in range(5)] == [200] * 5


def test_none_is_no_limit(limited: Callable[..., FlaskClient]) -> None:
    reader = limited(KB_SEARCH_RATE="none")
    assert {reader.get("/search?limit=1").status_code for _ in range(150)} == {200}


@pytest.mark.parametrize("text", ["often", "10", "/minute", "10/fortnight"])
def test_a_rate_that_is_none_names_its_setting_and_the_cure(text: str) -> None:
    with pytest.raises(InputError, match=r"KB_SEARCH_RATE: .* is no rate\. Write for example"):
        rate("KB_SEARCH_RATE", text)


def test_an_address_longer_than_any_search_needs_is_refused_as_414(client: FlaskClient) -> None:
    long = client.get("/search?q=" + "x" * LONGEST_QUERY_STRING)
    assert long.status_code == 414
    assert "Search for fewer words" in long.text
    assert client.get("/search?q=" + "%F0%9F%A7%AA" * 10_000).status_code == 200


def test_a_form_larger_than_a_megabyte_is_refused_as_413(own: tuple[Flask, Store]) -> None:
    app, _ = own
    add_route(app, "/change", view=lambda: "changed", endpoint="changed", methods=["POST"])
    large = app.test_client().post("/change", data={"text": "x" * LARGEST_BODY})
    assert large.status_code == 413
    assert "one megabyte" in large.text


def test_what_is_larger_still_is_refused_before_it_is_read(caveat: Caveat) -> None:
    server = caveat.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(b"POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 300_000 + b"\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.0 431 ")


def test_clients_that_never_finish_their_request_hold_no_thread(caveat: Caveat) -> None:
    server = caveat.serve("--threads", "2")
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(50)]
    try:
        for each in slow:
            each.sendall(b"POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nonly a part")
        began = time.monotonic()
        assert server.json("/search.json?q=liver")["total"] == 33
        assert time.monotonic() - began < PATIENCE / 10
    finally:
        for each in slow:
            each.close()
