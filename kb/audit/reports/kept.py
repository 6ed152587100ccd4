"""The report of a kept run, told as things stand today."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from kb.audit.reports.report import Report
from kb.audit.runs import audit_of, run_called, runs

RUNS_IN_TREND = 30


def kept_report(session: Session, number: int, day: date) -> Report:
    """What run `number` found and still holds on `day`, with the trend of the last runs. Raises NotFound."""
    run = run_called(session, str(number))
    trend = tuple(reversed(runs(session, RUNS_IN_TREND)))
    levels = run.counts["census"].get("levels", {})
    return Report(session, audit_of(session, run, day), run.at, run.id, None, trend, levels)
