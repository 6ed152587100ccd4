"""Whether GRADE's arithmetic gives GRADE's levels, explains each step, and refuses what GRADE does not know."""

from __future__ import annotations

import json
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.data import data_folder
from kb.errors import InputError
from kb.grade import DOMAINS, LEVELS, NO_REASON, Judgement, Profile, ProfileError, explain, level_reached, signed
from kb.scales import load_scales

STATEMENTS = data_folder() / "articles" / "kratom-autoimmune" / "statements.jsonl"
RATED = {
    statement["key"]: statement["grade"]
    for statement in map(json.loads, STATEMENTS.read_text(encoding="utf-8").splitlines())
    if "profile" in statement["grade"]
}


def profile(start: str, **steps: int) -> Profile:
    return Profile(start, "as the designs are", tuple(Judgement(name, step, "why") for name, step in steps.items()))


profiles = st.builds(
    Profile,
    start=st.sampled_from(["high", "low"]),
    start_reason=st.sampled_from(["", "randomised trials"]),
    domains=st.lists(st.sampled_from(sorted(DOMAINS)), unique=True).flatmap(
        lambda names: st.tuples(
            *(
                st.builds(Judgement, st.just(name), st.sampled_from(DOMAINS[name].steps), st.sampled_from(["", "why"]))
                for name in names
            )
        )
    ),
)


def test_the_levels_of_the_arithmetic_are_the_ranked_levels_of_the_scale() -> None:
    ranked = [level.id for level in load_scales().get("grade").best_first if level.rank is not None]
    assert list(reversed(LEVELS)) == ranked


def test_the_article_has_33_rated_statements() -> None:
    assert len(RATED) == 33


@pytest.mark.parametrize("key", sorted(RATED))
def test_the_article_s_profiles_give_the_levels_stated(key: str) -> None:
    assert explain(Profile.from_json(RATED[key]["profile"])).level == RATED[key]["level"]


@pytest.mark.parametrize("key", sorted(RATED))
def test_the_article_s_profiles_come_back_as_they_were(key: str) -> None:
    assert Profile.from_json(RATED[key]["profile"]).to_json() == RATED[key]["profile"]


@pytest.mark.parametrize(
    ("given_profile", "level"),
    [
        (profile("high"), "high"),
        (profile("low"), "low"),
        (profile("high", risk_of_bias=-1), "moderate"),
        (profile("high", risk_of_bias=0, imprecision=-2), "low"),
        (profile("high", imprecision=-3), "very-low"),
        (profile("high", risk_of_bias=-2, indirectness=-2), "very-low"),
        (profile("low", large_effect=1), "moderate"),
        (profile("low", large_effect=2), "high"),
        (profile("low", large_effect=2, dose_response=1), "high"),
        (profile("low", risk_of_bias=-1, dose_response=1), "low"),
    ],
)
def test_the_steps_add_up_to_the_level(given_profile: Profile, level: str) -> None:
    assert explain(given_profile).level == level


def test_a_sum_below_the_scale_is_not_lifted_out_of_it_by_one_step_up() -> None:
    assert explain(profile("low", risk_of_bias=-1, indirectness=-2, dose_response=1)).level == "very-low"


def test_every_step_is_a_row_with_label_sign_reason_and_level_after() -> None:
    explanation = explain(profile("high", dose_response=1, risk_of_bias=-1, inconsistency=0))
    assert explanation.start == "high"
    assert explanation.start_reason == "as the designs are"
    assert [(step.label, step.sign, step.reason, step.before, step.after) for step in explanation.steps] == [
        ("Risk of bias", "−1", "why", "high", "moderate"),
        ("Inconsistency", "0", "why", "moderate", "moderate"),
        ("Dose-response gradient", "+1", "why", "moderate", "high"),
    ]


def test_a_step_beyond_the_end_says_that_it_was_held() -> None:
    down = explain(profile("low", indirectness=-2, imprecision=-1))
    assert [step.held for step in down.steps] == [
        "1 step below very low, held at very low",
        "2 steps below very low, held at very low",
    ]
    assert down.notes == ("The steps end 2 steps below very low, held at very low.",)
    up = explain(profile("low", large_effect=2, dose_response=1))
    assert [step.held for step in up.steps] == ["", "1 step above high, held at high"]


def test_a_missing_reason_is_said_to_be_missing() -> None:
    explanation = explain(Profile("low", " ", (Judgement("imprecision", -1),)))
    assert explanation.start_reason == NO_REASON
    assert [step.reason for step in explanation.steps] == [NO_REASON]


def test_domains_that_nobody_judged_are_named_and_a_zero_is_a_judgement() -> None:
    judged = profile("high", risk_of_bias=0, imprecision=-1)
    assert [domain.name for domain in judged.not_judged if domain.direction == "down"] == [
        "inconsistency",
        "indirectness",
        "publication_bias",
    ]
    assert explain(judged).not_judged == judged.not_judged


@pytest.mark.parametrize(
    ("given_profile", "words"),
    [
        (profile("low", risk_of_bias=-3), "ROBINS-I"),
        (profile("low", risk_of_bias=-1, large_effect=1), "Rating up"),
        (profile("high", large_effect=1), "Rating up"),
    ],
)
def test_what_is_unusual_is_noted_and_not_refused(given_profile: Profile, words: str) -> None:
    assert any(words in note for note in explain(given_profile).notes)


@pytest.mark.parametrize("given_profile", [profile("low", large_effect=1), profile("high", imprecision=-1)])
def test_what_is_usual_carries_no_note(given_profile: Profile) -> None:
    assert explain(given_profile).notes == ()


@pytest.mark.parametrize(
    ("domain", "step"),
    [
        ("risk_of_bias", 1),
        ("risk_of_bias", -4),
        ("inconsistency", -3),
        ("indirectness", -3),
        ("imprecision", -4),
        ("publication_bias", -3),
        ("large_effect", -1),
        ("large_effect", 3),
        ("dose_response", 2),
        ("plausible_confounding", -1),
        ("imprecision", True),
        ("imprecision", -1.0),
        ("imprecision", "-1"),
        ("imprecision", None),
    ],
)
def test_a_step_that_the_domain_cannot_take_is_refused_with_those_it_can(domain: str, step: Any) -> None:
    with pytest.raises(ProfileError, match="Allowed are 0") as refused:
        Profile.from_json({"start": "high", "domains": [{"domain": domain, "step": step}]})
    assert domain in refused.value.message


@pytest.mark.parametrize("start", ["moderate", "very-low", "High", "", None, 4, ["high"]])
def test_a_start_other_than_high_and_low_is_refused_with_those_there_are(start: Any) -> None:
    with pytest.raises(ProfileError, match=r"high .* or low"):
        Profile.from_json({"start": start})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "start"),
        ([], "profile"),
        ("high", "profile"),
        ({"start": "high", "domains": {}}, "list"),
        ({"start": "high", "domains": "imprecision"}, "list"),
        ({"start": "high", "domains": ["imprecision"]}, "domain"),
        ({"start": "high", "domains": [{"domain": "bias", "step": -1}]}, "risk_of_bias, inconsistency"),
        ({"start": "high", "domains": [{"domain": ["bias"], "step": -1}]}, "risk_of_bias, inconsistency"),
        ({"start": "high", "domains": [{"step": -1}]}, "risk_of_bias, inconsistency"),
        ({"start": "high", "domains": [{"domain": "imprecision"}]}, "None|''"),
        ({"start": "high", "domains": [{"domain": "imprecision", "step": 0}] * 2}, "twice"),
        ({"start": "high", "domains": [{"domain": "imprecision", "step": -1, "note": "n"}]}, "note"),
        ({"start": "high", "level": "low"}, "level"),
        ({"start": "high", 5: "low"}, "5"),
        ({"start": "high", "start_reason": None}, "no text"),
        ({"start": "high", "start_reason": "a\x00b"}, "NUL"),
        ({"start": "high", "domains": [{"domain": "imprecision", "step": -1, "reason": 1}]}, "no text"),
        ({"start": "high", "domains": [{"domain": "imprecision", "step": -1, "reason": "\ud800"}]}, "surrogate"),
    ],
)
def test_a_broken_profile_is_refused_in_words(data: Any, words: str) -> None:
    with pytest.raises(ProfileError, match=words) as refused:
        Profile.from_json(data)
    assert isinstance(refused.value, InputError)
    assert refused.value.cure


def test_every_domain_has_a_label_a_plain_meaning_a_source_and_a_zero() -> None:
    for name, domain in DOMAINS.items():
        assert domain.name == name
        assert domain.label
        assert domain.meaning.endswith(".")
        assert "doi:" in domain.source
        assert 0 in domain.steps
        assert all(step <= 0 for step in domain.steps) == (domain.direction == "down")


@pytest.mark.parametrize(("step", "shown"), [(-3, "−3"), (-1, "−1"), (0, "0"), (2, "+2")])
def test_a_step_is_printed_with_a_true_minus_sign(step: int, shown: str) -> None:
    assert signed(step) == shown


@given(profiles)
def test_any_profile_comes_back_from_json(given_profile: Profile) -> None:
    assert Profile.from_json(json.loads(json.dumps(given_profile.to_json()))) == given_profile


@given(profiles)
def test_any_profile_ends_where_its_last_step_ends(given_profile: Profile) -> None:
    explanation = explain(given_profile)
    rows = explanation.steps
    assert [row.before for row in rows] == [explanation.start, *(row.after for row in rows)][: len(rows)]
    assert explanation.level == (rows[-1].after if rows else explanation.start)
    total = LEVELS.index(given_profile.start) + sum(judgement.step for judgement in given_profile.domains)
    assert LEVELS.index(explanation.level) == min(max(total, 0), 3)
    assert len(rows) + len(explanation.not_judged) == len(DOMAINS)


def table_level(start: str, steps: tuple[int, ...]) -> str:
    """GRADE's own counting, written otherwise: letters from D to A, a point a step, no more than there are letters."""
    points = {"low": 2, "high": 4}[start]
    for step in steps:
        points += step
    if points >= 4:
        return "high"
    if points == 3:
        return "moderate"
    return "low" if points == 2 else "very-low"


# Every start with every step that every domain may take, a domain that was not judged among them: 2 · 5·4·4·5·4·4·3·3.
EVERY = [[None, *domain.steps] for domain in DOMAINS.values()]


def test_every_combination_of_start_and_steps_gives_the_level_that_counting_gives() -> None:
    seen = 0
    for start in ("high", "low"):
        for steps in product(*EVERY):
            judged = {name: step for name, step in zip(DOMAINS, steps, strict=True) if step is not None}
            kept = {"start": start, "domains": [{"domain": name, "step": step} for name, step in judged.items()]}
            assert level_reached(kept) == table_level(start, tuple(judged.values())), kept
            seen += 1
    assert seen == 2 * 5 * 4 * 4 * 5 * 4 * 4 * 3 * 3


def test_every_start_and_every_two_domains_are_explained_as_they_are_counted() -> None:
    """The explanation sums by another way than `level_reached`; each pair of domains in both orders."""
    for start in ("high", "low"):
        for one, other in permutations(DOMAINS.values(), 2):
            for steps in product(one.steps, other.steps):
                judged = profile(start, **{one.name: steps[0], other.name: steps[1]})
                assert explain(judged).level == table_level(start, steps)


@given(profiles)
def test_the_level_is_one_of_the_four_and_both_ways_agree_on_it(given_profile: Profile) -> None:
    assert explain(given_profile).level in LEVELS
    assert level_reached(given_profile.to_json()) == explain(given_profile).level


@given(profiles, st.randoms(use_true_random=False))
def test_the_order_of_the_domains_changes_nothing(given_profile: Profile, chance: Any) -> None:
    shuffled = list(given_profile.domains)
    chance.shuffle(shuffled)
    other = Profile(given_profile.start, given_profile.start_reason, tuple(shuffled))
    assert explain(other) == explain(given_profile)


@given(profiles, st.data())
def test_a_lower_step_never_gives_a_higher_level(given_profile: Profile, data: st.DataObject) -> None:
    assume(given_profile.domains)
    at = data.draw(st.integers(0, len(given_profile.domains) - 1))
    judged = given_profile.domains[at]
    lower = data.draw(st.sampled_from([step for step in DOMAINS[judged.domain].steps if step <= judged.step]))
    domains = list(given_profile.domains)
    domains[at] = Judgement(judged.domain, lower, judged.reason)
    worse = Profile(given_profile.start, given_profile.start_reason, tuple(domains))
    assert LEVELS.index(explain(worse).level) <= LEVELS.index(explain(given_profile).level)
    # One step moves the level by one at most.
    moved = LEVELS.index(explain(given_profile).level) - LEVELS.index(explain(worse).level)
    assert moved <= judged.step - lower


@given(profiles)
def test_a_high_start_never_gives_a_lower_level_than_a_low_one(given_profile: Profile) -> None:
    levels = {start: explain(Profile(start, "", given_profile.domains)).level for start in ("high", "low")}
    assert LEVELS.index(levels["high"]) >= LEVELS.index(levels["low"])


@given(profiles)
def test_no_concern_and_not_judged_count_the_same(given_profile: Profile) -> None:
    moved = tuple(judged for judged in given_profile.domains if judged.step)
    assert explain(Profile(given_profile.start, "", moved)).level == explain(given_profile).level
