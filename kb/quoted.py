"""Whether words that are said to stand in a cited work stand in what is known of it here: its abstract or its title.

Most works are known by their record alone. Then nobody can say, and that is what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.ingest.references.same_work import folded

KNOWN_TEXTS = {"abstract": "abstract", "title": "title", "annote": "annotation"}


def quote_checked(quote: str, csl: Mapping[str, Any]) -> str:
    """What is found of a quotation, in a sentence; empty for no quotation."""
    wanted = folded(quote)
    if not wanted:
        return ""
    for field, name in KNOWN_TEXTS.items():
        # A sequence of whole words: "art" does not stand in "heart".
        if f" {wanted} " in f" {folded(str(csl.get(field) or ''))} ":
            return f"The quotation stands in the work’s {name}."
    if csl.get("abstract"):
        return "The quotation does not stand in the work’s abstract; compare it with the full text."
    return "The work’s text is not known here, so nobody has compared the quotation with it."
