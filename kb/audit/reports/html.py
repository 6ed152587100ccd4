"""An audit as one HTML file that needs nothing else: no script, nothing loaded, charts in it, readable on paper."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kb import meanings
from kb.audit.reports.report import TOOL, Report, reasons, references
from kb.audit.rule import GRAVEST_FIRST
from kb.errors import InputError
from kb.labels import grade_label
from kb.scales import UNGRADED, load_scales

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals.update(
    tool=TOOL, severities=GRAVEST_FIRST, directions=meanings.DIRECTIONS, types=meanings.CLAIM_TYPES
)


def html_parts(report: Report, limit: int | None) -> Iterator[str]:
    """The report in pieces; of each rule the first `limit` findings, all without one."""
    found = [result for result in report.audit.results if result.count]
    template = _ENVIRONMENT.get_template("report.html")
    yield from template.generate(
        report=report,
        found=found,
        silent=[result.rule for result in report.audit.results if not result.count],
        most=max((result.count for result in found), default=1),
        waived=sum(result.waived for result in report.audit.results),
        levels=_levels(report),
        limit=limit,
        reasons=reasons,
        references=references,
    )


def _levels(report: Report) -> list[tuple[str, str, int]]:
    """How many statements stand at each level, the best first within its scale: symbol with word, tone, count."""
    scales, found = load_scales(), []
    for name, count in report.levels.items():
        place, tone = math.inf, UNGRADED.tone
        try:
            if name != UNGRADED.name:
                level = scales.parse(name)
                place, tone = scales.sort_key(level.scale, level.id), level.tone
        except InputError:
            # A level that its scale does not know is a finding; its statements are counted all the same.
            pass
        label = f"{UNGRADED.symbol} {UNGRADED.label}" if name == UNGRADED.name else grade_label(name)
        found.append((place, name, label, tone, count))
    return [(label, tone, count) for _, _, label, tone, count in sorted(found)]
