"""A graded statement as JSON: each object whole, with its grade and caveats inside it."""

from __future__ import annotations

from typing import Any

from kb.caveats import RequiredCaveat
from kb.graded import GradedStatement
from kb.records import SlotRecord
from kb.render.grades import grades_json


def as_json(statement: GradedStatement) -> dict[str, Any]:
    """The statement as CONTRACTS names its fields; `grade` is never null, `caveats` never empty."""
    return {
        "id": statement.id,
        "origin": statement.origin,
        "key": statement.key,
        "text": statement.text,
        "caveats": [caveat_json(caveat) for caveat in statement.caveats],
        "grade": grade_json(statement),
        "quote": statement.quote,
        "type": statement.type,
        "article": None
        if statement.article is None
        else {"slug": statement.article.slug, "title": statement.article.title, "url": f"/a/{statement.article.slug}"},
        "start": statement.start,
        "end": statement.end,
        "sentence_start": statement.sentence_start,
        "sentence_end": statement.sentence_end,
        "topics": list(statement.topics),
        "population": statement.population,
        "intervention": statement.intervention,
        "comparator": statement.comparator,
        "outcome": statement.outcome,
        "effect_size": statement.effect_size,
        "direct_evidence": statement.direct_evidence,
        "searched": None
        if statement.searched_on is None and statement.searched_where is None
        else {"on": day(statement.searched_on), "where": statement.searched_where},
        "slots": [slot_json(slot) for slot in statement.slots],
        "relations": [
            {
                "kind": r.kind,
                "other": f"/s/{r.other_id}",
                "origin": r.other_origin,
                "key": r.other_key,
                "inverse": r.inverse,
            }
            for r in statement.relations
        ],
        "remarks": list(statement.remarks),
        "state": statement.state,
        "withdrawn_reason": statement.withdrawn_reason,
        "reviewed_on": day(statement.reviewed_on),
        "review_due": day(statement.review_due),
        "version": statement.version,
        "as_of": statement.day.isoformat(),
        "url": statement.url,
    }


def with_grades_json(statement: GradedStatement) -> dict[str, Any]:
    """The same with every grade it was ever given, newest first, as its own page tells them.

    Not in lists and exports: those of a statement are the same again when a batch is undone, and what was given is not.
    """
    return {**as_json(statement), "grades": grades_json(statement)}


def grade_json(statement: GradedStatement) -> dict[str, Any]:
    """The grade with its symbol and word; `profile` is GRADE's parts, or null."""
    grade = statement.grade
    return {
        "scale": grade.level.scale or None,
        "level": grade.level.id,
        "name": grade.level.name,
        "label": grade.level.label,
        "symbol": grade.level.symbol,
        "meaning": grade.level.meaning,
        "direction": grade.direction,
        "rating": grade.rating,
        "rationale": grade.rationale,
        "profile": grade.profile,
        "rater": grade.rater or None,
        "made_at": grade.made_at or None,
        "kind": grade.kind or None,
    }


def slot_json(slot: SlotRecord) -> dict[str, Any]:
    """A slot with its citation as CSL-JSON, or null where one is still needed."""
    citation = slot.citation
    return {
        "position": slot.position,
        "citation": None if citation is None else dict(citation.csl),
        "stance": slot.stance,
        "note": slot.note,
        "quote": slot.quote,
        "locator": slot.locator,
        "standing": None if citation is None else citation.standing,
        "unchecked": [] if citation is None else list(citation.unchecked),
        "url": None if citation is None else citation.url,
    }


def caveat_json(caveat: RequiredCaveat) -> dict[str, Any]:
    """A caveat in words, with the slot it belongs to (from 1) or null, and the keys of what it rests on."""
    return {
        "code": caveat.code,
        "severity": caveat.severity,
        "kind": caveat.kind,
        "text": caveat.text,
        "source": caveat.source,
        "slot": caveat.slot,
        "as_of": day(caveat.as_of),
        "citations": [citation.key for citation in caveat.citations],
    }


def day(value: object) -> str | None:
    """A date in ISO form, or None."""
    return None if value is None else str(value)
