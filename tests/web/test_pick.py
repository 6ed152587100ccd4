"""A statement made of an article's words without scripts: pasted, found in the text, asked about if it is twice."""

from __future__ import annotations

import re

import pytest

from tests.web.curating import TEXT, Desk, House, fields

SEND = "/a/tea/statements"


def test_pasted_words_become_a_published_statement_with_their_span(house: House, desk: Desk) -> None:
    told = desk.saved(SEND, words="in\n the café", text="Tea in the café.", act="publish", topics="tea")
    (id_,) = map(int, re.findall(r"as statement (\d+)", told))
    shown = house.shown(id_)
    assert shown.quote == "in the café"
    assert TEXT[shown.start : shown.end] == "in the café"
    assert (shown.text, shown.topics, shown.grade.level.id) == ("Tea in the café.", ("tea",), "ungraded")
    assert house.last(id_) == ("create", "Cora", "to see")
    assert [each["id"] for each in desk.client.get("/search.json?q=café").get_json()["statements"]] == [id_]
    assert house.holds()


def test_a_picked_place_is_taken_and_the_words_propose_type_and_claim(house: House, desk: Desk) -> None:
    start = TEXT.rindex("Tea may reduce pain")
    desk.saved(SEND, words="Tea may reduce pain", span=f"{start}-{start + 19}", act="draft")
    drafts = desk.get("/a/tea")
    assert f"M{start}-{start + 19}" in drafts
    assert drafts.count("draft, ungraded, not published") == 5


def test_words_that_stand_twice_are_asked_about_and_nothing_typed_is_lost(house: House, desk: Desk) -> None:
    form = {"words": "Tea may reduce pain", "text": "It may.", "topics": "tea", "act": "publish"}
    asked = desk.send(SEND, **form)
    assert asked.status_code == 400
    assert "These words stand there 2 times." in asked.text
    spans = re.findall(r'name="span" value="([0-9]+-[0-9]+)"', asked.text)
    assert [TEXT[slice(*map(int, each.split("-")))] for each in spans] == ["Tea may reduce pain"] * 2
    assert (fields(asked.text, "words"), fields(asked.text, "topics")[0]) == (["Tea may reduce pain"], "tea")
    told = desk.saved(SEND, **form, span=spans[1])
    (id_,) = map(int, re.findall(r"as statement (\d+)", told))
    assert house.shown(id_).start == int(spans[1].partition("-")[0])


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"words": "coffee"}, 400, "do not stand in the article"),
        ({"words": ""}, 400, "do not stand in the article"),
        ({"reason": ""}, 400, "needs its reason"),
        ({"type": "gossip"}, 400, "no claim type"),
        ({"span": "0-5"}, 409, "Other words stand there"),
        ({"span": "0-99999"}, 400, "no place in the text"),
    ],
)
def test_what_is_refused_is_named_and_kept(
    house: House, desk: Desk, wrong: dict[str, str], status: int, said: str
) -> None:
    answer = desk.send(SEND, **{"words": "Buy now", "text": "Typed.", "act": "draft", **wrong})
    assert answer.status_code == status
    assert said in answer.text
    assert "Typed." in fields(answer.text, "text")


def test_every_word_says_where_it_stands_to_curators_only(house: House, desk: Desk) -> None:
    desk.saved(SEND, words="it may cause nausea", act="publish")
    runs = re.findall(r'data-at="(\d+)">([^<]*)<', desk.get("/a/tea"))
    assert runs
    for at, words in runs:
        assert TEXT[int(at) :].startswith(words)
    assert "".join(words for _, words in runs) == TEXT.replace("\n", "")
    assert "data-at" not in house.app.test_client().get("/a/tea").text


def test_a_draft_that_somebody_else_changed_shows_both_and_one_that_is_gone_keeps_what_was_typed(
    house: House, desk: Desk
) -> None:
    id_ = house.ids["gone"] + 1
    form = {"type": "efficacy", "topics": "tea"}
    desk.saved(f"/a/tea/drafts/{id_}", act="save", text="His words.", version=1, **form)
    answer = desk.send(f"/a/tea/drafts/{id_}", act="save", text="My words.", version=1, **form)
    assert answer.status_code == 409
    assert "<blockquote>His words.</blockquote>" in answer.text
    assert "My words." in fields(answer.text, "text")
    assert "2" in fields(answer.text, "version")
    desk.saved(f"/a/tea/drafts/{id_}", act="publish", text="My words.", version=2, **form)
    late = desk.send(f"/a/tea/drafts/{id_}", act="save", text="Too late.", version=2, **form)
    assert late.status_code == 404
    assert "<blockquote>Too late.</blockquote>" in late.text


def test_an_unknown_article_takes_no_statement(desk: Desk) -> None:
    assert desk.send("/a/coffee/statements", words="x", act="draft").status_code == 404
