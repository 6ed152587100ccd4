"""The data in a statement's page can be read by machines and never runs, whatever a statement says."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import curate
from kb.curate import By
from kb.store import Store
from tests.web.conftest import NOW

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def test_a_statements_page_has_one_object_of_data_and_the_past_has_none(client: FlaskClient) -> None:
    (found,) = SCRIPT.findall(client.get("/s/25").text)
    assert json.loads(found)["@id"] == "http://localhost/s/25#review"
    assert SCRIPT.findall(client.get("/s/25?as_of=2026-11-23").text) == []


@pytest.mark.parametrize(
    "words", ["a </script><script>alert(1)</script> b", "<!-- <script> x", "\u2028 ]]> &lt; ' \" \\", "a </SCRIPT > b"]
)
def test_no_words_end_the_data_or_begin_a_script(own: tuple[Flask, Store], words: str) -> None:
    app, store = own
    with store.writing() as session, curate.changing(session, 25, "reword", By("a test", "to see", NOW)) as row:
        row.text = words
    page = app.test_client().get("/s/25").text
    (found,) = SCRIPT.findall(page)
    assert json.loads(found)["claimReviewed"] == words
    assert "<" not in found
    assert len(re.findall(r"<script\b", page, re.IGNORECASE)) == 4


def test_each_form_of_a_citation_is_a_file_with_a_name(client: FlaskClient) -> None:
    page = client.get("/s/25").text
    for ending, kind in {
        "bib": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
        "csl.json": "application/vnd.citationstyles.csl+json",
    }.items():
        assert f'href="/s/25.{ending}"' in page
        answer = client.get(f"/s/25.{ending}")
        assert answer.mimetype == kind
        assert answer.headers["Content-Disposition"] == f"attachment; filename=caveat-statement-25.{ending}"
        assert "http://localhost/s/25?version=1" in answer.text
        assert client.get(f"/s/99999.{ending}").status_code == 404
