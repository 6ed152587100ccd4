"""Whether the words of a statement fit its grade: more certain than it allows, more hedged than it needs, or unhedged.

What a sentence may claim at each level is GRADE guidance 26 (Santesso 2020, doi:10.1016/j.jclinepi.2019.10.014). It
speaks of effects, so that definitions, mechanisms, background, regulation and appraisals are not measured by it. Only
words that *say* a level count as claiming one: of 1,434 unhedged effect sentences in Cochrane reviews 1,255 stand at a
level that would want a hedge, so an effect without a hedge is `unhedged`, never an over-claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.phrases import Cue
from kb.wording import PLAIN, read_words

TYPES_OF_EFFECT = ("efficacy", "safety")

# Characters between a hedge and what it is about: some ten words.
_SOON = 70
_SENTENCES = re.compile(r"[.!?]\s+[A-Z]")
_CLAUSE_ENDS = re.compile(r"[;:]|[.!?]\s")

# Without any study nothing may be claimed: not even what very low allows.
_RANK = {"no-evidence": 0, "very-low": 0, "low": 1, "moderate": 2, "high": 3}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Words that claim another certainty than the grade: level claimed, level graded, the words, levels between."""

    claimed: str
    graded: str
    cues: tuple[Cue, ...]
    steps: int


def overclaim(text: str, level: str) -> Misfit | None:
    """Words that claim more certainty than a level of GRADE allows; None where they do not, or say no level.

    Of several hedges the least certain one counts, so that "probably reduces X and may reduce Y" claims low; words of
    doubt ("unclear", "insufficient evidence") anywhere in the sentence take back what it claims. A hedge counts where
    words of an effect follow it in the same clause: "the tumour may harbour a mutation" claims none. Texts of several
    sentences are left alone, because it is not known which of them the grade is for; and so is a level that GRADE's
    line does not have (not-gradable).
    """
    said = _said(text)
    if level not in _RANK or not said or read_words(text).of("certainty.doubt") or _SENTENCES.search(text):
        return None
    least = min((each for each, _ in said), key=_RANK.__getitem__)
    if _RANK[least] <= _RANK[level]:
        return None
    about = tuple((each, cue) for each, cue in said if _is_about_an_effect(cue, text))
    return _misfit(about, least, level) if any(each == least for each, _ in about) else None


def underclaim(text: str, level: str) -> Misfit | None:
    """Hedges that say less than a level of GRADE allows; of several the most certain one counts."""
    if _RANK.get(level, 0) < _RANK["low"]:
        return None
    said = _said(text)
    if not said and (doubt := read_words(text).of("certainty.doubt")):
        said = tuple(("low", cue) for cue in doubt)
    if not said:
        return None
    most = max((each for each, _ in said), key=_RANK.__getitem__)
    return _misfit(said, most, level) if _RANK[most] < _RANK[level] else None


def unhedged(text: str, level: str) -> tuple[Cue, ...]:
    """Words of an effect that stand without any hedge at a level that wants one: low, very low, no evidence."""
    if _RANK.get(level, 3) > _RANK["low"]:
        return ()
    claimed = read_words(text).claimed
    return claimed.cues if claimed is not None and claimed.by == "plain" else ()


def _said(text: str) -> tuple[tuple[str, Cue], ...]:
    """The words that say a level, with it: stated outright, else hedges, else words that leave no doubt."""
    reading = read_words(text)
    # Not `reported`: "suggests" tells what a study found, and authors write it at every level.
    return reading.stated or reading.hedges or tuple((PLAIN, cue) for cue in reading.of("certainty.strong"))


def _is_about_an_effect(cue: Cue, text: str) -> bool:
    """Whether words of an effect stand in a cue or soon after it, before the clause ends."""
    reading = read_words(text)
    for effect in (*reading.of("effect.verbs"), *reading.of("about.words")):
        if cue.start <= effect.start <= cue.end + _SOON:
            between = text[cue.end : effect.start]
            if not _CLAUSE_ENDS.search(between):
                return True
    return False


def _misfit(said: tuple[tuple[str, Cue], ...], claimed: str, graded: str) -> Misfit:
    cues = tuple(cue for level, cue in said if level == claimed)
    return Misfit(claimed, graded, cues, abs(_RANK[claimed] - _RANK[graded]))
