"""Statements as they came, in bulk: each with its number, version, grades, slots, topics, caveats and relations."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kb.bulk import BulkInsert
from kb.content import statement_content, statement_hash
from kb.loading import load
from kb.model import Base, CitationSlot, Grade, Relation, Statement, StatementCaveat, StatementTopic
from kb.portable.records import Records, day, vouched
from kb.question import question_number
from kb.records import CHUNK

Line = dict[str, Any]
COLUMNS: dict[type[Base], tuple[str, ...]] = {
    Statement: (
        *("id", "origin", "key", "article_id", "start", "end", "sentence_start", "sentence_end", "quote", "text"),
        *("type", "population", "intervention", "comparator", "outcome", "effect_size", "direct_evidence"),
        *("searched_on", "searched_where", "remarks", "state", "withdrawn_reason", "version", "current_grade_id"),
        *("content_hash", "reviewed_on", "review_due", "batch_id", "question"),
    ),
    Grade: (
        *("id", "statement_id", "scale", "level", "direction", "rating", "rationale", "profile", "kind", "rater_id"),
        *("made_at", "supersedes_id"),
    ),
    CitationSlot: ("statement_id", "position", "citation_id", "stance", "quote", "locator", "note"),
    StatementTopic: ("statement_id", "topic_id"),
    StatementCaveat: ("statement_id", "caveat_id"),
    Relation: ("statement_id", "other_id", "kind"),
}
SAID = ("sentence_start", "sentence_end", "quote", "text", "type", "population", "intervention", "comparator")


class Statements:
    """Writes them, some hundreds at a time; `versions` are those of statements that were changed before."""

    def __init__(self, session: Session, batch: int, records: Records) -> None:
        self._session = session
        self._batch = batch
        self._records = records
        self._grades = 0
        self._waiting: list[Line] = []
        self._rows: dict[type[Base], list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self._relations: list[tuple[int, int, str]] = []
        self._hashes: dict[int, str] = {}
        self.versions: dict[str, int] = {}

    @cached_property
    def _inserts(self) -> dict[type[Base], BulkInsert]:
        return {table: BulkInsert(self._session, table, columns) for table, columns in COLUMNS.items()}

    def add(self, line: Line) -> None:
        """Take one statement."""
        current = self._add_grades(line)
        searched = line["searched"] or {"on": None, "where": None}
        id_ = int(line["id"])
        article = line["article"]
        self._rows[Statement].append(
            (
                *(id_, line["origin"], line["key"], self._records.articles[article["slug"]] if article else None),
                *(line["start"], line["end"], *(line[name] for name in SAID), line["outcome"], line["effect_size"]),
                *(line["direct_evidence"], day(searched["on"]), searched["where"], line["remarks"], line["state"]),
                *(line["withdrawn_reason"], line["version"], current, line["content_hash"]),
                *(day(line["reviewed_on"]), day(line["review_due"]), self._batch),
                question_number(line["intervention"], line["outcome"]),
            )
        )
        for slot in line["slots"]:
            cited = None if slot["url"] is None else int(slot["url"].removeprefix("/c/"))
            said = (slot["stance"], slot["quote"], slot["locator"], slot["note"])
            self._rows[CitationSlot].append((id_, slot["position"], cited, *said))
        self._rows[StatementTopic] += [(id_, self._records.topics[name]) for name in line["topics"]]
        attached = (each["code"] for each in line["caveats"] if each["source"] == "attached")
        self._rows[StatementCaveat] += [(id_, self._records.caveats[code]) for code in attached]
        self._relations += [
            (id_, int(each["other"].removeprefix("/s/")), each["kind"])
            for each in line["relations"]
            if not each["inverse"]
        ]
        self._hashes[id_] = line["content_hash"]
        if line["version"] != 1:
            self.versions[str(id_)] = line["version"]
        if len(self._rows[Statement]) == CHUNK:
            self._write()

    def finish(self, file: Path) -> None:
        """Write what waits, then how statements stand to each other; and prove that each says what it said.

        Raises InputError, with the line of `file`, where one does not.
        """
        self._write()
        self._inserts[Relation](self._relations)
        self._session.flush()
        ids = list(self._hashes)
        for at in range(0, len(ids), CHUNK):
            for number, record in enumerate(load(self._session, ids[at : at + CHUNK]), at + 1):
                hash_ = statement_hash(statement_content(record))
                vouched(hash_, {"content_hash": self._hashes[record.id]}, f"{file}:{number}")

    def _add_grades(self, line: Line) -> int | None:
        """The statement's grades, the oldest first; the number of the one that stands."""
        grades = line["grades"]
        # Newest first in the line: the oldest gets the lowest number.
        numbers = [self._grades + len(grades) - place for place in range(len(grades))]
        self._grades += len(grades)
        current = None
        for place, each in reversed(list(enumerate(grades))):
            replaced = line["supersedes"][place]
            if each["status"] == "current":
                current = numbers[place]
            self._rows[Grade].append(
                (
                    *(numbers[place], int(line["id"]), each["scale"], each["level"], each["direction"], each["rating"]),
                    *(each["rationale"], each["profile"], each["kind"], self._records.person_id(each["rater"])),
                    *(datetime.fromisoformat(each["made_at"]), None if replaced is None else numbers[replaced]),
                )
            )
        return current

    def _write(self) -> None:
        self._session.flush()
        for table, rows in self._rows.items():
            if rows:
                self._inserts[table](rows)
                rows.clear()
