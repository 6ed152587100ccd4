"""What may be said at a level is offered where it is known, and what misfits is named; other claims are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.fitting import fitting
from kb.graded import GradedStatement, read
from kb.wording import claimed_certainty
from tests.kb.audit.library import DAY, filled, ids, statement

TEA = {"intervention": "tea", "outcome": "pain"}
ROWS = [
    statement("plain", "Tea reduces pain.", pico=TEA),
    statement("hedged", "Tea probably reduces pain.", pico=TEA),
    statement("bare", "Tea reduces pain."),
    statement("fits", "Tea may reduce pain.", pico=TEA),
    statement("plant", "Tea is a plant.", type="background", pico=TEA),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, GradedStatement]]:
    store = filled(Path(tmp_path_factory.mktemp("fitting")), ROWS)
    with store.reading() as session:
        yield {each.key: each for each in read(session, list(ids(store).values()), DAY)}
    store.close()


@pytest.mark.parametrize("level", ["high", "moderate", "low", "very-low"])
def test_the_sentence_offered_claims_the_level_it_is_offered_for(shown: dict[str, GradedStatement], level: str) -> None:
    found = fitting(shown["hedged"], level, "supports")
    assert found is not None
    if found.sentence is None:
        assert level == "moderate"
        return
    claimed = claimed_certainty(found.sentence)
    assert claimed is not None
    assert claimed.level == level


def test_misfits_are_named_on_both_sides_and_nothing_is_said_where_words_fit(shown: dict[str, GradedStatement]) -> None:
    said = {
        (key, level): found.misfit
        for key in ("plain", "hedged", "fits")
        for level in ("high", "low")
        if (found := fitting(shown[key], level, "supports")) is not None
    }
    assert "without a hedge (“reduces”)" in said["plain", "low"]
    assert "more than that level allows" in said["hedged", "low"]
    assert "less than that level allows" in said["hedged", "high"]
    assert said["fits", "low"] == said["plain", "high"] == ""


@pytest.mark.parametrize(
    ("key", "level", "direction", "why"),
    [
        ("bare", "low", "supports", "intervention and outcome are recorded"),
        ("plain", "low", "mixed", "supports the words"),
        ("plain", "no-evidence", "unclear", "no study was found"),
    ],
)
def test_why_no_sentence_is_offered_is_said(
    shown: dict[str, GradedStatement], key: str, level: str, direction: str, why: str
) -> None:
    found = fitting(shown[key], level, direction)
    assert found is not None
    assert found.sentence is None
    assert why in found.why_not


def test_what_is_no_effect_or_no_certainty_is_left_alone(shown: dict[str, GradedStatement]) -> None:
    assert fitting(shown["plant"], "low", "supports") is None
    assert fitting(shown["plain"], "not-gradable", "supports") is None
