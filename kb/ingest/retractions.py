"""Retractions, expressions of concern, corrections and reinstatements: what they do to the citations that are known.

Two forms: the columns of the Retraction Watch database (Crossref), and a JSON object from DOI to the notice's DOI,
under `retractions` and `concerns` or by itself. Of several notices on one work the latest counts; without dates, the
gravest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.changes import announce_where
from kb.content import citation_content
from kb.errors import InputError, Problem
from kb.history import Act, append, hashed
from kb.identifiers import parse
from kb.ingest.drafts import Draft
from kb.ingest.formats import DECODER, Row, read_text
from kb.ingest.kind import BatchMark, Compared, Kind, Lined, Misfit
from kb.ingest.tables import columns_of_table, table_rows
from kb.model import Citation, CitationSlot, Statement
from kb.records import CHUNK

NATURES = {
    "retraction": "retracted",
    "expression of concern": "concern",
    "correction": "corrected",
    "reinstatement": "reinstated",
}
# Retraction Watch writes these where there is nothing.
MISSING = {"", "0", "unavailable", "none", "n/a"}
NEEDED = ("RetractionDate", "RetractionDOI", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Reason")
GRAVITY = ("ok", "reinstated", "corrected", "concern", "retracted")
COMPARED = ("standing", "standing_on", "standing_reason", "standing_notice", "standing_source")


class NoticeDraft(Draft):
    """What is said of one work: its standing since a day, why, and where that is announced."""

    standing: str
    standing_on: date | None
    standing_reason: str | None
    standing_notice: str | None
    standing_source: str
    citation: int


class RetractionImport(Kind[NoticeDraft]):
    """Notices about works; those about works that nobody cites here are passed over."""

    name = "citation"
    row_model = NoticeDraft

    def __init__(self, session: Session, path: Path, actor: str) -> None:
        super().__init__(session, path, actor)
        self._cited: dict[tuple[str, str], list[int]] = {}
        for id_, doi, pmid in session.execute(select(Citation.id, Citation.doi, Citation.pmid)):
            for kind, value in (("doi", doi), ("pmid", pmid)):
                if value:
                    self._cited.setdefault((kind, value.casefold()), []).append(id_)

    @property
    def has_header(self) -> bool:
        return not self._is_json

    @property
    def _is_json(self) -> bool:
        return self.path.suffix.casefold() == ".json"

    def rows(self) -> Iterator[Row | Problem]:
        if self._is_json:
            yield from _mapped(self.path)
            return
        columns = columns_of_table(self.path)
        if missing := [name for name in NEEDED if name not in columns]:
            raise InputError(
                f"The file has no column {', '.join(missing)}.",
                place=f"{self.path}:1",
                cure="Take the Retraction Watch database's CSV, or a JSON object from DOI to the notice's DOI.",
            )
        yield from table_rows(self.path)

    def drafts(self) -> Iterator[Lined[NoticeDraft] | list[Problem]]:
        """One notice for each citation that has any, the one that counts; and what is wrong with rows."""
        decisive: dict[int, Lined[NoticeDraft]] = {}
        for row in self.rows():
            if isinstance(row, Problem):
                yield [row]
                continue
            try:
                found = list(self._notices(row.value))
            except Misfit as misfit:
                said = (misfit.column, misfit.value, misfit.code, misfit.message, misfit.cure)
                yield [self.problem(row.line, *said)]
                continue
            for draft in found:
                before = decisive.get(draft.citation)
                if before is None or _weight(draft) >= _weight(before.draft):
                    decisive[draft.citation] = Lined(row.line, draft)
        yield from sorted(decisive.values(), key=lambda each: (each.line, each.draft.citation))

    def check(self, lined: Lined[NoticeDraft]) -> Iterator[Problem]:
        return iter(())

    def compare(self, chunk: Sequence[Lined[NoticeDraft]]) -> list[Compared[NoticeDraft]]:
        now = self._standings([lined.draft.citation for lined in chunk])
        return [
            Compared(
                lined,
                lined.draft.citation,
                tuple(name for name in COMPARED if now[lined.draft.citation][name] != getattr(lined.draft, name)),
            )
            for lined in chunk
        ]

    def _standings(self, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
        columns = [getattr(Citation, name) for name in COMPARED]
        found: dict[int, Mapping[str, Any]] = {}
        for at in range(0, len(ids), CHUNK):
            query = select(Citation.id, *columns).where(Citation.id.in_(ids[at : at + CHUNK]))
            found.update({row["id"]: row for row in self.session.execute(query).mappings()})
        return found

    def create(self, drafts: Sequence[NoticeDraft], batch: BatchMark) -> None:
        raise AssertionError("a notice makes no citation")

    def change(self, id_: int, draft: NoticeDraft, batch: BatchMark) -> None:
        raise AssertionError("notices come many at a time")

    def change_all(self, compared: Sequence[Compared[NoticeDraft]], batch: BatchMark) -> None:
        for at in range(0, len(compared), CHUNK):
            self._change({each.lined.draft.citation: each.lined.draft for each in compared[at : at + CHUNK]}, batch)

    def _change(self, notices: Mapping[int, NoticeDraft], batch: BatchMark) -> None:
        """Some hundreds at a time: a list of all that was ever retracted must not take a minute."""
        acts, written = [], []
        for row in self.session.scalars(select(Citation).where(Citation.id.in_(notices)).order_by(Citation.id)):
            content = citation_content(row)
            standing = {name: getattr(notices[row.id], name) for name in COMPARED}
            day = standing["standing_on"]
            said = {**content, **standing, "standing_on": day.isoformat() if day else None}
            before, after = hashed(content), hashed(said)
            acts.append(Act("standing", f"citation:{row.id}", before, after, batch.by.reason, batch.id))
            written.append({"id": row.id, **standing, "content_hash": after["content_hash"]})
        self.session.execute(update(Citation), written)
        append(self.session, acts, batch.by.actor, batch.at)
        resting = select(CitationSlot.statement_id).where(CitationSlot.citation_id.in_(notices))
        announce_where(self.session, Statement.id.in_(resting), batch.at)

    def _notices(self, cells: Mapping[str, str]) -> Iterator[NoticeDraft]:
        """What a row says of each citation of its work. Raises Misfit."""
        ids = {
            id_
            for kind, column in (("doi", "OriginalPaperDOI"), ("pmid", "OriginalPaperPubMedID"))
            for id_ in self._cited.get((kind, _identifier(kind, cells.get(column, ""))), ())
        }
        if not ids:
            return
        nature = cells["RetractionNature"].strip().casefold()
        if nature not in NATURES:
            known = ", ".join(NATURES)
            raise Misfit("RetractionNature", nature, "nature", "This is no nature of a notice.", f"Known are: {known}.")
        notice = cells["RetractionDOI"].strip()
        reasons = "; ".join(part.strip(" +") for part in cells["Reason"].split(";") if part.strip(" +"))
        for id_ in sorted(ids):
            yield NoticeDraft.model_construct(
                standing=NATURES[nature],
                standing_on=_day(cells["RetractionDate"]),
                standing_reason=reasons or None,
                standing_notice=None if notice.casefold() in MISSING else notice,
                standing_source=cells.get("source", "Retraction Watch"),
                citation=id_,
            )


def _mapped(path: Path) -> Iterator[Row | Problem]:
    """The notices of a JSON object from DOI to the notice's DOI, in the columns of Retraction Watch."""
    try:
        table = DECODER.decode(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"This is not JSON: {error}.", place=str(path), cure="Mend the file.") from error
    groups = {"retractions": "Retraction", "concerns": "Expression of concern"}
    if not isinstance(table, dict):
        raise InputError("The file holds no JSON object.", place=str(path), cure='Write {"DOI": "DOI of the notice"}.')
    if not set(groups) & set(table):
        table = {"retractions": table}
    for name, nature in groups.items():
        for doi, notice in dict(table.get(name) or {}).items():
            if not isinstance(notice, str):
                said = json.dumps(notice)[:60]
                yield Problem(str(path), None, doi, said, "notice", "This is no DOI.", "Write the notice's DOI.")
                continue
            cells = {"OriginalPaperDOI": doi, "RetractionNature": nature, "RetractionDOI": notice, "source": path.name}
            yield Row(1, {**cells, "RetractionDate": "", "Reason": ""})


def _identifier(kind: str, text: str) -> str:
    text = text.strip()
    if text.casefold() in MISSING:
        return ""
    if kind == "doi" and text.startswith("10."):
        # Most are written plainly; sixty thousand need not go through all the ways in which a DOI can be dressed.
        return text.casefold()
    try:
        return parse(kind, text).value.casefold()
    except InputError:
        # A number that is none is nobody's here; the row may still be known by its other one.
        return ""


def _day(text: str) -> date | None:
    """A day as month/day/year, as Retraction Watch writes it, or as year-month-day. Raises Misfit."""
    text = text.strip()
    if text.casefold() in MISSING:
        return None
    try:
        if found := re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})\b", text):
            month, day, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError as error:
        cure = "Write it as month/day/year or year-month-day."
        raise Misfit("RetractionDate", text, "day", "This is no day.", cure) from error


def _weight(draft: NoticeDraft) -> tuple[date, int]:
    return draft.standing_on or date.min, GRAVITY.index(draft.standing)
