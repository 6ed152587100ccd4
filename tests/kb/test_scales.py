"""Whether the scales say what they must, in an order that never mixes them up, and refuse a broken file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.data import data_folder
from kb.errors import InputError
from kb.scales import TONES, UNGRADED, Level, Scales, UnknownLevel, UnknownScale, load_scales

SMALL = """
id = "small"
name = "A small scale"
ordered = true
order = 1
question = "What is rated?"
source = "Made by hand"
[[level]]
id = "good"
label = "Good"
symbol = "+"
rank = 2
meaning = "It is good."
tone = "neutral"
[[level]]
id = "bad"
label = "Bad"
symbol = "-"
rank = 1
meaning = "It is bad."
tone = "neutral"
"""


@pytest.fixture
def scales() -> Scales:
    return load_scales()


def every_level() -> list[Level]:
    return [UNGRADED, *(level for scale in load_scales() for level in scale.levels)]


def test_the_scales_come_in_their_order_with_grade_first(scales: Scales) -> None:
    assert [scale.id for scale in scales] == [
        "grade",
        "civic",
        "uspstf",
        "uspstf-before-2012",
        "ocebm-2011",
        "sort",
    ]


def test_grade_has_the_symbols_and_words_of_its_own_table(scales: Scales) -> None:
    assert [(level.id, level.label, level.symbol, level.rank) for level in scales.get("grade").levels[:4]] == [
        ("high", "High", "⊕⊕⊕⊕", 4),
        ("moderate", "Moderate", "⊕⊕⊕◯", 3),
        ("low", "Low", "⊕⊕◯◯", 2),
        ("very-low", "Very low", "⊕◯◯◯", 1),
    ]


def test_absence_of_evidence_and_absence_of_judgement_are_never_one(scales: Scales) -> None:
    states = [scales.parse(name) for name in ("ungraded", "grade:not-gradable", "grade:no-evidence", "grade:very-low")]
    assert [level.rank for level in states] == [None, None, None, 1]
    assert len({level.symbol for level in states}) == len({level.meaning for level in states}) == len(states)


@pytest.mark.parametrize("level", every_level(), ids=lambda level: level.name)
def test_every_level_has_a_symbol_and_words(level: Level) -> None:
    assert level.symbol.strip()
    assert level.label.strip()
    assert level.meaning.endswith(".")
    assert "\n" not in level.meaning
    assert level.tone in TONES


@pytest.mark.parametrize("level", every_level(), ids=lambda level: level.name)
def test_a_level_is_found_again_by_its_name(level: Level, scales: Scales) -> None:
    assert scales.parse(level.name) is level
    assert scales.level(level.scale, level.id) is level


def test_within_a_scale_no_symbol_stands_for_two_levels(scales: Scales) -> None:
    for scale in scales:
        symbols = [UNGRADED.symbol, *(level.symbol for level in scale.levels)]
        assert len(set(symbols)) == len(symbols), scale.id


def test_only_grade_wears_the_colours_of_grade(scales: Scales) -> None:
    for scale in scales:
        if scale.id != "grade":
            assert {level.tone for level in scale.levels} <= {"none", "neutral", "harm"}


def test_a_recommendation_against_reads_as_harm_and_as_no_rank(scales: Scales) -> None:
    for name in ("uspstf:D", "uspstf-before-2012:D"):
        assert scales.parse(name).tone == "harm"
        assert scales.parse(name).rank is None
    assert not scales.get("uspstf").ordered


def test_sorting_puts_ranked_grade_first_and_ungraded_last(scales: Scales) -> None:
    levels = sorted(every_level(), key=lambda level: scales.sort_key(level.scale, level.id))
    assert [level.name for level in levels[:6]] == [
        "grade:high",
        "grade:moderate",
        "grade:low",
        "grade:very-low",
        "grade:no-evidence",
        "grade:not-gradable",
    ]
    assert [level.name for level in levels[6:11]] == [f"civic:{letter}" for letter in "ABCDE"]
    assert [level.name for level in levels[-4:]] == ["sort:A", "sort:B", "sort:C", "ungraded"]


def test_no_two_levels_share_a_place(scales: Scales) -> None:
    keys = {scales.sort_key(level.scale, level.id) for level in every_level()}
    assert len(keys) == len(every_level())


def test_an_unknown_level_is_answered_with_the_levels_there_are(scales: Scales) -> None:
    with pytest.raises(UnknownLevel, match="high, moderate, low, very-low, no-evidence, not-gradable"):
        scales.level("grade", "medium")


@pytest.mark.parametrize(("scale", "level"), [("grade", "promising"), ("house", "A"), ("", "promising")])
def test_a_level_that_is_not_known_is_shown_by_its_name_and_said_to_be_unknown(
    scale: str, level: str, scales: Scales
) -> None:
    shown = scales.shown(scale, level)
    assert (shown.scale, shown.id, shown.rank) == (scale, level, None)
    assert "unknown" in shown.label
    assert not scales.knows(scale, level)
    assert scales.sort_key("sort", "C") < scales.sort_key(scale, level) < scales.sort_key("", "ungraded")


def test_a_known_level_is_shown_as_it_is(scales: Scales) -> None:
    for level in (*every_level(), UNGRADED):
        assert scales.knows(level.scale, level.id)
        assert scales.shown(level.scale, level.id) == level


def test_an_unknown_scale_is_answered_with_the_scales_there_are(scales: Scales) -> None:
    with pytest.raises(UnknownScale, match="grade, civic, uspstf"):
        scales.parse("Oxford:1")


@pytest.mark.parametrize("name", ["low", "", "grade", "grade:", ":low", "grade:low:low", "grade:LOW"])
def test_a_level_needs_its_scale_and_its_exact_name(name: str, scales: Scales) -> None:
    with pytest.raises(InputError):
        scales.parse(name)


def test_the_scales_that_belong_to_caveat_are_read_once() -> None:
    assert load_scales() is load_scales()
    assert [*load_scales(data_folder() / "scales")] == [*load_scales()]


def test_a_scale_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    scale = load_scales(tmp_path).get("small")
    assert [level.name for level in scale.best_first] == ["small:good", "small:bad"]
    assert scale.note == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "small"', 'id = "other"', "after the id"),
        ("ordered = true", "ordered = 1", "ordered"),
        ("ordered = true", "ordered = false", "ranks"),
        ("order = 1", "order = 0", "order"),
        ("order = 1", "", "order"),
        ('name = "A small scale"', "", "name"),
        ('source = "Made by hand"', 'source = " "', "source"),
        ("rank = 2", "rank = 1", "same rank"),
        ("rank = 2", "rank = 0", "rank"),
        ("rank = 2", "rnak = 2", "rnak"),
        ('id = "good"', 'id = "bad"', "same id"),
        ('id = "good"', 'id = "a:b"', "hyphens"),
        ('symbol = "+"', "", "symbol"),
        ('symbol = "+"', 'symbol = ""', "symbol"),
        ('meaning = "It is good."', "meaning = 1", "meaning"),
        ('tone = "neutral"', 'tone = "green"', "green"),
        ("[[level]]", "[level", "TOML"),
    ],
)
def test_a_broken_scale_names_its_file_and_the_cure(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    assert old in SMALL
    path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=told) as refused:
        load_scales(tmp_path)
    assert refused.value.place == str(path)
    assert refused.value.cure


@pytest.mark.parametrize("levels", ["", "level = []", "level = [1]", 'level = "high"'])
def test_a_scale_without_proper_levels_is_refused(levels: str, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL.split("[[level]]")[0] + levels, encoding="utf-8")
    with pytest.raises(InputError, match="level"):
        load_scales(tmp_path)


def test_a_scale_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_bytes(SMALL.replace("Good", "Gut für").encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        load_scales(tmp_path)


def test_two_scales_cannot_have_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "other.toml").write_text(SMALL.replace('"small"', '"other"'), encoding="utf-8")
    with pytest.raises(InputError, match="order"):
        load_scales(tmp_path)


def test_a_folder_without_scales_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no scale"):
        load_scales(tmp_path)
