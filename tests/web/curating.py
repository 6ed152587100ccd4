"""A small house for the tests of curation in the browser: a few statements, works, caveats, an article with drafts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.open import open_engine
from indexer.sync import sync
from kb import people, sign_in
from kb.graded import GradedStatement, read
from kb.history import statement_history
from kb.ingest.batch import Order, import_file
from kb.settings import Settings
from kb.store import Store, create_store, open_store
from kb.verify import faults
from tests.kb.audit.library import DAY as TODAY
from tests.kb.audit.library import bring, graded, ids, profile, slot, someone, statement, work
from web.app import create_app

TEA = {"population": "adults", "intervention": "tea", "outcome": "pain"}
PROFILE = profile("high", ("imprecision", -1, "few people"))
ROWS = [
    statement("low", "Tea reduces pain.", pico=TEA, grade=graded("low"), slots=[slot("trial")], caveats=["old"]),
    statement("moderate", "Tea eases pain.", pico=TEA, grade=graded("moderate", profile=PROFILE), topics=["tea"]),
    statement("bare", "Tea helps.", slots=[slot(None)]),
    statement("gone", "Tea helped.", grade=graded("low")),
]
WORKS = [
    work("trial", DOI="10.5555/trial", abstract="Tea reduced the pain of most."),
    work("other", DOI="10.5555/other", PMID="123"),
]
CAVEATS = [
    {"code": code, "severity": "caution", "kind": "evidence", "text": f"The {code} caveat."} for code in ("old", "new")
]
TEXT = "Tea may reduce pain, and it may cause nausea. Tea is a plant. Tea may reduce pain in the café.\n\nBuy now."


def fill(folder: Path) -> None:
    """Make a home of these in a folder, with its index."""
    settings = _settings(folder)
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    for kind, rows in (("citations", WORKS), ("caveats", CAVEATS)):
        bring(store, folder / f"{kind}.json", json.dumps(rows), kind)
    bring(store, folder / "rows.jsonl", "".join(f"{json.dumps(row)}\n" for row in ROWS), "statements")
    path = folder / "tea.txt"
    path.write_text(TEXT)
    with store.writing() as session:
        import_file(session, Order(path, "article", title="Tea"), someone())
    engine = open_engine(settings.index_url)
    sync(store, engine)
    engine.close()
    store.close()


def _settings(folder: Path) -> Settings:
    given = {"KB_HOME": str(folder), "KB_PLAIN_HTTP": "1", "KB_WRITE_RATE": "none", "KB_SEARCH_RATE": "none"}
    return Settings.read(given)


class House:
    """An application on a home that was filled."""

    def __init__(self, folder: Path) -> None:
        settings = _settings(folder)
        self.store: Store = open_store(settings.database_url, settings.secret_key())
        self.ids = ids(self.store)
        self.engine = open_engine(settings.index_url)
        self.app: Flask = create_app(settings, self.store, self.engine, today=lambda: TODAY)

    def close(self) -> None:
        self.engine.close()
        self.store.close()

    def shown(self, id_: int) -> GradedStatement:
        with self.store.reading() as session:
            return read(session, [id_], TODAY)[0]

    def last(self, id_: int) -> tuple[str, str, str]:
        """Action, actor and reason of a statement's last revision."""
        with self.store.reading() as session:
            found = statement_history(session, id_)[-1]
            return found.action, found.actor, found.reason

    def holds(self) -> bool:
        """Whether the history still vouches for all that stands."""
        with self.store.reading() as session:
            return not list(faults(session))

    def somebody(self, name: str, *roles: str) -> Desk:
        """A browser in which somebody with these roles is signed in."""
        with self.store.writing() as session:
            people.add(session, name, someone(), roles=roles)
            row = people.account_row(session, name)
            row.must_change = False
            secret = sign_in.begin(session, row.id, datetime.now(UTC))
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = secret
        return Desk(client)


class Desk:
    """A browser in which somebody is signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.text

    def send(self, path: str, **form: object) -> TestResponse:
        """Send a form with its token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/account").text)
        assert token
        return self.client.post(path, data={"reason": "to see", **form, "csrf_token": token[1]})

    def saved(self, path: str, **form: object) -> str:
        """Send a form, and what the next page says of it; fails where it was refused."""
        answer = self.send(path, **form)
        assert answer.status_code == 303, answer.text
        page = self.client.get(answer.headers["Location"])
        assert page.status_code == 200
        return " ".join(re.findall(r'<p role="status">(.*?)</p>', page.text))


def fields(page: str, name: str) -> list[str]:
    """The values with which a form's field stands on a page, in order; of a text area its text."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return inputs + re.findall(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
