"""`/merge`: statements side by side, one of them goes on or a new one takes the place of all; drafts too."""

from __future__ import annotations

import pytest

from tests.web.curating import Desk, House, fields


def form(house: House, *ids: int, **more: object) -> dict[str, object]:
    versions = {f"version-{id_}": house.shown(id_).version for id_ in ids}
    return {"id": [str(id_) for id_ in ids], "keep": ids[0], "type": "efficacy", **versions, **more}


def test_published_ones_stand_side_by_side_with_what_differs(house: House, desk: Desk) -> None:
    low, moderate = house.ids["low"], house.ids["moderate"]
    page = desk.get(f"/merge?id={low}&id={moderate}")
    assert "They are graded differently." in page
    assert page.count("goes on</label>") == 2
    assert fields(page, "text") == ["Tea reduces pain."]
    assert fields(page, "topics") == ["tea"]


def test_one_goes_on_with_its_grade_only_if_somebody_says_so(house: House, desk: Desk) -> None:
    low, moderate = house.ids["low"], house.ids["moderate"]
    sent = form(house, low, moderate, text="Tea reduces pain.", topics="tea", outcome="pain", intervention="tea")
    refused = desk.send("/merge", **sent)
    assert refused.status_code == 400
    assert "Say whether the grade stands" in refused.text
    assert house.shown(low).version == 1
    told = desk.saved("/merge", **sent, stands="yes")
    assert f"Merged into statement {low}: {moderate} withdrawn." in told
    assert (house.shown(low).grade.level.id, house.shown(low).topics) == ("low", ("tea",))
    assert (house.shown(moderate).state, house.shown(moderate).grade.level.id) == ("withdrawn", "moderate")
    assert f'href="/s/{moderate}"' in desk.get(f"/s/{low}")
    assert house.holds()


def test_or_a_new_one_takes_the_place_of_all(house: House, desk: Desk) -> None:
    low, moderate = house.ids["low"], house.ids["moderate"]
    desk.saved("/merge", **form(house, low, moderate, text="Tea acts on pain.", stands="no"))
    made = max(house.shown(moderate).relations, key=lambda each: each.other_id).other_id
    assert (house.shown(made).text, house.shown(made).grade.level.id) == ("Tea acts on pain.", "ungraded")
    assert {house.shown(each).state for each in (low, moderate)} == {"withdrawn"}
    assert [each["id"] for each in desk.client.get("/search.json?q=acts+pain").get_json()["statements"]] == [made]


def test_words_that_were_filled_in_do_not_stay_where_another_goes_on(house: House, desk: Desk) -> None:
    low, moderate = house.ids["low"], house.ids["moderate"]
    page = desk.get(f"/merge?id={low}&id={moderate}")
    (words,) = fields(page, "text")
    (whose,) = fields(page, "words_of")
    other = moderate if int(whose) == low else low
    sent = form(house, low, moderate, text=words, words_of=whose, stands="yes") | {"keep": other}
    refused = desk.send("/merge", **sent)
    assert refused.status_code == 400
    assert f"and statement {other} goes on" in refused.text
    assert fields(refused.text, "text") == [house.shown(other).text] != [words]
    assert fields(refused.text, "words_of") == [str(other)]
    assert {house.shown(each).version for each in (low, moderate)} == {1}
    desk.saved("/merge", **sent | {"words_of": other})  # they were typed again, and are meant
    assert house.shown(other).text == words


def test_where_one_was_changed_meanwhile_all_stand_as_they_are_and_the_words_typed_are_kept(
    house: House, desk: Desk
) -> None:
    low, bare = house.ids["low"], house.ids["bare"]
    sent = form(house, low, bare, text="Mine.", stands="yes")
    desk.saved(f"/s/{bare}/edit/slot", version=1, position=1, act="save", note="a trial of tea")
    answer = desk.send("/merge", **sent)
    assert answer.status_code == 409
    assert "as they are stored now" in answer.text
    assert "a trial of tea" in answer.text
    assert fields(answer.text, "text") == ["Mine."]
    assert fields(answer.text, f"version-{bare}") == ["2"]
    desk.saved("/merge", **form(house, low, bare, text="Mine.", stands="yes"))
    assert house.shown(low).text == "Mine."


def test_drafts_are_merged_and_say_what_they_are(house: House, desk: Desk) -> None:
    first, second, *_ = range(house.ids["gone"] + 1, house.ids["gone"] + 5)
    page = desk.get(f"/merge?id={first}&id={second}")
    assert page.count("draft, ungraded, not published") == 3
    told = desk.saved("/merge", **form(house, first, second, text="Tea is a plant that may reduce pain."))
    assert f"Merged into statement {first}" in told
    assert "a plant that may reduce pain" in desk.get("/a/tea")
    assert house.holds()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?id=1", 400),
        ("?id=1&id=1", 400),
        ("?id=1&id=9999", 404),
        ("?id=x&id=-1", 400),
        ("?id=1" + "&id=2" * 9, 200),
    ],
)
def test_what_cannot_be_merged_is_said(house: House, desk: Desk, query: str, status: int) -> None:
    assert desk.client.get(f"/merge{query}").status_code == status


def test_a_withdrawn_one_is_not_merged_and_too_many_are_not(house: House, desk: Desk) -> None:
    gone = house.ids["gone"]
    desk.saved(f"/s/{gone}/edit/withdraw", version=1)
    assert desk.client.get(f"/merge?id=1&id={gone}").status_code == 409
    assert desk.client.get("/merge?" + "&".join(f"id={n}" for n in range(1, 30))).status_code == 400
    assert desk.send("/merge", **form(house, house.ids["low"], house.ids["bare"], keep=77, text="x")).status_code == 400
