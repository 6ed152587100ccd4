"""A statement made of words that a curator picked in an article's text: found there, with its exact span.

Words that were pasted are looked for with any blanks between them, and `…` stands for what was left out. Where they
stand several times, nobody guesses: the places are told, and one is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Passage, cut, is_undone
from kb.claims import Claim, write
from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.graded import read
from kb.ingest.drafts import LONGEST_TEXT
from kb.ingest.sentences import sentences
from kb.model import Article, CitationSlot, Statement
from kb.question import question_number
from kb.records import LARGEST_ID
from kb.succession import begin, next_key

MOST_PLACES = 20
_LEFT_OUT = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in an article: code points, the end exclusive; `around` is the sentence, cut as on its page."""

    start: int
    end: int
    number: int
    around: tuple[Passage, ...]


def places(session: Session, slug: str, words: str, day: date) -> list[Place]:
    """Where these words stand in the article, in order. Raises NotFound, and InputError where they stand nowhere.

    Raises InputError too where they stand more often than anybody would choose from.
    """
    article = _article(session, slug)
    found = find(article.text, words)
    if not found:
        raise InputError(
            "These words do not stand in the article.",
            place="words",
            cure="Copy them from its text, within one passage; “first words … last words” stands for a longer one.",
        )
    if len(found) > MOST_PLACES:
        raise InputError(f"These words stand there {len(found)} times.", place="words", cure="Copy some more of them.")
    # Where there is one place only, nobody has to choose.
    return [
        Place(start, end, number, tuple(_around(session, article, start, end, day)) if len(found) > 1 else ())
        for number, (start, end) in enumerate(found, 1)
    ]


def find(text: str, words: str) -> list[tuple[int, int]]:
    """The spans of these words in a text, none overlapping; none for no words."""
    parts = [part for part in _LEFT_OUT.split(words.strip()) if part.strip()]
    if not any(letter.isalnum() for letter in words) or len(words) > LONGEST_TEXT:
        return []
    first, *others = (re.compile(r"\s+".join(map(re.escape, part.split()))) for part in parts)
    found: list[tuple[int, int]] = []
    at = 0
    # Part by part: one pattern with gaps in it would try every way of filling them.
    while (begun := first.search(text, at)) is not None:
        end = _end_of(text, others, begun.end())
        if end is None:
            at = begun.start() + 1
        else:
            found.append((begun.start(), end))
            at = end
    return found


def _end_of(text: str, others: Sequence[re.Pattern[str]], end: int) -> int | None:
    """Where the last of these parts ends, each after the one before; what was left out stays within a paragraph."""
    for part in others:
        line_end = text.find("\n", end)
        following = part.search(text, end)
        if following is None or following.start() > (line_end if line_end >= 0 else len(text)):
            return None
        end = following.end()
    return end


def add(
    session: Session, slug: str, span: tuple[int, int], words: str, claim: Claim, by: By, published: bool = False
) -> int:
    """Make a statement of the words at `span`, a draft or `published`, ungraded, with an empty slot; its id.

    `words` are what was picked: raises Conflict where others stand there, NotFound for an unknown article, InputError
    for a span that is none.
    """
    article = _article(session, slug)
    start, end = span
    if not 0 <= start < end <= min(len(article.text), LARGEST_ID) or not article.text[start:end].strip():
        raise InputError("This is no place in the text.", place="span", cure="Pick the words again.")
    picked = article.text[start:end]
    start, end = start + len(picked) - len(picked.lstrip()), end - len(picked) + len(picked.rstrip())
    if picked.split() != words.split() and (start, end) not in find(article.text, words):
        raise Conflict("Other words stand there.", cure="The text may have changed: pick the words again.")
    low, high = _sentence(article.text, start, end, article.language or "en")
    row = Statement(
        origin=_origin(session, article),
        article_id=article.id,
        start=start,
        end=end,
        sentence_start=low,
        sentence_end=high,
        quote=article.text[start:end],
        text=claim.text,
        type=claim.type,
        state="published" if published else "draft",
        version=1,
        question=question_number(claim.intervention, claim.outcome),
    )
    row.key = _key(session, row.origin, start, end)
    session.add(row)
    session.flush()
    session.add(CitationSlot(statement_id=row.id, position=1))
    write(session, row, claim)
    begin(session, row, by)
    return row.id


def _article(session: Session, slug: str) -> Article:
    found = session.scalar(select(Article).where(Article.slug == slug))
    if found is None or is_undone(session, found):
        raise NotFound("There is no such article.", place=f"/a/{slug}")
    return found


def _origin(session: Session, article: Article) -> str:
    """Where the article's other statements are from."""
    earlier = select(Statement.origin).where(Statement.article_id == article.id).order_by(Statement.id).limit(1)
    return session.scalar(earlier) or article.slug


def _key(session: Session, origin: str, start: int, end: int) -> str:
    """A key that names the place: M45-64, where M is for made by hand; numbered where words are taken twice."""
    key = f"M{start}-{end}"
    taken = session.scalar(select(Statement.id).where(Statement.origin == origin, Statement.key == key))
    return key if taken is None else next_key(session, origin, key)


def _sentence(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """From the beginning of the sentence in which the words begin to the end of that in which they end."""
    low = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    here = [
        each
        for each in sentences(text, low, len(text) if line_end < 0 else line_end, language.split("-")[0])
        if each.start < end and each.end > start
    ]
    return min((each.start for each in here), default=start), max((each.end for each in here), default=end)


def _around(session: Session, article: Article, start: int, end: int, day: date) -> list[Passage]:
    low, high = _sentence(article.text, start, end, article.language or "en")
    low, high = min(low, start), max(high, end)
    query = select(Statement.id).where(
        Statement.article_id == article.id,
        Statement.state == "published",
        Statement.start < high,
        Statement.end > low,
    )
    return list(cut(article.text, low, high, read(session, session.scalars(query).all(), day)))
