"""One import: read and check the whole file, say what would happen, and then do exactly that in one transaction.

The file is streamed twice, once to check and once to write, so memory does not grow with its rows. Nothing is written
from a file that holds a row which cannot be taken.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.changes import announce_batch
from kb.curate import By
from kb.errors import InputError, Problem, RejectedRows
from kb.history import Act, append, digest
from kb.ingest.article import ArticleImport
from kb.ingest.caveats import CaveatImport
from kb.ingest.citations import CitationImport
from kb.ingest.formats import sha256_of
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.ingest.sources import source_of
from kb.ingest.statements import StatementImport
from kb.model import Article, Batch, Caveat, Citation, Statement
from kb.records import CHUNK

KINDS = ("statements", "citations", "caveats", "article")
TABLES: dict[str, Any] = {"statement": Statement, "citation": Citation, "caveat": Caveat, "article": Article}


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: a file, as which kind, and what to take for rows that do not say it themselves."""

    path: Path
    kind: str
    origin: str | None = None
    article: str | None = None
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. `batch` is its number; None for a dry run or where nothing changed."""

    new: int
    changed: int
    unchanged: int
    missing: int
    rejected: int
    possible_duplicates: int
    changes: dict[str, int]
    problems: tuple[Problem, ...]
    batch: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as CONTRACTS names its fields."""
        return asdict(self)


def import_file(session: Session, order: Order, by: By, dry_run: bool = False) -> Report:
    """Import a file in the caller's writing session.

    Raises InputError where the file cannot be read, and RejectedRows (with every problem) where a row cannot be taken:
    in both cases nothing was written. A dry run never raises RejectedRows; its report holds the problems.
    """
    sha256 = sha256_of(order.path)
    kind = kind_of(session, order, by.actor)
    report = checked(kind)
    if dry_run:
        return report
    if report.rejected:
        raise RejectedRows(report.problems, report.to_json())
    if not (report.new or report.changed):
        return report
    batch = Batch(
        file=file_name(order.path),
        sha256=sha256,
        kind=order.kind,
        origin=order.origin,
        mapping=order.mapping,
        counts={"new": report.new, "changed": report.changed, "unchanged": report.unchanged},
        actor=by.actor,
        at=by.at,
    )
    session.add(batch)
    session.flush()
    apply(session, kind, BatchMark(batch.id, by), sha256)
    return Report(**{**{name: getattr(report, name) for name in Report.__slots__}, "batch": batch.id})


def file_name(path: Path) -> str:
    """The file's name as it can be kept: a name in another encoding than UTF-8 with signs for what is none."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def kind_of(session: Session, order: Order, actor: str) -> Kind[Any]:
    """The kind of record that an order names. Raises InputError for one that is none."""
    if order.kind == "statements":
        source = source_of(order.path, order.mapping)
        return StatementImport(session, source, actor, order.origin, order.article)
    if order.mapping is not None:
        raise InputError("A mapping is for tables of statements.", place="--map", cure="Leave it out.")
    if order.kind == "citations":
        return CitationImport(session, order.path, actor)
    if order.kind == "caveats":
        return CaveatImport(session, order.path, actor)
    if order.kind == "article":
        return ArticleImport(session, order.path, actor)
    raise InputError(f"“{order.kind}” cannot be imported.", place="--as", cure=f"Use one of: {', '.join(KINDS)}.")


def checked(kind: Kind[Any]) -> Report:
    """Read the whole file, write nothing, and say what would happen."""
    counts: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    problems: list[Problem] = []
    for chunk in chunks(kind):
        for compared in kind.compare(_good(kind, chunk, counts, problems)):
            if compared.id is None or compared.revived:
                counts["new"] += 1
            elif compared.changes:
                counts["changed"] += 1
                changes.update(compared.changes)
            else:
                counts["unchanged"] += 1
            if compared.left_alone:
                problems.append(_left_alone(kind, compared))
    unresolved = list(kind.unresolved())
    counts["rejected"] += len({problem.line for problem in unresolved})
    problems.extend(unresolved)
    return Report(
        counts["new"],
        counts["changed"],
        counts["unchanged"],
        kind.missing(),
        counts["rejected"],
        kind.possible_duplicates(),
        dict(sorted(changes.items())),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _good(
    kind: Kind[Any], chunk: list[Lined[Any] | list[Problem]], counts: Counter[str], problems: list[Problem]
) -> list[Lined[Any]]:
    """The drafts of a chunk that can be taken; the others are counted as rejected, and their problems added."""
    good = []
    for each in chunk:
        found = each if isinstance(each, list) else list(kind.check([each]))
        problems.extend(found)
        if any(problem.severity == "error" for problem in found):
            counts["rejected"] += 1
        elif isinstance(each, Lined):
            good.append(each)
    return good


def chunks(kind: Kind[Any]) -> Iterator[list[Lined[Any] | list[Problem]]]:
    """The file's drafts, and the problems of rows that are none, some hundreds at a time."""
    chunk: list[Lined[Any] | list[Problem]] = []
    for each in kind.drafts():
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def apply(session: Session, kind: Kind[Any], batch: BatchMark, sha256: str) -> None:
    """Write what `checked` announced, then the batch's own revision and its line in the change log."""
    strays = 0
    for chunk in chunks(kind):
        drafts = [each for each in chunk if isinstance(each, Lined)]
        strays += len(chunk) - len(drafts)
        compared = kind.compare(drafts)
        new: list[BaseModel] = [each.lined.draft for each in compared if each.id is None]
        if new:
            kind.create(new, batch)
        for each in compared:
            if each.id is not None and each.changes:
                kind.change(each.id, each.lined.draft, batch)
    if strays or sha256_of(kind.path) != sha256:
        raise InputError(
            "The file changed while it was being read.", place=str(kind.path), cure="Import it again; nothing was kept."
        )
    session.flush()
    kind.finish(batch)
    session.flush()
    created = {}
    for name, table in TABLES.items():
        # Statements bring citations and caveats of their own.
        rows = select(table.id, table.content_hash).where(table.batch_id == batch.id).order_by(table.id)
        members = [(id_, hash_) for id_, hash_ in session.execute(rows)]
        if members:
            created[name] = {"count": len(members), "digest": digest(members)}
    after = {"file": file_name(kind.path), "sha256": sha256, "created": created}
    append(
        session, [Act("import", f"batch:{batch.id}", None, after, batch.by.reason, batch.id)], batch.by.actor, batch.at
    )
    if kind.name == "statement" and "statement" in created:
        announce_batch(session, batch.id, batch.at)


def _left_alone(kind: Kind[Any], compared: Compared[Any]) -> Problem:
    problem = kind.problem(
        compared.lined.line, "", "", "left-alone", compared.left_alone, "The row was not taken over; all else was."
    )
    return Problem(**{**asdict(problem), "severity": "warning"})
