"""A statement for machines that read pages: grade and caveats are in the object that has its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from kb import curate
from kb.curate import By, Judgement
from kb.graded import GradedStatement, read
from kb.render.linked_data import linked_data
from kb.store import Store

DAY = date(2026, 11, 23)
ROOT = "https://kb.example"


def linked(store: Store, id_: int) -> tuple[GradedStatement, dict[str, Any]]:
    with store.reading() as session:
        (statement,) = read(session, [id_], DAY)
    return statement, linked_data(statement, ROOT)


def objects(value: object) -> Iterator[dict[str, Any]]:
    """An object, and all in it."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


def test_a_judged_statement_is_a_review_of_a_claim(demo: Store) -> None:
    statement, data = linked(demo, 25)
    assert (data["@context"], data["@type"], data["@id"]) == (
        "https://schema.org",
        "ClaimReview",
        f"{ROOT}/s/25#review",
    )
    assert data["claimReviewed"] == statement.text
    assert data["author"]["name"] == statement.grade.rater
    assert data["datePublished"] == "2026-11-22"
    rating = data["reviewRating"]
    assert rating["name"] == "grade:no-evidence"
    assert rating["alternateName"].startswith("∅ No evidence (GRADE certainty of evidence); direction: not stated")
    assert "ratingValue" not in rating, "a certainty is no measure of truth"
    for caveat in statement.caveats:
        assert caveat.text in data["reviewBody"]


def test_the_words_stand_in_one_object_alone(demo: Store) -> None:
    for id_ in range(1, 67):
        statement, data = linked(demo, id_)
        having = [each for each in objects(data) if statement.text in map(str, each.values())]
        assert having == [data]


def test_a_statement_that_nobody_judged_is_a_claim_and_says_so(store: Store, bring: Callable[..., Any]) -> None:
    bring(store, [{"origin": "made", "key": "a", "text": "Tea helps.", "type": "efficacy"}])
    statement, data = linked(store, 1)
    assert data["@type"] == "Claim"
    assert data["text"] == "Tea helps."
    assert data["abstract"].startswith("? Ungraded: Nobody has judged this evidence yet.")
    for caveat in statement.caveats:
        assert caveat.text in data["abstract"]


def test_a_contradicted_claim_cannot_be_taken_for_a_good_one(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        curate.grade(session, 25, Judgement("high", "contradicts"), by("excellent trials"))
        curate.withdraw(session, 4, By("a curator", "wrong", datetime(2026, 11, 23, tzinfo=UTC)))
    _, data = linked(demo, 25)
    assert "direction: contradicts. The evidence points against the statement." in data["reviewRating"]["alternateName"]
    assert "Warning: The evidence points against this statement." in data["reviewBody"]
    _, data = linked(demo, 4)
    assert data["creativeWorkStatus"] == "withdrawn"
    assert "Warning: Withdrawn: wrong" in data["reviewBody"]


def test_cited_works_say_whether_they_still_stand(demo: Store) -> None:
    _, data = linked(demo, 4)
    assert len(data["citation"]) == 3
    assert all(work["url"].startswith(f"{ROOT}/c/") for work in data["citation"])
    assert json.loads(json.dumps(data)) == data
