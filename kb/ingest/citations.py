"""Citations from the files of reference managers and databases, duplicates joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
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
from kb.ingest.references.found import reader_of, references
from kb.ingest.references.same_work import Works
from kb.model import Citation, CitationSlot, Statement
from kb.reference import year

COMPARED = ("csl", "study_design", "unchecked")


class CitationImport(Kind[CitationDraft]):
    """Records of a reference file, in whatever format its content is; each is known by its `id`.

    A record of the same work as an earlier one, in the file or in the store, is joined with it: it is not taken, and a
    warning says with which one and why. Where the store knows the work by its identifier only, the record fills it in.
    The ids of CSL-JSON are its author's own, and slots refer to them: there a second record of a work is told and kept.
    """

    name = "citation"
    row_model = CitationDraft

    def __init__(self, session: Session, path: Path, actor: str) -> None:
        super().__init__(session, path, actor)
        self._seen: dict[str, int] = {}
        self._firsts: dict[str, tuple[int, int]] = {}
        self._counted = 0
        self._joined = 0

    def rows(self) -> Iterator[Row | Problem]:
        return references(self.path)

    @cached_property
    def _keys_are_its_own(self) -> bool:
        return reader_of(self.path) is json_array

    @cached_property
    def _stored(self) -> dict[str, bool]:
        """The keys of the store's citations, and whether more is known of the work than its identifier."""
        return {key: bool(csl.get("title")) for key, csl in self.session.execute(select(Citation.key, Citation.csl))}

    @cached_property
    def _works(self) -> Works:
        works = Works()
        for key, csl in self.session.execute(select(Citation.key, Citation.csl).order_by(Citation.id)):
            works.add(csl, key)
        return works

    def drafts(self) -> Iterator[Lined[CitationDraft] | list[Problem]]:
        for each in super().drafts():
            yield from [each] if isinstance(each, list) else self._joining(each)

    def _joining(self, lined: Lined[CitationDraft]) -> Iterator[Lined[CitationDraft] | list[Problem]]:
        """The draft, unless it is joined with an earlier one; and the warning that says so."""
        key, line = lined.draft.id, lined.line
        self._counted += 1
        same = self._works.add(lined.draft.model_dump(mode="json", exclude_unset=True), key)
        first, first_line = self._firsts.setdefault(same or key, (self._counted, line))
        is_first = first == self._counted
        if same is None or (same == key and is_first):
            yield lined
            return
        # Some files are one long line.
        where = f"line {first_line}" if first_line != line else f"record {first}"
        if is_first:
            where = f"the citation {same} of the store"
        if self._keys_are_its_own:
            if same != key:
                self._joined += 1
                yield [self._twin(line, key, f"It may be the same work as {where}: {self._works.why}.", "It was kept.")]
            yield lined
        elif is_first and not self._stored.get(str(same), True):
            # Until now only its identifier was known.
            self._stored[str(same)] = True
            yield Lined(line, lined.draft.model_copy(update={"id": str(same)}))
        else:
            self._joined += 1
            yield [
                self._twin(line, key, f"The same work as {where}: {self._works.why}.", "It was joined with that one.")
            ]

    def _twin(self, line: int, key: str, message: str, cure: str) -> Problem:
        return replace(self.problem(line, "id", key, "same-work", message, cure), severity="warning")

    def possible_duplicates(self) -> int:
        return self._joined

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
            row = known.get(lined.draft.id)
            if row is None:
                compared.append(Compared(lined, None))
            else:
                columns = columns_of(self._over(row, lined.draft))
                changes = tuple(name for name in COMPARED if getattr(row, name) != columns[name])
                compared.append(Compared(lined, row.id, changes))
        return compared

    def create(self, drafts: Sequence[CitationDraft], batch: BatchMark) -> None:
        insert_citations(self.session, drafts, batch)

    def change(self, id_: int, draft: CitationDraft, batch: BatchMark) -> None:
        row = self.session.get_one(Citation, id_)
        before = hashed(citation_content(row))
        for name, value in columns_of(self._over(row, draft)).items():
            setattr(row, name, value)
        after = hashed(citation_content(row))
        row.content_hash = after["content_hash"]
        self.session.flush()
        act = Act("change", f"citation:{id_}", before, after, batch.by.reason, batch.id)
        append(self.session, [act], batch.by.actor, batch.at)
        resting = select(CitationSlot.statement_id).where(CitationSlot.citation_id == id_)
        announce_where(self.session, Statement.id.in_(resting), batch.at)

    def _over(self, row: Citation, draft: CitationDraft) -> CitationDraft:
        """The draft, with what the store has and the file lacks: another tool's export may hold less of a work."""
        if self._keys_are_its_own:
            return draft
        return CitationDraft.model_validate({**row.csl, **draft.model_dump(mode="json", exclude_unset=True)})


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
