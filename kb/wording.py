"""What a sentence's own words say: the certainty they claim, the kind of claim, and what does not belong in one.

The words stand in `data/wording.toml`. Nothing here grades: wording shows what is claimed, and a grade says what the
evidence allows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kb.data import data_folder
from kb.errors import InputError

LEVELS = ("very-low", "low", "moderate")
PLAIN = "high"
EVERY_LIST = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of a text that say something about it: code points, the end exclusive."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The certainty that a sentence claims: a level of GRADE, and the words that say so."""

    level: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """A claim type that a sentence's words speak for."""

    type: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    certainty: dict[str, re.Pattern[str]]
    effect: re.Pattern[str]
    absolute: re.Pattern[str]
    promotional: re.Pattern[str]
    inserted: re.Pattern[str]
    types: dict[str, re.Pattern[str]]


def claimed_certainty(text: str) -> Claimed | None:
    """The certainty that the words claim; None where the sentence claims no effect and no doubt.

    The forms are those of GRADE guidance 26 (Santesso 2020, doi:10.1016/j.jclinepi.2019.10.014): "the evidence is very
    uncertain" is very low, "may" low, "probably" moderate, and an effect without any such word is claimed as high.
    """
    words = _words()
    for level in LEVELS:
        if cues := _cues(words.certainty[level], text):
            return Claimed(level, cues)
    cues = _cues(words.effect, text)
    return Claimed(PLAIN, cues) if cues else None


def absolute_words(text: str) -> tuple[Cue, ...]:
    """Words that no level of evidence allows, such as "cures" or "guaranteed"."""
    return _cues(_words().absolute, text)


def promotional_words(text: str) -> tuple[Cue, ...]:
    """Words that sell."""
    return _cues(_words().promotional, text)


def inserted_phrases(text: str) -> tuple[Cue, ...]:
    """Search phrases and calls to buy, put into a sentence to which they do not belong."""
    return _cues(_words().inserted, text)


def likely_type(text: str) -> Likely:
    """The claim type for which most words speak; background where none does."""
    best = Likely("background", ())
    words = _words()
    for type_, pattern in (*words.types.items(), ("efficacy", words.effect)):
        cues = _cues(pattern, text)
        if len(cues) > len(best.cues):
            best = Likely(type_, cues)
    return best


_VERB = (
    r"\b(?:is|are|was|were|has|have|had|can|may|might|could|should|will|would|does|do|did|\w{3,}(?:ates|ises|izes|uces|"
    r"eves|ents|eases|oves|elps|ects|ains|ists|ffers|ides|erges?|acts)|(?:offer|lead|provid|result|potentially)\w*ing)\b"
)
_JOINT = re.compile(r"; |, (?:and|but|while|whereas|which|yet|so|offering|leading|providing|resulting|potentially)\b")
_LIST = re.compile(r"\w[^,;.]*,(?: [^,;.]+,)* (?:and|or) \w")


def several_claims(text: str) -> tuple[str, ...]:
    """Why a sentence seems to hold more than one claim, in words; empty where it seems to hold one.

    Two signs: clauses that each have a verb, and a list of three or more. A sign is no proof; a person decides.
    """
    reasons = []
    at = 0
    for joint in _JOINT.finditer(text):
        before, after = text[at : joint.start()], text[joint.start() :]
        if _has_clause(before) and _has_clause(after):
            reasons.append(f"two clauses, joined by “{joint.group().strip(' ,')}”")
            at = joint.start()
    if (found := _LIST.search(text)) is not None and found.group().count(",") + 1 >= EVERY_LIST:
        reasons.append("a list of three or more")
    return tuple(dict.fromkeys(reasons))


def _has_clause(text: str) -> bool:
    return len(text.split()) >= 3 and re.search(_VERB, text, re.IGNORECASE) is not None


def _cues(pattern: re.Pattern[str], text: str) -> tuple[Cue, ...]:
    return tuple(Cue(found.start(), found.end(), found.group()) for found in pattern.finditer(text))


@cache
def _words() -> _Words:
    """The words of `data/wording.toml`. Raises InputError where it cannot be read, so that nothing passes unread."""
    path = data_folder() / "wording.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return _Words(
            {level: _pattern(table["certainty"][level]) for level in LEVELS},
            _pattern(table["effect"]["verbs"]),
            _pattern(table["absolute"]["words"]),
            _pattern(table["promotional"]["words"]),
            _pattern(table["inserted"]["words"]),
            {type_: _pattern(entries) for type_, entries in table["types"].items()},
        )
    except (OSError, ValueError, KeyError, re.error) as error:
        raise InputError(f"The words cannot be read: {error}.", place=str(path), cure="Mend the file.") from error


def _pattern(entries: Iterable[str]) -> re.Pattern[str]:
    # A blank in an entry stands for any white space; within a lookbehind, whose width is fixed, it stays one.
    spaced = [re.sub(r"(\(\?<![^)]*\))|( )", lambda found: found[1] or r"\s+", entry) for entry in entries]
    return re.compile(rf"\b(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)
