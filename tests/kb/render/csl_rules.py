"""What CSL-JSON 1.0 takes, as a JSON schema in few lines: the rules of the standard, written down a second time."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": ["string", "number"]}
SWITCH: dict[str, Any] = {"type": ["string", "number", "boolean"]}
NAMES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(("family", "given", "suffix", "literal"), TEXT),
            **dict.fromkeys(("dropping-particle", "non-dropping-particle"), TEXT),
            **dict.fromkeys(("comma-suffix", "static-ordering", "parse-names"), SWITCH),
        },
    },
}
DATE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": NUMBER},
        },
        "season": NUMBER,
        "circa": SWITCH,
        "literal": TEXT,
        "raw": TEXT,
    },
}
TYPES = """
article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
personal_communication post post-weblog regulation report review review-book software song speech standard thesis
treaty webpage
"""
TEXTS = """
DOI ISBN ISSN PMCID PMID URL abstract annote archive archive-place archive_location authority call-number citation-label
collection-title container-title container-title-short dimensions event event-place genre journalAbbreviation
jurisdiction keyword language medium note original-publisher original-publisher-place original-title publisher
publisher-place references reviewed-title scale section shortTitle source status title title-short version year-suffix
"""
NUMBERS = """
chapter-number citation-number collection-number edition issue locator number number-of-pages number-of-volumes page
page-first volume
"""
PEOPLE = """
author collection-editor composer container-author director editor editorial-director illustrator interviewer
original-author recipient reviewed-author translator
"""
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "id": NUMBER,
            "type": {"enum": TYPES.split()},
            "categories": {"type": "array", "items": TEXT},
            "custom": {"type": "object"},
            **dict.fromkeys(TEXTS.split(), TEXT),
            **dict.fromkeys(NUMBERS.split(), NUMBER),
            **dict.fromkeys(PEOPLE.split(), NAMES),
            **dict.fromkeys(("accessed", "event-date", "issued", "original-date", "submitted"), DATE),
        },
    },
}
