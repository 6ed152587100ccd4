"""The pages of a file that was sent say no statement's words without its grade and caveats, whatever the file holds."""

from __future__ import annotations

import json
import threading
from io import BytesIO

import pytest
from flask import Flask

from tests.exits.library import REJECTED, STATEMENTS, TracedLibrary
from tests.exits.pieces import leaks, seen
from tests.exits.walk import form_token, signed_in
from tests.running import PATIENCE

NOTICES = json.dumps({"retractions": {"10.5555/sound": "10.5555/notice"}}).encode()
TABLE = "no,claim,sure\n" + "".join(f"N{each.number},{each.words},low\n" for each in STATEMENTS)


@pytest.mark.parametrize(
    ("name", "kind", "falls"),
    [
        (REJECTED, "statements", False),
        ("statements.jsonl", "statements", False),
        ("statements.jsonl", "caveats", False),
        ("table.csv", "", False),
        ("notices.json", "retractions", True),
    ],
)
def test_no_page_of_a_sent_file_shows_words_alone(
    app: Flask, library: TracedLibrary, name: str, kind: str, falls: bool
) -> None:
    contents = {"table.csv": TABLE.encode(), "notices.json": NOTICES}
    content = contents.get(name) or (library.settings.home / name).read_bytes()
    client = signed_in(app)
    always = {"csrf_token": form_token(client)}
    sent = client.post("/imports", data={"file": (BytesIO(content), name), "kind": kind, **always})
    address = sent.headers["Location"]
    shown: set[int] = set()
    for act in ("", "/check", "/confirm"):
        if act:
            client.post(address + act, data={"kind": kind, **always})
        for each in threading.enumerate():
            if each.name.endswith(" a file"):
                each.join(PATIENCE)
        for page in (address, "/imports"):
            answer = client.get(page)
            assert answer.status_code == 200
            assert leaks(f"GET {page} of {name}", "text/html", answer.text, list(answer.headers)) == []
            shown |= seen(answer.text)
    assert bool(shown) == falls
    client.post(f"{address}/discard", data=always)
