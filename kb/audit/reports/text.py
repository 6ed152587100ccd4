"""An audit for a terminal: by rule, what it found and why that matters, each finding in the block of its statement."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from kb.audit.findings import Finding
from kb.audit.reports.report import Report, amount, reasons, references
from kb.audit.rule import GRAVEST_FIRST, HEADINGS, Rule
from kb.audit.run import Result
from kb.render.text import as_brief_text, harmless

WIDTH = 110


def text_lines(report: Report, limit: int | None) -> Iterator[str]:
    """The report as lines with their ends; of each rule the first `limit` findings, all without one."""
    for result in report.audit.results:
        if result.count:
            yield from _rule(report, result, limit)
    silent = [result.rule.code for result in report.audit.results if not result.count]
    if silent:
        yield from _wrapped(f"Nothing {'new ' if report.compared else ''}found by {', '.join(silent)}.", "")
    yield from (f"{line}\n" for line in report.summary)


def _rule(report: Report, result: Result, limit: int | None) -> Iterator[str]:
    rule = result.rule
    yield f"{rule.code} {rule.name}: {rule.title}\n"
    counts = ", ".join(amount(n, each) for each in GRAVEST_FIRST if (n := result.count_of(each)))
    yield f"  {counts}{f'; {result.waived} waived' if result.waived else ''}. Confidence {rule.confidence}.\n"
    yield from _wrapped(f"Why it matters: {reasons(rule)}", "  ")
    yield from _wrapped(f"Rests on: {references(rule)}", "  ")
    shown = 0
    for finding in report.findings(result, limit):
        yield f"\n{finding_text(finding)}\n"
        shown += 1
    if shown < result.count:
        yield f"\n  … and {result.count - shown} more: --limit or --all show them, --rule {rule.code} no others.\n"
    yield "\n"


def finding_text(finding: Finding) -> str:
    """One finding: the statement, grade and caveats in the same block; the statement beside it in its own block."""
    place = f"{finding.place}: " if finding.statement is None and finding.place != finding.rule.code else ""
    lines = [f"{finding.severity}: {place}{finding.message}", f"    to mend it: {finding.remedy}"]
    lines = [harmless(line) for line in lines]
    if finding.statement is not None:
        lines.append(as_brief_text(finding.statement))
    if finding.other is not None:
        lines.append(f"    beside it, statement {finding.other.id}:\n\n{as_brief_text(finding.other)}")
    return "\n".join(lines)


def rules_text(rules: Sequence[Rule]) -> Iterator[str]:
    """A table of rules, a line each."""
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        yield f"{rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.title}\n"


def manual(rule: Rule) -> Iterator[str]:
    """The manual page of a rule."""
    yield f"{rule.code} {rule.name}: {rule.title}\n"
    yield f"Severity {rule.severity}, confidence {rule.confidence}.\n"
    for heading in HEADINGS:
        yield f"\n{heading}\n"
        yield textwrap.indent(rule.sections[heading], "    ") + "\n"
    yield "\nWhat would mend it\n"
    yield from _wrapped(rule.remedy, "    ")


def _wrapped(words: str, indent: str) -> Iterator[str]:
    inner = indent + "  " if indent == "  " else indent
    for line in textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=inner, break_on_hyphens=False):
        yield f"{line}\n"
