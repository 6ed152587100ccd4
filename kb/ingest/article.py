"""An article: its record (`article.toml`), its text, and the caveats that it and its topics bring along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, true
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import article_caveats, article_content, topic_content
from kb.curate import person
from kb.errors import Problem
from kb.history import Act, append, hashed
from kb.ingest.drafts import ArticleDraft, TopicCaveatsDraft
from kb.ingest.formats import Row, read_text, toml
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.model import Article, ArticleCaveat, Caveat, Person, Statement, StatementTopic, Topic, TopicCaveat
from kb.words import fault_in

COMPARED = ("title", "url", "author", "published_on", "language", "licence", "sha256", "rater", "graded_on", "caveats")
EVERY_TYPE = "*"


class ArticleImport(Kind[ArticleDraft]):
    """One article in the form of `data/articles/*/article.toml`, its text in the file it names."""

    name = "article"
    row_model = ArticleDraft

    def __init__(self, session: Session, path: Path, actor: str) -> None:
        super().__init__(session, path, actor)
        self._caveats = dict(session.execute(select(Caveat.code, Caveat.id)).all())

    def rows(self) -> Iterator[Row | Problem]:
        yield Row(1, toml(self.path))

    def check(self, lined: Lined[ArticleDraft]) -> Iterator[Problem]:
        draft = lined.draft
        yield from self._text_problems(draft)
        codes = [("caveats", code) for code in draft.caveats]
        codes += [("topic_caveats.caveats", code) for each in draft.topic_caveats for code in each.caveats]
        for column, code in codes:
            if code not in self._caveats:
                yield self.problem(None, column, code, "unknown-caveat", "No such caveat.", "Import the caveats first.")

    def _text_problems(self, draft: ArticleDraft) -> Iterator[Problem]:
        if Path(draft.file).name != draft.file:
            yield self.problem(
                None, "file", draft.file, "outside", "The text must lie beside its record.", "Give a bare file name."
            )
            return
        text = self._text(draft)
        if fault := fault_in(text):
            yield self.problem(None, "file", draft.file, "text", f"The text cannot be kept: {fault}.", "Take it out.")
        actual = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        if actual != draft.sha256:
            yield self.problem(
                None,
                "sha256",
                draft.sha256,
                "other-text",
                f"The text in {draft.file} has the SHA-256 {actual}.",
                "Restore the text, or correct the record.",
            )
        known = self.session.scalar(select(Article).where(Article.slug == draft.slug))
        if known is not None and known.sha256 != draft.sha256 and has_statements(self.session, known.id):
            yield text_in_use(self, draft.sha256)

    def _text(self, draft: ArticleDraft) -> str:
        return read_text(self.path.parent / draft.file)

    def compare(self, chunk: Sequence[Lined[ArticleDraft]]) -> list[Compared[ArticleDraft]]:
        return [self._compared(lined) for lined in chunk]

    def _compared(self, lined: Lined[ArticleDraft]) -> Compared[ArticleDraft]:
        draft = lined.draft
        row = self.session.scalar(select(Article).where(Article.slug == draft.slug))
        if row is None:
            return Compared(lined, None)
        now, wanted = self._content(row), self._wanted(draft)
        changes = [name for name in COMPARED if now[name] != wanted[name]]
        if any(self._topic_pairs(each) - self._topic_now(each.topic) for each in draft.topic_caveats):
            changes.append("topic_caveats")
        return Compared(lined, row.id, tuple(changes))

    def _wanted(self, draft: ArticleDraft) -> dict[str, Any]:
        wanted = draft.model_dump(mode="json")
        return {**wanted, "caveats": sorted(set(draft.caveats))}

    def _content(self, row: Article) -> dict[str, Any]:
        rater = None if row.rater_id is None else self._rater_name(row.rater_id)
        return article_content(row, rater, article_caveats(self.session, row.id))

    def _rater_name(self, rater_id: int) -> str:
        return self.session.get_one(Person, rater_id).name

    def create(self, drafts: Sequence[ArticleDraft], batch: BatchMark) -> None:
        for draft in drafts:
            row = Article(slug=draft.slug, title=draft.title, text=self._text(draft), sha256=draft.sha256)
            row.batch_id, row.content_hash = batch.id, ""
            self.session.add(row)
            self._fill(row, draft)
            row.content_hash = hashed(self._content(row))["content_hash"]
            self.session.flush()
            self._topics(draft, batch)

    def change(self, id_: int, draft: ArticleDraft, batch: BatchMark) -> None:
        row = self.session.get_one(Article, id_)
        before = hashed(self._content(row))
        row.title, row.text, row.sha256 = draft.title, self._text(draft), draft.sha256
        self._fill(row, draft)
        after = hashed(self._content(row))
        row.content_hash = after["content_hash"]
        self.session.flush()
        if after != before:
            act = Act("change", f"article:{id_}", before, after, batch.by.reason, batch.id)
            append(self.session, [act], batch.by.actor, batch.at)
            announce_where(self.session, Statement.article_id == id_, batch.at)
        self._topics(draft, batch)

    def _fill(self, row: Article, draft: ArticleDraft) -> None:
        row.url, row.author, row.licence, row.language = draft.url, draft.author, draft.licence, draft.language
        row.published_on, row.graded_on = draft.published_on, draft.graded_on
        row.rater_id = person(self.session, draft.rater).id if draft.rater else None
        self.session.flush()
        self.session.execute(delete(ArticleCaveat).where(ArticleCaveat.article_id == row.id))
        links = [{"article_id": row.id, "caveat_id": self._caveats[code]} for code in dict.fromkeys(draft.caveats)]
        if links:
            self.session.execute(insert(ArticleCaveat), links)

    def _topic_pairs(self, draft: TopicCaveatsDraft) -> set[tuple[str, str]]:
        types: Sequence[str] = draft.types or (EVERY_TYPE,)
        return {(code, type_) for code in draft.caveats for type_ in types}

    def _topic_now(self, name: str) -> set[tuple[str, str]]:
        topic = self.session.scalar(select(Topic).where(Topic.name == name))
        return set() if topic is None else {(code, t) for code, t in topic_content(self.session, topic)["caveats"]}

    def _topics(self, draft: ArticleDraft, batch: BatchMark) -> None:
        """Add what topics bring along; what another article gave a topic stays."""
        for each in draft.topic_caveats:
            new = self._topic_pairs(each) - self._topic_now(each.topic)
            if not new:
                continue
            topic = topic_named(self.session, each.topic)
            before = hashed(topic_content(self.session, topic))
            links = [
                {"topic_id": topic.id, "caveat_id": self._caveats[code], "type": type_} for code, type_ in sorted(new)
            ]
            self.session.execute(insert(TopicCaveat), links)
            after = hashed(topic_content(self.session, topic))
            act = Act("topic-caveats", f"topic:{topic.id}", before, after, batch.by.reason, batch.id)
            append(self.session, [act], batch.by.actor, batch.at)
            about = select(StatementTopic.statement_id).where(StatementTopic.topic_id == topic.id)
            types = {type_ for _, type_ in new}
            affected = true() if EVERY_TYPE in types else Statement.type.in_(types)
            announce_where(self.session, Statement.id.in_(about) & affected, batch.at)


def has_statements(session: Session, article_id: int) -> bool:
    """Whether statements stand in an article, whatever their state: their spans hold its text as it is."""
    return session.scalar(select(Statement.id).where(Statement.article_id == article_id).limit(1)) is not None


def text_in_use(kind: Kind[Any], sha256: str) -> Problem:
    """What is wrong with another text for an article in which statements stand."""
    return kind.problem(
        None,
        "sha256",
        sha256,
        "text-in-use",
        "Statements hold spans of the text as it was; another text would move them.",
        "Import the new text under a slug of its own.",
    )


def topic_named(session: Session, name: str) -> Topic:
    """The topic of this name, made at the first mention."""
    found = session.scalar(select(Topic).where(Topic.name == name))
    if found is None:
        found = Topic(name=name)
        session.add(found)
        session.flush()
    return found
