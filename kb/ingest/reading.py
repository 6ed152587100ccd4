"""One way through a file of any kind: what is read is checked, compared and written on the way, and reported."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from kb.cyclic_search import without_cyclic_search
from kb.errors import Problem
from kb.ingest.kind import BatchMark, Compared, Kind, Lined, shown

# A few megabytes of rows: enough for the driver to work through at one go.
AT_ONCE = 5_000
SAMPLES = 5
Progress = Callable[[int], None]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report, and what is needed to write down rejected rows or to read once more.

    `starts` are the lines on which the file's rows begin, `late` the lines of rows of which only the end of the file
    told that they cannot be taken.
    """

    report: Report
    starts: Sequence[int]
    late: Collection[int]


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
        self._starts = array("Q")
        self._late: set[int] = set()

    def outcome(self) -> Outcome:
        """Go through the file, once; what happened, or would happen."""
        with without_cyclic_search():
            for chunk in chunks(self._kind):
                self._take(chunk)
                if self._progress is not None:
                    self._progress(len(self._starts))
        self._judge_late()
        counts, kind = self._counts, self._kind
        report = Report(
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
        return Outcome(report, self._starts, self._late)

    def _take(self, chunk: list[Lined[Any] | list[Problem]]) -> None:
        kind = self._kind
        lines = [each.line if isinstance(each, Lined) else each[0].line or 1 for each in chunk]
        # What is told of the header belongs to no row.
        self._starts.extend([line for line in lines if line > 1] if kind.has_header else lines)
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
        self._late = {problem.line for problem in unresolved if problem.line}
        self._counts["rejected"] += len({problem.line for problem in unresolved})
        for line in self._late.difference(self._left_out):
            compared = self._uncertain[line]
            self._counts[_outcome(compared)] -= 1
            if _outcome(compared) == "changed":
                self._changes.subtract(compared.changes)


def _outcome(compared: Compared[Any]) -> str:
    if compared.id is None or compared.revived:
        return "new"
    return "changed" if compared.changes else "unchanged"


def chunks(kind: Kind[Any]) -> Iterator[list[Lined[Any] | list[Problem]]]:
    """The file's drafts, and the problems of rows that are none, some thousands at a time."""
    drafts = kind.drafts()
    while chunk := list(islice(drafts, AT_ONCE)):
        yield chunk


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
