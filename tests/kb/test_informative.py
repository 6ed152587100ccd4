"""The sentence that GRADE guidance 26 allows: its table cell by cell, and nothing where something is not known."""

from __future__ import annotations

import pytest

from kb.informative import Effect, informative_sentence
from kb.wording import claimed_certainty


def reduces(size: str | None = None, direction: str = "supports") -> Effect:
    return Effect("Tea reduces pain.", "tea", "pain", direction, size)


@pytest.mark.parametrize(
    ("level", "size", "sentence"),
    [
        ("high", "large", "Tea results in a large reduction in pain."),
        ("high", "moderate", "Tea reduces pain."),
        ("high", "small", "Tea reduces pain slightly."),
        ("high", "trivial", "Tea results in little to no difference in pain."),
        ("moderate", "large", "Tea probably results in a large reduction in pain."),
        ("moderate", None, "Tea probably reduces pain."),
        ("moderate", "Small important", "Tea probably reduces pain slightly."),
        ("moderate", "none", "Tea probably results in little to no difference in pain."),
        ("low", "large", "Tea may result in a large reduction in pain."),
        ("low", "RR 0.8 (0.5 to 1.1)", "Tea may reduce pain."),
        ("low", "small", "Tea may reduce pain slightly."),
        ("low", "none", "Tea may result in little to no difference in pain."),
        ("very-low", "large", "The evidence is very uncertain about the effect of tea on pain."),
        ("very-low", None, "The evidence is very uncertain about the effect of tea on pain."),
    ],
)
def test_each_cell_of_the_table_has_its_sentence(level: str, size: str | None, sentence: str) -> None:
    assert informative_sentence(level, reduces(size)) == sentence


@pytest.mark.parametrize("level", ["moderate", "low", "very-low"])
@pytest.mark.parametrize("size", ["large", None, "small", "none"])
def test_the_sentence_claims_the_level_it_is_offered_for(level: str, size: str | None) -> None:
    claimed = claimed_certainty(informative_sentence(level, reduces(size)) or "")
    assert claimed is not None
    assert claimed.level == level


@pytest.mark.parametrize(
    "effect",
    [
        Effect("Tea reduces pain.", None, "pain", "supports"),
        Effect("Tea reduces pain.", "tea", " ", "supports"),
        Effect("Tea reduces pain.", "tea", "pain", "contradicts"),
        Effect("Tea reduces pain.", "tea", "pain", "mixed"),
        Effect("Tea reduces pain and improves sleep.", "tea", "pain", "supports"),
        Effect("Tea fails to relieve pain.", "tea", "pain", "supports"),
        Effect("Tea has effects on mood.", "tea", "mood", "supports"),
        Effect("Without tea, pain increases.", "tea", "pain", "supports"),
    ],
)
def test_nothing_is_offered_where_intervention_outcome_or_way_is_not_known(effect: Effect) -> None:
    assert informative_sentence("low", effect) is None


def test_no_sentence_exists_for_levels_outside_the_table() -> None:
    assert informative_sentence("no-evidence", reduces()) is None
    assert informative_sentence("not-gradable", reduces()) is None


def test_evidence_of_no_effect_says_so_whatever_the_words_say() -> None:
    assert (
        informative_sentence("high", reduces(direction="no-effect"))
        == "Tea results in little to no difference in pain."
    )
    denied = Effect("Tea does not reduce pain.", "tea", "pain", "supports")
    assert informative_sentence("moderate", denied) == "Tea probably results in little to no difference in pain."


def test_several_subjects_have_their_verb_and_the_population_is_named() -> None:
    effect = Effect("Tea and rest improve sleep.", "tea and rest", "sleep", "supports", None, "adults")
    assert informative_sentence("moderate", effect) == "Tea and rest probably improve sleep in adults."
    large = Effect("Statins improve survival.", "statins", "survival", "supports", "large")
    assert informative_sentence("high", large) == "Statins result in a large improvement of survival."
