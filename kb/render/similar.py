"""Statements on the same question, in words, JSON and for a terminal: each whole, with how it stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.graded import GradedStatement
from kb.meanings import relation_words
from kb.render.json import as_json
from kb.render.text import as_brief_text
from kb.similar import OnTheQuestion, Similar

DISAGREES = "Disagrees"
MAY_DISAGREE = "May disagree"
GRADED_DIFFERENTLY = "Graded differently: the same direction, another level"
LESS_CERTAIN = "Less certain to be the same question: one of the two does not say in whom"


def mark(similar: Similar) -> str:
    """The word for grades that point opposite ways; empty where they do not."""
    if not similar.disagrees:
        return ""
    return DISAGREES if similar.same_population else MAY_DISAGREE


def notes(similar: Similar) -> list[str]:
    """What else is to be said of it."""
    told = [] if similar.same_population else [LESS_CERTAIN]
    return [*told, GRADED_DIFFERENTLY] if similar.graded_differently else told


def recorded(similar: Similar) -> list[str]:
    """The relations that somebody recorded, said from the side of the statement asked about."""
    return list(dict.fromkeys(relation_words(each.kind, each.inverse) for each in similar.recorded))


def counted(found: OnTheQuestion) -> str:
    """How many there are, and how many of them disagree."""
    if not found.total:
        return "No other published statement is on the same question."
    more = "more than " if found.more else ""
    others = f"{more}{found.total:,} other {'statement' if found.total == 1 else 'statements'}"
    disagreeing = f"; {found.disagreeing:,} of them {'points' if found.disagreeing == 1 else 'point'} the other way"
    first = "" if found.total == len(found.shown) else f" Here are the first {len(found.shown)}."
    return f"{others[0].upper()}{others[1:]}{disagreeing if found.disagreeing else ''}.{first}"


def similar_text(found: OnTheQuestion, statements: Mapping[int, GradedStatement]) -> str:
    """Each with its grade and caveats, and below how it stands; blank lines between."""
    blocks = []
    for each in found.shown:
        told = [*filter(None, [mark(each)]), *notes(each), *(f"Recorded: {words}" for words in recorded(each))]
        blocks.append("\n".join([as_brief_text(statements[each.id]), *(f"    {line}" for line in told)]))
    return "\n\n".join([*blocks, counted(found)])


def similar_json(of: int, found: OnTheQuestion, statements: Mapping[int, GradedStatement]) -> dict[str, Any]:
    """Which statement was asked about, the counts, and each of the others whole."""
    return {
        "of": of,
        "total": found.total,
        "disagreeing": found.disagreeing,
        "more": found.more,
        "similar": [
            {
                "id": each.id,
                "url": statements[each.id].url,
                "disagrees": each.disagrees,
                "same_population": each.same_population,
                "graded_differently": each.graded_differently,
                "relations": [{"kind": said.kind, "inverse": said.inverse} for said in each.recorded],
                "statement": as_json(statements[each.id]),
            }
            for each in found.shown
        ],
    }
