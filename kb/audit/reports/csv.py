"""An audit as CSV: a row a finding, what is wrong and then the statement's own columns with its grade and caveats."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from kb.audit.findings import Finding
from kb.audit.reports.report import Report
from kb.render.csv import COLUMNS, harmless

OWN: dict[str, Callable[[Finding], object]] = {
    "rule": lambda f: f.rule.code,
    "severity": lambda f: str(f.severity),
    "confidence": lambda f: str(f.rule.confidence),
    "message": lambda f: f.message,
    "remedy": lambda f: f.remedy,
    "fingerprint": lambda f: f.fingerprint,
    "place": lambda f: f.place,
    # The words of the other one stand in its own row, or page.
    "other": lambda f: None if f.other is None else f.other.url,
}


def csv_lines(report: Report) -> Iterator[str]:
    """The header, then a record a finding; text cells can be opened in a spreadsheet without running."""
    yield _line([*OWN, *COLUMNS])
    for result in report.audit.results:
        for finding in report.findings(result):
            own = [cell(finding) for cell in OWN.values()]
            statement = finding.statement
            words = [None] * len(COLUMNS) if statement is None else [cell(statement) for cell in COLUMNS.values()]
            yield _line([*own, *words])


def _line(cells: list[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
