"""A browser in which somebody with some roles is signed in, for tests of pages that change something."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.curate import By
from kb.store import Store


class Desk:
    """One person's browser; forms are sent with the token that its pages carry."""

    def __init__(self, app: Flask, store: Store, name: str, *roles: str) -> None:
        self.name = name
        now = datetime.now(UTC)
        with store.writing() as session:
            people.add(session, name, By("a test", "for a test", now), roles=roles)
            row = people.account_row(session, name)
            row.must_change = False
            secret = sign_in.begin(session, row.id, now)
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as kept:
            kept["_user_id"] = secret

    def page(self, path: str) -> str:
        """The page at a path, whatever its status."""
        return self.client.get(path).text

    def send(self, path: str, **form: object) -> TestResponse:
        """What a form sent to a path brings."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page("/account"))
        assert token, "nobody is signed in"
        return self.client.post(path, data={**form, "csrf_token": token[1]})

    def done(self, path: str, **form: object) -> str:
        """The page to which a form leads that was taken; fails where it was refused."""
        answer = self.send(path, **form)
        assert answer.status_code == 303, answer.text
        return self.page(answer.headers["Location"])


def offered(page: str) -> dict[str, str]:
    """What the Undo button beside a message sends; fails where there is none."""
    found = re.search(
        r'<form class="row undo".*?name="(changes|batch)" value="([^"]+)".*?name="back" value="([^"]*)"', page
    )
    assert found, "no undo is offered"
    return {found[1]: found[2], "back": found[3]}
