"""What gathers statements, as JSON: an article, a citation. Each statement in it is whole."""

from __future__ import annotations

from typing import Any

from kb.articles import GradedArticle
from kb.cited import CitedWork
from kb.records import CitationRecord
from kb.render.json import as_json, day

NOT_ASSESSED = "not assessed: no statement was made of these words"


def article_json(article: GradedArticle) -> dict[str, Any]:
    """The article's record, its statements, and the words that no statement covers (offsets into its text).

    The text as a whole is not in it: the words stand in the statements' quotes, beside their grades and caveats.
    """
    return {
        "article": {
            "slug": article.slug,
            "title": article.title,
            "url": article.url,
            "source_url": article.source_url,
            "author": article.author,
            "published_on": day(article.published_on),
            "language": article.language,
            "licence": article.licence,
            "length": article.length,
        },
        "statements": [as_json(each) for each in article.statements],
        "not_assessed": [
            {"start": piece.start, "end": piece.end, "text": piece.text, "note": NOT_ASSESSED}
            for piece in article.passages
            if piece.kind == "not-assessed"
        ],
    }


def work_json(work: CitedWork) -> dict[str, Any]:
    """The citation with its standing, the statements that cite it with the stances they give it, and the caveats."""
    return {
        "citation": citation_json(work.citation),
        "statements": [
            {
                **as_json(each.statement),
                "stances": list(each.stances),
                "loses_only_support": each.loses_only_support,
            }
            for each in work.citing
        ],
        "total": work.total,
        "caveats": [
            {
                "code": each.code,
                "severity": each.severity,
                "kind": each.kind,
                "text": each.text,
                "as_of": day(each.as_of),
            }
            for each in work.caveats
        ],
    }


def citation_json(citation: CitationRecord) -> dict[str, Any]:
    """A bibliographic record as CSL-JSON, and beside it what is known about the work since."""
    return {
        "id": citation.id,
        "key": citation.key,
        "csl": dict(citation.csl),
        "study_design": citation.study_design,
        "standing": citation.standing,
        "standing_on": day(citation.standing_on),
        "standing_reason": citation.standing_reason,
        "standing_notice": citation.standing_notice,
        "standing_source": citation.standing_source,
        "unchecked": list(citation.unchecked),
        "url": citation.url,
    }
