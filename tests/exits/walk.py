"""Finds every exit by itself: the routes of the application, and the commands of `kb`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import click
from click.testing import CliRunner
from flask import Flask
from werkzeug.routing import Rule

from tests.exits.library import COMMON, OUTER, SLUG, STATEMENTS, TracedLibrary
from tests.exits.pieces import Leak, leaks, seen

VALUES: dict[str, Sequence[object]] = {
    "id_": [*range(1, len(STATEMENTS) + 2)],
    "slug": [SLUG, "unknown"],
    "filename": ["caveat.css"],
}
"""What the arguments of a route can be; a route with another argument fails until somebody adds it here."""
QUERIES = (
    "",
    f"?q={COMMON}&limit=100",
    f"?q={COMMON}&sort=grade&page=2&limit=5",
    "?q=warned5a",
    f"?q={COMMON}+nonsense",
    "?q=kernl",
    "?topic=tracing&limit=100",
    "?grade=grade:high",
)
HEADERS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})
ANY = str(OUTER)
INVOCATIONS: dict[str, list[list[str]]] = {
    "init": [["init"]],
    "settings": [["settings"]],
    "import": [
        ["import", "{home}/statements.jsonl", "--dry-run"],
        ["import", "{home}/statements.jsonl", "--dry-run", "--json"],
    ],
    "search": [["search", COMMON, "--limit", "100", *form] for form in ([], ["--json"], ["--csv"])],
    "show": [["show", str(each.number), *form] for each in STATEMENTS for form in ([], ["--json"], ["--csv"])],
    "history": [["history", str(each.number), *form] for each in STATEMENTS for form in ([], ["--json"])],
    "verify": [["verify"]],
    "grade": [["grade", ANY, "--level", "low", "--reason", "reasoned"]],
    "withdraw": [["withdraw", "14", "--reason", "again"], ["withdraw", "9999", "--reason", "nobody"]],
    "index sync": [["index", "sync"]],
    "index rebuild": [["index", "rebuild"]],
    "index check": [["index", "check"]],
    # Its exits are the routes, which are walked by themselves.
    "serve": [["serve", "--help"]],
}
"""How each command is called; a command that is not named here fails until somebody adds it."""


class Unknown(AssertionError):
    """An exit that nobody has told how to walk."""


def walk_routes(app: Flask, only: str | None = None) -> Iterator[tuple[str, list[Leak], set[int]]]:
    """Every address the application answers (or that of one rule), with what it leaks and whose words it shows."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or only not in (None, rule.rule):
            continue
        # A list takes all the queries, a record's own page none; each is asked in every way.
        asked = product(addresses(rule), [""] if rule.arguments else QUERIES, [{}])
        for address, query, headers in [*asked, *product(addresses(rule)[:1], QUERIES[:2], HEADERS)]:
            answer = client.get(address + query, headers=headers)
            body = answer.get_data(as_text=True)
            answer.close()
            found = leaks(f"GET {address}{query}", answer.content_type or "text/plain", body, list(answer.headers))
            yield rule.rule, found, seen(body)


def addresses(rule: Rule) -> list[str]:
    """The rule with all the values its arguments can have. Raises Unknown for an argument nobody has thought about."""
    if unknown := set(rule.arguments) - VALUES.keys():
        raise Unknown(f"{rule.rule}: say in VALUES what {', '.join(sorted(unknown))} can be")
    names = sorted(rule.arguments)
    built = []
    for values in product(*(VALUES[name] for name in names)):
        address = rule.rule
        for name, value in zip(names, values, strict=True):
            start = address.rindex("<", 0, address.index(f"{name}>"))
            address = address[:start] + str(value) + address[address.index(">", start) + 1 :]
        built.append(address)
    return built


def walk_commands(group: click.Group, library: TracedLibrary) -> Iterator[tuple[str, list[Leak], set[int]]]:
    """Every command, with what its output leaks and whose words it shows. Raises Unknown for one nobody has named."""
    home = str(library.settings.home)
    for name in names(group):
        if name not in INVOCATIONS:
            raise Unknown(f"say in INVOCATIONS how `kb {name}` is called")
        for words in INVOCATIONS[name]:
            arguments = [word.replace("{home}", home) for word in words]
            # The actor of an earlier rating, so that grading anew leaves one rater.
            environment = {"KB_HOME": home, "KB_ACTOR": "first reader"}
            result = CliRunner().invoke(group, arguments, env=environment)
            for stream, content in (("output", result.stdout), ("errors", result.stderr)):
                kind = "text/plain" if stream == "errors" else _kind(arguments)
                found = leaks(f"kb {' '.join(words)} ({stream})", kind if content else "text/plain", content)
                yield name, found, seen(content)


def names(group: click.Group, before: str = "") -> Iterator[str]:
    """The commands of a group and of the groups in it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from names(command, f"{before}{name} ")
        else:
            yield before + name


def _kind(arguments: Sequence[str]) -> str:
    return "application/json" if "--json" in arguments else "text/csv" if "--csv" in arguments else "text/plain"


def bytes_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
