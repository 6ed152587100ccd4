"""Words without their dress: what a reader, a copy or a machine would still recognise."""

from __future__ import annotations

import unicodedata
from html import unescape
from urllib.parse import unquote_plus


def flat(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Also without case, entities, percent signs, wide forms, and characters that no one sees."""
    bare = unicodedata.normalize("NFKC", unescape(unquote_plus(text))).casefold()
    return flat("".join(each for each in bare if unicodedata.category(each) != "Cf"))
