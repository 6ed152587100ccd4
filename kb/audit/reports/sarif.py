"""An audit as SARIF 2.1.0, the form in which code hosts and editors take the findings of any tool.

A statement stands in no file: its location is its page (`s/12`), its logical location the origin and key that stay the
same in every store. A region of one line is given because GitHub's code scanning wants one. Each message holds the
statement's words only together with its grade and caveats. Waived findings are there too, suppressed, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from kb.audit.baseline import FINGERPRINT
from kb.audit.findings import Finding
from kb.audit.reports.report import TOOL, Report
from kb.audit.rule import HEADINGS, Rule
from kb.audit.run import CRASHED
from kb.audit.waivers import Accepted
from kb.render.text import as_brief_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RESULTS_BEGIN = '"results": ['


def sarif_lines(report: Report) -> Iterator[str]:
    """The report as lines with their ends, a result on each, never whole in memory."""
    results = report.audit.results
    head = {
        "tool": {
            "driver": {
                "name": TOOL,
                "semanticVersion": version("caveat-kb"),
                "rules": [rule_sarif(result.rule) for result in results],
            }
        },
        "automationDetails": {"id": f"caveat/{report.audit.scope.origin or 'everything'}/"},
        "invocations": [
            {
                "executionSuccessful": not any(result.rule.code == CRASHED and result.told for result in results),
                "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%S}Z",
            }
        ],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "run": report.run,
            "counts": report.counts,
            "compared": None if report.compared is None else report.compared.against,
        },
    }
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": ['
    yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, {RESULTS_BEGIN}\n"
    before = ""
    for index, result in enumerate(results):
        for finding in report.findings(result):
            new = {} if report.compared is None else {"baselineState": "new"}
            yield f"{before}{_dumped({**result_sarif(finding, index), **new})}"
            before = ",\n"
        for finding, waiver in report.accepted(result):
            yield f"{before}{_dumped({**result_sarif(finding, index), 'suppressions': [_suppressed(waiver)]})}"
            before = ",\n"
    yield "\n]}]}\n"


def result_sarif(finding: Finding, index: int) -> dict[str, Any]:
    """A finding as a result; `index` is the place of its rule among the tool's."""
    found: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "confidence": finding.rule.confidence,
            "origin": None if finding.statement is None else finding.statement.origin,
            "key": None if finding.statement is None else finding.statement.key,
        },
    }
    if finding.other is not None:
        page = {"artifactLocation": {"uri": finding.other.url.removeprefix("/")}, "region": {"startLine": 1}}
        found["relatedLocations"] = [{"id": 0, "physicalLocation": page}]
    return found


def rule_sarif(rule: Rule) -> dict[str, Any]:
    """A rule with its manual page."""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.sections["Finds"].split())},
        "help": {
            "text": "\n\n".join(f"{heading}\n{rule.sections[heading]}" for heading in HEADINGS),
            "markdown": "\n\n".join(f"## {heading}\n\n{rule.sections[heading]}" for heading in HEADINGS),
        },
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"precision": rule.confidence, "tags": ["evidence"]},
    }


def _message(finding: Finding) -> str:
    """What is wrong, what would mend it, then the statement with its grade and caveats."""
    told = f"{finding.message} To mend it: {finding.remedy}"
    if finding.statement is not None:
        told += f"\n\nStatement {as_brief_text(finding.statement)}"
    # A reader of SARIF would fill in braces, and turn brackets with a parenthesis into a link: §3.11.5 and §3.11.6.
    return told.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(finding: Finding) -> dict[str, Any]:
    statement = finding.statement
    uri = "audit" if statement is None else statement.url.removeprefix("/")
    name = finding.place if statement is None else f"{statement.origin}/{statement.key}"
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": name}],
    }


def _suppressed(waiver: Accepted) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": f"{waiver.reason} (waiver {waiver.id} by {waiver.actor}, until {waiver.expires_on})",
    }


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
