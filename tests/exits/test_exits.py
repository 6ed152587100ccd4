"""Caveats cannot be left behind: every route and command, found by themselves, cut into the smallest pieces."""

from __future__ import annotations

from collections import defaultdict

from flask import Flask

from tests.exits.library import DRAFT, STATEMENTS, WITHDRAWN, TracedLibrary
from tests.exits.walk import bytes_of, walk_commands, walk_routes
from web.cli import kb

ALL = {each.number for each in STATEMENTS}


def test_no_route_shows_words_without_their_grade_and_caveats(app: Flask) -> None:
    shown: dict[str, set[int]] = defaultdict(set)
    for route, leaks, seen in walk_routes(app):
        assert not leaks, leaks[0]
        shown[route] |= seen
    for page in ("/search", "/search.json", "/search.csv", "/a/<slug>.json", "/a/<slug>.csv"):
        assert shown[page] == ALL - {DRAFT, WITHDRAWN}, f"{page} was not really looked at"
    pages = [numbers for route, numbers in shown.items() if route.startswith("/s/")]
    assert pages == [ALL - {DRAFT}] * 3, "the statements' pages were not really looked at"
    assert all(DRAFT not in numbers for numbers in shown.values())


def test_no_command_prints_words_without_their_grade_and_caveats(library: TracedLibrary) -> None:
    shown: dict[str, set[int]] = defaultdict(set)
    for command, leaks, seen in walk_commands(kb, library):
        assert not leaks, leaks[0]
        shown[command] |= seen
    assert shown["search"] == ALL - {DRAFT, WITHDRAWN}
    assert shown["show"] >= ALL - {DRAFT}
    assert shown["history"]


def test_the_index_holds_no_sentence(library: TracedLibrary) -> None:
    files = list(bytes_of(library.settings.home / "index"))
    assert any(b"claimed" in content for _, content in files), "the terms themselves are there"
    for path, content in files:
        for each in STATEMENTS:
            assert each.words.encode() not in content, path
            assert each.quote.encode() not in content, path
