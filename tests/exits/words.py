"""Words without their dress: what a reader, a copy or a machine would still recognise."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from html import unescape
from urllib.parse import unquote_plus


def flat(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


# Format characters, such as soft hyphens and marks of direction.
UNSEEN = dict.fromkeys(code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf")


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Also without case, entities, percent signs, wide forms, and characters that no one sees."""
    return flat(unicodedata.normalize("NFKC", unescape(unquote_plus(text))).casefold().translate(UNSEEN))
