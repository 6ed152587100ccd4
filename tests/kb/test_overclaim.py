"""Whether words fit their grade: over-claims, hedges that are not needed, effects without a hedge."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.overclaim import overclaim, underclaim, unhedged
from tests.benchmarks.wording import as_written, judged, precision, unjudged

LEVELS = ("very-low", "low", "moderate", "high")
ENOUGH = 0.85


@pytest.mark.parametrize(
    ("text", "level", "claimed"),
    [
        ("Tea probably reduces pain.", "low", "moderate"),
        ("Tea may reduce pain.", "very-low", "low"),
        ("Tea may reduce pain.", "no-evidence", "low"),
        ("Tea is unlikely to reduce pain.", "low", "moderate"),
        ("There is strong evidence that tea reduces pain.", "moderate", "high"),
        ("Tea clearly reduces pain.", "low", "high"),
        ("Moderate-certainty evidence shows that tea reduces pain.", "low", "moderate"),
    ],
)
def test_words_that_claim_more_than_the_grade_are_told(text: str, level: str, claimed: str) -> None:
    found = overclaim(text, level)
    assert found is not None
    assert (found.claimed, found.graded) == (claimed, level)
    assert all(text[cue.start : cue.end] == cue.words for cue in found.cues)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Tea may reduce pain.", "low"),
        ("Tea reduces pain.", "very-low"),
        ("Tea may reduce pain, but the evidence is very uncertain.", "very-low"),
        ("Tea may reduce pain, although the evidence is insufficient.", "very-low"),
        ("Very low-certainty evidence suggests that tea may reduce pain.", "very-low"),
        ("Tea probably reduces pain and may improve sleep.", "low"),
        ("People who drank tea were more likely to sleep.", "low"),
        ("The trial that began in May 2015 found less pain.", "very-low"),
        ("Some tumours may harbour the mutation.", "very-low"),
        ("There is no strong evidence that tea reduces pain.", "low"),
        ("Tea may reduce pain.", "not-gradable"),
        ("Twelve people drank tea. It may have reduced their pain.", "very-low"),
        ("", "very-low"),
    ],
)
def test_words_that_the_grade_allows_or_that_claim_no_level_are_left_alone(text: str, level: str) -> None:
    assert overclaim(text, level) is None


def test_hedges_that_the_grade_does_not_need_are_told() -> None:
    found = underclaim("Tea may reduce pain.", "high")
    assert found is not None
    assert (found.claimed, found.graded, found.steps) == ("low", "high", 2)
    assert underclaim("It is unclear whether tea helps.", "moderate") is not None
    assert underclaim("Tea may reduce pain, and probably improves sleep.", "moderate") is None
    assert underclaim("Tea reduces pain.", "high") is None
    assert underclaim("Tea may reduce pain.", "not-gradable") is None


def test_an_effect_without_a_hedge_is_told_only_where_the_level_wants_one() -> None:
    assert [cue.words for cue in unhedged("Tea reduces pain.", "very-low")] == ["reduces"]
    assert unhedged("Tea reduces pain.", "low")
    assert unhedged("Tea reduces pain.", "no-evidence")
    assert not unhedged("Tea reduces pain.", "moderate")
    assert not unhedged("Tea may reduce pain.", "low")
    assert not unhedged("Tea is a plant.", "low")
    assert not unhedged("Tea reduces pain.", "not-gradable")


HEDGED = st.lists(
    st.sampled_from(
        ["tea", "may", "probably", "reduces pain", "uncertain", "clearly reduces", "more likely", "unclear"]
    ),
    max_size=8,
).map(" ".join)


@given(HEDGED)
def test_what_is_an_over_claim_at_a_level_is_one_at_every_lower_level(text: str) -> None:
    over = [overclaim(text, level) is not None for level in LEVELS]
    under = [underclaim(text, level) is not None for level in LEVELS]
    assert over == sorted(over, reverse=True)
    assert under == sorted(under)


@given(HEDGED, st.sampled_from(LEVELS))
def test_no_sentence_is_both_over_claimed_and_hedged_too_much(text: str, level: str) -> None:
    assert overclaim(text, level) is None or underclaim(text, level) is None


def test_most_findings_in_the_article_are_over_claims_as_a_reader_judged_them() -> None:
    findings = judged(None)
    share, count = precision(findings)
    assert count >= 20
    assert share >= ENOUGH


def test_most_findings_in_sentences_as_written_are_over_claims_as_a_reader_judged_them(shared: Path) -> None:
    written = [each for each in judged(shared) if not each.level_cut]
    share, count = precision(written)
    assert count >= 60
    assert share >= ENOUGH


def test_every_finding_in_the_shared_sentences_has_been_judged(shared: Path) -> None:
    assert unjudged(shared) == []


def test_with_its_level_put_back_a_sentence_that_says_it_is_no_finding(shared: Path) -> None:
    cut = [each for each in judged(shared) if each.level_cut]
    assert cut
    assert [each for each in cut if overclaim(as_written(each.text, each.level), each.level)] == []
