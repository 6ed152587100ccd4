"""Caveats from a JSON file in the form of `data/caveats.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from kb.caveats import DERIVED
from kb.changes import announce_where
from kb.content import caveat_content
from kb.errors import Problem
from kb.history import Act, append, hashed
from kb.ingest.drafts import CaveatDraft
from kb.ingest.formats import Row, json_array
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.loading import caveat_rows
from kb.model import (
    ArticleCaveat,
    Caveat,
    CaveatCitation,
    Citation,
    Statement,
    StatementCaveat,
    StatementTopic,
    TopicCaveat,
)

COMPARED = ("severity", "kind", "text", "as_of")


class CaveatImport(Kind[CaveatDraft]):
    """An array of caveats, each known by its code."""

    name = "caveat"
    row_model = CaveatDraft

    def __init__(self, session: Session, path: Path, actor: str) -> None:
        super().__init__(session, path, actor)
        self._seen: dict[str, int] = {}
        self._citations = dict(session.execute(select(Citation.key, Citation.id)).all())

    def rows(self) -> Iterator[Row | Problem]:
        return json_array(self.path)

    def check(self, lined: Lined[CaveatDraft]) -> Iterator[Problem]:
        draft, line = lined.draft, lined.line
        first = self._seen.get(draft.code)
        self._seen.setdefault(draft.code, line)
        if first is not None:
            yield self.problem(
                line, "code", draft.code, "repeated-key", f"Line {first} has it too.", "Give each its own."
            )
        if draft.code in DERIVED:
            yield self.problem(
                line,
                "code",
                draft.code,
                "reserved-code",
                "Caveat derives this one itself.",
                "Choose another code.",
            )
        for key in draft.citations:
            if key not in self._citations:
                yield self.problem(
                    line, "citations", key, "unknown-citation", "No such citation.", "Import the citations first."
                )

    def compare(self, chunk: Sequence[Lined[CaveatDraft]]) -> list[Compared[CaveatDraft]]:
        rows = caveat_rows(self.session, Caveat.code.in_([lined.draft.code for lined in chunk]))
        known = {row.code: (row, [citation.key for citation in cited]) for row, cited in rows.values()}
        compared: list[Compared[CaveatDraft]] = []
        for lined in chunk:
            draft = lined.draft
            if draft.code not in known:
                compared.append(Compared(lined, None))
                continue
            row, cited = known[draft.code]
            changes = [name for name in COMPARED if getattr(row, name) != getattr(draft, name)]
            if cited != draft.citations:
                changes.append("citations")
            compared.append(Compared(lined, row.id, tuple(changes)))
        return compared

    def create(self, drafts: Sequence[CaveatDraft], batch: BatchMark) -> None:
        for draft, row in zip(drafts, insert_caveats(self.session, drafts, batch), strict=True):
            self._rest_on(row.id, draft)

    def change(self, id_: int, draft: CaveatDraft, batch: BatchMark) -> None:
        row, cited = caveat_rows(self.session, Caveat.id == id_)[id_]
        before = hashed(caveat_content(row, [citation.key for citation in cited]))
        for name in COMPARED:
            setattr(row, name, getattr(draft, name))
        self.session.execute(delete(CaveatCitation).where(CaveatCitation.caveat_id == id_))
        self._rest_on(id_, draft)
        after = hashed(caveat_content(row, draft.citations))
        row.content_hash = after["content_hash"]
        self.session.flush()
        act = Act("change", f"caveat:{id_}", before, after, batch.by.reason, batch.id)
        append(self.session, [act], batch.by.actor, batch.at)
        attached = select(StatementCaveat.statement_id).where(StatementCaveat.caveat_id == id_)
        article = select(ArticleCaveat.article_id).where(ArticleCaveat.caveat_id == id_)
        topic = (
            select(StatementTopic.statement_id)
            .join(TopicCaveat, TopicCaveat.topic_id == StatementTopic.topic_id)
            .where(TopicCaveat.caveat_id == id_)
        )
        carrying = or_(Statement.id.in_(attached), Statement.article_id.in_(article), Statement.id.in_(topic))
        announce_where(self.session, carrying, batch.at)

    def _rest_on(self, caveat_id: int, draft: CaveatDraft) -> None:
        rows = [
            {"caveat_id": caveat_id, "position": position, "citation_id": self._citations[key]}
            for position, key in enumerate(draft.citations, 1)
        ]
        if rows:
            self.session.execute(insert(CaveatCitation), rows)


def insert_caveats(session: Session, drafts: Sequence[CaveatDraft], batch: BatchMark) -> list[Caveat]:
    """Write new caveats, each sealed by its hash; what they rest on is the caller's to write."""
    rows = []
    for draft in drafts:
        row = Caveat(
            code=draft.code,
            severity=draft.severity,
            kind=draft.kind,
            text=draft.text,
            as_of=draft.as_of,
            batch_id=batch.id,
            content_hash="",
        )
        row.content_hash = hashed(caveat_content(row, draft.citations))["content_hash"]
        session.add(row)
        rows.append(row)
    session.flush()
    return rows
