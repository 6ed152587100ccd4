"""Citations from a CSL-JSON file; the other formats of reference managers join here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import citation_content, content_hash
from kb.errors import InputError, Problem
from kb.history import Act, append, hashed
from kb.identifiers import parse
from kb.ingest.drafts import CitationDraft
from kb.ingest.formats import Row, json_array
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.model import Citation, CitationSlot, Statement
from kb.reference import year

COMPARED = ("csl", "study_design", "unchecked")


class CitationImport(Kind[CitationDraft]):
    """CSL-JSON: an array of records, each known by its `id`."""

    name = "citation"
    row_model = CitationDraft

    def __init__(self, session: Session, path: Any, actor: str) -> None:
        super().__init__(session, path, actor)
        self._seen: dict[str, int] = {}

    def rows(self) -> Iterator[Row | Problem]:
        return json_array(self.path)

    def check(self, lined: Lined[CitationDraft]) -> Iterator[Problem]:
        draft = lined.draft
        first = self._seen.get(draft.id)
        self._seen.setdefault(draft.id, lined.line)
        if first is not None:
            yield self.problem(
                lined.line, "id", draft.id, "repeated-key", f"Line {first} has it too.", "Give each its own."
            )
        for column in ("DOI", "PMID", "PMCID"):
            value = getattr(draft, column)
            if value is None:
                continue
            try:
                parse(column.lower(), value)
            except InputError as error:
                yield self.problem(lined.line, column, value, "identifier", error.message, error.cure)

    def compare(self, chunk: Sequence[Lined[CitationDraft]]) -> list[Compared[CitationDraft]]:
        query = select(Citation).where(Citation.key.in_([lined.draft.id for lined in chunk]))
        known = {row.key: row for row in self.session.scalars(query)}
        compared = []
        for lined in chunk:
            row, columns = known.get(lined.draft.id), columns_of(lined.draft)
            if row is None:
                compared.append(Compared(lined, None))
            else:
                changes = tuple(name for name in COMPARED if getattr(row, name) != columns[name])
                compared.append(Compared(lined, row.id, changes))
        return compared

    def create(self, drafts: Sequence[CitationDraft], batch: BatchMark) -> None:
        insert_citations(self.session, drafts, batch)

    def change(self, id_: int, draft: CitationDraft, batch: BatchMark) -> None:
        row = self.session.get_one(Citation, id_)
        before = hashed(citation_content(row))
        for name, value in columns_of(draft).items():
            setattr(row, name, value)
        after = hashed(citation_content(row))
        row.content_hash = after["content_hash"]
        self.session.flush()
        act = Act("change", f"citation:{id_}", before, after, batch.by.reason, batch.id)
        append(self.session, [act], batch.by.actor, batch.at)
        resting = select(CitationSlot.statement_id).where(CitationSlot.citation_id == id_)
        announce_where(self.session, Statement.id.in_(resting), batch.at)


def insert_citations(session: Session, drafts: Sequence[CitationDraft], batch: BatchMark) -> None:
    """Write new citations, each sealed by its hash."""
    rows = []
    for draft in drafts:
        columns = {**columns_of(draft), "standing": "ok"}
        sealed = content_hash(citation_content(Citation(**columns)))
        rows.append({**columns, "content_hash": sealed, "batch_id": batch.id})
    session.execute(insert(Citation), rows)


def columns_of(draft: CitationDraft) -> dict[str, Any]:
    """What a draft puts into the columns of a citation; its standing is not the file's to say."""
    csl = draft.model_dump(mode="json", exclude_unset=True)
    identifiers = {
        column.lower(): parse(column.lower(), value).value if (value := getattr(draft, column)) else None
        for column in ("DOI", "PMID", "PMCID")
    }
    return {
        "key": draft.id,
        "csl": csl,
        **identifiers,
        "title": draft.title or draft.id,
        "year": year(csl),
        "study_design": draft.custom.study_design,
        "unchecked": draft.custom.unchecked_fields or [],
    }
