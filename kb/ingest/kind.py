"""What an import needs to know of a kind of record: how to read, check, compare, create and change it.

`kb.ingest.batch` drives all kinds alike; a kind that does not follow a file's line (undo, retractions) has its own way.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import InputError, Problem
from kb.ingest.formats import Row
from kb.words import plain

D = TypeVar("D", bound=BaseModel)
SHOWN = 80


class Lined(NamedTuple, Generic[D]):
    """A draft and the line it began on."""

    line: int
    draft: D


class Compared(NamedTuple, Generic[D]):
    """A draft beside what the store holds: new (`id` is None), changed in some fields, or unchanged (none).

    `left_alone` says why a draft that differs is not taken over; its `changes` are then empty. `revived`: it came with
    a batch that was taken back, and comes again; to whoever looks it is new.
    """

    lined: Lined[D]
    id: int | None
    changes: tuple[str, ...] = ()
    left_alone: str = ""
    revived: bool = False


@dataclass(frozen=True, slots=True)
class BatchMark:
    """The batch under way: what it creates carries its id."""

    id: int
    by: By

    @property
    def at(self) -> datetime:
        """The moment of the import, the same for all it writes."""
        return self.by.at


class Misfit(Exception):
    """A value of a row that means nothing here; `column` is its place in the native form, or the file's own column."""

    def __init__(self, column: str, value: str, code: str, message: str, cure: str) -> None:
        super().__init__(message)
        self.column, self.value, self.code, self.message, self.cure = column, value, code, message, cure


class Kind(ABC, Generic[D]):
    """One kind of record during one import of one file."""

    name: str
    row_model: type[D]

    def __init__(self, session: Session, path: Path, actor: str) -> None:
        self.session = session
        self.path = path
        self.actor = actor

    @abstractmethod
    def rows(self) -> Iterator[Row | Problem]:
        """The file's rows, in order."""

    @abstractmethod
    def check(self, lined: Lined[D]) -> Iterable[Problem]:
        """What of a draft does not fit the store or the rest of the file; asked once a row, in order."""

    @abstractmethod
    def compare(self, chunk: Sequence[Lined[D]]) -> list[Compared[D]]:
        """The drafts beside what the store holds now."""

    @abstractmethod
    def create(self, drafts: Sequence[D], batch: BatchMark) -> None:
        """Write new records."""

    @abstractmethod
    def change(self, id_: int, draft: D, batch: BatchMark) -> None:
        """Change a record, with a revision of its own."""

    def change_all(self, compared: Sequence[Compared[D]], batch: BatchMark) -> None:
        """Change these records, each with a revision of its own."""
        for each in compared:
            assert each.id is not None
            self.change(each.id, each.lined.draft, batch)

    def finish(self, batch: BatchMark) -> None:
        """Write what could only be written once all records are there."""

    @property
    def has_header(self) -> bool:
        """Whether the file begins with lines that belong to no row."""
        return False

    def may_fail_late(self, draft: D) -> bool:
        """Whether `unresolved` may name this draft."""
        return False

    def unresolved(self, rejected: Collection[int]) -> Iterator[Problem]:
        """What can be judged only when all rows were seen; `rejected` are the lines of rows that are not taken."""
        return iter(())

    def withdraw_missing(self, batch: BatchMark) -> None:
        """Take back what the store has of the same origin and the file has not."""
        raise InputError("Only statements can be missing.", place="--withdraw-missing", cure="Leave it out.")

    def missing(self) -> int:
        """How many records of the same origin the store has and the file has not."""
        return 0

    def possible_duplicates(self) -> int:
        """How many new records look like one that is there already."""
        return 0

    def drafts(self) -> Iterator[Lined[D] | list[Problem]]:
        """The file's rows as drafts; a row that is none as its problems, one a field."""
        for row in self.rows():
            if isinstance(row, Problem):
                yield [row]
                continue
            try:
                yield Lined(row.line, self.row_model.model_validate(self.prepared(row.value)))
            except Misfit as misfit:
                yield [self.problem(row.line, misfit.column, misfit.value, misfit.code, misfit.message, misfit.cure)]
            except ValidationError as error:
                yield [self._problem(row.line, each) for each in error.errors(include_url=False)]

    def prepared(self, value: Any) -> Any:
        """A row before it is checked; a kind may fill in what the command line said for all rows. May raise Misfit."""
        return value

    def problem(self, line: int | None, column: str, value: Any, code: str, message: str, cure: str) -> Problem:
        """One thing wrong in this file."""
        return Problem(str(self.path), line, shown(self.column_of(column)), shown(value), code, message, cure)

    def column_of(self, place: str) -> str:
        """What a field is called in the file."""
        return place

    def _problem(self, line: int, error: Any) -> Problem:
        column = ".".join(str(part) for part in error["loc"])
        kind = error["type"]
        message = error["msg"].removeprefix("Value error, ")
        cure = "Correct it."
        if kind == "extra_forbidden":
            message, cure = "no such field.", f"Known are: {', '.join(self.row_model.model_fields)} and their parts."
        elif kind == "missing":
            message, cure = "the field is missing.", "Add it."
        elif kind == "literal_error":
            message, cure = "not one of the known words.", f"Use {error['ctx']['expected']}."
        elif kind == "model_type":
            message, cure = "this is no object.", 'Write {"name": "value", …}.'
        elif kind == "string_unicode":
            message, cure = "it holds half of a surrogate pair.", "Take it out."
        cure = error.get("ctx", {}).get("cure", cure)
        value = "" if kind == "missing" else error["input"]
        if not column and isinstance(value, dict):
            # What is wrong with the whole row is told of its key: a row's words have no place without its grade.
            value = value.get("key", "")
        return self.problem(line, column, value, kind.replace("_", "-"), _sentence(message), cure)


def shown(value: Any) -> str:
    """A value as a message can show it: on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return plain(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def _sentence(message: str) -> str:
    message = message[:1].upper() + message[1:]
    return message if message.endswith(".") else message + "."
