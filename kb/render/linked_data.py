"""A statement as schema.org's `Claim` or `ClaimReview` (JSON-LD), for machines that read pages.

Whoever takes an object takes the grade and the caveats with it: the words stand in one object only, and what is beside
them in it names both. There is no `ratingValue`: readers of `ClaimReview` take a high one for “true”, and a grade
says how certain the evidence is, whichever way it points. `MedicalEvidenceLevel` belongs to guidelines.
"""

from __future__ import annotations

from typing import Any

from kb.graded import GradedStatement
from kb.identifiers import identifiers_of
from kb.meanings import DIRECTIONS
from kb.records import CitationRecord
from kb.render.text import caveat_sentences
from kb.scales import UNGRADED, load_scales


def linked_data(statement: GradedStatement, root: str) -> dict[str, Any]:
    """A `ClaimReview`, or where nobody has judged a `Claim`; `root` is the address of the pages, without a slash."""
    url = f"{root}{statement.url}"
    about: dict[str, Any] = {
        "url": url,
        "version": statement.version,
        "publisher": {"@type": "Organization", "name": "Caveat"},
    }
    if statement.topics:
        about["keywords"] = list(statement.topics)
    if works := [_work(slot.citation, root) for slot in statement.slots if slot.citation is not None]:
        about["citation"] = works
    if statement.state != "published":
        about["creativeWorkStatus"] = statement.state
    appearance = _appearance(statement, root)
    caveats = caveat_sentences(statement)
    if statement.grade.level == UNGRADED:
        level = statement.grade.level
        judged = f"{level.symbol} {level.label}: {level.meaning}"
        claim = {"@type": "Claim", "@id": f"{url}#claim", "text": statement.text, "abstract": f"{judged} {caveats}"}
        return {"@context": "https://schema.org", **claim, **appearance, **about}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"{url}#review",
        "claimReviewed": statement.text,
        "reviewRating": _rating(statement),
        "reviewBody": f"{_judged(statement)} {caveats}",
        "author": {"@type": "Person", "name": statement.grade.rater},
        "datePublished": statement.grade.made_at[:10],
        "itemReviewed": {"@type": "Claim", "@id": f"{url}#claim", **appearance},
        **about,
    }


def _judged(statement: GradedStatement) -> str:
    """The grade with symbol, word and scale, and the direction in a sentence."""
    level, direction = statement.grade.level, DIRECTIONS[statement.grade.direction]
    names = {scale.id: scale.name for scale in load_scales()}
    scale = names.get(level.scale, level.scale)
    return f"{level.symbol} {level.label} ({scale}); direction: {direction.label}. {direction.sentence}"


def _rating(statement: GradedStatement) -> dict[str, Any]:
    grade = statement.grade
    rating = {"@type": "Rating", "name": grade.level.name, "alternateName": _judged(statement)}
    return {**rating, "ratingExplanation": grade.rationale or grade.level.meaning}


def _appearance(statement: GradedStatement, root: str) -> dict[str, Any]:
    if statement.article is None:
        return {}
    article = statement.article
    return {"appearance": {"@type": "Article", "name": article.title, "url": f"{root}/a/{article.slug}"}}


def _work(citation: CitationRecord, root: str) -> dict[str, Any]:
    found = [each.url for each in identifiers_of(citation.csl) if each.url]
    work = {"@type": "CreativeWork", "name": citation.title, "url": f"{root}{citation.url}", "sameAs": found}
    return {**work, "creativeWorkStatus": citation.standing} if citation.standing != "ok" else work
