"""`/s/ID/edit` without scripts: words, slots, caveats, split and withdrawal, none lost to a conflict."""

from __future__ import annotations

import re

import pytest

from kb.claims import GRADE_STANDS
from tests.web.curating import Desk, House, fields


def words(house: House, key: str, **changed: object) -> dict[str, object]:
    """The form of the words as it stands, with some of them changed."""
    shown = house.shown(house.ids[key])
    said = {name: getattr(shown, name) or "" for name in ("text", "type", "version", "population", "intervention")}
    return {**said, "comparator": "", "outcome": shown.outcome or "", "topics": ", ".join(shown.topics), **changed}


def test_an_ungraded_statement_is_reworded_and_found_by_its_new_words(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    told = desk.saved(f"/s/{id_}/edit", **words(house, "bare", text="Tea soothes.", topics="tea, leaves"))
    assert f"Statement {id_} is saved." in told
    assert house.shown(id_).topics == ("leaves", "tea")
    assert house.last(id_) == ("edit", "Cora", "to see")
    assert [each["id"] for each in desk.client.get("/search.json?q=soothes").get_json()["statements"]] == [id_]
    assert house.holds()


def test_a_graded_claim_is_not_changed_before_somebody_says_what_becomes_of_the_grade(house: House, desk: Desk) -> None:
    id_, form = house.ids["low"], words(house, "low", text="Tea cures pain.")
    refused = desk.send(f"/s/{id_}/edit", **form)
    assert refused.status_code == 400
    assert "given to other words" in refused.text
    assert fields(refused.text, "text")[0] == "Tea cures pain."
    assert house.shown(id_).text == "Tea reduces pain."
    desk.saved(f"/s/{id_}/edit", **form, same="yes")
    assert (house.shown(id_).text, house.shown(id_).grade.level.id) == ("Tea cures pain.", "low")
    assert house.last(id_)[0] == GRADE_STANDS


def test_another_claim_becomes_a_statement_of_its_own_without_a_grade(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    told = desk.saved(f"/s/{id_}/edit", **words(house, "low", text="Tea cures pain."), same="no")
    made = int(re.findall(r"as statement (\d+)", told)[0])
    new, old = house.shown(made), house.shown(id_)
    assert (new.text, new.grade.level.id, new.state) == ("Tea cures pain.", "ungraded", "published")
    assert (old.text, old.grade.level.id, old.state) == ("Tea reduces pain.", "low", "withdrawn")
    assert [slot.citation.key for slot in new.slots if slot.citation] == ["trial"]
    assert "old" in {each.code for each in new.caveats}
    assert "withdrawn" in desk.get(f"/s/{id_}/edit")
    assert house.holds()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"reason": " "}, "needs its reason"), ({"text": " "}, "no claim"), ({"type": "gossip"}, "no claim type")],
)
def test_what_is_refused_is_named_and_what_was_typed_is_kept(
    house: House, desk: Desk, wrong: dict[str, str], said: str
) -> None:
    id_ = house.ids["bare"]
    answer = desk.send(f"/s/{id_}/edit", **words(house, "bare", topics="<b>kept</b>", **wrong))
    assert answer.status_code == 400
    assert said in answer.text
    assert "&lt;b&gt;kept&lt;/b&gt;" in answer.text
    assert house.shown(id_).version == 1


def test_where_somebody_was_faster_both_versions_stand_on_the_page_and_nothing_is_lost(
    house: House, desk: Desk
) -> None:
    id_ = house.ids["bare"]
    form = words(house, "bare", text="Tea is mine.", outcome="sleep")
    house.somebody("Otto", "curator").saved(f"/s/{id_}/edit", **words(house, "bare", text="Tea is his."))
    answer = desk.send(f"/s/{id_}/edit", **form)
    assert answer.status_code == 409
    assert fields(answer.text, "text")[0] == "Tea is mine."
    assert fields(answer.text, "outcome") == ["sleep"]
    conflict = answer.text[answer.text.index("What is stored now") :]
    assert "Tea is his." in conflict
    assert "by Otto on" in conflict
    assert '<p class="aside stored" id="stored-text"><strong>Stored now:</strong> Tea is his.</p>' in answer.text
    assert "<strong>Stored now:</strong> nothing" in answer.text
    assert 'id="stored-type"' not in answer.text
    assert set(fields(answer.text, "version")) == {"2"}
    desk.saved(f"/s/{id_}/edit", **form | {"version": 2})
    assert house.shown(id_).text == "Tea is mine."


def test_a_form_that_names_no_version_changes_nothing(house: House, desk: Desk) -> None:
    form = words(house, "bare", text="Tea.")
    del form["version"]
    assert desk.send(f"/s/{house.ids['bare']}/edit", **form).status_code == 409


def test_words_that_another_page_offers_are_filled_in_and_not_saved(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    page = desk.get(f"/s/{id_}/edit")
    assert "GRADE guidance 26 allows: “Tea may reduce pain in adults.”" in page
    (link,) = re.findall(rf'href="(/s/{id_}/edit\?text=[^"]+)"', page)
    offered = desk.get(link.partition("#")[0])
    assert fields(offered, "text")[0] == "Tea may reduce pain in adults."
    assert "Nothing is saved yet" in offered
    assert house.shown(id_).version == 1


def test_a_slot_is_filled_by_pasting_a_doi(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    form = {"version": 1, "position": 1, "work": "https://doi.org/10.5555/TRIAL", "stance": "supports", "act": "save"}
    told = desk.saved(f"/s/{id_}/edit/slot", **form, quote="reduced the pain", locator="p. 3")
    assert "Slot 1 is saved. The quotation stands in the work’s abstract." in told
    (slot,) = house.shown(id_).slots
    assert slot.citation is not None
    assert (slot.citation.key, slot.stance, slot.locator) == ("trial", "supports", "p. 3")
    assert house.last(id_) == ("slot", "Cora", "to see")
    told = desk.saved(f"/s/{id_}/edit/slot", version=2, position=1, act="empty", note="a larger trial", quote="x")
    assert "wanted" in told
    (slot,) = house.shown(id_).slots
    assert (slot.citation, slot.note, slot.quote) == (None, "a larger trial", None)


@pytest.mark.parametrize(
    ("note", "kept"), [("a larger trial", None), ("a larger trial, still", "a larger trial, still")]
)
def test_what_was_wanted_of_a_slot_goes_when_it_is_filled(
    house: House, desk: Desk, note: str, kept: str | None
) -> None:
    id_ = house.ids["bare"]
    desk.saved(f"/s/{id_}/edit/slot", version=1, position=1, act="empty", note="a larger trial")
    filled = {"position": 1, "work": "10.5555/trial", "stance": "supports", "act": "save"}
    desk.saved(f"/s/{id_}/edit/slot", version=2, **filled, note=note)
    assert house.shown(id_).slots[0].note == kept
    desk.saved(f"/s/{id_}/edit/slot", version=3, position=1, act="save", stance="supports", note="table 2")
    desk.saved(f"/s/{id_}/edit/slot", version=4, position=1, act="save", stance="qualifies", note="table 2")
    assert house.shown(id_).slots[0].note == "table 2"


def test_a_work_that_is_not_known_is_made_of_what_is_typed_and_says_what_was_not_compared(
    house: House, desk: Desk
) -> None:
    id_ = house.ids["low"]
    form = {"version": 1, "work": "10.5555/fresh", "stance": "refutes", "act": "save"}
    asked = desk.send(f"/s/{id_}/edit/slot", **form)
    assert asked.status_code == 400
    assert "No citation with the DOI 10.5555/fresh is known here" in asked.text
    assert 'value="10.5555/fresh"' in asked.text
    without = {**form, "stance": ""}
    both = "Choose also how the work stands to the statement."
    assert both not in asked.text
    assert both in desk.send(f"/s/{id_}/edit/slot", **without).text
    desk.saved(f"/s/{id_}/edit/slot", **form, citation="new", title="A fresh trial", author="Doe J", compared="title")
    work = house.shown(id_).slots[-1].citation
    assert work is not None
    assert (work.title, set(work.unchecked)) == ("A fresh trial", {"author", "DOI"})
    assert house.holds()


def test_a_work_cited_already_is_told_and_cited_twice_only_where_that_is_meant(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    form = {"version": 1, "work": "10.5555/trial", "stance": "supports", "act": "save"}
    refused = desk.send(f"/s/{id_}/edit/slot", **form)
    assert refused.status_code == 400
    assert "Slot 1 cites this work already." in refused.text
    assert len(house.shown(id_).slots) == 1
    desk.saved(f"/s/{id_}/edit/slot", **form, twice="1")
    assert len(house.shown(id_).slots) == 2


def test_what_is_known_is_shown_while_typing_and_by_a_button(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    for typed in ("10.5555/other", "PMID 123", "10.5555/trial", "The work trial"):
        assert 'name="citation"' in desk.get(f"/s/{id_}/edit/works?work={typed.replace(' ', '+')}"), typed
    assert "Slot 1 cites it already" in desk.get(f"/s/{id_}/edit/works?work=10.5555/trial")
    assert "names no work here" in desk.get(f"/s/{id_}/edit/works?work=doi:nonsense")
    assert desk.get(f"/s/{id_}/edit/works?work=").strip() == ""
    looked = desk.send(f"/s/{id_}/edit/slot", act="look", work="the work OTHER", quote="kept", version=1)
    assert looked.status_code == 200
    assert "This is the one you typed." in looked.text
    assert fields(looked.text, "quote")[-1] == "kept"
    assert house.shown(id_).version == 1


def test_a_title_that_two_works_could_have_is_asked_about(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    form = {"version": 1, "position": 1, "work": "work trial", "stance": "supports", "act": "save"}
    asked = desk.send(f"/s/{id_}/edit/slot", **form)
    assert asked.status_code == 400
    assert "not certain which work is meant" in asked.text
    desk.saved(f"/s/{id_}/edit/slot", **form, citation="trial")
    assert house.shown(id_).slots[0].citation is not None


def test_an_edit_of_a_slot_keeps_its_work_and_a_conflict_keeps_what_was_typed(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    form = {"version": 1, "position": 1, "stance": "qualifies", "note": "in mice", "act": "save"}
    desk.saved(f"/s/{id_}/edit/slot", **form)
    slot = house.shown(id_).slots[0]
    assert slot.citation is not None
    assert (slot.citation.key, slot.stance, slot.note) == ("trial", "qualifies", "in mice")
    answer = desk.send(f"/s/{id_}/edit/slot", **form | {"note": "in rats"})
    assert answer.status_code == 409
    assert "in rats" in fields(answer.text, "note")
    assert "<strong>Stored now:</strong> in mice" in answer.text


def test_caveats_are_attached_and_detached_with_a_reason(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    page = desk.get(f"/s/{id_}/edit")
    assert "It is attached to this statement." in page
    assert '<option value="new"' in page
    assert '<option value="old"' not in page
    assert "is attached" in desk.saved(f"/s/{id_}/edit/caveat", version=1, code="new", act="attach")
    assert "is taken off" in desk.saved(f"/s/{id_}/edit/caveat", version=2, code="old", act="detach")
    assert {each.code for each in house.shown(id_).recorded_caveats} == {"new"}
    assert desk.send(f"/s/{id_}/edit/caveat", version=3, code="", act="attach").status_code == 400
    assert desk.send(f"/s/{id_}/edit/caveat", version=3, code="old", act="detach").status_code == 404
    assert house.holds()


def test_a_work_that_was_chosen_for_other_words_is_not_taken_for_those_typed_since(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    form = {"version": 1, "position": 1, "stance": "supports", "act": "save", "work": "10.5555/other"}
    looked = desk.send(f"/s/{id_}/edit/slot", **{**form, "act": "look", "work": "10.5555/trial"}).text
    offered = {"of": fields(looked, "of")[0], "citation": "trial"}
    desk.saved(f"/s/{id_}/edit/slot", **form, **offered)
    (slot,) = house.shown(id_).slots
    assert slot.citation is not None
    assert slot.citation.key == "other"


def test_what_was_typed_is_shown_where_the_statement_or_its_slot_went_meanwhile(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    gone = desk.send(f"/s/{id_}/edit/slot", version=1, position=9, note="a note of mine", act="save")
    assert gone.status_code == 404
    assert "a note of mine" in gone.text
    desk.saved(f"/s/{id_}/edit/withdraw", version=1)
    late = desk.send(f"/s/{id_}/edit", **words(house, "bare", version=1, text="Words of mine."))
    assert late.status_code == 409
    assert "<blockquote>Words of mine.</blockquote>" in late.text
    assert "form below" not in late.text


def test_a_topic_with_a_comma_stays_one_topic(house: House, desk: Desk) -> None:
    id_ = house.ids["bare"]
    desk.saved(f"/s/{id_}/edit", **words(house, "bare", topics="pain, chronic; tea"))
    assert house.shown(id_).topics == ("pain, chronic", "tea")
    shown = desk.get(f"/s/{id_}/edit")
    desk.saved(f"/s/{id_}/edit", **words(house, "bare", topics=fields(shown, "topics")[0], outcome="sleep"))
    assert house.shown(id_).topics == ("pain, chronic", "tea")


def test_undo_on_its_page_takes_back_all_of_a_split(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    told = desk.saved(f"/s/{id_}/edit/split", version=1, text="Tea reduces pain.\nTea reduces fever.")
    new = [int(each) for each in re.findall(r"split: (\d+), (\d+)", told)[0]]
    offered = fields(desk.get(f"/s/{new[0]}").split('id="work"')[1], "changes")[0]
    desk.saved("/undo", changes=offered, back=f"/s/{id_}")
    assert house.shown(id_).state == "published"
    assert {house.shown(each).state for each in new} == {"withdrawn"}
    assert house.holds()


def test_a_statement_is_split_and_withdrawn_and_keeps_its_page(house: House, desk: Desk) -> None:
    id_, other = house.ids["low"], house.ids["moderate"]
    told = desk.saved(f"/s/{id_}/edit/split", version=1, text="Tea reduces pain.\r\n\r\nTea reduces fever.\r\n")
    new = [int(each) for each in re.findall(r"split: (\d+), (\d+)", told)[0]]
    assert [house.shown(each).text for each in new] == ["Tea reduces pain.", "Tea reduces fever."]
    assert {house.shown(each).outcome for each in new} == {"pain"}
    assert "withdrawn" in desk.saved(f"/s/{other}/edit/withdraw", version=1)
    assert desk.send(f"/s/{other}/edit/withdraw", version=2).status_code == 409
    assert desk.send(f"/s/{id_}/edit/split", version=2, text="x").status_code == 409
    assert {house.shown(each).state for each in (id_, other)} == {"withdrawn"}
    assert house.holds()


def test_only_curators_see_the_way_to_the_page(house: House, desk: Desk) -> None:
    id_ = house.ids["low"]
    assert f'href="/s/{id_}/edit"' in desk.get(f"/s/{id_}")
    assert f'href="/s/{id_}/edit"' not in house.somebody("Rita", "rater").get(f"/s/{id_}")
    assert house.app.test_client().get(f"/s/{id_}/edit").status_code == 303
    assert desk.client.get("/s/9999/edit").status_code == 404
