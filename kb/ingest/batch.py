"""One import: read and check the whole file, say what would happen, and then do exactly that in one transaction.

The file is streamed once, and what it says is checked and written on the way; a row that cannot be taken undoes all of
it. Of a large file only the keys stay in memory.
"""

from __future__ import annotations

import gc
import os
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
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
from kb.ingest.kind import BatchMark, Compared, Kind, Lined, shown
from kb.ingest.rejected import write_rejected
from kb.ingest.retractions import RetractionImport
from kb.ingest.sources import source_of
from kb.ingest.statements import StatementImport
from kb.model import Article, Batch, Caveat, Citation, Statement

KINDS = ("statements", "citations", "caveats", "article", "retractions")
# A few megabytes of rows: enough for the driver to work through at one go.
AT_ONCE = 5_000
SAMPLES = 5
Progress = Callable[[int], None]
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

    `rejected_rows` is the file into which rows were written that could not be taken while the others were. `samples`
    name the first rows of each outcome, without their words.
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
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The report as CONTRACTS names its fields; `rejected_rows` too where there is such a file."""
        said = asdict(self)
        del said["samples"]
        if self.rejected_rows is None:
            del said["rejected_rows"]
        return said


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
        return Reading(kind_of(session, order, by.actor), progress=progress).report()
    savepoint = session.begin_nested()
    mark, kind, reading, report = _read(session, order, by, sha256, progress, frozenset())
    if report.rejected and not order.keep_going:
        raise RejectedRows(report.problems, report.to_json())
    if reading.late:
        # Rows that were written already name some that cannot be taken: once more, without them.
        savepoint.rollback()
        session.expire_all()
        savepoint = session.begin_nested()
        mark, kind, _, _ = _read(session, order, by, sha256, None, reading.late)
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
        rejected_rows = str(write_rejected(order.path, reading.starts, lines, kind.has_header))
    savepoint.commit()
    return replace(report, batch=mark.id, rejected_rows=rejected_rows)


def _read(
    session: Session, order: Order, by: By, sha256: str, progress: Progress | None, left_out: Collection[int]
) -> tuple[BatchMark, Kind[Any], Reading, Report]:
    """Read, check and write the whole file as a new batch."""
    kind = kind_of(session, order, by.actor)
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
    mark = BatchMark(batch.id, by)
    reading = Reading(kind, mark, order.keep_going, left_out, progress)
    return mark, kind, reading, reading.report()


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


class Reading:
    """One way through a file: every row is checked and compared, and written where there is a batch to write it in.

    A dry run and a real one differ in nothing else. After the first row that cannot be taken, the rest is only
    checked, unless the good rows are wanted all the same. `left_out` are lines of rows to pass over.
    """

    def __init__(
        self,
        kind: Kind[Any],
        batch: BatchMark | None = None,
        keep_going: bool = False,
        left_out: Collection[int] = (),
        progress: Progress | None = None,
    ) -> None:
        self._kind = kind
        self._batch = batch
        self._keep_going = keep_going
        self._left_out = left_out
        self._progress = progress
        self._counts: Counter[str] = Counter()
        self._changes: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._uncertain: dict[int, Compared[Any]] = {}
        self._samples: dict[str, list[str]] = {"new": [], "changed": []}
        self.starts = array("Q")
        """The lines on which the file's rows begin."""
        self.late: set[int] = set()
        """The lines of rows of which only the end of the file told that they cannot be taken."""

    def report(self) -> Report:
        """Go through the file, once; what happened, or would happen."""
        with _without_cyclic_search():
            for chunk in chunks(self._kind):
                self._take(chunk)
                if self._progress is not None:
                    self._progress(len(self.starts))
        self._judge_late()
        counts, kind = self._counts, self._kind
        return Report(
            counts["new"],
            counts["changed"],
            counts["unchanged"],
            kind.missing(),
            counts["rejected"],
            kind.possible_duplicates(),
            {name: count for name, count in sorted(self._changes.items()) if count},
            tuple(sorted(self._problems, key=lambda problem: problem.line or 0)),
            samples=self._samples,
        )

    def _take(self, chunk: list[Lined[Any] | list[Problem]]) -> None:
        kind = self._kind
        lines = [each.line if isinstance(each, Lined) else each[0].line or 1 for each in chunk]
        # What is told of the header belongs to no row.
        self.starts.extend([line for line in lines if line > 1] if kind.has_header else lines)
        found = kind.compare(self._good(chunk))
        outcomes = [_outcome(compared) for compared in found]
        self._counts.update(outcomes)
        for outcome, samples in self._samples.items():
            missing = SAMPLES - len(samples)
            if missing > 0:
                those = (each for each, its in zip(found, outcomes, strict=True) if its == outcome)
                samples += [_sample(each) for each in islice(those, missing)]
        for compared, outcome in zip(found, outcomes, strict=True):
            if kind.may_fail_late(compared.lined.draft):
                self._uncertain[compared.lined.line] = compared
            if outcome == "changed":
                self._changes.update(compared.changes)
            elif compared.left_alone:
                self._problems.append(_left_alone(kind, compared))
        if self._batch is not None and (self._keep_going or not self._counts["rejected"]):
            self._write(found, self._batch)

    def _good(self, chunk: list[Lined[Any] | list[Problem]]) -> list[Lined[Any]]:
        """The drafts of a chunk that can be taken; the others are counted as rejected, and their problems kept."""
        good = []
        for each in chunk:
            found = each if isinstance(each, list) else self._kind.check(each)
            bad = False
            for problem in found:
                self._problems.append(problem)
                bad = bad or problem.severity == "error"
            if bad:
                self._counts["rejected"] += 1
            elif isinstance(each, Lined) and each.line not in self._left_out:
                good.append(each)
        return good

    def _write(self, found: Sequence[Compared[Any]], batch: BatchMark) -> None:
        new = [each.lined.draft for each in found if each.id is None]
        if new:
            self._kind.create(new, batch)
        self._kind.change_all([each for each in found if each.id is not None and each.changes], batch)

    def _judge_late(self) -> None:
        """What can be judged only when all rows were seen; it was counted as good on the way."""
        rejected = {each.line for each in self._problems if each.line and each.severity == "error"}
        unresolved = list(self._kind.unresolved(rejected))
        self._problems.extend(unresolved)
        self.late = {problem.line for problem in unresolved if problem.line}
        self._counts["rejected"] += len({problem.line for problem in unresolved})
        for line in self.late.difference(self._left_out):
            compared = self._uncertain[line]
            self._counts[_outcome(compared)] -= 1
            if _outcome(compared) == "changed":
                self._changes.subtract(compared.changes)


@contextmanager
def _without_cyclic_search() -> Iterator[None]:
    """Python does not look for cycles among objects meanwhile.

    Drafts have none; looking for them again and again among a million keys takes a third of the whole time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _outcome(compared: Compared[Any]) -> str:
    if compared.id is None or compared.revived:
        return "new"
    return "changed" if compared.changes else "unchanged"


def chunks(kind: Kind[Any]) -> Iterator[list[Lined[Any] | list[Problem]]]:
    """The file's drafts, and the problems of rows that are none, some thousands at a time."""
    drafts = kind.drafts()
    while chunk := list(islice(drafts, AT_ONCE)):
        yield chunk


def _seal(session: Session, kind: Kind[Any], batch: BatchMark, sha256: str) -> None:
    """Write what is known only at the end, then the batch's own revision and its line in the change log."""
    if sha256_of(kind.path) != sha256:
        raise InputError(
            "The file changed while it was being read.", place=str(kind.path), cure="Import it again; nothing was kept."
        )
    session.flush()
    kind.finish(batch)
    session.flush()
    created = {}
    for name, table in TABLES.items():
        # Statements bring citations and caveats of their own.
        count = session.scalar(select(func.count()).select_from(table).where(table.batch_id == batch.id))
        if count:
            rows = select(table.id, table.content_hash).where(table.batch_id == batch.id).order_by(table.id)
            members = session.execute(rows.execution_options(yield_per=AT_ONCE))
            created[name] = {"count": count, "digest": digest((id_, hash_) for id_, hash_ in members)}
    after = {"file": file_name(kind.path), "sha256": sha256, "created": created}
    append(
        session, [Act("import", f"batch:{batch.id}", None, after, batch.by.reason, batch.id)], batch.by.actor, batch.at
    )
    if kind.name == "statement" and "statement" in created:
        announce_batch(session, batch.id, batch.at)


def _sample(compared: Compared[Any]) -> str:
    draft = compared.lined.draft
    name = next(
        (getattr(draft, each) for each in ("key", "id", "code", "slug", "citation") if hasattr(draft, each)), ""
    )
    fields = f" ({', '.join(compared.changes)})" if compared.changes and not compared.revived else ""
    return f"line {compared.lined.line}: {shown(name)}{fields}"


def _left_alone(kind: Kind[Any], compared: Compared[Any]) -> Problem:
    problem = kind.problem(
        compared.lined.line, "", "", "left-alone", compared.left_alone, "The row was not taken over; all else was."
    )
    return Problem(**{**asdict(problem), "severity": "warning"})
