"""P02 article-changed: An article's stored text is not the one that was imported.

Finds
    Articles whose text has another SHA-256 than the one recorded with it. One finding an article: which statements lost
    their place in it is said by P01.

Why it matters
    Every quote, span and “not assessed” mark of the article rests on its exact text. Nothing in Caveat changes a text
    that statements refer to, so somebody or something else did.

Example
    A line of the article was corrected in the database itself.

Leaves alone
    A newer version of the article on the web: that is another text, to be imported as such.

References
    FIPS 180-4 (SHA-256).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.model import Article, Statement

ARTICLES_AT_ONCE = 50


def check(session: Session, _scope: Scope) -> Iterator[Found]:
    """Hash every text, some in memory at a time."""
    query = select(Article.id, Article.slug, Article.text, Article.sha256).order_by(Article.id)
    for row in session.execute(query.execution_options(yield_per=ARTICLES_AT_ONCE)):
        actual = hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest()
        if actual != row.sha256:
            count = session.scalar(select(func.count()).where(Statement.article_id == row.id)) or 0
            rest = "1 statement rests" if count == 1 else f"{count:,} statements rest"
            yield Found(
                f"The text of the article {row.slug} is not the one that was imported (SHA-256 {actual[:12]}…, "
                f"recorded {row.sha256[:12]}…); {rest} on it.",
                place=f"article {row.slug}",
            )


RULE = Rule(
    code="P02",
    name="article-changed",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="Compare it with the source, see what `kb verify` says, and restore the store from a backup.",
    check=ByStore(check),
    manual=__doc__,
)
