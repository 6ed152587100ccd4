"""What may be said at a level of certainty: the sentence that guidance 26 allows, and how the present words misfit.

It offers and never changes: words are a curator's to write.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb.audit.worded import LEVEL_WORDS, said
from kb.graded import GradedStatement
from kb.informative import Effect, informative_sentence
from kb.overclaim import TYPES_OF_EFFECT, overclaim, underclaim, unhedged


@dataclass(frozen=True, slots=True)
class Fitting:
    """At one level: the sentence that is allowed (None where none is known), why none is, and what misfits."""

    sentence: str | None
    why_not: str
    misfit: str


def fitting(statement: GradedStatement, level: str, direction: str) -> Fitting | None:
    """What fits a statement at this level of GRADE in this direction; None where guidance 26 does not speak of it.

    It speaks of effects, so not of definitions, mechanisms or regulation, and of certainties only.
    """
    if statement.type not in TYPES_OF_EFFECT or level not in LEVEL_WORDS:
        return None
    effect = Effect(
        statement.text,
        statement.intervention,
        statement.outcome,
        direction,
        statement.effect_size,
        statement.population,
    )
    sentence = informative_sentence(level, effect)
    if sentence == statement.text:
        return Fitting(None, "", "")
    return Fitting(sentence, "" if sentence else _why_not(statement, level, direction), _misfit(statement.text, level))


def _why_not(statement: GradedStatement, level: str, direction: str) -> str:
    if level == "no-evidence":
        return "Where no study was found, no sentence about an effect is allowed."
    missing = [name for name in ("intervention", "outcome") if not getattr(statement, name)]
    if missing:
        return f"A sentence can be offered when its {' and '.join(missing)} {_are(missing)} recorded."
    if direction not in ("supports", "no-effect"):
        return "A sentence can be offered where the evidence supports the words, or shows no effect."
    return "The words do not say which way the effect goes, so no sentence can be offered."


def _misfit(text: str, level: str) -> str:
    if found := overclaim(text, level):
        return f"Its words claim {LEVEL_WORDS[found.claimed]} ({said(found.cues)}), more than that level allows."
    if found := underclaim(text, level):
        return f"Its words claim {LEVEL_WORDS[found.claimed]} ({said(found.cues)}), less than that level allows."
    if cues := unhedged(text, level):
        return f"Its words claim an effect without a hedge ({said(cues)}); at that level they want one."
    return ""


def _are(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"
