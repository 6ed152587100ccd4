"""P01 quote-not-in-place: The article's text no longer has the quote where the statement says it stands.

Finds
    Statements whose quote differs from the words between their start and end in the article's stored text.

Why it matters
    The quote is what ties a statement to its source: the page of the article marks these very characters. If they are
    other words, the reader checks the statement against a sentence that it was not taken from.

Example
    The stored text lost a paragraph, and all spans behind it point 214 characters too far.

Leaves alone
    Statements without an article, a quote or a span: there is nothing to compare.

References
    W3C Web Annotation Data Model (2017), text position and text quote selectors, which pair the two for this reason.
"""

from __future__ import annotations

from sqlalchemy import case, func, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Article, Statement


def candidates(scope: Scope) -> Rows:
    """Statements with other words in their place. Both databases count code points, from 1."""
    length = case((Statement.end > Statement.start, Statement.end - Statement.start), else_=0)
    there = func.substr(Article.text, Statement.start + 1, length)
    query = (
        select(Statement.id, Statement.start, Statement.end, Article.slug, func.length(Article.text).label("length"))
        .join(Article, Article.id == Statement.article_id)
        .where(scope.chosen, Statement.start.is_not(None), Statement.end.is_not(None), Statement.quote.is_not(None))
    )
    return query.where(there != Statement.quote)


def judge(row: AnyRow) -> Found:
    """Say where the quote was looked for."""
    if row.end > row.length:
        return Found(
            f"The quote is said to end at character {row.end} of the article {row.slug}, which has {row.length} only."
        )
    return Found(f"Characters {row.start} to {row.end} of the article {row.slug} are not the quote.")


RULE = Rule(
    code="P01",
    name="quote-not-in-place",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Find the quote in the article and correct the span, or give back the text it was taken from.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)
