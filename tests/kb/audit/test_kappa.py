"""Agreement beyond chance: against published worked examples, and whatever the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.audit.kappa import (
    LINEAR,
    NO_PAIR,
    NO_SPREAD,
    ONE_LEVEL,
    ONE_PAIR,
    QUADRATIC,
    UNWEIGHTED,
    Counts,
    Estimate,
    band,
    cohens_kappa,
    gwets_ac,
    percent_agreement,
)

MEASURES = (cohens_kappa, gwets_ac)
WEIGHTS = (UNWEIGHTED, LINEAR, QUADRATIC)
# Two abstractors of medical records; Gwet's own data, `cont3x3abstractors` in his R package irrCAC 1.0.
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
# Two dermatologists; SAS/STAT User's Guide, The FREQ Procedure, "Agreement Study".
SKIN = np.array([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]])
# Two psychiatrists, as shares of 200 patients; Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106.
PSYCHIATRISTS = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])


def rounded(estimate: Estimate, digits: int) -> tuple[float, float, float]:
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return round(estimate.value, digits), round(estimate.low, digits), round(estimate.high, digits)


def test_kappa_is_that_of_gwets_vignette() -> None:
    # irrCAC, vignette "overview", kappa2.table(cont3x3abstractors): 0.7964094, 95 % interval (0.68, 0.913).
    assert rounded(cohens_kappa(ABSTRACTORS), 3) == (0.796, 0.680, 0.913)
    assert cohens_kappa(ABSTRACTORS).value == pytest.approx(0.7964094, abs=1e-7)


def test_gwets_coefficients_are_those_of_his_vignettes() -> None:
    # irrCAC, documentation of gwet.ac1.table and its Python port: AC1 0.84933 (0.76358, 0.93508); AC2 with quadratic
    # weights 0.94024 (0.90468, 0.97579).
    assert rounded(gwets_ac(ABSTRACTORS), 5) == (0.84933, 0.76358, 0.93508)
    assert rounded(gwets_ac(ABSTRACTORS, QUADRATIC), 5) == (0.94024, 0.90468, 0.97579)


def test_linear_and_quadratic_weights_agree_with_the_port_of_gwets_package() -> None:
    # Printed by irrCAC 0.4.4 (Python) for the same table, beside the published numbers above.
    assert rounded(gwets_ac(ABSTRACTORS, LINEAR), 5) == (0.90002, 0.84193, 0.95811)
    assert rounded(cohens_kappa(ABSTRACTORS, LINEAR), 5) == (0.84290, 0.74791, 0.93789)
    assert rounded(cohens_kappa(ABSTRACTORS, QUADRATIC), 5) == (0.89216, 0.82201, 0.96230)


def test_weighted_kappa_is_that_of_the_worked_example_of_sas() -> None:
    # Simple kappa 0.3449 (ASE 0.0724), weighted kappa 0.5082 (ASE 0.0655); SAS takes the normal distribution for its
    # intervals, (0.2030, 0.4868) and (0.3798, 0.6366): ours, by Student's t, are a little wider.
    for weights, value, low, high in ((UNWEIGHTED, 0.3449, 0.2030, 0.4868), (LINEAR, 0.5082, 0.3798, 0.6366)):
        found = cohens_kappa(SKIN, weights)
        assert found.value == pytest.approx(value, abs=5e-5)
        assert found.low == pytest.approx(low, abs=3e-3)
        assert found.high == pytest.approx(high, abs=3e-3)
        assert found.low is not None
        assert found.high is not None
        assert found.low < low
        assert found.high > high


def test_simple_kappa_is_that_of_fleiss_cohen_and_everitt() -> None:
    assert cohens_kappa(PSYCHIATRISTS).value == pytest.approx(0.429, abs=5e-4)


def test_the_share_has_wilsons_interval_even_where_all_agree() -> None:
    # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I: 81 of 263.
    assert rounded(percent_agreement(81, 263), 4) == (0.3080, 0.2553, 0.3662)
    # The same table: 0 of 20 has 0.0000 to 0.1611, so 20 of 20 the mirror image.
    assert rounded(percent_agreement(20, 20), 4) == (1.0, 0.8389, 1.0)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_what_is_undefined_is_said_and_is_no_number(weights: str) -> None:
    assert cohens_kappa(np.diag([0, 9, 0]), weights) == Estimate(None, why=ONE_LEVEL)
    assert gwets_ac(np.diag([0, 9, 0]), weights) == Estimate(1.0, why=NO_SPREAD)
    for measure in MEASURES:
        assert measure(np.zeros((4, 4), dtype=np.int64), weights) == Estimate(None, why=NO_PAIR)
        assert measure(np.eye(4, dtype=np.int64)[::-1] * [0, 0, 0, 1], weights).why == ONE_PAIR
    assert percent_agreement(0, 0) == Estimate(None, why=NO_PAIR)


def test_a_rater_of_one_level_beside_one_of_several_agrees_no_better_than_chance() -> None:
    found = cohens_kappa(np.array([[5, 3, 2], [0, 0, 0], [0, 0, 0]]), LINEAR)
    assert found.value == pytest.approx(0.0)


def test_where_one_level_rules_kappa_falls_and_gwets_coefficient_does_not() -> None:
    # The paradox of Feinstein & Cicchetti 1990: high agreement, low kappa.
    ruled = np.array([[118, 5], [2, 0]])
    kappa, ac1 = cohens_kappa(ruled), gwets_ac(ruled)
    assert kappa.value is not None
    assert ac1.value is not None
    assert kappa.value < 0
    assert ac1.value > 0.9


@pytest.mark.parametrize(("kappa", "word"), [(0.75, "excellent"), (0.749, "good"), (0.6, "good"), (0.4, "fair")])
def test_the_words_begin_where_the_standard_says(kappa: float, word: str) -> None:
    assert band(kappa) == word
    assert band(0.399) == band(-1.0) == "poor"


TABLES = (
    st.integers(2, 6)
    .flatmap(lambda q: st.lists(st.lists(st.integers(0, 40), min_size=q, max_size=q), min_size=q, max_size=q))
    .map(lambda rows: np.array(rows, dtype=np.int64))
)


@given(TABLES)
def test_every_coefficient_and_interval_is_bounded(table: Counts) -> None:
    for measure in MEASURES:
        for weights in WEIGHTS:
            found = measure(table, weights)
            if found.value is None:
                assert found.why
                continue
            assert -1 - 1e-9 <= found.value <= 1 + 1e-9
            if found.low is None or found.high is None:
                assert found.why
            else:
                assert -1 <= found.low <= found.value + 1e-9 <= found.high + 2e-9 <= 1 + 2e-9


@given(TABLES)
def test_raters_may_change_places_and_the_scale_may_be_read_from_its_other_end(table: Counts) -> None:
    for measure in MEASURES:
        for weights in WEIGHTS:
            found = measure(table, weights)
            for other in (table.T, table[::-1, ::-1]):
                assert same(found, measure(np.ascontiguousarray(other), weights))


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_perfect_agreement_is_one(counts: list[int]) -> None:
    table = np.diag(np.array(counts, dtype=np.int64))
    for weights in WEIGHTS:
        if sum(counts):
            assert gwets_ac(table, weights).value == pytest.approx(1.0)
        if sum(count > 0 for count in counts) > 1:
            assert cohens_kappa(table, weights).value == pytest.approx(1.0)


@given(TABLES, st.integers(2, 9))
def test_the_same_shares_in_more_pairs_give_the_same_coefficient_in_a_narrower_interval(
    table: Counts, times: int
) -> None:
    for measure in MEASURES:
        few, many = measure(table, LINEAR), measure(table * times, LINEAR)
        if few.value is None or many.value is None:
            assert few == many
            continue
        assert many.value == pytest.approx(few.value, abs=1e-9)
        if few.low is not None and few.high is not None and many.low is not None and many.high is not None:
            assert many.high - many.low <= few.high - few.low + 1e-9


def same(one: Estimate, other: Estimate) -> bool:
    pairs = zip((one.value, one.low, one.high), (other.value, other.low, other.high), strict=True)
    return one.why == other.why and all(
        mine is theirs is None or (mine is not None and theirs is not None and abs(mine - theirs) < 1e-9)
        for mine, theirs in pairs
    )
