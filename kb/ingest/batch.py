"""One import: read and check the whole file, say what would happen, and then do exactly that in one transaction.

The file is streamed twice, once to check and once to write, so memory does not grow with its rows. Nothing is written
from a file that holds a row which cannot be taken.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
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
from kb.ingest.article_text import ArticleTextImport
from kb.ingest.caveats import CaveatImport
from kb.ingest.citations import CitationImport
from kb.ingest.formats import sha256_of
from kb.ingest.kind import BatchMark, Compared, Kind, Lined
from kb.ingest.rejected import write_rejected
from kb.ingest.retractions import RetractionImport
from kb.ingest.sources import source_of
from kb.ingest.statements import StatementImport
from kb.model import Article, Batch, Caveat, Citation, Statement
from kb.records import CHUNK

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


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. `batch` is its number; None for a dry run or where nothing changed.

    `rejected_rows` is the file into which rows were written that could not be taken while the others were.
    """

    new: int
    changed: int
    unchanged: int
    missing: int
    rejected: int
    possible_duplicates: int
    changes: dict[str, int]
    problems: tuple[Problem, ...]
    batch: int | None = None
    rejected_rows: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as CONTRACTS names its fields; `rejected_rows` too where there is such a file."""
        said = asdict(self)
        if self.rejected_rows is None:
            del said["rejected_rows"]
        return said


def import_file(session: Session, order: Order, by: By, dry_run: bool = False) -> Report:
    """Import a file in the caller's writing session.

    Raises InputError where the file cannot be read, and RejectedRows (with every problem) where a row cannot be taken:
    in both cases nothing was written. A dry run never raises RejectedRows; its report holds the problems.
    """
    sha256 = sha256_of(order.path)
    kind = kind_of(session, order, by.actor)
    report, starts = checked(kind)
    if dry_run:
        return report
    if report.rejected and not order.keep_going:
        raise RejectedRows(report.problems, report.to_json())
    left_out = {problem.line for problem in report.problems if problem.severity == "error" and problem.line is not None}
    withdrawing = order.withdraw_missing and report.missing
    if not (report.new or report.changed or withdrawing):
        return report
    if withdrawing and report.rejected:
        raise InputError(
            "A row that cannot be read may be one of those that seem to be missing.",
            place="--withdraw-missing",
            cure="Mend the rows first, or import without it.",
        )
    rejected_rows = None
    if report.rejected:
        # Before anything is written: where this fails, nothing was.
        rejected_rows = str(write_rejected(order.path, starts, left_out, kind.has_header))
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
    mark = BatchMark(batch.id, by)
    if withdrawing:
        kind.withdraw_missing(mark)
    apply(session, kind, mark, sha256, left_out)
    return replace(report, batch=batch.id, rejected_rows=rejected_rows)


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
    if order.kind == "retractions":
        return RetractionImport(session, order.path, actor)
    if order.kind == "article" and order.path.suffix.casefold() == ".toml":
        return ArticleImport(session, order.path, actor)
    if order.kind == "article":
        named = {"origin": order.origin, "slug": order.article, "title": order.title, "url": order.url}
        return ArticleTextImport(session, order.path, actor, **named)
    raise InputError(f"“{order.kind}” cannot be imported.", place="--as", cure=f"Use one of: {', '.join(KINDS)}.")


def checked(kind: Kind[Any]) -> tuple[Report, list[int]]:
    """Read the whole file, write nothing, and say what would happen; with the lines on which its rows begin."""
    starts: list[int] = []
    counts: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    problems: list[Problem] = []
    uncertain: dict[int, Compared[Any]] = {}
    for chunk in chunks(kind):
        starts += [each.line if isinstance(each, Lined) else each[0].line or 1 for each in chunk]
        for compared in kind.compare(_good(kind, chunk, counts, problems)):
            counts[_outcome(compared)] += 1
            changes.update(compared.changes if _outcome(compared) == "changed" else ())
            if kind.may_fail_late(compared.lined.draft):
                uncertain[compared.lined.line] = compared
            if compared.left_alone:
                problems.append(_left_alone(kind, compared))
    unresolved = list(kind.unresolved({each.line for each in problems if each.line and each.severity == "error"}))
    counts["rejected"] += len({problem.line for problem in unresolved})
    problems.extend(unresolved)
    for line in {problem.line for problem in unresolved if problem.line}:
        # It was counted as good on the way.
        compared = uncertain[line]
        counts[_outcome(compared)] -= 1
        changes.subtract(compared.changes if _outcome(compared) == "changed" else ())
    report = Report(
        counts["new"],
        counts["changed"],
        counts["unchanged"],
        kind.missing(),
        counts["rejected"],
        kind.possible_duplicates(),
        {name: count for name, count in sorted(changes.items()) if count},
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )
    return report, starts


def _outcome(compared: Compared[Any]) -> str:
    if compared.id is None or compared.revived:
        return "new"
    return "changed" if compared.changes else "unchanged"


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


def apply(session: Session, kind: Kind[Any], batch: BatchMark, sha256: str, left_out: Collection[int]) -> None:
    """Write what `checked` announced, then the batch's own revision and its line in the change log."""
    strays = 0
    for chunk in chunks(kind):
        strays += sum(not isinstance(each, Lined) and each[0].line not in left_out for each in chunk)
        drafts = [each for each in chunk if isinstance(each, Lined) and each.line not in left_out]
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
