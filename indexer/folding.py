"""How single characters are folded for search: case, accents, ligatures, full width, Greek letters' names.

`fold` gives the one or more characters that stand for a character; `kind_of` says what such a character does
in a word. Accents fall only from Latin, Greek, Cyrillic and their neighbours: elsewhere a mark is part of the
spelling.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """What a folded character does in a word."""

    WORD = "a letter of a word"
    GREEK = "a Greek letter"
    DIGIT = "a digit"
    SINGLE = "a character that is a word by itself: Han, Kana, Thai and other scripts written without blanks"
    MARK = "a mark that is part of the spelling"
    DROPPED_MARK = "an accent that is folded away"
    APOSTROPHE = "an apostrophe inside a word"
    OTHER = "anything else; it separates"


APOSTROPHES = "'’＇"
IGNORABLE = "\u00ad\u200c\u200d\u2060\ufeff"
"""Soft hyphen, joiners, byte-order mark: invisible inside a word, and no part of it."""

GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
    "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
}  # fmt: skip
# Letters that no Unicode decomposition takes apart and that people type without.
_UNDECOMPOSED = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
    }
)
# Accents are folded away on letters below this: Latin, Greek, Cyrillic (marks on Armenian do not occur).
_LAST_FOLDED = "\u058f"
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _marks() -> str:
    """Every combining mark as the inside of a regular expression's character class."""
    ranges: list[tuple[int, int]] = []
    # All marks lie below U+1F000 but for the variation selectors of plane 14.
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _marks()


@lru_cache(maxsize=1 << 14)
def fold(character: str) -> str:
    """What stands for one character: nothing, one or several (ﬁ gives fi, ½ gives 1⁄2, é gives e and its
    accent).
    """
    if character in IGNORABLE:
        return ""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    folded = folded.translate(_UNDECOMPOSED).replace("’", "'").replace("ʼ", "'")
    return "".join(_digit(each) for each in folded)


@lru_cache(maxsize=1 << 14)
def kind_of(folded: str) -> Kind:
    """The kind of one character that came out of `fold`."""
    if unicodedata.category(folded)[0] == "M":
        # A mark's own block tells whose it is: the general accents sit on Latin, Greek and Cyrillic.
        return Kind.DROPPED_MARK if _is_accent(folded) else Kind.MARK
    if folded == "'":
        return Kind.APOSTROPHE
    if _UNSPACED.match(folded):
        return Kind.SINGLE if folded.isalnum() else Kind.OTHER
    if folded in GREEK_NAMES or "\u0370" <= folded <= "\u03ff":
        return Kind.GREEK if folded.isalpha() else Kind.OTHER
    if folded.isdigit():
        return Kind.DIGIT
    return Kind.WORD if folded.isalnum() else Kind.OTHER


def _is_accent(mark: str) -> bool:
    return (
        mark <= _LAST_FOLDED
        or "\u1ab0" <= mark <= "\u1aff"
        or "\u1dc0" <= mark <= "\u1dff"
        or ("\u20d0" <= mark <= "\u20ff" or "\ufe00" <= mark <= "\ufe0f" or "\ufe20" <= mark <= "\ufe2f")
    )


def _digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)
