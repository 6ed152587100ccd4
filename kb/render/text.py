"""A graded statement as plain text for a terminal: one block, the caveats inside it."""

from __future__ import annotations

import re

from kb.graded import GradedStatement
from kb.meanings import SEVERITIES
from kb.records import SlotRecord
from kb.reference import short_reference

# A terminal obeys these; words that were imported must not be able to move its cursor or rename its window.
LINE_END = re.compile(r"\s*[\r\n\x85\u2028\u2029]\s*")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def as_text(statement: GradedStatement) -> str:
    """The statement, its grade, its caveats (warnings first) and its slots, several lines without a last newline."""
    judged, *warned = _lines(statement)
    why = [f"    why: {statement.grade.rationale}"] if statement.grade.rationale else []
    slots = [f"    {_slot(slot)}" for slot in statement.slots]
    return "\n".join(harmless(line) for line in [_words(statement), judged, *why, *warned, *slots])


def as_brief_text(statement: GradedStatement) -> str:
    """The statement, its grade and its caveats, without what the grade and the slots say further."""
    return "\n".join(harmless(line) for line in [_words(statement), *_lines(statement)])


def _words(statement: GradedStatement) -> str:
    return f"{statement.id}  {statement.text}"


def _lines(statement: GradedStatement) -> list[str]:
    """What stands with the words everywhere: the grade's line, and the caveats."""
    grade = statement.grade
    rating = f" · {grade.rating}/5 stars" if grade.rating else ""
    lines = [
        f"    {grade.level.symbol} {grade.level.label} [{grade.level.name}]{rating} · direction: {grade.direction}"
        f" · {statement.type} · {statement.origin}/{statement.key}",
    ]
    if statement.state != "published":
        lines.append(f"    state: {statement.state}")
    for each in statement.caveats:
        place = f" (citation {each.slot})" if each.slot else ""
        lines.append(f"    {each.severity}{place}: {each.text} [{each.code}]")
    return lines


def caveat_sentences(statement: GradedStatement) -> str:
    """Every caveat after its severity, as running text on one line."""
    told = (f"{SEVERITIES[each.severity].label}: {' '.join(each.text.split())}" for each in statement.caveats)
    return " ".join(each if each.endswith((".", "!", "?")) else f"{each}." for each in told)


def harmless(line: str) -> str:
    """A line that stays one: imported words must not be able to write a line of their own into the block either."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", LINE_END.sub(" ", line.rstrip("\r\n")))


def _slot(slot: SlotRecord) -> str:
    if slot.citation is None:
        return f"[{slot.position}] citation needed: {slot.note or 'no word on what is wanted'}"
    note = f" ({slot.note})" if slot.note else ""
    standing = "" if slot.citation.standing == "ok" else f" {slot.citation.standing.upper()}"
    return f"[{slot.position}] {slot.stance}: {short_reference(slot.citation.csl)}{standing}{note}"
