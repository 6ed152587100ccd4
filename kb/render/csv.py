"""Graded statements as CSV: one list of columns for every exit, the caveats right after the words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kb.graded import GradedStatement
from kb.render.json import as_json, caveat_json, slot_json

# A spreadsheet would run a cell that begins with one of these as a formula (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _caveats(statement: GradedStatement) -> str:
    return "\n".join(f"[{each.severity}] {each.code}: {each.text}" for each in statement.caveats)


COLUMNS: dict[str, Callable[[GradedStatement], object]] = {
    "id": lambda s: s.id,
    "origin": lambda s: s.origin,
    "key": lambda s: s.key,
    "text": lambda s: s.text,
    "caveats": _caveats,
    "grade": lambda s: s.grade.level.name,
    "direction": lambda s: s.grade.direction,
    "rationale": lambda s: s.grade.rationale,
    "type": lambda s: s.type,
    "topics": lambda s: "; ".join(s.topics),
    "quote": lambda s: s.quote,
    "article": lambda s: s.article.slug if s.article else None,
    "start": lambda s: s.start,
    "end": lambda s: s.end,
    "direct_evidence": lambda s: s.direct_evidence,
    "population": lambda s: s.population,
    "intervention": lambda s: s.intervention,
    "comparator": lambda s: s.comparator,
    "outcome": lambda s: s.outcome,
    "citations": lambda s: "; ".join(slot.citation.key for slot in s.slots if slot.citation),
    "citations_needed": lambda s: sum(slot.citation is None for slot in s.slots),
    "state": lambda s: s.state,
    "version": lambda s: s.version,
    "url": lambda s: s.url,
    "profile_json": lambda s: _json(s.grade.profile),
    "slots_json": lambda s: _json([slot_json(slot) for slot in s.slots]),
    "caveats_json": lambda s: _json([caveat_json(caveat) for caveat in s.caveats]),
    "more_json": lambda s: _json(_more(s)),
}
# What a statement says and the table has no column of its own for: without it a way back would lose something.
MORE = (
    "sentence_start",
    "sentence_end",
    "searched",
    "effect_size",
    "remarks",
    "relations",
    "reviewed_on",
    "review_due",
)
MORE_OF_GRADE = ("rating", "rater", "made_at", "kind")


def _more(statement: GradedStatement) -> dict[str, Any]:
    whole = as_json(statement)
    said = {name: whole[name] for name in MORE} | {name: whole["grade"][name] for name in MORE_OF_GRADE}
    return {name: value for name, value in said.items() if value not in (None, [])}


def csv_lines(statements: Iterable[GradedStatement]) -> Iterator[str]:
    """The header, then one record a statement; text cells can be opened in a spreadsheet without running."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield _taken(buffer)
    for statement in statements:
        writer.writerow([harmless(cell(statement)) for cell in COLUMNS.values()])
        yield _taken(buffer)


def harmless(value: object) -> object:
    """A cell that a spreadsheet shows and does not run: a leading apostrophe is put before a formula's start."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
