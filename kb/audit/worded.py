"""What the rules about wording share: the one pass over words and grades, and the sentence that the grade allows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from kb.audit.rule import AnyRow, Rows, Scope
from kb.informative import Effect, informative_sentence
from kb.model import Grade, Statement
from kb.overclaim import TYPES_OF_EFFECT
from kb.phrases import Cue

LEVEL_WORDS = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very-low": "very low certainty",
    "no-evidence": "no evidence",
}


def worded(scope: Scope) -> Rows:
    """Statements with their words, and the grade that stands for each, if one does."""
    query = select(
        Statement.id,
        Statement.text,
        Statement.quote,
        Statement.type,
        Statement.intervention,
        Statement.outcome,
        Statement.population,
        Statement.effect_size,
        Grade.scale,
        Grade.level,
        Grade.direction,
    )
    return query.join(Grade, Grade.id == Statement.current_grade_id, isouter=True).where(scope.chosen)


def is_graded_effect(row: AnyRow) -> bool:
    """Whether guidance 26 speaks of a row: a statement of effect with a grade of GRADE's."""
    return row.scale == "grade" and row.type in TYPES_OF_EFFECT


def allowed_sentence(row: AnyRow) -> str:
    """The sentence that guidance 26 allows for a row, as a remedy; empty where intervention or way are not known."""
    effect = Effect(row.text, row.intervention, row.outcome, row.direction, row.effect_size, row.population)
    sentence = informative_sentence(row.level, effect)
    return f"GRADE guidance 26 allows: “{sentence}”" if sentence else ""


def said(cues: Iterable[Cue]) -> str:
    """Words found, each once, in quotation marks."""
    return ", ".join(f"“{words}”" for words in dict.fromkeys(cue.words.lower() for cue in cues))
