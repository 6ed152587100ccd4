"""Statements in the native JSON Lines form: new ones in bulk, changed ones each with a revision of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import grade_content, slot_content, statement_content
from kb.curate import changing
from kb.errors import Problem
from kb.ingest.drafts import PicoDraft, RelationDraft, SearchedDraft, SlotDraft, SpanDraft, StatementDraft
from kb.ingest.formats import Row
from kb.ingest.kind import BatchMark, Compared, Kind, Lined, shown
from kb.ingest.known import Known, ids_of
from kb.ingest.named import NamedWork, RecordedWork
from kb.ingest.sources import Source, is_json_lines
from kb.ingest.statement_checks import Checks
from kb.ingest.statement_rows import (
    Prepared,
    StatementRows,
    grade_columns,
    insert_all,
    prepared,
    related,
    statement_columns,
    write_parts,
)
from kb.loading import load
from kb.model import CitationSlot, Grade, Relation, Statement, StatementCaveat, StatementTopic
from kb.records import CHUNK, StatementRecord

# Dates, addresses and a source's display name do not make a statement another one.
GRADE_COMPARED = ("scale", "level", "direction", "rating", "rationale", "profile")


class StatementImport(Kind[StatementDraft]):
    """JSON Lines, one statement a line, known by its origin and key."""

    name = "statement"
    row_model = StatementDraft

    def __init__(
        self,
        session: Session,
        source: Source,
        actor: str,
        origin: str | None = None,
        article: str | None = None,
    ) -> None:
        super().__init__(session, source.path, actor)
        self.source = source
        self._defaults = {name: given for name, given in (("origin", origin), ("article", article)) if given}
        self._known = Known(session, actor)
        self._known.defined = source.defined
        self._checks = Checks(session, source.path, self._known, self.column_of)
        self._rows = StatementRows(session, self._known)
        self._relations: list[tuple[int, str, str, str]] = []
        self._postponed: list[tuple[int, StatementDraft, str]] = []
        self._texts: set[int] | None = None
        self._seen_all = False
        self._lookalikes = 0

    def rows(self) -> Iterator[Row | Problem]:
        for name in self.source.unused:
            said = ("unused-column", "Nothing is made of this column.", "Name it in the mapping, or under `ignore`.")
            yield replace(self.problem(1, "", "", *said), severity="warning", column=shown(name))
        yield from self.source.rows()

    def column_of(self, place: str) -> str:
        return self.source.column_of(place)

    def prepared(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        row = {**self._defaults, **value}
        slots = row.get("slots")
        if isinstance(slots, list):
            row["slots"] = [self._slot(slot) for slot in slots]
        return row

    def _slot(self, slot: Any) -> Any:
        """A slot whose work is named by an identifier or a record, named by its citation's key."""
        work = slot.get("work") if isinstance(slot, dict) else None
        if not isinstance(work, NamedWork | RecordedWork):
            return slot
        named = {**slot, "citation": self._known.works.key_of(work)}
        del named["work"]
        return named

    def check(self, lined: Lined[StatementDraft]) -> list[Problem]:
        return self._checks.problems(lined)

    @property
    def has_header(self) -> bool:
        return not is_json_lines(self.path)

    def may_fail_late(self, draft: StatementDraft) -> bool:
        return bool(draft.relations)

    def unresolved(self, rejected: Collection[int]) -> Iterator[Problem]:
        # All rows were seen once: on the second way through the file, each would look like itself.
        self._texts = None
        self._seen_all = True
        return self._checks.unresolved(rejected)

    def compare(self, chunk: Sequence[Lined[StatementDraft]]) -> list[Compared[StatementDraft]]:
        known = {origin for origin in {lined.draft.origin for lined in chunk} if self._known.has_origin(origin)}
        names = (
            {(lined.draft.origin, lined.draft.key) for lined in chunk if lined.draft.origin in known} if known else ()
        )
        ids = ids_of(self.session, names)
        records = {}
        for at in range(0, len(ids), CHUNK):
            records.update({each.id: each for each in load(self.session, list(ids.values())[at : at + CHUNK])})
        compared = []
        for lined in chunk:
            id_ = ids.get((lined.draft.origin, lined.draft.key))
            if id_ is None:
                self._count_lookalike(lined.draft)
                compared.append(Compared(lined, None))
            elif records[id_].is_undone:
                self._count_lookalike(lined.draft)
                compared.append(Compared(lined, id_, ("state",), revived=True))
            elif records[id_].state == "withdrawn":
                why = f"Statement {id_} was withdrawn here: {records[id_].withdrawn_reason}"
                compared.append(Compared(lined, id_, left_alone=why))
            else:
                changes = changed_fields(records[id_], lined.draft, self._known.rater(lined.draft))
                compared.append(Compared(lined, id_, changes))
        return compared

    def create(self, drafts: Sequence[StatementDraft], batch: BatchMark, state: str = "published") -> None:
        self.write(prepared(drafts, self._known, batch, state), batch)

    def write(self, rows: Prepared, batch: BatchMark) -> None:
        """Write new statements that were prepared, here or in another process."""
        ids = self._rows.write(rows, batch)
        self._relations += [(ids[place], kind, origin, key) for place, kind, origin, key in rows.relations]

    def change(self, id_: int, draft: StatementDraft, batch: BatchMark, state: str = "published") -> None:
        (record,) = load(self.session, [id_])
        if not self._all_there(draft):
            # It names a statement that stands further down in the file.
            self._postponed.append((id_, draft, state))
            return
        changes = changed_fields(record, draft, self._known.rater(draft))
        draft = completed(draft, record)
        self._known.write_named(*self._known.unwritten([draft]), batch)
        with changing(self.session, id_, "import", batch.by, batch_id=batch.id, withdrawn_too=True) as row:
            row.state, row.withdrawn_reason = state, None
            for name, value in statement_columns(draft, self._known).items():
                setattr(row, name, value)
            row.reviewed_on, row.review_due = draft.reviewed_on, draft.review_due
            for table in (CitationSlot, StatementTopic, StatementCaveat):
                self.session.execute(delete(table).where(table.statement_id == id_))
            write_parts(self.session, {id_: draft}, self._known)
            self.session.execute(delete(Relation).where(Relation.statement_id == id_))
            self._relate([(id_, *each) for each in sorted(related(draft))])
            if draft.grade is not None and any(name.startswith("grade") for name in changes):
                columns = grade_columns(draft, draft.grade, self._known, batch)
                columns["rater_id"] = self._known.person_id(columns.pop("rater"))
                made = Grade(statement_id=id_, supersedes_id=row.current_grade_id, **columns)
                self.session.add(made)
                self.session.flush()
                row.current_grade_id = made.id

    def learn_article(self, slug: str) -> None:
        """Take note of an article that was written since this import began."""
        self._known.learn_article(slug)

    def _all_there(self, draft: StatementDraft) -> bool:
        names = {(origin, key) for _, origin, key in related(draft)}
        return len(ids_of(self.session, names)) == len(names)

    def finish(self, batch: BatchMark) -> None:
        """Give the new statements their grades and relations: they may name each other."""
        new = select(Statement.id).where(Statement.batch_id == batch.id)
        its_only_grade = select(Grade.id).where(Grade.statement_id == Statement.id).scalar_subquery()
        grading = update(Statement).where(Statement.batch_id == batch.id).values(current_grade_id=its_only_grade)
        self.session.execute(grading, execution_options={"synchronize_session": False})
        self._relate(self._relations)
        for id_, draft, state in self._postponed:
            self.change(id_, draft, batch, state)
        # An older statement that a new one contradicts is disputed from now on.
        named = select(Relation.other_id).where(Relation.statement_id.in_(new))
        announce_where(self.session, Statement.id.in_(named) & Statement.id.not_in(new), batch.at)

    def missing(self) -> int:
        return len(self._missing())

    def withdraw_missing(self, batch: BatchMark) -> None:
        for id_ in self._missing():
            with changing(self.session, id_, "withdraw", batch.by, batch_id=batch.id) as row:
                row.state = "withdrawn"
                row.withdrawn_reason = f"no longer in {self.path.name}"

    def _missing(self) -> list[int]:
        """The ids of published statements of the file's origins whose keys it does not have."""
        found = []
        for origin, keys in self._checks.keys.items():
            if not self._known.has_origin(origin):
                continue
            query = select(Statement.key, Statement.id).where(
                Statement.origin == origin, Statement.state == "published"
            )
            found += [id_ for key, id_ in self.session.execute(query.order_by(Statement.id)) if key not in keys]
        return found

    def possible_duplicates(self) -> int:
        """How many new statements say, but for case and blanks, what another statement says already."""
        return self._lookalikes

    def _count_lookalike(self, draft: StatementDraft) -> None:
        if self._seen_all:
            return
        if self._texts is None:
            texts = self.session.scalars(select(Statement.text).where(Statement.state == "published"))
            self._texts = {_said(text) for text in texts}
        said = _said(draft.text)
        self._lookalikes += said in self._texts
        self._texts.add(said)

    def _relate(self, relations: Sequence[tuple[int, str, str, str]]) -> None:
        ids = ids_of(self.session, {(origin, key) for _, _, origin, key in relations})
        rows = [
            {"statement_id": id_, "other_id": ids[origin, key], "kind": kind} for id_, kind, origin, key in relations
        ]
        insert_all(self.session, Relation, rows)


def _said(text: str) -> int:
    return hash(" ".join(text.casefold().split()))


def completed(draft: StatementDraft, record: StatementRecord) -> StatementDraft:
    """The draft, with what the store has for each field that its row left out: only an empty field empties."""
    stored = {
        "article": record.article.slug if record.article else None,
        "sentence": _span(record.sentence_start, record.sentence_end),
        "span": _span(record.start, record.end),
        "quote": record.quote,
        "direct_evidence": record.direct_evidence,
        "searched": SearchedDraft(on=record.searched_on, where=record.searched_where),
        "slots": [SlotDraft.model_validate(slot_content(slot)) for slot in record.slots],
        "caveats": [each.code for each in record.recorded_caveats if each.source == "attached"],
        "topics": list(record.topics),
        "pico": PicoDraft.model_validate(statement_content(record)["pico"]),
        "effect_size": record.effect_size,
        "remarks": list(record.remarks),
        "relations": [
            RelationDraft(other=each.other_key, kind=each.kind, origin=each.other_origin)
            for each in record.relations
            if not each.inverse
        ],
        "reviewed_on": record.reviewed_on,
        "review_due": record.review_due,
    }
    return draft.model_copy(update={name: stored[name] for name in stored.keys() - draft.model_fields_set})


def _span(start: int | None, end: int | None) -> SpanDraft | None:
    return None if start is None or end is None else SpanDraft(start=start, end=end)


def changed_fields(record: StatementRecord, draft: StatementDraft, rater: str) -> tuple[str, ...]:
    """The fields in which a draft says something else than the store; `rater` is whose grade it brings.

    A grade that the same rater gave last is no change, also where somebody has judged anew since then: a file that
    nobody touched must not take back what people did meanwhile.
    """
    now, wanted = _now(record), _wanted(completed(draft, record))
    last = next((each for each in reversed(record.grades) if each.rater == rater and not each.undone), None)
    if last is not None and wanted.get("grade") == {name: getattr(last, name) for name in GRADE_COMPARED}:
        del wanted["grade"]
    changed = [name for name in wanted if now[name] != wanted[name]]
    return tuple(part for name in changed for part in (_parts(now, wanted) if name == "grade" else [name]))


def _parts(now: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Which parts of a grade differ; the whole where there was none."""
    if now["grade"] is None:
        return ["grade"]
    return [f"grade.{name}" for name in GRADE_COMPARED if now["grade"][name] != wanted["grade"][name]]


def _now(record: StatementRecord) -> dict[str, Any]:
    content = statement_content(record)
    grade = grade_content(record)
    return {
        **content,
        "grade": None if grade is None else {name: grade[name] for name in GRADE_COMPARED},
        "searched": record.searched_where,
    }


def _wanted(draft: StatementDraft) -> dict[str, Any]:
    span, sentence = draft.span, draft.sentence
    wanted = {
        "text": draft.text,
        "quote": draft.quote,
        "type": draft.type,
        "slots": [slot.model_dump() for slot in draft.filled_slots],
        "topics": sorted(set(draft.topics)),
        "pico": draft.pico.model_dump(),
        "caveats": sorted(set(draft.caveats)),
        "article": draft.article,
        "span": [span.start, span.end] if span else [None, None],
        "sentence": [sentence.start, sentence.end] if sentence else [None, None],
        "effect_size": draft.effect_size,
        "direct_evidence": draft.direct_evidence,
        "searched": draft.searched.where,
        "remarks": draft.remarks,
        "relations": sorted(list(each) for each in related(draft)),
    }
    # A file that brings no grade does not take one away.
    if draft.grade is not None:
        wanted["grade"] = {name: getattr(draft.grade, name) for name in GRADE_COMPARED}
    return wanted
