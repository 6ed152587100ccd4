"""How much a hit is worth: BM25F, the one model of scoring, whatever engine reads the postings.

A word counts over all fields together, each field with its weight and its own length, and only then is its repetition
damped (Robertson and Zaragoza 2009, section 3.6, doi:10.1561/1500000019): a word in text and title is not worth two
words. Rarity is Lucene's form of the inverse document frequency, which is never negative. Words that stand next to each
other as they were typed add a little (Metzler and Croft 2005, doi:10.1145/1076034.1076115).

The constants are those of the literature, not tuned on any set; `tests/benchmarks/ranking.py` measures them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

DAMPING = 1.2
"""BM25's k1: how fast repeating a word stops counting."""
LENGTH_PULL = 0.75
"""BM25's b: how much a long field weakens a word in it."""
MOST_DAMPED = DAMPING + 1
"""What a word's weights are worth at the most, however often it stands there."""
QUERY_DAMPING = 8.0
"""BM25's k3: how fast repeating a word in the query stops counting (the value that Terrier uses)."""
NEXT_TO = 0.1
"""What a pair of neighbouring words counts beside what its two words do (Metzler and Croft's 0.1 beside 0.85)."""
OTHER_NAME = 0.8
"""What another name of the thing that was typed counts: what was typed leads."""
RERANKED = 200
"""Of how many of the best hits neighbouring words are looked up: positions cost time."""


def field_factors(weight: float, lengths: Scores, mean: float) -> Scores:
    """What one occurrence counts in fields of these lengths (in words); `mean` is that of all statements."""
    return weight / (1 - LENGTH_PULL + LENGTH_PULL * lengths / (mean or 1.0))


def rarity(having: int, statements: int) -> float:
    """The inverse document frequency of a word that `having` of all `statements` have; above 0 always."""
    return math.log(1 + (statements - having + 0.5) / (having + 0.5))


def damped(weights: Scores) -> Scores:
    """A word's weights, summed over the fields, as what they are worth: between 0 and `MOST_DAMPED`."""
    return weights * MOST_DAMPED / (weights + DAMPING)


def repetition(often: int) -> float:
    """How much more a word counts that was typed `often` times; 1 for once."""
    return (QUERY_DAMPING + 1) * often / (QUERY_DAMPING + often)
