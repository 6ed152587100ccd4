"""Cited works as CSL-JSON 1.0, which takes no other keys than its own: everything else stands in `custom`.

The names of the fields and types are those of the standard's schema (csl-data.json of CSL 1.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kb.records import CitationRecord
from kb.render.json import day
from kb.render.work_words import said_of

TYPES = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage""".split()  # noqa: SIM905
)
NAMES = frozenset(
    """author collection-editor composer container-author director editor editorial-director illustrator interviewer
    original-author recipient reviewed-author translator""".split()  # noqa: SIM905
)
DATES = frozenset(("accessed", "event-date", "issued", "original-date", "submitted"))
NUMBERS = frozenset(
    """chapter-number citation-number collection-number edition issue locator number number-of-pages number-of-volumes
    page page-first volume""".split()  # noqa: SIM905
)
TEXTS = frozenset(
    """DOI ISBN ISSN PMCID PMID URL abstract annote archive archive-place archive_location authority call-number
    citation-label collection-title container-title container-title-short dimensions event event-place genre
    journalAbbreviation jurisdiction keyword language medium note original-publisher original-publisher-place
    original-title publisher publisher-place references reviewed-title scale section shortTitle source status title
    title-short version year-suffix""".split()  # noqa: SIM905
)
NAME_PARTS = frozenset(("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"))
NAME_SWITCHES = frozenset(("comma-suffix", "static-ordering", "parse-names"))
ANY_TYPE = "document"
OTHER = "other"


def csl_lines(works: Iterable[CitationRecord]) -> Iterator[str]:
    """An array, one work a line."""
    before = "[\n"
    for work in works:
        yield f"{before}{json.dumps(csl_item(work), ensure_ascii=False)}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def csl_item(work: CitationRecord) -> dict[str, Any]:
    """The work with what is known of it since in `custom`: `caveat` says it in words, `other` holds foreign fields.

    `custom.unchecked_fields` and `custom.study_design` are what an import reads.
    """
    own: dict[str, Any] = {"id": work.key, "type": work.csl.get("type")}
    other: dict[str, Any] = {}
    for name, value in work.csl.items():
        if name in ("id", "type", "custom"):
            continue
        fit = fitting(name, value)
        if fit is None:
            other[name] = value
        else:
            own[name] = fit
    if own["type"] not in TYPES:
        other["type"], own["type"] = own["type"], ANY_TYPE
    given = work.csl.get("custom")
    custom: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    custom |= {"unchecked_fields": list(work.unchecked)}
    if work.study_design is not None:
        custom["study_design"] = work.study_design
    if other:
        custom[OTHER] = other
    custom["caveat"] = {
        "said": said_of(work),
        "standing": work.standing,
        "standing_on": day(work.standing_on),
        "standing_reason": work.standing_reason,
        "standing_notice": work.standing_notice,
        "standing_source": work.standing_source,
        "url": work.url,
    }
    return {**own, "custom": custom}


def fitting(name: str, value: Any) -> Any:
    """The value as the schema takes it under this name; None where it takes none such."""
    if name in TEXTS and isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    if name in NUMBERS and isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    if name in NAMES and isinstance(value, list) and all(map(_is_name, value)):
        return value
    if name in DATES and _is_date(value):
        return value
    return None


def _is_name(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        (part in NAME_PARTS and isinstance(each, str))
        or (part in NAME_SWITCHES and isinstance(each, str | int | float | bool))
        for part, each in value.items()
    )


def _is_date(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    for part, each in value.items():
        if part == "date-parts":
            if not (isinstance(each, list) and 1 <= len(each) <= 2 and all(map(_is_day, each))):
                return False
        elif part in ("literal", "raw"):
            if not isinstance(each, str):
                return False
        elif part not in ("season", "circa") or not isinstance(each, str | int | float | bool):
            return False
    return not isinstance(value.get("season"), bool)


def _is_day(parts: Any) -> bool:
    return (
        isinstance(parts, list)
        and 1 <= len(parts) <= 3
        and all(isinstance(each, str | int | float) and not isinstance(each, bool) for each in parts)
    )
