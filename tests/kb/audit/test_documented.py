"""docs/auditing.md names every rule as it is."""

from __future__ import annotations

import re

import pytest

from kb.audit.rules import RULES


def test_the_manual_lists_every_rule_as_it_is(pytestconfig: pytest.Config) -> None:
    written = (pytestconfig.rootpath / "docs" / "auditing.md").read_text("utf-8")
    listed = re.findall(r"^\| [A-Z][0-9]{2} \|.*$", written, re.M)
    expected = [f"| {rule.code} | {rule.name} | {rule.severity} | {rule.title} |" for rule in RULES.values()]
    assert listed == expected, "The table should be:\n" + "\n".join(expected)
