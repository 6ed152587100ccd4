"""Finds every exit by itself: the routes of the application, and the commands of `kb`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import click
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.curate import By
from tests.exits.asked import (
    ASTRAY,
    ELSEWHERE,
    HEADERS,
    INVOCATIONS,
    METHODS,
    PAST_OF,
    PASTS,
    QUERIES,
    QUERIES_OF_RECORDS,
    VALUES,
    WALKER,
)
from tests.exits.library import (
    COMMON,
    OUTER,
    TracedLibrary,
)
from tests.exits.pieces import Leak, leaks, seen
from web.access import Need
from web.signed_in import DECLARED

BEHIND_A_SIGN_IN = {Need.BROWSER, Need.CURATOR, Need.CURATOR_OR_ADMIN, Need.RATER, Need.ADMIN}


class Unknown(AssertionError):
    """An exit that nobody has told how to walk."""


def walk_routes(app: Flask, only: str | None = None, each: int = 1) -> Iterator[tuple[str, list[Leak], set[int]]]:
    """Every address the application answers (or that of one rule), with what it leaks and whose words it shows.

    Also the addresses that it does not answer; of the rules none where `only` is the empty string. Of the addresses of
    one rule every so manieth is asked (`each`), the first among them.
    """
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if only not in (None, rule.rule):
            continue
        yield from _walked(client, rule, {}, each=each)
        if only is None:
            insider = signed_in(app)
            everywhere = QUERIES if app.extensions[DECLARED][rule.endpoint] in BEHIND_A_SIGN_IN else QUERIES[:1]
            yield from _walked(insider, rule, {"X-CSRFToken": form_token(insider)}, everywhere, each)
    for address in () if only else ASTRAY:
        yield address, *_answered(client.get(address), f"GET {address}")
        yield address, *_answered(client.get(address, headers={"Host": "elsewhere.example"}), f"GET elsewhere{address}")


def walked(app: Flask, each: int = 1) -> dict[str, set[int]]:
    """What each route showed; fails where one leaks."""
    shown: dict[str, set[int]] = defaultdict(set)
    for route, found, numbers in walk_routes(app, each=each):
        assert not found, found[0]
        shown[route] |= numbers
    return shown


def _walked(
    client: FlaskClient, rule: Rule, always: dict[str, str], queries: Sequence[str] = QUERIES, each: int = 1
) -> Iterator[tuple[str, list[Leak], set[int]]]:
    # A list takes all the queries, a record's own page none, that of a statement those of its past; each in every way.
    asked = [*product(addresses(rule), [""] if rule.arguments else queries, [{}])]
    if queries is QUERIES:
        asked += product(*pasts(rule), [{}])
    for address, query, headers in [*asked[::each], *product(addresses(rule)[:1], queries[:2], HEADERS)]:
        answer = client.get(address + query, headers={**always, **headers})
        yield (rule.rule, *_answered(answer, f"GET {address}{query}"))
    for address, method in product(addresses(rule)[:OUTER:each], METHODS):
        answer = client.open(address, method=method, headers=always, data={"reason": "reasoned", "name": COMMON})
        yield f"{method} {rule.rule}", *_answered(answer, f"{method} {address}")


def pasts(rule: Rule) -> tuple[list[str], Sequence[str]]:
    """The addresses and queries by which a statement's past is asked for; none where a rule shows nobody's."""
    kind = PAST_OF.get(rule.rule.partition(">")[2].partition(".")[0] if rule.rule.startswith("/s/") else "none")
    wanted = re.compile(rf"/s/(?:{'|'.join(PASTS)})(?!\d)")
    return [each for each in addresses(rule) if wanted.match(each)], QUERIES_OF_RECORDS.get(kind or "", ())


def signed_in(app: Flask) -> FlaskClient:
    """A browser in which the walker has just signed in: the walk may have signed them out."""
    store = app.extensions["caveat"].store
    now = datetime.now(UTC)
    with store.writing() as session:
        if people.account(session, WALKER) is None:
            people.add(session, WALKER, By("a test", "to walk", now), roles=people.EVERY_ROLE)
            people.change_password(session, WALKER, "strange mud battery giraffe", By(WALKER, "to walk", now))
        secret = sign_in.begin(session, people.account_row(session, WALKER).id, now)
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = secret
    return client


def form_token(client: FlaskClient) -> str:
    """The token that the forms of this browser's pages carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert found, "the walker is not signed in"
    return found[1]


def _answered(answer: TestResponse, exit_: str) -> tuple[list[Leak], set[int]]:
    body = answer.get_data(as_text=True)
    answer.close()
    return leaks(exit_, answer.content_type or "text/plain", body, list(answer.headers)), seen(body)


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
    for name, command in commands(group):
        if name in ELSEWHERE:
            continue
        if name not in INVOCATIONS:
            raise Unknown(f"say in INVOCATIONS how `kb {name}` is called")
        if never := options(command) - {word for words in INVOCATIONS[name] for word in words}:
            raise Unknown(f"say in INVOCATIONS how `kb {name}` is called with {', '.join(sorted(never))}")
        for words in INVOCATIONS[name]:
            arguments = [word.replace("{home}", home) for word in words]
            # The actor of an earlier rating, so that grading anew leaves one rater.
            environment = {"KB_HOME": home, "KB_ACTOR": "first reader"}
            before = set(files(library))
            result = CliRunner().invoke(group, arguments, env=environment, catch_exceptions=False)
            for stream, content in (("output", result.stdout), ("errors", result.stderr)):
                kind = _kind(arguments) if stream == "output" and content else "text/plain"
                yield name, leaks(f"kb {' '.join(words)} ({stream})", kind, content), seen(content)
            for file in sorted(set(files(library)) - before):
                content = file.read_text(encoding="utf-8")
                kind = OF_FILE.get(file.suffix, "text/plain")
                yield (
                    f"{name} > {file.name}",
                    leaks(f"kb {' '.join(words)} > {file.name}", kind, content),
                    seen(content),
                )


def files(library: TracedLibrary) -> Iterator[Path]:
    """The files of a home that people may open and send on; not the store itself, its backups, its index."""
    home = Path(library.settings.home)
    for path in home.rglob("*"):
        kept = path.relative_to(home).parts[0]
        own = kept.startswith(("caveat.sqlite3", ".", "before-restore")) or path.suffix == ".caveat"
        if path.is_file() and not own and kept not in ("index", "imports", "secret-key"):
            yield path


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """The commands of a group and of the groups in it, by name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def options(command: click.Command) -> set[str]:
    """The options that a command takes, as they are typed."""
    return {option.opts[0] for option in command.params if isinstance(option, click.Option)}


OF_FORMAT = {
    "text": "text/plain",
    "json": "application/json",
    "csv": "text/csv",
    "sarif": "application/json",
    "html": "text/html",
}


OF_FILE = {".jsonl": "application/x-ndjson", ".json": "application/json", ".csv": "text/csv", ".html": "text/html"}
OF_EXPORT = {
    "jsonl": "application/x-ndjson",
    "fhir": "application/fhir+ndjson",
    "csl": "application/vnd.citationstyles.csl+json",
    "ris": "text/plain",
}


def _kind(arguments: Sequence[str]) -> str:
    if arguments[0] == "export":
        return next((kind for form, kind in OF_EXPORT.items() if form in arguments), "text/csv")
    if "--format" in arguments:
        return OF_FORMAT[arguments[arguments.index("--format") + 1]]
    if "--jsonl" in arguments:
        return "application/x-ndjson"
    return "application/json" if "--json" in arguments else "text/csv" if "--csv" in arguments else "text/plain"


def bytes_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
