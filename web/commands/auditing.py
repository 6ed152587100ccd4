"""`kb audit`: which grades do not hold, as text, JSON, CSV, SARIF or HTML, and only what is new if that is wanted."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kb.audit.baseline import only_unknown, read_baseline
from kb.audit.census import census
from kb.audit.reports.csv import csv_lines
from kb.audit.reports.json import json_lines, rule_json
from kb.audit.reports.report import Compared, Report
from kb.audit.reports.text import manual, rules_text, text_lines
from kb.audit.rule import GRAVEST_FIRST, Rule, Scope, Severity
from kb.audit.rules import chosen
from kb.audit.run import Audit
from kb.audit.run import audit as run_audit
from kb.audit.runs import only_new, record, run_called, runs
from kb.changes import last_change
from kb.cyclic_search import without_cyclic_search
from kb.errors import InputError, StoreUnavailable
from kb.late import Late
from web.opened import Opened

log = logging.getLogger(__name__)
FORMATS = ("text", "json", "csv", "sarif", "html")
NEVER = "never"
SHOWN = {"text": 5, "html": 20}
"""How many findings of each rule the forms for people show."""
TREND = 30
MOST = 1_000_000


@click.command()
@click.option(
    "--rule", "names", multiple=True, help="Only this rule: its code, its name, or a letter for all of a kind."
)
@click.option("--origin", help="Only statements of this data set.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write into this file.")
@click.option(
    "--fail-on",
    type=click.Choice([*(each.value for each in GRAVEST_FIRST), NEVER]),
    default=Severity.ERROR.value,
    show_default=True,
    help="The mildest finding for which the exit code is 1.",
)
@click.option("--since", help="Only what this kept run did not find: its number, or last.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="Only what this earlier report, JSON or SARIF, does not have."
)
@click.option("--limit", type=click.IntRange(0, MOST), help="Findings of each rule that text (5) and html (20) show.")
@click.option("--all", "everything", is_flag=True, help="Show all findings, also in text and html.")
@click.option("--no-record", is_flag=True, help="Do not keep this run for the page /audit, its trend and --since.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules, and audit nothing.")
@click.option("--explain", metavar="RULE", help="Print the manual page of a rule, and audit nothing.")
@click.pass_obj
def audit(
    opened: Opened,
    /,
    names: tuple[str, ...],
    origin: str | None,
    form: str,
    output: Path | None,
    fail_on: str,
    since: str | None,
    baseline: Path | None,
    limit: int | None,
    everything: bool,
    no_record: bool,
    list_rules: bool,
    explain: str | None,
) -> None:
    """Print which grades do not hold: by rule, the statements, what is wrong, why it matters and what would mend it.

    The exit code is 1 where something as grave as --fail-on was found; with --since or --baseline only what is new
    counts. JSON, CSV and SARIF hold all findings; text and HTML the first of each rule, and all counts. An audit of
    everything is kept.
    """
    if list_rules or explain is not None:
        _say_rules(chosen(names if explain is None else [explain]), explain is not None, form)
        return
    if since is not None and baseline is not None:
        raise InputError("--since and --baseline do not go together.", place="--since", cure="Choose one.")
    rules = chosen(names)
    known = None if baseline is None else read_baseline(baseline)
    at = datetime.now(UTC)
    with opened.store.reading() as session:
        run_before = None if since is None else run_called(session, since)
        with _progress(rules) as advance, without_cyclic_search():
            done = run_audit(session, Scope(at.date(), origin), rules, advance)
        counted = census(session) if form == "html" or (done.complete and not no_record) else {}
        number = None
        if done.complete and not no_record:
            number = _kept(opened, done, at, counted, last_change(session))
        compared = None
        if run_before is not None:
            gone = only_new(session, done, run_before)
            against = f"run {run_before.id} of {run_before.at:%Y-%m-%d %H:%M} UTC"
            compared = Compared(against, _count(done), gone)
        elif known is not None and baseline is not None:
            gone = only_unknown(session, done, known)
            compared = Compared(baseline.name, _count(done), gone)
        trend = tuple(reversed(runs(session, TREND))) if form == "html" else ()
        report = Report(session, done, at, number, compared, trend, counted.get("levels", {}))
        shown = None if everything else limit if limit is not None else SHOWN.get(form)
        _write(WRITERS[form](report, shown), output)
    if output is not None:
        for line in report.summary:
            click.echo(line, err=True)
    if fail_on != NEVER and done.worst is not None:
        sys.exit(GRAVEST_FIRST.index(done.worst) <= GRAVEST_FIRST.index(Severity(fail_on)))


WRITERS: dict[str, Callable[[Report, int | None], Iterable[str]]] = {
    "text": text_lines,
    "json": lambda report, _: json_lines(report),
    "csv": lambda report, _: csv_lines(report),
    "sarif": lambda report, _: Late("kb.audit.reports.sarif:sarif_lines")(report),
    "html": Late("kb.audit.reports.html:html_parts"),
}


def _count(done: Audit) -> int:
    return sum(result.count for result in done.results)


def _kept(opened: Opened, done: Audit, at: datetime, counted: Mapping[str, Any], seen: int) -> int | None:
    """The run's number; None, and a warning, where the store cannot be written to."""
    try:
        with opened.store.writing() as session:
            return record(session, done, opened.settings.actor, at, counted, seen)
    except StoreUnavailable as error:
        log.warning("This run is not kept. %s", error)
        return None


def _say_rules(rules: Sequence[Rule], whole: bool, form: str) -> None:
    if form == "json":
        told = {rule.code: rule_json(rule) for rule in rules}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in (line for rule in rules for line in manual(rule)) if whole else rules_text(rules):
        click.echo(line, nl=False)


def _write(lines: Iterable[str], output: Path | None) -> None:
    """Write a report; a file is there whole or not at all."""
    if output is None:
        sys.stdout.writelines(lines)
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with unfinished.open("x", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        unfinished.replace(output)
    except OSError as error:
        raise InputError(f"The report cannot be written: {error.strerror}.", place=str(output)) from error
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _progress(rules: Sequence[Rule]) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, by rules; nothing where nobody looks on."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=len(rules), label="Auditing", item_show_func=str, file=sys.stderr) as bar:
        yield lambda code: bar.update(1, code)
