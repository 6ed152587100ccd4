"""What the walk over all exits asks: the arguments of routes, queries, headers, and how each command is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kb.audit.rules import RULES
from kb.grade import DOMAINS
from tests.exits.library import COMMON, DRAFT, NOW, OUTER, RATED_TWICE, REGRADED, REJECTED, SLUG, STATEMENTS, WITHDRAWN

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
    "as_of": (
        "?as_of=2026-11-23",
        "?as_of=2026-11-22",
        "?as_of=kernel",
        "?version=2",
        "?version=3",
        f"?version={COMMON}",
    ),
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
    *(
        "/api/",
        "/api/v1/",
        f"/api/v1/{COMMON}",
        "/api/v1/statements/5x",
        "/api/v1/statements/5/",
        "/api/v2/statements/5",
    ),
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
        *(["show", number, "--version", "2", *form] for number in PASTS for form in FORMS),
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
