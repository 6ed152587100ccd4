"""What a record says, in one canonical form, and the hash over it that the history vouches for.

A content holds what a reader could see or an auditor would ask about, names where tables hold ids, and no personal data
beyond the name a rater chose; so the hash stays the same when a store is dumped, moved and filled again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.model import Article, ArticleCaveat, Caveat, Citation, Topic, TopicCaveat
from kb.records import GradeRecord, SlotRecord, StatementRecord

Content = dict[str, Any]


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()


def statement_hash(content: Content) -> str:
    """`content_hash` of what a statement says, by a quicker way to the same text.

    orjson writes words, whole numbers and nothing else as `canonical` does; a profile may hold fractions, which it
    writes otherwise, and half a surrogate pair it refuses.
    """
    graded = content["grade"]
    if content["other_grades"] or (graded is not None and graded["profile"] is not None):
        return content_hash(content)
    try:
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except TypeError:
        return content_hash(content)


def statement_content(record: StatementRecord) -> Content:
    """All that a statement says, with every grade it was given, its slots, attached caveats and own relations."""
    return {
        "origin": record.origin,
        "key": record.key,
        "article": record.article.slug if record.article else None,
        "span": [record.start, record.end],
        "sentence": [record.sentence_start, record.sentence_end],
        "quote": record.quote,
        "text": record.text,
        "type": record.type,
        "pico": {
            "population": record.population,
            "intervention": record.intervention,
            "comparator": record.comparator,
            "outcome": record.outcome,
        },
        "effect_size": record.effect_size,
        "direct_evidence": record.direct_evidence,
        "searched": {"on": _day(record.searched_on), "where": record.searched_where},
        "remarks": list(record.remarks),
        "state": record.state,
        "withdrawn_reason": record.withdrawn_reason,
        "reviewed_on": _day(record.reviewed_on),
        "review_due": _day(record.review_due),
        "topics": sorted(record.topics),
        "grade": grade_content(record),
        "other_grades": [_grade(grade) for grade in record.grades if grade is not record.judged],
        "slots": [slot_content(slot) for slot in record.slots],
        "caveats": sorted(each.code for each in record.recorded_caveats if each.source == "attached"),
        "relations": sorted([r.kind, r.other_origin, r.other_key] for r in record.relations if not r.inverse),
    }


def grade_content(record: StatementRecord) -> Content | None:
    """The current grade as it was made; None where nobody has judged the statement."""
    return None if record.judged is None else _grade(record.judged)


def _grade(grade: GradeRecord) -> Content:
    return {
        "scale": grade.scale,
        "level": grade.level,
        "direction": grade.direction,
        "rating": grade.rating,
        "rationale": grade.rationale,
        "profile": grade.profile,
        "kind": grade.kind,
        "rater": grade.rater,
        "made_at": grade.made_at.astimezone(UTC).isoformat(),
    }


def slot_content(slot: SlotRecord) -> Content:
    """A slot with its citation by key."""
    return {
        "citation": slot.citation.key if slot.citation else None,
        "stance": slot.stance,
        "quote": slot.quote,
        "locator": slot.locator,
        "note": slot.note,
    }


def article_content(article: Article, rater: str | None, caveats: list[str]) -> Content:
    """An article's record; its text is vouched for by its own SHA-256."""
    return {
        "slug": article.slug,
        "title": article.title,
        "url": article.url,
        "author": article.author,
        "published_on": _day(article.published_on),
        "language": article.language,
        "licence": article.licence,
        "sha256": hashlib.sha256(article.text.encode()).hexdigest(),
        "rater": rater,
        "graded_on": _day(article.graded_on),
        "caveats": sorted(caveats),
    }


def citation_content(citation: Citation) -> Content:
    """A bibliographic record with what was read out of it, its standing and what of it was not checked."""
    return {
        "key": citation.key,
        "csl": citation.csl,
        "doi": citation.doi,
        "pmid": citation.pmid,
        "pmcid": citation.pmcid,
        "title": citation.title,
        "year": citation.year,
        "study_design": citation.study_design,
        "standing": citation.standing,
        "standing_on": _day(citation.standing_on),
        "standing_reason": citation.standing_reason,
        "standing_notice": citation.standing_notice,
        "standing_source": citation.standing_source,
        "unchecked": list(citation.unchecked),
    }


def caveat_content(caveat: Caveat, citations: list[str]) -> Content:
    """A caveat's words and the keys of the citations it rests on, in order."""
    return {
        "code": caveat.code,
        "severity": caveat.severity,
        "kind": caveat.kind,
        "text": caveat.text,
        "as_of": _day(caveat.as_of),
        "citations": citations,
    }


def article_caveats(session: Session, article_id: int) -> list[str]:
    """The codes that every statement of an article inherits."""
    query = select(Caveat.code).join(ArticleCaveat, ArticleCaveat.caveat_id == Caveat.id)
    return list(session.scalars(query.where(ArticleCaveat.article_id == article_id).order_by(Caveat.code)))


def topic_content(session: Session, topic: Topic) -> Content:
    """What a topic brings along: caveat codes with the claim type they are for."""
    query = select(Caveat.code, TopicCaveat.type).join(TopicCaveat, TopicCaveat.caveat_id == Caveat.id)
    pairs = session.execute(query.where(TopicCaveat.topic_id == topic.id).order_by(Caveat.code, TopicCaveat.type))
    return {"name": topic.name, "caveats": [list(pair) for pair in pairs]}


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
