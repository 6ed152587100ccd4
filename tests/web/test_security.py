"""What protects the pages: headers, hosts, form tokens, cookies; nothing is inline or loaded from elsewhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.store import Store
from tests.routes import add_route

PAGES = ("/", "/search?q=liver", "/s/4", "/a/kratom-autoimmune", "/c/1", "/legend", "/nope")
ANSWERS = (*PAGES, "/s/4.json", "/s/4.csv", "/healthz", "/static/caveat.css", "/static/nope.css")


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.getlist("Referrer-Policy") == ["same-origin"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<base", page)
    # What is data and no script is not run: tests/web/test_linked_data.py looks at what stands in it.
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', page)
    loaded = re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(each.startswith("/") and not each.startswith("//") for each in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_loads_is_there_and_may_be_kept(client: FlaskClient, path: str) -> None:
    for address in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path).text)):
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_static_file_under_another_mark_is_not_kept(client: FlaskClient) -> None:
    with client.get("/static/caveat.css?v=other") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_own_hosts_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.2", "evil:8000", "[::2]:8000", "a b", ""]
)
@pytest.mark.parametrize("path", ["/", "/s/4.json", "/nope"])
def test_other_hosts_are_refused(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "KB_HOSTS" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_form_without_its_token_is_refused(own: tuple[Flask, Store]) -> None:
    app, _ = own
    add_route(app, "/form", view=lambda: "done", endpoint="form", methods=["POST"])
    answer = app.test_client().post("/form", data={"a": "b"})
    assert answer.status_code == 400
    assert "Load the page again" in answer.text


def test_a_body_that_is_too_large_is_refused(own: tuple[Flask, Store]) -> None:
    app, _ = own
    add_route(app, "/form", view=lambda: "done", endpoint="form", methods=["POST"])
    answer = app.test_client().post("/form", data={"a": "b" * 2_000_000})
    assert answer.status_code == 413


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for path in PAGES:
        assert "Set-Cookie" not in client.get(path).headers


def test_the_cookie_is_for_the_server_alone(demo: Flask) -> None:
    assert demo.config["SESSION_COOKIE_HTTPONLY"]
    assert demo.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert len(demo.config["SECRET_KEY"]) >= 32


def test_an_unchanged_page_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/s/4")
    again = client.get("/s/4", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Cache-Control"] == "no-cache"
