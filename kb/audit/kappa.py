"""How far two raters agree beyond chance: percent agreement, Cohen's kappa, Gwet's AC, each with its interval.

A table has the levels that the first of the two gave in its rows and those of the second in its columns, in the same
order; on an ordered scale from one end of the order to the other, because weights count how far apart two levels lie.

Kappa, its standard error and Wilson's interval are those of statsmodels. Gwet's coefficient is worked out here: of the
libraries that have it, none can be installed beside a present NumPy (see docs/decisions/0021).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
UNWEIGHTED, LINEAR, QUADRATIC = "unweighted", "linear", "quadratic"
# Two numbers that differ by less are the same number, reached on two ways.
NEARLY = 1e-12
CONFIDENCE = 0.95

# Cicchetti 1994, doi:10.1037/1040-3590.6.4.284; each holds from its number up.
BANDS = ((0.75, "excellent"), (0.60, "good"), (0.40, "fair"))
BELOW = "poor"

ONE_LEVEL = "undefined: both raters gave every statement the same single level, so chance alone would agree as well"
NO_PAIR = "no pair"
ONE_PAIR = "one pair shows no spread, so there is no interval"
NO_SPREAD = "the pairs show no spread, so there is no interval"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95 % interval; each is None where it is undefined, and `why` says so in words."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


def band(kappa: float) -> str:
    """The word that people use for a kappa of this size."""
    return next((word for least, word in BANDS if kappa >= least), BELOW)


def percent_agreement(agreed: int, n: int) -> Estimate:
    """The share of pairs on the same level, from 0 to 1, with Wilson's interval, which also holds at 0 and 1."""
    # Here and not above: the library takes a second to load, for which every command and page would have to wait.
    from statsmodels.stats.proportion import proportion_confint

    if n == 0:
        return Estimate(None, why=NO_PAIR)
    low, high = proportion_confint(agreed, n, alpha=1 - CONFIDENCE, method="wilson")
    return Estimate(agreed / n, max(0.0, float(low)), min(1.0, float(high)))


def cohens_kappa(table: Counts, weights: str = UNWEIGHTED) -> Estimate:
    """Cohen's kappa (Cohen 1960, 1968), with linear (Cicchetti & Allison 1971) or quadratic weights.

    The standard error is that of Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106; the interval takes Student's t.
    """
    from statsmodels.stats.inter_rater import cohens_kappa as of_library

    if table.sum() == 0:
        return Estimate(None, why=NO_PAIR)
    rows, columns = np.flatnonzero(table.sum(axis=1)), np.flatnonzero(table.sum(axis=0))
    if len(rows) == 1 and rows.tolist() == columns.tolist():
        return Estimate(None, why=ONE_LEVEL)
    # It also tests against no agreement at all, which has no answer where one rater used a single level.
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Any = of_library(table, wt=None if weights == UNWEIGHTED else weights)
    return _with_interval(float(found.kappa), float(found.var_kappa), int(table.sum()))


def gwets_ac(table: Counts, weights: str = UNWEIGHTED) -> Estimate:
    """Gwet's AC1 (without weights) or AC2: kappa's rival where most statements share one level.

    Gwet 2008, doi:10.1348/000711006X126600; with weights: Gwet, Handbook of Inter-Rater Reliability, 4th edition
    (2014), to which his R package irrCAC belongs. All levels of the table count as possible, whether or not anybody
    gave them.
    """
    n, q = int(table.sum()), len(table)
    if n == 0:
        return Estimate(None, why=NO_PAIR)
    close = WEIGHTS[weights](q)
    shares = table / n
    agreed = float((close * shares).sum())
    of_level = (shares.sum(axis=1) + shares.sum(axis=0)) / 2
    chance_weight = float(close.sum()) / (q * (q - 1))
    by_chance = chance_weight * float((of_level * (1 - of_level)).sum())
    value = (agreed - by_chance) / (1 - by_chance)
    hardness = 1 - (of_level[:, None] + of_level[None, :]) / 2
    moved = close - 2 * (1 - value) * chance_weight * hardness
    spread = float((shares * moved**2).sum()) - (agreed - 2 * (1 - value) * by_chance) ** 2
    return _with_interval(value, spread / (n * (1 - by_chance) ** 2), n)


def _equal(q: int) -> NDArray[np.float64]:
    return np.eye(q)


def _linear(q: int) -> NDArray[np.float64]:
    return 1 - _apart(q) / (q - 1)


def _quadratic(q: int) -> NDArray[np.float64]:
    return 1 - (_apart(q) / (q - 1)) ** 2


def _apart(q: int) -> NDArray[np.float64]:
    places = np.arange(q, dtype=float)
    return np.abs(places[:, None] - places[None, :])


WEIGHTS: dict[str, Callable[[int], NDArray[np.float64]]] = {
    UNWEIGHTED: _equal,
    LINEAR: _linear,
    QUADRATIC: _quadratic,
}


def _with_interval(value: float, variance: float, n: int) -> Estimate:
    """The interval by Student's t with n − 1 degrees of freedom, as Gwet has it, held within −1 and 1."""
    from scipy.stats import t

    if n < 2:
        return Estimate(value, why=ONE_PAIR)
    if variance < NEARLY:
        return Estimate(value, why=NO_SPREAD)
    reach = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * math.sqrt(variance)
    return Estimate(value, max(-1.0, value - reach), min(1.0, value + reach))
