"""`kb import --all`: a folder that `kb export --all` wrote, into a store that knows nothing yet; all of it or nothing.

Every record keeps its number, so that addresses lead where they led. Each is compared with the hash that came with it:
what comes back says what went out, to the letter. A new history begins with one batch, which names the head of the old.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kb.changes import announce_batch
from kb.curate import By
from kb.errors import Conflict, InputError
from kb.history import Act, append
from kb.ingest.batch import created_in
from kb.model import Article, Batch, Caveat, Citation, Flag, Grade, Statement, Topic, Waiver
from kb.portable import manifest
from kb.portable.manifest import MANIFEST, SYNONYMS, read_manifest, sum_of
from kb.portable.records import Records
from kb.portable.statements import Statements
from kb.words import file_name

KIND = "everything"
NUMBERED = (Article, Batch, Caveat, Citation, Flag, Grade, Statement, Topic, Waiver)


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import of everything brought: how much of each kind, and the history that it continues."""

    batch: int
    counts: dict[str, int]
    head: str


def import_all(session: Session, folder: Path, by: By) -> Brought:
    """Bring everything in the folder into the store, in the caller's writing session.

    Raises InputError for a folder that is damaged or not of this form, naming the file and line, and Conflict where the
    store knows something already; the caller's session must then be rolled back.
    """
    made = read_manifest(folder)
    _refuse_known(session)
    name, sha256 = file_name(folder.absolute()), sum_of(folder / MANIFEST)

    def begun() -> int:
        batch = Batch(
            file=name, sha256=sha256, kind=KIND, origin=None, mapping=None, counts={}, actor=by.actor, at=by.at
        )
        session.add(batch)
        session.flush()
        return batch.id

    batch = begun()
    records = Records(session, batch, begun)
    acts: list[Act] = []
    counts: dict[str, int] = {}
    for part in (manifest.CITATIONS, manifest.CAVEATS, manifest.TOPICS):
        counts[part.removesuffix(".jsonl")] = _each(folder / part, records.writer_of(part))
    articles = [each for each in made.files if manifest.ARTICLE.fullmatch(each)]
    for part in sorted(articles, key=lambda each: int("".join(filter(str.isdecimal, each)))):
        _whole(folder / part, records.article)
    counts["articles"] = len(articles)
    statements = Statements(session, batch, records)
    counts["statements"] = _each(folder / manifest.STATEMENTS, statements.add)
    statements.finish(folder / manifest.STATEMENTS)
    counts["waivers"] = _each(folder / manifest.WAIVERS, records.waiver)
    counts["flags"] = _each(folder / manifest.FLAGS, records.flag)
    session.get_one(Batch, batch).counts = {"new": counts["statements"], "changed": 0, "unchanged": 0}
    session.flush()
    before = {"count": made.revisions, "hash": made.head}
    for id_ in (batch, *records.undone_batch):
        after: dict[str, Any] = {"file": name, "sha256": sha256, "created": created_in(session, id_), "history": before}
        if id_ == batch and statements.versions:
            after["versions"] = statements.versions
        acts.append(Act("import", f"batch:{id_}", None, after, by.reason, id_))
    for id_ in records.undone_batch:
        session.get_one(Batch, id_).state = "undone"
        acts.append(Act("undo", f"batch:{id_}", None, {"withdrawn": 0, "restored": 0}, by.reason, None))
    append(session, [*acts, *records.acts(by.reason)], by.actor, by.at)
    announce_batch(session, batch, by.at)
    _count_on(session)
    return Brought(batch, counts, made.head)


def bring_names(folder: Path, home: Path) -> bool:
    """Put the folder's file of names into KB_HOME; says whether it had one. Raises Conflict for another one there."""
    came, own = folder / SYNONYMS, home / SYNONYMS
    if not came.exists():
        return False
    content = came.read_bytes()
    if own.exists() and own.read_bytes() != content:
        raise Conflict("There is a file of names already, with other ones.", place=str(own), cure="Move it away first.")
    own.write_bytes(content)
    return True


def _refuse_known(session: Session) -> None:
    for table, what in (
        (Batch, "an import"),
        (Statement, "statements"),
        (Citation, "citations"),
        (Article, "articles"),
    ):
        if session.scalar(select(exists(select(table)))):
            raise Conflict(
                f"There is {what} in this store already; everything goes into an empty one only.",
                cure="Name a new KB_HOME, make it with `kb init`, and import there.",
            )


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    with file.open("rb") as opened:
        yield from enumerate(opened, 1)


def _each(file: Path, take: Any) -> int:
    """Give each record of a file to `take`; how many there were."""
    number = 0
    for number, line in _lines(file):
        try:
            take(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise _foreign(file, number, error) from error
        except InputError as error:
            raise InputError(error.message, place=f"{file}:{number}", cure=error.cure) from error
    return number


def _whole(file: Path, take: Any) -> None:
    """Give all records of a file to `take` at once."""
    try:
        take([json.loads(line) for _, line in _lines(file)])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _foreign(file, 1, error) from error
    except InputError as error:
        raise InputError(error.message, place=f"{file}:1", cure=error.cure) from error


def _foreign(file: Path, number: int, error: Exception) -> InputError:
    return InputError(
        f"This line is not what an export writes ({type(error).__name__}: {str(error)[:100]}).",
        place=f"{file}:{number}",
        cure="Export anew; nothing was changed.",
    )


def _count_on(session: Session) -> None:
    """Let a server's database number what comes next after what came with its numbers; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in NUMBERED:
        name = table.__tablename__
        last = select(func.max(table.id)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), func.coalesce(last, 1))))
