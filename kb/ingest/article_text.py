"""An article as it was written (text, Markdown, HTML): its text, and one draft for each of its sentences.

A draft is ungraded and not published. Its claim type and topics are proposals, which become the statement's own when a
person publishes it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import article_caveats, article_content
from kb.errors import InputError, Problem
from kb.history import Act, append, hashed
from kb.ingest.article import has_statements, text_in_use
from kb.ingest.drafts import LONGEST_TEXT, ArticleTextDraft, Draft, StatementDraft
from kb.ingest.formats import Row
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.ingest.readable import Readable, readable
from kb.ingest.sentences import Sentence, sentences_of
from kb.ingest.sources import Source
from kb.ingest.statements import StatementImport
from kb.model import Article, Person, Statement, Topic
from kb.proposed import proposal
from kb.words import fault_in

SLUG = 60
# An article known already keeps what the command line does not say.
TAKEN = ("title", "url", "text", "sha256")


class ArticleTextImport(Kind[Draft]):
    """One article: the first draft is its record, the others are its sentences, known by their number.

    A sentence that is in the store already is left as it is, also where people have edited or published it since.
    """

    name = "article"
    row_model = StatementDraft

    def __init__(
        self,
        session: Session,
        path: Path,
        actor: str,
        *,
        origin: str | None = None,
        slug: str | None = None,
        title: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(session, path, actor)
        self._origin, self._slug, self._title, self._url = origin, slug, title, url
        self._statements = StatementImport(session, Source(path), actor)

    @cached_property
    def _read(self) -> Readable:
        return readable(self.path)

    @cached_property
    def _article(self) -> ArticleTextDraft:
        title = self._title or self._read.title
        if not title:
            raise InputError("The article needs a title.", place=str(self.path), cure="Add --title “…”.")
        text = self._read.text
        if fault := fault_in(text):
            raise InputError(f"The text cannot be kept: {fault}.", place=str(self.path), cure="Take it out.")
        slug = self._slug or slug_of(title)
        given = {"slug": slug, "title": title, "url": self._url or "", "text": text}
        try:
            return ArticleTextDraft.model_validate({**given, "sha256": hashlib.sha256(text.encode()).hexdigest()})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0])
            raise InputError(
                f"The article's {name} cannot be taken: {first['msg']}.",
                place=f"--{'article' if name == 'slug' else name}",
                cure="A slug has small letters, digits and hyphens." if name == "slug" else "Correct it.",
            ) from error

    def rows(self) -> Iterator[Row | Problem]:
        yield Row(1, self._article)
        text = self._read.text
        topics = list(self.session.scalars(select(Topic.name)))
        counted, line = 0, 1
        for number, (sentence, heading) in enumerate(sentences_of(text, self._read.blocks), 1):
            line, counted = line + text.count("\n", counted, sentence.start), sentence.start
            # The title stands above everything: it is no subject of its own.
            heading = None if heading == self._read.title else heading
            if len(sentence.words) > LONGEST_TEXT:
                yield self._too_long(line, sentence)
            else:
                yield Row(line, self._draft(number, sentence, heading, topics))

    def _draft(self, number: int, sentence: Sentence, heading: str | None, topics: Sequence[str]) -> StatementDraft:
        proposed = proposal(sentence.words, topics, heading)
        place = {"start": sentence.start, "end": sentence.end}
        return StatementDraft.model_validate(
            {
                "origin": self._origin or self._article.slug,
                "article": self._article.slug,
                "key": f"S{number:03d}",
                "text": sentence.words,
                "quote": sentence.words,
                "span": place,
                "sentence": place,
                "type": proposed.likely.type,
                "topics": list(proposed.topics),
            }
        )

    def _too_long(self, line: int, sentence: Sentence) -> Problem:
        said = f"No sentence ends within {LONGEST_TEXT} characters."
        return self.problem(line, "text", sentence.words, "too-long", said, "Put full stops where sentences end.")

    def drafts(self) -> Iterator[Lined[Draft] | list[Problem]]:
        for row in self.rows():
            yield [row] if isinstance(row, Problem) else Lined(row.line, row.value)

    def check(self, lined: Lined[Draft]) -> Iterator[Problem]:
        if isinstance(lined.draft, ArticleTextDraft):
            row = self._row(lined.draft.slug)
            if row is not None and row.sha256 != lined.draft.sha256 and has_statements(self.session, row.id):
                yield text_in_use(self, lined.draft.sha256)

    def _row(self, slug: str) -> Article | None:
        return self.session.scalar(select(Article).where(Article.slug == slug))

    def compare(self, chunk: Sequence[Lined[Draft]]) -> list[Compared[Draft]]:
        return [self._compared(lined) for lined in chunk]

    def _compared(self, lined: Lined[Draft]) -> Compared[Draft]:
        draft = lined.draft
        if isinstance(draft, StatementDraft):
            (compared,) = self._statements.compare([Lined(lined.line, draft)])
            changes = compared.changes if compared.revived else ()
            return Compared(lined, compared.id, changes, revived=compared.revived)
        row = self._row(draft.slug) if isinstance(draft, ArticleTextDraft) else None
        if row is None:
            return Compared(lined, None)
        changed = [name for name in TAKEN if getattr(draft, name) not in (None, getattr(row, name))]
        return Compared(lined, row.id, tuple(changed))

    def create(self, drafts: Sequence[Draft], batch: BatchMark) -> None:
        for draft in drafts:
            if isinstance(draft, ArticleTextDraft):
                self._create_article(draft, batch)
        sentences = [draft for draft in drafts if isinstance(draft, StatementDraft)]
        if sentences:
            self._statements.create(sentences, batch, "draft")

    def change(self, id_: int, draft: Draft, batch: BatchMark) -> None:
        if isinstance(draft, StatementDraft):
            self._statements.change(id_, draft, batch, "draft")
        elif isinstance(draft, ArticleTextDraft):
            self._change_article(id_, draft, batch)

    def _create_article(self, draft: ArticleTextDraft, batch: BatchMark) -> None:
        row = Article(slug=draft.slug, title=draft.title, url=draft.url, text=draft.text, sha256=draft.sha256)
        row.batch_id = batch.id
        row.content_hash = hashed(article_content(row, None, []))["content_hash"]
        self.session.add(row)
        self.session.flush()
        self._statements.learn_article(draft.slug)

    def _change_article(self, id_: int, draft: ArticleTextDraft, batch: BatchMark) -> None:
        row = self.session.get_one(Article, id_)
        before = self._hashed(row)
        for name in TAKEN:
            setattr(row, name, getattr(draft, name) or getattr(row, name))
        after = self._hashed(row)
        row.content_hash = after["content_hash"]
        self.session.flush()
        if after != before:
            act = Act("change", f"article:{id_}", before, after, batch.by.reason, batch.id)
            append(self.session, [act], batch.by.actor, batch.at)
            announce_where(self.session, Statement.article_id == id_, batch.at)

    def _hashed(self, row: Article) -> dict[str, Any]:
        rater = self.session.get(Person, row.rater_id) if row.rater_id is not None else None
        return hashed(article_content(row, rater.name if rater else None, article_caveats(self.session, row.id)))

    def finish(self, batch: BatchMark) -> None:
        self._statements.finish(batch)


def slug_of(title: str) -> str:
    """A name for addresses made of a title: small letters and digits with hyphens between; "article" where none are."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return (slug if len(slug) <= SLUG else slug[:SLUG].rpartition("-")[0] or slug[:SLUG]) or "article"
