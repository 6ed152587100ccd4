"""An article's own text, cut so that every word knows which statements were made of it, or that none was.

The text never leaves without them: it comes as passages, and a passage holds whole graded statements. Words between
statements are passages too, marked as not assessed; only blanks and punctuation are neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.graded import GradedStatement, read
from kb.model import Article, Batch, Statement


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words that the same statements cover: all of them, in order of their first word."""

    start: int
    end: int
    text: str
    statements: tuple[GradedStatement, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one or more overlapping statements, or what stands between two passages.

    `start` and `end` are code points into the article. `kind` is assessed, not-assessed, or glue: blanks and
    punctuation.
    """

    segments: tuple[Segment, ...]

    @property
    def start(self) -> int:
        return self.segments[0].start

    @property
    def end(self) -> int:
        return self.segments[-1].end

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def statements(self) -> tuple[GradedStatement, ...]:
        """Every statement with words here, once, in order of the first word."""
        return tuple({each.id: each for segment in self.segments for each in segment.statements}.values())

    @property
    def kind(self) -> str:
        if self.statements:
            return "assessed"
        return "not-assessed" if any(character.isalnum() for character in self.text) else "glue"


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in a list: its name, and how many published statements it has."""

    slug: str
    title: str
    statements: int

    @property
    def url(self) -> str:
        """The address of the article's page."""
        return f"/a/{self.slug}"


@dataclass(frozen=True, slots=True)
class GradedArticle:
    """An article with its text as passages; `statements` are all that are published, in order of their place."""

    slug: str
    title: str
    source_url: str | None
    author: str | None
    published_on: date | None
    language: str | None
    licence: str | None
    length: int
    passages: tuple[Passage, ...]
    statements: tuple[GradedStatement, ...]

    @property
    def url(self) -> str:
        """The address of the article's page."""
        return f"/a/{self.slug}"

    @property
    def unplaced(self) -> tuple[GradedStatement, ...]:
        """Statements whose place in the text is not known."""
        placed = {each.id for passage in self.passages for each in passage.statements}
        return tuple(each for each in self.statements if each.id not in placed)


def list_articles(session: Session, limit: int) -> list[ArticleLine]:
    """The articles with published statements, in order of their titles, at most `limit`."""
    query = (
        select(Article.slug, Article.title, func.count(Statement.id))
        .join(Statement, Statement.article_id == Article.id)
        .where(Statement.state == "published")
        .group_by(Article.id, Article.slug, Article.title)
        .order_by(Article.title, Article.slug)
        .limit(limit)
    )
    return [ArticleLine(*row) for row in session.execute(query)]


def read_article(session: Session, slug: str, day: date) -> GradedArticle:
    """The article `slug` with its published statements as they stand on `day`. Raises NotFound."""
    article = session.scalar(select(Article).where(Article.slug == slug))
    if article is None or is_undone(session, article):
        raise NotFound("There is no such article.", place=f"/a/{slug}")
    query = select(Statement.id).where(Statement.article_id == article.id, Statement.state == "published")
    ids = session.scalars(query.order_by(Statement.start, Statement.end, Statement.id)).all()
    statements = tuple(read(session, ids, day))
    return GradedArticle(
        slug=article.slug,
        title=article.title,
        source_url=article.url,
        author=article.author,
        published_on=article.published_on,
        language=article.language,
        licence=article.licence,
        length=len(article.text),
        passages=tuple(cut(article.text, 0, len(article.text), statements)),
        statements=statements,
    )


def is_undone(session: Session, article: Article) -> bool:
    """Whether it came with a batch that was taken back, and nothing else was made of it."""
    if session.scalar(select(Batch.state).where(Batch.id == article.batch_id)) != "undone":
        return False
    here = select(Statement.id).where(Statement.article_id == article.id)
    return session.scalar(here.where(Statement.state.in_(("draft", "published"))).limit(1)) is None


def read_sentence(session: Session, statement: GradedStatement, day: date) -> tuple[Passage, ...]:
    """The sentence that a statement was taken from, cut like an article; empty where its place is not known.

    Other published statements with words in the sentence are marked too, with all that belongs to them.
    """
    if statement.article is None or statement.start is None or statement.end is None:
        return ()
    start = statement.start if statement.sentence_start is None else min(statement.start, statement.sentence_start)
    end = statement.end if statement.sentence_end is None else max(statement.end, statement.sentence_end)
    article = session.scalars(select(Article).where(Article.slug == statement.article.slug)).one()
    query = select(Statement.id).where(
        Statement.article_id == article.id,
        Statement.state == "published",
        Statement.id != statement.id,
        Statement.start < end,
        Statement.end > start,
    )
    others = read(session, session.scalars(query).all(), day)
    return tuple(cut(article.text, start, end, [statement, *others]))


def cut(text: str, start: int, end: int, statements: Iterable[GradedStatement]) -> Iterator[Passage]:
    """`text[start:end]` as passages that follow one another without a gap, every character in exactly one.

    Statements that share a character stand in one passage. Text between passages is cut at line ends, so that a
    paragraph never ends inside a passage of unassessed words.
    """
    at = start
    for cluster in _clusters(statements, start, end):
        first = min(low for low, _, _ in cluster)
        last = max(high for _, high, _ in cluster)
        yield from _between(text, at, first)
        yield Passage(tuple(_segments(text, cluster)))
        at = last
    yield from _between(text, at, end)


_Span = tuple[int, int, GradedStatement]


def _clusters(statements: Iterable[GradedStatement], start: int, end: int) -> Iterator[list[_Span]]:
    spans = sorted(
        (
            (max(each.start, start), min(each.end, end), each)
            for each in statements
            if each.start is not None and each.end is not None and max(each.start, start) < min(each.end, end)
        ),
        key=lambda span: (span[0], span[1], span[2].id),
    )
    cluster: list[_Span] = []
    reach = start
    for span in spans:
        if cluster and span[0] >= reach:
            yield cluster
            cluster = []
        cluster.append(span)
        reach = max(reach, span[1])
    if cluster:
        yield cluster


def _segments(text: str, cluster: Sequence[_Span]) -> Iterator[Segment]:
    borders = sorted({border for low, high, _ in cluster for border in (low, high)})
    for low, high in pairwise(borders):
        covering = tuple(each for first, last, each in cluster if first <= low and high <= last)
        yield Segment(low, high, text[low:high], covering)


def _between(text: str, start: int, end: int) -> Iterator[Passage]:
    at = start
    for line in text[start:end].splitlines(keepends=True):
        words = line.rstrip("\r\n")
        for part in (words, line[len(words) :]):
            if part:
                yield Passage((Segment(at, at + len(part), part, ()),))
                at += len(part)
