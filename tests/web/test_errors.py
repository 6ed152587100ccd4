"""Everything that goes wrong is answered in one look, as JSON where JSON was asked for, and gives nothing away."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.open import open_engine
from kb.errors import CaveatLeftBehind, StoreUnavailable
from kb.settings import Settings
from kb.store import Store
from tests.routes import add_route
from web.app import create_app


@pytest.mark.parametrize(
    "path", ["/nope", "/s/9999", "/s/0", "/s/99999999999999999999", "/s/x", "/c/9999", "/a/%ff", "/a/x%00", "/s/1.xml"]
)
def test_what_is_not_there_is_a_page_that_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "does not advise" in answer.text


def test_errors_are_json_where_json_was_asked_for(client: FlaskClient) -> None:
    answer = client.get("/s/9999.json")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["status"] == 404


def test_another_method_is_refused_and_the_right_one_named(client: FlaskClient) -> None:
    answer = client.post("/search")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    for path in ("/", "/search?q=liver", "/s/4", "/s/4.json", "/a/kratom-autoimmune", "/c/1", "/legend", "/healthz"):
        answer = client.head(path)
        assert answer.status_code == 200
        assert answer.data == b""


def without_index(own: tuple[Flask, Store], home: Path) -> FlaskClient:
    """A reader of the same store whose index is not there."""
    settings = Settings.read({"KB_HOME": str(home)})
    return create_app(settings, own[1], open_engine(settings.index_url)).test_client()


def test_without_an_index_the_store_is_searched_and_the_page_says_so(
    own: tuple[Flask, Store], tmp_path: Path, client: FlaskClient
) -> None:
    reader = without_index(own, tmp_path / "elsewhere")
    for query in ("q=liver", "q=joint+function", "q=%22opioid+receptors%22", "q=kratom&grade=grade:low&limit=100"):
        told = reader.get(f"/search.json?{query}").get_json()
        by_index = client.get(f"/search.json?{query}").get_json()
        assert told["by_index"] is False
        assert (told["total"], told["facets"]) == (by_index["total"], by_index["facets"])
        page = reader.get(f"/search?{query}")
        assert page.status_code == 200
        assert "The search index cannot be used just now" in page.text
    assert by_index["by_index"] is True


def test_without_an_index_all_other_pages_work_and_the_service_says_what_is_degraded(
    own: tuple[Flask, Store], tmp_path: Path
) -> None:
    reader = without_index(own, tmp_path / "elsewhere")
    for path in ("/", "/s/4", "/a/kratom-autoimmune", "/c/1", "/legend"):
        assert reader.get(path).status_code == 200
    alive, ready = reader.get("/healthz"), reader.get("/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert (alive.get_json()["status"], ready.get_json()["status"]) == ("degraded", "not ready")
    assert alive.get_json()["index"] == ready.get_json()["index"] == "there is none yet"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CaveatLeftBehind("secret detail"), 500),
        (ValueError("secret detail"), 500),
        (StoreUnavailable("The store is locked.", place="/home/somebody/store"), 503),
    ],
)
def test_a_fault_gives_no_detail_away(own: tuple[Flask, Store], error: Exception, status: int) -> None:
    app, _ = own

    def fail() -> str:
        raise error

    add_route(app, "/fails", view=fail)
    answer = app.test_client().get("/fails")
    assert answer.status_code == status
    assert "secret detail" not in answer.text
    assert "/home/somebody" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_the_service_says_how_it_is(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "statements": 66, "lag": 0}


def test_a_service_in_order_is_ready(client: FlaskClient) -> None:
    told = client.get("/readyz")
    assert told.status_code == 200
    assert {name: told.get_json()[name] for name in ("status", "store", "index", "disk", "lag")} == {
        "status": "ready",
        "store": "ok",
        "index": "ok",
        "disk": "ok",
        "lag": 0,
    }


def test_a_full_disk_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1024))
    told = client.get("/readyz")
    assert told.status_code == 503
    assert told.get_json()["disk"] == "less than 100 MB are free"


def test_a_page_about_a_fault_names_its_line_in_the_log(
    own: tuple[Flask, Store], caplog: pytest.LogCaptureFixture
) -> None:
    app, _ = own

    def fail() -> str:
        raise ValueError("secret detail")

    add_route(app, "/fails", view=fail)
    page = app.test_client().get("/fails", headers={"X-Request-Id": "from-the-proxy"})
    assert "It is there as from-the-proxy." in page.text
    assert page.headers["X-Request-Id"] == "from-the-proxy"
    assert [record.id for record in caplog.records if record.levelname == "ERROR"] == ["from-the-proxy"]  # type: ignore[attr-defined]
