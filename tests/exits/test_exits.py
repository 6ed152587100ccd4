"""Caveats cannot be left behind: every route and command, found by themselves, cut into the smallest pieces."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from urllib.parse import parse_qs

import pytest
from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

from kb.store import Store
from tests.exits.asked import QUERIES, QUERIES_OF_RECORDS
from tests.exits.library import DAY, DRAFT, RATED_TWICE, REGRADED, STATEMENTS, WITHDRAWN, TracedLibrary
from tests.exits.pieces import leaks
from tests.exits.walk import bytes_of, walk_commands, walked
from web.app import create_app
from web.cli import kb

NUMBERED = "<int(min=1,max=2147483647):id_>"
ALL = {each.number for each in STATEMENTS}


@dataclass
class Walk:
    """What a walk over all exits saw: whose words each of them showed, which parameters were read, what was logged."""

    shown: dict[str, set[int]]
    read: set[str]
    logged: str


@pytest.fixture(scope="module")
def routes(library: TracedLibrary) -> Walk:
    """One walk over all routes of a house in order; it takes long, and several tests look at it."""
    read: set[str] = set()

    class Noticed(ImmutableMultiDict[str, str]):
        def get(self, key: str, *more: object, **named: object) -> object:
            read.add(key)
            return super().get(key, *more, **named)  # type: ignore[call-overload]

        def getlist(self, key: str, *more: object, **named: object) -> list[object]:
            read.add(key)
            return super().getlist(key, *more, **named)  # type: ignore[call-overload,no-any-return]

        def __getitem__(self, key: str) -> str:
            read.add(key)
            return super().__getitem__(key)

    class Noticing(Request):
        @cached_property
        def args(self) -> Noticed:  # type: ignore[override]
            return Noticed(super().args)

    app = create_app(library.settings, library.store, library.engine, lambda: DAY)
    app.request_class = Noticing
    with logged() as lines:
        return Walk(walked(app), read, "\n".join(lines))


@pytest.fixture(scope="module")
def commands(library: TracedLibrary) -> Walk:
    """One walk over all commands."""
    shown: dict[str, set[int]] = defaultdict(set)
    with logged() as lines:
        for command, found, seen in walk_commands(kb, library):
            assert not found, found[0]
            shown[command] |= seen
        return Walk(shown, set(), "\n".join(lines))


@contextmanager
def logged() -> Iterator[list[str]]:
    """The lines that are logged meanwhile, at INFO and above."""
    root, lines = logging.getLogger(), list[str]()
    handler = logging.Handler()
    handler.setFormatter(logging.Formatter())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


def test_no_route_shows_words_without_their_grade_and_caveats(routes: Walk) -> None:
    shown = routes.shown
    whole = ("/search/all.csv", "/search/all.jsonl", "/search/all.fhir.ndjson")
    searches = ("/search", "/search.json", "/search.csv", *whole, "/api/v1/search")
    articles = (
        "/a/<slug>.json",
        "/a/<slug>.csv",
        "/a/<slug>.jsonl",
        "/a/<slug>.fhir.ndjson",
        "/api/v1/articles/<slug>",
    )
    for page in (*searches, *articles, "/api/v1/statements"):
        assert shown[page] == ALL - {DRAFT, WITHDRAWN}, f"{page} was not really looked at"
    assert shown[f"/api/v1/statements/{NUMBERED}"] == ALL - {DRAFT}
    assert len(shown["/api/v1/findings"]) > len(ALL) / 2, "the findings were not really looked at"
    assert shown[f"/api/v1/statements/{NUMBERED}/history"] == shown["/api/v1/history"] == {REGRADED}
    for page in ("ris", "csl.json"):
        assert shown[f"/search/all.{page}"] == shown[f"/a/<slug>.{page}"] == set()
    assert shown["/feed.atom"] == ALL - {DRAFT, WITHDRAWN}, "the feed was not really looked at"
    for page in ("/map", "/map.json", "/map.csv", "/map.svg"):
        assert shown[page] == set(), f"{page} shows words, where counts and grades are enough"
    only_sent = (
        *("/waive", "/relate", "/unrelate", "/split", "/withdraw", "/slot", "/caveat", "/works", "/worked"),
        *("/flag", "/reviewed"),
    )
    pages = {each: those for each, those in shown.items() if each.startswith("/s/<") and not each.endswith(only_sent)}
    assert len(pages) > 3
    for page, numbers in pages.items():
        assert numbers == ALL - {DRAFT}, f"{page} was not really looked at"
    for page in ("/relate", "/unrelate", "/flag", "/reviewed"):
        refused = shown[f"POST /s/<int(max=2147483647):id_>{page}"]
        assert refused >= {2, 8, 12}, f"what {page} refuses was not really looked at"
    for page in ("/rate/<int(max=2147483647):id_>", "/rate/<int(max=2147483647):id_>.json"):
        assert shown[page] == ALL - {DRAFT, WITHDRAWN}, f"{page} was not really looked at"
    for page in ("/audit/agreement", "/audit/agreement.json", "/audit/agreement.csv"):
        assert shown[page] == {RATED_TWICE}, f"{page} was not really looked at"
    # Flags, overdue, fallen, apart, said to disagree, and without a citation; drafts are looked at below.
    for page in ("/queue/<work>", "/queue/<work>.json"):
        assert shown[page] - {DRAFT} >= {3, 4, 10, 11, 16, 17, 18, RATED_TWICE}, f"{page} was not really looked at"
    assert shown["/history"] == shown["/history.json"] == {REGRADED}
    assert len(shown["/search/caveat"]) > 4
    # The walker is a curator too; what others get of the same page is looked at in tests/web/test_drafts.py.
    drafts = {route for route, numbers in shown.items() if DRAFT in numbers}
    assert "/a/<slug>" in drafts, "the drafts were not really looked at"
    assert "/merge" in drafts, "the drafts to be merged were not really looked at"
    assert "/queue/<work>" in drafts
    places = ("/a/<slug>", "/queue/<work>", "/queue/drafts/", "/merge")
    assert all(route.removeprefix("POST ").startswith(places) and "." not in route for route in drafts)


def test_the_log_of_a_house_in_order_says_no_words_of_statements(
    routes: Walk, commands: Walk, library: TracedLibrary
) -> None:
    with logged() as lines:
        unreadable(library.store)
    assert lines
    assert routes.logged
    for said in (routes.logged, commands.logged, "\n".join(lines)):
        assert leaks("the log", "text/plain", said) == []


def unreadable(store: Store) -> None:
    """An error of the database, with the words of a statement among what it was given."""
    with pytest.raises(Exception, match="nonsense") as error, store.reading() as session:
        session.connection().exec_driver_sql("SELECT nonsense WHERE ? = 1", (STATEMENTS[4].words,))
    logging.getLogger("test").error("refused", exc_info=error.value)


def test_every_parameter_that_a_page_reads_is_walked(routes: Walk) -> None:
    assert {"q", "grade", "page", "v"} <= routes.read, "the parameters were not really noticed"
    # `v` is the version of a file of the page itself, which holds no statements.
    asked = (*QUERIES, *chain.from_iterable(QUERIES_OF_RECORDS.values()))
    assert routes.read - {"v"} <= {name for query in asked for name in parse_qs(query.lstrip("?"))}


def test_no_command_prints_words_without_their_grade_and_caveats(commands: Walk) -> None:
    shown = commands.shown
    assert shown["search"] == ALL - {DRAFT, WITHDRAWN}
    assert shown["show"] >= ALL - {DRAFT}
    assert shown["history"]
    assert shown["export > statements.jsonl"] == ALL, "the file of everything was not really looked at"
    assert shown["export > 1.jsonl"] == ALL - {DRAFT, WITHDRAWN}
    assert len(shown["audit"]) > len(ALL) / 2, "kb audit was not really looked at"


def test_the_index_holds_no_sentence(library: TracedLibrary) -> None:
    files = list(bytes_of(library.settings.home / "index"))
    assert any(b"claimed" in content for _, content in files), "the terms themselves are there"
    for path, content in files:
        for each in STATEMENTS:
            assert each.words.encode() not in content, path
            assert each.quote.encode() not in content, path
