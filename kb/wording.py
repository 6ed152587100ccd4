"""What a sentence's own words say: the certainty they claim, the kind of claim, and what does not belong in one.

The words stand in `data/wording.toml`. Nothing here grades: wording shows what is claimed, and a grade says what the
evidence allows. Which words of a sentence count is decided here:

1. A level said outright ("low-certainty evidence") comes before every hedge.
2. "Uncertain" is very low wherever it stands: "X may reduce Y, but the evidence is very uncertain".
3. Of "may" and "probably" the first decides: it stands with the first effect, and what follows qualifies.
4. "The evidence suggests" is low where no other hedge stands; else it only introduces what is claimed.
5. Words of doubt that no table ties to a level ("unclear", "insufficient evidence") claim low at most.
6. Words that leave no doubt ("clearly reduces", "strong evidence") claim high, and so does an effect without a hedge.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from kb.data import data_folder
from kb.errors import InputError
from kb.phrases import Cue, Found, PhraseBook, Words

LEVELS = ("very-low", "low", "moderate")
PLAIN = "high"
WAYS = ("reduces", "increases", "improves", "worsens", "causes", "none")
SECTIONS = ("certainty", "stated", "effect", "about", "way", "cause", "absolute", "promotional", "inserted")
TYPES = "type "

# The kind of words that say a level: stated and hedged say one, doubt says "low at most", strong and plain say high.
By = Literal["stated", "hedged", "doubt", "strong", "plain"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The certainty that a sentence claims: a level of GRADE, the words that say so, and which kind they are of."""

    level: str
    cues: tuple[Cue, ...]
    by: By


@dataclass(frozen=True, slots=True)
class Likely:
    """A claim type that a sentence's words speak for."""

    type: str
    cues: tuple[Cue, ...]


class Reading:
    """The words of a sentence that bear on what it claims; each section of `data/wording.toml` is read when asked."""

    __slots__ = ("_found", "_words")

    def __init__(self, text: str) -> None:
        self._words = Words(text)
        self._found: dict[str, Found] = {}

    def section(self, name: str) -> Found:
        """The words of a section, by `section.list`."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = _books()[name].find(self._words)
        return found

    def of(self, name: str) -> tuple[Cue, ...]:
        """The words of a list, named as `section.list`."""
        return self.section(name.partition(".")[0]).get(name, ())

    @property
    def hedges(self) -> tuple[tuple[str, Cue], ...]:
        """Every hedge with its level, in the order of the text; "suggests" is none by itself."""
        return self._levels("certainty", LEVELS)

    @property
    def stated(self) -> tuple[tuple[str, Cue], ...]:
        """Every level that the sentence says outright, in the order of the text."""
        return self._levels("stated", (*LEVELS, PLAIN))

    def _levels(self, section: str, levels: tuple[str, ...]) -> tuple[tuple[str, Cue], ...]:
        if not (found := self.section(section)):
            return ()
        said = [(level, cue) for level in levels for cue in found.get(f"{section}.{level}", ())]
        return tuple(sorted(said, key=lambda each: each[1].start))

    @property
    def claimed(self) -> Claimed | None:
        """The certainty that the words claim; None where the sentence claims no effect and no doubt."""
        if stated := self.stated:
            return _claimed(stated[0][0], stated, "stated")
        if hedges := self.hedges or tuple(("low", cue) for cue in self.of("certainty.reported")):
            level = LEVELS[0] if any(each == LEVELS[0] for each, _ in hedges) else hedges[0][0]
            return _claimed(level, hedges, "hedged")
        if cues := self.of("certainty.doubt"):
            return Claimed("low", cues, "doubt")
        if cues := self.of("certainty.strong"):
            return Claimed(PLAIN, cues, "strong")
        cues = self.of("effect.verbs")
        return Claimed(PLAIN, cues, "plain") if cues else None


def _claimed(level: str, said: tuple[tuple[str, Cue], ...], by: By) -> Claimed:
    return Claimed(level, tuple(cue for each, cue in said if each == level), by)


# Several rules read the same sentence, one after the other.
@lru_cache(maxsize=64)
def read_words(text: str) -> Reading:
    """The words of a sentence, cut once however many questions are asked of it."""
    return Reading(text)


def claimed_certainty(text: str) -> Claimed | None:
    """The certainty that the words claim; None where the sentence claims no effect and no doubt.

    The forms are those of GRADE guidance 26 (Santesso 2020, doi:10.1016/j.jclinepi.2019.10.014): "the evidence is very
    uncertain" is very low, "may" low, "probably" moderate, and an effect without any such word is claimed as high.
    """
    return read_words(text).claimed


def absolute_words(text: str) -> tuple[Cue, ...]:
    """Words that no level of evidence allows, such as "cures" or "guaranteed"."""
    return read_words(text).of("absolute.words")


def causal_words(text: str) -> tuple[Cue, ...]:
    """Words that speak of a cause, such as "causes", "leads to" or "due to"; denied ones are left out."""
    return read_words(text).of("cause.words")


def way_of_effect(text: str) -> str | None:
    """Which way the words say that an effect goes: reduces, increases, improves, worsens, causes, or none.

    None where they say no way or several ("reduces pain and improves sleep"), or where a word such as "fails" may turn
    it round.
    """
    reading = read_words(text)
    said = [way for way in WAYS if reading.of(f"way.{way}")]
    return said[0] if len(said) == 1 and not reading.of("way.unclear") else None


def promotional_words(text: str) -> tuple[Cue, ...]:
    """Words that sell."""
    return read_words(text).of("promotional.words")


def inserted_phrases(text: str) -> tuple[Cue, ...]:
    """Search phrases and calls to buy, put into a sentence to which they do not belong."""
    return read_words(text).of("inserted.words")


def likely_type(text: str) -> Likely:
    """The claim type for which most words speak; background where none does."""
    best = Likely("background", ())
    reading = read_words(text)
    for name in (*(name for name in _books() if name.startswith(TYPES)), "effect.verbs"):
        cues = reading.of(f"{name}.words" if name.startswith(TYPES) else name)
        if len(cues) > len(best.cues):
            best = Likely(name.removeprefix(TYPES) if name.startswith(TYPES) else "efficacy", cues)
    return best


_VERBS = frozenset(
    (
        *("is", "are", "was", "were", "has", "have", "had", "can", "may", "might", "could", "should", "will", "would"),
        *("does", "do", "did"),
    )
)
_VERB_ENDINGS = (
    *("ates", "ises", "izes", "uces", "eves", "ents", "eases", "oves", "elps", "ects", "ains", "ists", "ffers", "ides"),
    *("erge", "erges", "acts"),
)
_PARTICIPLES = ("offer", "lead", "provid", "result", "potentially")
_WORD = re.compile(r"\w+")
_JOINT = re.compile(r"; |, (?:and|but|while|whereas|which|yet|so|offering|leading|providing|resulting|potentially)\b")
_LAST_OF_LIST = re.compile(r", (?:and|or) \w")


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
    if any(_is_list(text, last.start()) for last in _LAST_OF_LIST.finditer(text)):
        reasons.append("a list of three or more")
    return tuple(dict.fromkeys(reasons))


def _is_list(text: str, last: int) -> bool:
    """Whether the comma at `last`, before its "and", ends a list: another part stands before it in the same clause."""
    began = max(text.rfind(mark, 0, last) for mark in ";.") + 1
    first, comma, part = text[began:last].rpartition(",")
    # A comma without a blank behind it stands in a number.
    return bool(comma) and part[:1] == " " and len(part) > 1 and _WORD.search(first.rpartition(",")[2]) is not None


def _has_clause(text: str) -> bool:
    return len(text.split()) >= 3 and any(map(_is_verb, _WORD.findall(text.lower())))


def _is_verb(word: str) -> bool:
    if word in _VERBS or (word.endswith("ing") and word.startswith(_PARTICIPLES)):
        return True
    # Before the ending stand three letters: "pains" is no verb by its ending.
    return word.endswith(_VERB_ENDINGS) and any(
        word.endswith(end) and len(word) >= len(end) + 3 for end in _VERB_ENDINGS
    )


@cache
def _books() -> Mapping[str, PhraseBook]:
    """The words of `data/wording.toml`, a book a section; a claim type is one of its own, for its words may be others'.

    Raises InputError where the file cannot be read, so that nothing passes unread.
    """
    path = data_folder() / "wording.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        names = table["names"]
        books = {
            section: PhraseBook({f"{section}.{name}": entries for name, entries in table[section].items()}, names)
            for section in SECTIONS
        }
        for type_, entries in table["types"].items():
            books[f"{TYPES}{type_}"] = PhraseBook({f"{TYPES}{type_}.words": entries}, names)
        return books
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"The words cannot be read: {error}.", place=str(path), cure="Mend the file.") from error
