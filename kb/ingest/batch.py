"""One import: read and check the whole file, say what would happen, and then do exactly that in one transaction.

The file is streamed once, and what it says is checked and written on the way; a row that cannot be taken undoes all of
it. Of a large file only the keys stay in memory.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.changes import announce_batch
from kb.curate import By
from kb.cyclic_search import without_cyclic_search
from kb.errors import InputError, RejectedRows
from kb.history import Act, append, digest
from kb.ingest.ahead import WORTH_IT, NotNew, Task, read_ahead, url_of
from kb.ingest.article import ArticleImport
from kb.ingest.article_text import ArticleTextImport
from kb.ingest.caveats import CaveatImport
from kb.ingest.citations import CitationImport
from kb.ingest.formats import sha256_of
from kb.ingest.kind import BatchMark, Kind
from kb.ingest.reading import AT_ONCE, Outcome, Progress, Reading, Report
from kb.ingest.rejected import write_rejected
from kb.ingest.retractions import RetractionImport
from kb.ingest.sources import source_of
from kb.ingest.statements import StatementImport
from kb.model import Article, Batch, Caveat, Citation, Statement
from kb.words import file_name

KINDS = ("statements", "citations", "caveats", "article", "retractions")
TABLES: dict[str, Any] = {"statement": Statement, "citation": Citation, "caveat": Caveat, "article": Article}


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: a file, as which kind, and what to take for rows that do not say it themselves.

    `keep_going` takes the good rows of a file that has bad ones too; `withdraw_missing` takes back what the store has
    of the same origin and the file has not. For the text of an article, `article` is its slug; `title` and `url` are
    its own.
    """

    path: Path
    kind: str
    origin: str | None = None
    article: str | None = None
    mapping: str | None = None
    keep_going: bool = False
    withdraw_missing: bool = False
    title: str | None = None
    url: str | None = None


def import_file(
    session: Session, order: Order, by: By, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Import a file in the caller's writing session; `progress` is told now and then how many rows were read.

    Raises InputError where the file cannot be read, and RejectedRows (with every problem) where a row cannot be taken:
    in both cases the caller's session must be rolled back, and nothing of the file is kept. A dry run never raises
    RejectedRows and writes nothing; its report holds the problems.
    """
    sha256 = sha256_of(order.path)
    if dry_run:
        return Reading(kind_of(session, order, by.actor), progress=progress).outcome().report
    savepoint = session.begin_nested()
    mark, kind, outcome = _read(session, order, by, sha256, progress, frozenset())
    report = outcome.report
    if report.rejected and not order.keep_going:
        raise RejectedRows(report.problems, report.to_json())
    if outcome.late:
        # Rows that were written already name some that cannot be taken: once more, without them.
        savepoint.rollback()
        session.expire_all()
        savepoint = session.begin_nested()
        mark, kind, _ = _read(session, order, by, sha256, None, outcome.late)
    withdrawing = order.withdraw_missing and report.missing
    if not (report.new or report.changed or withdrawing):
        savepoint.rollback()
        session.expire_all()
        return report
    if withdrawing and report.rejected:
        raise InputError(
            "A row that cannot be read may be one of those that seem to be missing.",
            place="--withdraw-missing",
            cure="Mend the rows first, or import without it.",
        )
    if withdrawing:
        kind.withdraw_missing(mark)
    session.get_one(Batch, mark.id).counts = {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
    }
    _seal(session, kind, mark, sha256)
    rejected_rows = None
    if report.rejected:
        # Where this fails, nothing is kept.
        lines = {each.line for each in report.problems if each.severity == "error" and each.line is not None}
        rejected_rows = str(write_rejected(order.path, outcome.starts, lines, kind.has_header))
    savepoint.commit()
    return replace(report, batch=mark.id, rejected_rows=rejected_rows)


def _read(
    session: Session, order: Order, by: By, sha256: str, progress: Progress | None, left_out: Collection[int]
) -> tuple[BatchMark, Kind[Any], Outcome]:
    """Read, check and write the whole file as a new batch."""
    if not left_out and _is_worth_two_processes(order):
        inner = session.begin_nested()
        try:
            found = _read_by_two(session, order, by, sha256, progress)
        except NotNew:
            inner.rollback()
            session.expire_all()
        else:
            inner.commit()
            return found
    kind = kind_of(session, order, by.actor)
    mark = _begun(session, order, by, sha256)
    return mark, kind, Reading(kind, mark, order.keep_going, left_out, progress).outcome()


def _is_worth_two_processes(order: Order) -> bool:
    return order.kind == "statements" and order.path.stat().st_size >= WORTH_IT and (os.cpu_count() or 1) > 1


def _read_by_two(
    session: Session, order: Order, by: By, sha256: str, progress: Progress | None
) -> tuple[BatchMark, Kind[Any], Outcome]:
    """The same, another process reading ahead. Raises NotNew where the file is not of new statements alone."""
    kind = kind_of(session, order, by.actor)
    assert isinstance(kind, StatementImport)
    mark = _begun(session, order, by, sha256)
    named = (order.path, order.mapping, order.origin, order.article)
    with read_ahead(Task(url_of(session), *named, order.keep_going, mark.id, by)) as messages, without_cyclic_search():
        for said in messages:
            if isinstance(said, Outcome):
                return mark, kind, said
            if said.rows is not None:
                kind.write(said.rows, mark)
            if progress is not None:
                progress(said.count)
    raise AssertionError("the outcome comes last")


def _begun(session: Session, order: Order, by: By, sha256: str) -> BatchMark:
    batch = Batch(
        file=file_name(order.path),
        sha256=sha256,
        kind=order.kind,
        origin=order.origin,
        mapping=order.mapping,
        counts={},
        actor=by.actor,
        at=by.at,
    )
    session.add(batch)
    session.flush()
    return BatchMark(batch.id, by)


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
    if order.kind == "retractions":
        return RetractionImport(session, order.path, actor)
    if order.kind == "article" and order.path.suffix.casefold() == ".toml":
        return ArticleImport(session, order.path, actor)
    if order.kind == "article":
        named = {"origin": order.origin, "slug": order.article, "title": order.title, "url": order.url}
        return ArticleTextImport(session, order.path, actor, **named)
    raise InputError(f"“{order.kind}” cannot be imported.", place="--as", cure=f"Use one of: {', '.join(KINDS)}.")


def _seal(session: Session, kind: Kind[Any], batch: BatchMark, sha256: str) -> None:
    """Write what is known only at the end, then the batch's own revision and its line in the change log."""
    if sha256_of(kind.path) != sha256:
        raise InputError(
            "The file changed while it was being read.", place=str(kind.path), cure="Import it again; nothing was kept."
        )
    session.flush()
    kind.finish(batch)
    session.flush()
    created = created_in(session, batch.id)
    after = {"file": file_name(kind.path), "sha256": sha256, "created": created}
    append(
        session, [Act("import", f"batch:{batch.id}", None, after, batch.by.reason, batch.id)], batch.by.actor, batch.at
    )
    if kind.name == "statement" and "statement" in created:
        announce_batch(session, batch.id, batch.at)


def created_in(session: Session, batch_id: int) -> dict[str, Any]:
    """What the history vouches for of the records that a batch created: how many of each kind, and a digest of them."""
    created = {}
    for name, table in TABLES.items():
        # Statements bring citations and caveats of their own.
        count = session.scalar(select(func.count()).select_from(table).where(table.batch_id == batch_id))
        if count:
            rows = select(table.id, table.content_hash).where(table.batch_id == batch_id).order_by(table.id)
            members = session.execute(rows.execution_options(yield_per=AT_ONCE))
            created[name] = {"count": count, "digest": digest((id_, hash_) for id_, hash_ in members)}
    return created
