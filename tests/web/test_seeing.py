"""What a service says of itself: a line a request, without the words of searches, and numbers for Prometheus."""

from __future__ import annotations

import json
import logging
import signal

import pytest
from flask.testing import FlaskClient

from tests.running import Caveat


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [vars(record) for record in caplog.records if record.name == "web.logs"]


def test_a_request_is_one_line_with_its_id_duration_hits_and_lag(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/search?q=liver")
    (line,) = lines(caplog)
    assert line["id"] == answer.headers["X-Request-Id"]
    said = {name: line[name] for name in ("method", "path", "status", "hits", "lag", "by_index")}
    assert said == {"method": "GET", "path": "/search", "status": 200, "hits": 33, "lag": 0, "by_index": True}
    assert isinstance(line["ms"], float)


def test_words_of_searches_are_in_no_line_above_debug(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/search?q=hivtest&topic=hivtopic")
    assert "hivt" not in repr([vars(record) for record in caplog.records])
    with caplog.at_level(logging.DEBUG):
        client.get("/search?q=hivtest")
    assert lines(caplog)[-1]["query"] == "q=hivtest"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "é", "a\tb", ""])
def test_an_id_that_is_none_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] != given
    assert len(answer.headers["X-Request-Id"]) == 16


def test_a_refused_request_has_its_line_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/", headers={"Host": "elsewhere.example"})
        client.get("/nowhere" + "x" * 1000)
    assert [line["status"] for line in lines(caplog)] == [400, 404]
    assert len(str(lines(caplog)[1]["path"])) == 200


def test_the_server_writes_json_lines_in_utc(caveat: Caveat) -> None:
    server = caveat.serve(KB_LOG="info")
    server.get("/search?q=hivtest")
    _, said = server.end(signal.SIGTERM)
    events = [json.loads(line) for line in said.splitlines()]
    assert [event["message"] for event in events] == ["serving", "request"]
    assert all(event["at"].endswith("Z") and event["level"] == "INFO" for event in events)
    assert "hivtest" not in said


def test_an_unknown_level_of_the_log_is_refused(caveat: Caveat) -> None:
    assert "KB_LOG" in caveat.run("settings", KB_LOG="loud", code=2).stderr


def test_requests_searches_lag_and_queue_are_counted(client: FlaskClient) -> None:
    def counted(name: str) -> float:
        for line in client.get("/metrics").text.splitlines():
            if line.startswith(name):
                return float(line.rpartition(" ")[2])
        return 0.0

    requests = 'caveat_requests_total{method="GET",route="/search",status="200"}'
    searches = 'caveat_search_seconds_count{by="index"}'
    before = counted(requests), counted(searches)
    client.get("/search?q=liver")
    assert (counted(requests), counted(searches)) == (before[0] + 1, before[1] + 1)
    text = client.get("/metrics").text
    assert "\ncaveat_index_lag 0.0\n" in text
    assert "\ncaveat_queue 0.0\n" in text


def test_addresses_that_somebody_made_up_make_no_numbers_of_their_own(client: FlaskClient) -> None:
    for n in range(20):
        client.get(f"/made-up-{n}")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert 'caveat_requests_total{method="any",route="none",status="404"}' in text
