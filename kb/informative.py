"""The sentence that GRADE guidance 26 allows for a level of certainty and a size of effect.

Santesso 2020, J Clin Epidemiol 119:126-135, doi:10.1016/j.jclinepi.2019.10.014; the forms for low and very low to
confirm. Nothing is invented: where intervention, outcome or the way of the effect is not known, no sentence is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.wording import way_of_effect

# What curators write in `effect_size`, by the four columns of the table. Numbers ("RR 0.8") name no column.
SIZES: Mapping[str, str] = {
    "large": "large",
    "very large": "large",
    "moderate": "moderate",
    "small": "small",
    "slight": "small",
    "small important": "small",
    "trivial": "none",
    "none": "none",
    "no effect": "none",
    "little to no": "none",
    "little or no": "none",
}
_NOUNS = {
    "reduces": "a large reduction",
    "increases": "a large increase",
    "improves": "a large improvement",
    "worsens": "a large worsening",
}
_BARE = {"reduces": "reduce", "increases": "increase", "improves": "improve", "worsens": "worsen", "causes": "cause"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement says an effect is: its words, whose effect on what, and what the evidence says to it.

    `direction` is the grade's: `supports` means that the evidence supports the words, whichever way they point.
    """

    text: str
    intervention: str | None
    outcome: str | None
    direction: str
    size: str | None = None
    population: str | None = None


def informative_sentence(level: str, effect: Effect) -> str | None:
    """The sentence that the guidance allows at a level; None where it allows none or a part of it is not known.

    At very low certainty one form serves every size and way, so that intervention and outcome suffice. A size that
    is not among `SIZES` is taken as not known, and the form without a size is offered.
    """
    x, y = _clean(effect.intervention), _clean(effect.outcome)
    if not x or not y:
        return None
    where = f" in {place}" if (place := _clean(effect.population)) and place not in (x, y) else ""
    if level == "very-low":
        return f"The evidence is very uncertain about the effect of {x} on {y}{where}."
    way, size = _way(effect), SIZES.get(_clean(effect.size).lower())
    if way is None or level not in ("low", "moderate", "high"):
        return None
    if way == "none" or size == "none":
        claim, rest = "result", f" in little to no difference in {y}"
    elif size == "large" and way in _NOUNS:
        claim, rest = "result", f" in {_NOUNS[way]} {'of' if way in ('improves', 'worsens') else 'in'} {y}"
    else:
        claim, rest = _BARE[way], f" {y}{' slightly' if size == 'small' and way in _NOUNS else ''}"
    verb = {"low": f"may {claim}", "moderate": f"probably {_agreeing(claim, x)}", "high": _agreeing(claim, x)}[level]
    return f"{x[0].upper()}{x[1:]} {verb}{rest}{where}."


def _way(effect: Effect) -> str | None:
    """Which way the evidence points: that of the words where it supports them."""
    if effect.direction == "no-effect":
        return "none"
    return way_of_effect(effect.text) if effect.direction == "supports" else None


def _agreeing(verb: str, subject: str) -> str:
    """The verb's form for one or several subjects, as far as the subject's own words show it."""
    several = " and " in subject or (subject.endswith("s") and not subject.endswith(("ss", "is", "us")))
    return verb if several else f"{verb}s"


def _clean(words: str | None) -> str:
    return (words or "").strip().rstrip(".")
