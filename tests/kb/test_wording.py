"""What a sentence's own words say: the certainty they claim, the kind of claim, and what does not belong in one."""

from __future__ import annotations

import json

import pytest

from kb.data import data_folder
from kb.wording import (
    absolute_words,
    causal_words,
    claimed_certainty,
    inserted_phrases,
    likely_type,
    promotional_words,
    several_claims,
    way_of_effect,
)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Tea reduces pain.", "high"),
        ("Tea probably reduces pain.", "moderate"),
        ("Tea likely results in a large reduction of pain.", "moderate"),
        ("Tea may reduce pain slightly.", "low"),
        ("The evidence suggests tea reduces pain.", "low"),
        ("Tea may reduce pain, but the evidence is very uncertain.", "very-low"),
        ("TEA MAY\nREDUCE PAIN.", "low"),
        ("It is not known whether tea helps.", "very-low"),
        ("Mayonnaise improves tea.", "high"),
        ("Unlikely Inc. improves tea.", "high"),
        ("Tea probably reduces pain and may improve sleep.", "moderate"),
        ("The evidence suggests that tea probably reduces pain.", "moderate"),
        ("Tea drinkers were more likely to sleep, and their pain was reduced.", "high"),
        ("Tea reduced pain, of uncertain clinical importance.", "high"),
        ("The evidence does not suggest that tea reduces pain.", "high"),
        ("The trial of May 2015 showed that tea reduces pain.", "high"),
        ("Low-certainty evidence shows that tea reduces pain.", "low"),
        ("Tea may reduce pain; the certainty of the evidence was judged to be very low.", "very-low"),
        ("Evidence of low to moderate quality: low to moderate quality evidence shows that tea helps.", "low"),
        ("There is no high-certainty evidence that tea helps.", "high"),
        ("We are very confident that tea reduces pain.", "high"),
        ("We are not confident that tea reduces pain.", "very-low"),
        ("There is insufficient evidence that tea reduces pain.", "low"),
        ("Tea clearly reduces pain.", "high"),
    ],
)
def test_the_words_that_count_say_what_a_sentence_claims(text: str, level: str) -> None:
    claimed = claimed_certainty(text)
    assert claimed is not None
    assert claimed.level == level
    assert all(text[cue.start : cue.end] == cue.words for cue in claimed.cues)


def test_a_sentence_without_effect_or_doubt_claims_no_certainty() -> None:
    assert claimed_certainty("Tea is a plant of the family Theaceae.") is None
    assert claimed_certainty("") is None


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("Patients should consult a doctor before use.", "recommendation"),
        ("The plant is banned in five states; its legal status varies.", "regulatory"),
        ("Side effects are nausea and toxicity.", "safety"),
        ("More trials are needed; the evidence is anecdotal.", "appraisal"),
        ("The alkaloid binds opioid receptors.", "mechanism"),
        ("Tea alleviates pain and improves sleep.", "efficacy"),
        ("Lupus is a disease of the immune system.", "background"),
    ],
)
def test_the_type_with_most_words_is_the_likely_one(text: str, type_: str) -> None:
    assert likely_type(text).type == type_


def test_an_inserted_search_phrase_is_told_from_an_ordinary_best() -> None:
    found = inserted_phrases("People struggling with best tea for arthritis find relief.")
    assert [cue.words for cue in found] == ["best tea for arthritis"]
    assert not inserted_phrases("It is the best evidence there is, and at best weak.")
    assert inserted_phrases("Use coupon now: buy kratom online.")


def test_selling_and_absolute_words_are_found() -> None:
    assert [cue.words for cue in promotional_words("A promising natural remedy.")] == ["promising", "natural remedy"]
    assert [cue.words for cue in absolute_words("It cures cancer, guaranteed.")] == ["cures", "guaranteed"]
    assert not absolute_words("Unproven in trials; a secure approach.")
    assert not absolute_words("Sleep is not guaranteed. It does not cure, and is not proven; biopsy-proven disease.")


def test_words_of_a_cause_are_found_and_denied_ones_are_not() -> None:
    text = "Coffee causes arrhythmia and leads to death due to stroke."
    assert [cue.words for cue in causal_words(text)] == ["causes", "leads to", "due to"]
    assert not causal_words("Coffee does not cause arrhythmia; all-cause mortality was associated with tea.")


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Tea lowers pain.", "reduces"),
        ("Tea may raise energy.", "increases"),
        ("Tea improves sleep.", "improves"),
        ("Tea can cause nausea.", "causes"),
        ("Tea does not reduce pain.", "none"),
        ("Tea makes little or no difference to pain.", "none"),
        ("Tea fails to relieve pain.", None),
        ("Tea reduces pain and improves sleep.", None),
        ("Tea drinkers are more likely to sleep.", None),
        ("Tea is a plant.", None),
    ],
)
def test_the_way_of_an_effect_is_read_only_where_it_is_one(text: str, way: str | None) -> None:
    assert way_of_effect(text) == way


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Tea may reduce pain.", False),
        ("Tea, a plant of Asia, may reduce pain.", False),
        ("Tea may reduce pain, and coffee may improve sleep.", True),
        ("Tea has been used for pain; it is banned in Norway.", True),
        ("Side effects include nausea, constipation, and dependence.", True),
    ],
)
def test_a_sentence_with_several_claims_says_why(text: str, several: bool) -> None:
    assert bool(several_claims(text)) is several


def test_most_sentences_of_the_first_article_that_were_split_are_marked() -> None:
    folder = data_folder() / "articles" / "kratom-autoimmune"
    text = (folder / "kratom-autoimmune.txt").read_text("utf-8")
    found: dict[tuple[int, int], int] = {}
    for line in (folder / "statements.jsonl").read_text("utf-8").splitlines():
        span = json.loads(line)["sentence"]
        found[span["start"], span["end"]] = found.get((span["start"], span["end"]), 0) + 1
    split = [span for span, count in found.items() if count >= 4]
    marked = [span for span in split if several_claims(text[span[0] : span[1]])]
    assert len(marked) >= 0.7 * len(split)
