"""The table of rules: every file of this folder holds one, `RULE`, and its docstring is the rule's manual page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from kb.audit.rule import Rule
from kb.errors import NotFound


def table(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    """Rules by their codes, in order. Raises ValueError for a code or a name that stands twice."""
    found: dict[str, Rule] = {}
    names: set[str] = set()
    for rule in sorted(rules, key=lambda each: each.code):
        if rule.code in found or rule.name in names:
            raise ValueError(f"Two rules are called {rule.code} or {rule.name}.")
        found[rule.code] = rule
        names.add(rule.name)
    return found


RULES: Mapping[str, Rule] = table(import_module(f"{__name__}.{module.name}").RULE for module in iter_modules(__path__))


def chosen(names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that these codes (`G01`), letters (`G`) or names (`ungraded`) stand for; all where there are none.

    Raises NotFound.
    """
    wanted = [name.strip() for name in names if name.strip()]
    found: dict[str, Rule] = {}
    for name in wanted:
        here = [r for r in RULES.values() if name.upper() in (r.code, r.code[0]) or name.casefold() == r.name]
        if not here:
            raise NotFound(f"There is no rule “{name}”.", place="rule", cure="`kb audit --rules` lists them.")
        found.update((rule.code, rule) for rule in here)
    return tuple(rule for code, rule in RULES.items() if not wanted or code in found)
