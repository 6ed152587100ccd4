"""W03 selling-quote: The quoted source sells, or holds a search phrase that does not belong in its sentence.

Finds
    Search phrases and calls to buy put into the quoted sentence (“best kratom for pain”, “buy … online”): a warning.
    Words that sell (“natural remedy”, “breakthrough”, “promising”): a note, and a warning where the statement's own
    words keep them.

Why it matters
    A sentence written to be found or to sell is a poor witness for an effect. Whoever reads the statement should know
    where its words come from, and the statement itself should not hand them on.

Example
    “… may also be beneficial for individuals struggling with best kratom autoimmune conditions.”

Leaves alone
    Statements without a quote, and an ordinary “best” (“the best evidence”, “best supportive care”).

References
    None; the words stand in `data/wording.toml`.
"""

from __future__ import annotations

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rule, Severity
from kb.audit.worded import said, worded
from kb.wording import inserted_phrases, promotional_words


def judge(row: AnyRow) -> Found | None:
    """Look into the quote, and whether the statement keeps what sells."""
    if not row.quote:
        return None
    inserted, selling = inserted_phrases(row.quote), promotional_words(row.quote)
    if not inserted and not selling:
        return None
    kept = {cue.words.lower() for cue in promotional_words(row.text)} & {cue.words.lower() for cue in selling}
    told = []
    if inserted:
        told.append(f"The quote holds a search phrase or a call to buy: {said(inserted)}.")
    if selling:
        told.append(f"The quote sells: {said(selling)}{'; the statement keeps it' if kept else ''}.")
    return Found(" ".join(told), severity=Severity.WARNING if inserted or kept else None)


RULE = Rule(
    code="W03",
    name="selling-quote",
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    remedy="Keep such words out of the statement, attach a caveat about the source, look for a better one.",
    check=ByStatement(worded, judge),
    manual=__doc__,
)
