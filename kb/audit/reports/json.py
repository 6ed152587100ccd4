"""An audit as JSON: counts first, then the findings, one on a line, each with its whole graded statement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from kb.audit.findings import Finding
from kb.audit.reports.report import Report, reasons, references
from kb.audit.rule import Rule
from kb.render.json import as_json

FINDINGS_BEGIN = '"findings": ['


def json_lines(report: Report) -> Iterator[str]:
    """The report as lines with their ends, never whole in memory."""
    head = {
        "at": report.at.isoformat(),
        "day": report.audit.scope.day.isoformat(),
        "origin": report.audit.scope.origin,
        "run": report.run,
        "milliseconds": report.audit.milliseconds,
        "compared": None if report.compared is None else asdict(report.compared),
        "rules": {result.rule.code: rule_json(result.rule) for result in report.audit.results},
        "counts": report.counts,
    }
    yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, {FINDINGS_BEGIN}\n"
    before = ""
    for result in report.audit.results:
        for finding in report.findings(result):
            yield f"{before}{json.dumps(finding_json(finding), ensure_ascii=False)}"
            before = ",\n"
    yield "\n]}\n"


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding; `statement` is null for what is about the store as a whole, and then `place` says where."""
    return {
        "rule": finding.rule.code,
        "severity": finding.severity,
        "confidence": finding.rule.confidence,
        "message": finding.message,
        "remedy": finding.remedy,
        "fingerprint": finding.fingerprint,
        "place": finding.place or None,
        "statement": None if finding.statement is None else as_json(finding.statement),
        "other": None if finding.other is None else as_json(finding.other),
    }


def rule_json(rule: Rule) -> dict[str, str]:
    """What a rule is."""
    return {
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "why": reasons(rule),
        "references": references(rule),
    }
