"""Finds every exit by itself: the routes of the application, and the commands of `kb`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import click
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.audit.rules import RULES
from kb.curate import By
from kb.grade import DOMAINS
from tests.exits.library import (
    COMMON,
    DRAFT,
    NOW,
    OUTER,
    RATED_TWICE,
    REGRADED,
    REJECTED,
    SLUG,
    STATEMENTS,
    WITHDRAWN,
    TracedLibrary,
)
from tests.exits.pieces import Leak, leaks, seen
from web.access import Need
from web.signed_in import DECLARED

BEHIND_A_SIGN_IN = {Need.BROWSER, Need.CURATOR, Need.CURATOR_OR_ADMIN, Need.RATER, Need.ADMIN}
WALKER = "A. Walker"
"""An account with every role, for what is behind a sign-in."""
VALUES: dict[str, Sequence[object]] = {
    "id_": [*range(1, len(STATEMENTS) + 2)],
    "slug": [SLUG, "unknown"],
    "filename": ["caveat.css"],
    "key": ["0123456789abcdef"],
    "batch": [99],
    "code": [*RULES, "unknown"],
    "number": [1, 99],
    "work": [
        "flags",
        "drafts",
        "overdue",
        "fallen",
        "raters-apart",
        "contradicting",
        "same-question",
        "empty-slots",
        "no",
    ],
    "name": [WALKER, "first reader", "unknown", COMMON],
}
"""What the arguments of a route can be; a route with another argument fails until somebody adds it here."""
QUERIES = (
    "",
    f"?q={COMMON}&limit=100",
    f"?q={COMMON}&sort=grade&page=2&limit=5",
    "?q=warned5a",
    f"?q={COMMON}+nonsense",
    "?q=kernl",
    f"?q={COMMON}&sort=nonsense&page=0&limit=x",
    f"?q={COMMON}&synonyms=off&without=kernel",
    "?topic=tracing&limit=100",
    "?grade=grade:high",
    "?direction=supports",
    "?type=efficacy&limit=100",
    "?caveat=single-rater&limit=100&code=own-1&act=attach-caveat",
    "?citation=retracted",
    f"?article={SLUG}&origin={SLUG}&limit=100",
    f"?next=/search?q={COMMON}",
    "?after=1&cursor=nonsense",
    "?scale=grade&topic=tracing",
    "?scale=nonsense",
    f"?q={COMMON}&sort=cited&before=12",
    f"?q={COMMON}&facet=topic&find=trac&by=name&page=2",
    "?facet=nonsense&by=nonsense&find=*",
    f"?q={COMMON}&statements=no",
    f"?id=2&id=8&id={DRAFT}&reason=reasoned",
    f"?q={COMMON}&rows=intervention&columns=outcome&across=x",
    "?population=readers&intervention=tracing&outcome=leaks&rows=population&columns=population&across=2&limit=100",
    "?limit=3&rule=G02",
)
QUERIES_OF_RECORDS = {
    "as_of": ("?as_of=2026-11-23", "?as_of=2026-11-22", "?as_of=kernel"),
    "changes": (
        "?from=2026-11-22&to=2026-11-23",
        "?from=2026-11-23",
        "?to=2026-11-22",
        "?from=2026-11-23&to=2026-11-22",
    ),
    "edit": (f"?text={COMMON}",),
    "works": ("?work=10.5555/sound", "?work=a+sound+work&slot=1", "?work=doi:nonsense"),
    "grade": ("?from=current", "?scale=uspstf"),
    "worked": (
        "?level=low&direction=supports&start=high&start_reason=trials",
        "?start=high" + "".join(f"&step_{name}=0&reason_{name}={COMMON}" for name in DOMAINS),
        f"?reason_{next(iter(DOMAINS))}=unjudged",
    ),
}
"""What the pages of one statement are asked, beside nothing."""
PAST_OF = {
    "": "as_of",
    "/changes": "changes",
    "/edit": "edit",
    "/edit/works": "works",
    "/grade": "grade",
    "/grade/worked": "worked",
}
HEADERS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ASTRAY = (
    *(f"/{COMMON}", f"/{COMMON}.json", "/s/5x", "/s/5.xml", "/s/5/", "/a/", "/static/", "//s/5", "/s/99999999999"),
    *("/api", "/api/", f"/api/v1/{COMMON}", "/api/v1/statements/5x", "/api/v1/statements/5/", "/api/v2/statements/5"),
)
"""Addresses that no rule answers."""
ANY = str(OUTER)
IN_A_YEAR = datetime.now(UTC).date() + timedelta(days=365)
PASTS = [str(number) for number in (1, 5, 10, WITHDRAWN, DRAFT, REGRADED, RATED_TWICE)]
"""Statements whose past is asked for: unchanged, changed, taken back, never published."""
FORMS: tuple[list[str], ...] = ([], ["--json"], ["--csv"])
FACETED = [
    ["--grade", "grade:high", "--direction", "supports", "--type", "efficacy"],
    ["--topic", "tracing", "--caveat", "single-rater", "--citation", "cited"],
    ["--article", SLUG, "--origin", SLUG, "--sort", "grade", "--page", "2", "--limit", "5"],
    ["--population", "readers", "--intervention", "tracing", "--outcome", "leaks"],
]
INVOCATIONS: dict[str, list[list[str]]] = {
    "init": [["init"], ["init", "--demo"]],
    "settings": [["settings"]],
    "import": [
        ["import", f"{{home}}/{file}", "--as", kind, *dry, *form]
        for file, kind, dry in (
            ("statements.jsonl", "statements", ["--dry-run"]),
            ("statements.jsonl", "statements", ["--dry-run", "--origin", "elsewhere", "--article", SLUG]),
            (REJECTED, "statements", ["--reason", "to see"]),
            (REJECTED, "statements", ["--dry-run"]),
            (REJECTED, "statements", ["--dry-run", "--keep-going", "--withdraw-missing"]),
            ("citations.json", "statements", []),
            ("notices.json", "retractions", []),
            ("notices.json", "retractions", ["--dry-run"]),
            ("statements.jsonl", "statements", ["--map", "civic"]),
            ("statements.jsonl", "statements", ["--map", "nonsense"]),
            ("statements.jsonl", "caveats", []),
            ("statements.jsonl", "article", ["--dry-run", "--title", "A text", "--url", "https://example.org/"]),
        )
        for form in ([], ["--json"])
    ]
    + [["import", "{home}/everything", "--all", *form] for form in ([], ["--json"], ["--dry-run"])],
    "batches": [["batches"], ["batches", "--json"]],
    "undo": [["undo", "99", "--reason", "reasoned"], ["undo", "1", "--reason", "reasoned"]],
    "search": [
        ["search", COMMON, *more, *form]
        for more in (["--limit", "100"], ["--no-synonyms"], ["--without", "ketum", "--synonyms"], *FACETED)
        for form in (*FORMS, ["--jsonl"])
    ]
    + [["search", COMMON, "--all", *form] for form in (["--csv"], ["--jsonl"], [])],
    "synonyms": [["synonyms"], ["synonyms", "kratom"], ["synonyms", "--json"]],
    "misses": [
        ["misses"],
        *(["misses", "--limit", "5", form] for form in ("--json", "--csv")),
        ["misses", "--json", "--csv"],
        ["misses", "--forget", f"{COMMON} nonsense"],
        ["misses", "--forget-all"],
    ],
    "queue": [["queue"], ["queue", "--json"]],
    "export": [
        ["export", "--format", "csv"],
        *(["export", "--format", form] for form in ("jsonl", "fhir", "ris", "csl")),
        ["export", "--query", COMMON],
        ["export", "--origin", SLUG],
        ["export", "--all", "{home}/everything"],
        ["export", "--all", "{home}/everything"],
    ],
    "show": [
        *(["show", str(each.number), *form] for each in STATEMENTS for form in FORMS),
        *(["show", number, "--as-of", f"{NOW.date()}", *form] for number in PASTS for form in FORMS),
        *(["show", str(each.number), "--what-if", *form] for each in STATEMENTS for form in FORMS),
    ],
    "history": [
        *(["history", str(each.number), *form] for each in STATEMENTS for form in ([], ["--json"])),
        *(["history", n, "--from", "2026-11-22", "--to", f"{NOW.date()}", *f] for n in PASTS for f in ([], ["--json"])),
    ],
    "verify": [["verify"], ["verify", "--head", "0:nonsense"]],
    "grade": [
        ["grade", ANY, "--level", "low", "--reason", "reasoned"],
        ["grade", ANY, "--level", "lowest", "--reason", "reasoned"],
        ["grade", ANY, "--level", "low", "--reason", "reasoned", "--version", "1"],
        ["grade", ANY, "--level", "low", "--scale", "nonsense", "--direction", "supports", "--reason", "reasoned"],
        ["grade", ANY, "--level", "high", "--as", "second", "--reason", "reasoned", "--version", "1"],
        ["grade", ANY, "--level", "low", "--as", "consensus", "--profile", "{home}/article.toml", "--reason", "no"],
    ],
    "agreement": [
        ["agreement"],
        ["agreement", "--topic", "tracing", "--scale", "grade", "--limit", "0"],
        ["agreement", "--scale", "nonsense"],
        ["agreement", "--json"],
        ["agreement", "--csv"],
    ],
    "audit": [
        ["audit"],
        *(["audit", "--format", form] for form in ("json", "csv", "sarif", "html", "text")),
        ["audit", "--all", "--fail-on", "never", "--no-record", "--output", "{home}/report.txt"],
        ["audit", "--limit", "1", "--since", "1"],
        ["audit", "--rule", "G", "--origin", SLUG, "--format", "json"],
        ["audit", "--rule", "nonsense"],
        ["audit", "--since", "1", "--baseline", "{home}/report.txt"],
        ["audit", "--baseline", "{home}/statements.jsonl"],
        ["audit", "--rules"],
        ["audit", "--explain", "G04"],
    ],
    "waive": [
        ["waive", "G02", "6", "--until", str(IN_A_YEAR), "--reason", "reasoned"],
        ["waive", "G", "6", "--until", str(IN_A_YEAR), "--reason", "reasoned"],
        ["waive", "G02", "6", "--until", "1999-01-01", "--reason", "reasoned"],
    ],
    "waivers": [["waivers"], ["waivers", "--all", "--json"]],
    "unwaive": [["unwaive", "1", "--reason", "reasoned"], ["unwaive", "99", "--reason", "reasoned"]],
    "rate": [
        ["rate"],
        ["rate", ANY],
        ["rate", ANY, "--json"],
        ["rate", "--topic", "tracing", "--json"],
        ["rate", "--article", "unknown"],
    ],
    "similar": [
        *(["similar", str(each.number), *form] for each in STATEMENTS for form in ([], ["--json"], ["--limit", "1"]))
    ],
    "relate": [
        ["relate", "3", "contradicts", "8", "--reason", "reasoned"],
        ["relate", "3", "contradicts", "8", "--reason", "reasoned"],
        ["relate", "8", "contradicts", "3", "--reason", "reasoned", "--remove"],
        ["relate", "3", "duplicates", "9999", "--reason", "nobody"],
        ["relate", "3", "duplicates", str(WITHDRAWN), "--reason", "nobody", "--version", "99"],
    ],
    "withdraw": [
        ["withdraw", str(WITHDRAWN), "--reason", "again"],
        ["withdraw", "9999", "--reason", "nobody"],
        ["withdraw", "1", "--version", "99", "--reason", "nobody"],
    ],
    "publish": [
        ["publish", "9999", "--reason", "nobody"],
        ["publish", "--article", "unknown"],
        ["publish", "--batch", "99"],
        ["publish"],
    ],
    "backup": [["backup", "{home}/backup.caveat"], ["backup", "{home}/backup.caveat"]],
    "restore": [["restore", "{home}/backup.caveat"], ["restore", "{home}/article.toml", "--force"]],
    "user add": [
        ["user", "add", "R. Ater", "--role", "rater", "--email", "r@example.org", "--reason", "reasoned"],
        ["user", "add", "@"],
    ],
    "user list": [["user", "list"], ["user", "list", "--json"]],
    "user role": [
        ["user", "role", "R. Ater", "--give", "curator", "--take", "rater", "--reason", "reasoned"],
        ["user", "role", COMMON, "--give", "admin"],
    ],
    "user disable": [["user", "disable", "R. Ater", "--reason", "reasoned"]],
    "user enable": [["user", "enable", "R. Ater", "--reason", "reasoned"]],
    "user reset": [["user", "reset", "R. Ater", "--reason", "reasoned"]],
    "user forget": [["user", "forget", "R. Ater", "--reason", "reasoned"], ["user", "forget", "R. Ater"]],
    "token add": [
        ["token", "add", "R. Ater", "--label", "nightly", "--scope", "rate", "--expires", "2027-01-01"],
        ["token", "add", "R. Ater", "--label", "nightly", "--expires", "1999-01-01", "--reason", "reasoned"],
    ],
    "token list": [["token", "list"], ["token", "list", "R. Ater"]],
    "token revoke": [["token", "revoke", "1", "--reason", "reasoned"], ["token", "revoke", "99"]],
    "index sync": [["index", "sync"]],
    "index rebuild": [["index", "rebuild"]],
    "index check": [["index", "check"]],
}
"""How each command is called, with each of its options; one that is not named here fails until somebody adds it."""
ELSEWHERE = {"serve"}
"""Commands whose exits are the routes, which are walked by themselves."""


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
