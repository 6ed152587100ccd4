"""The guard of the exits can fail: each way of leaving a caveat behind is caught by the same walk."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
import pytest
from flask import Flask, Response

from tests.exits.library import DRAFT, STATEMENTS, TracedLibrary
from tests.exits.pieces import Leak
from tests.exits.walk import INVOCATIONS, Unknown, walk_commands, walk_routes

TRACED = STATEMENTS[4]
WHOLE = f"{TRACED.symbol} {TRACED.label} {' '.join(TRACED.caveats)}"
NO_TOPIC = WHOLE.replace("deep words of the topic", "")
RECORD = {"text": TRACED.words, "symbol": TRACED.symbol, "label": TRACED.label}
CAVEATS = list(TRACED.caveats)


def html(body: str) -> Callable[[], Response]:
    return lambda: Response(body, content_type="text/html; charset=utf-8")


def as_json(value: object) -> Callable[[], Response]:
    body = json.dumps(value)
    return lambda: Response(body, content_type="application/json")


def as_csv(*cells: str) -> Callable[[], Response]:
    return lambda: Response("text,grade\r\n" + ",".join(f'"{cell}"' for cell in cells), content_type="text/csv")


LEAKING = {
    "bare words": html(f"<p>{TRACED.words}</p>"),
    "one caveat short": html(f"<article>{TRACED.words} {NO_TOPIC}</article>"),
    "no symbol": html(f"<article>{TRACED.words} {WHOLE.replace(TRACED.symbol, '')}</article>"),
    "caveats on the page and not in the record": html(f"<ul><li>{TRACED.words}</li></ul><div>{WHOLE}</div>"),
    "caveats in the next row": html(
        f"<table><tr><td>{TRACED.words}<tr><td>{WHOLE}</table>".replace("<tr>", "</tr><tr>")
    ),
    "a title": html(f"<title>{TRACED.words}</title><article>{WHOLE}</article>"),
    "a meta tag": html(f'<meta content="{TRACED.words}"><article>{WHOLE}</article>'),
    "an attribute of another record": html(f'<article>{WHOLE}</article><li data-note="{TRACED.words}"></li>'),
    "a comment": html(f"<!-- {TRACED.words} --><article>{WHOLE}</article>"),
    "an option": html(f"<article>{WHOLE}<option>{TRACED.words}</option></article>"),
    "words cut by a mark": html(f"<li>{TRACED.words.replace('claimed5b', '<mark>claimed5b</mark>')}</li>"),
    "the quote": html(f"<blockquote>{TRACED.quote}</blockquote>"),
    "another's caveats": html(f"<article>{TRACED.words} {WHOLE.replace('warned5', 'warned6')}</article>"),
    "JSON: a list of words": as_json([TRACED.words]),
    "JSON: a bare word": as_json(TRACED.words),
    "JSON: caveats in the envelope": as_json({"caveats": CAVEATS, "statements": [RECORD]}),
    "JSON: words inside a whole record": as_json({**RECORD, "caveats": CAVEATS, "similar": {"text": TRACED.words}}),
    "JSON: no grade": as_json({"text": TRACED.words, "caveats": CAVEATS}),
    "CSV: a column left out": as_csv(TRACED.words, TRACED.level),
    "CSV: no level": as_csv(TRACED.words, " ".join(CAVEATS)),
    "plain text": lambda: Response(f"{TRACED.words}\n\n{WHOLE}", content_type="text/plain"),
    "a header": lambda: Response("", headers={"X-Statement": TRACED.words}, content_type="text/plain"),
    "a draft": html(f"<article>{STATEMENTS[DRAFT - 1].words} {WHOLE}</article>"),
}
WHOLESOME = {
    "a whole record": html(f"<article>{TRACED.words} {WHOLE}</article>"),
    "a whole object": as_json({"statements": [{**RECORD, "caveats": [{"text": text} for text in CAVEATS]}]}),
    "a whole row": as_csv(TRACED.words, TRACED.level, *CAVEATS),
}


def leaks_of(app: Flask, view: Callable[[], Response]) -> list[Leak]:
    app.add_url_rule("/leaking", "leaking", view)
    return [leak for _, leaks, _ in walk_routes(app, "/leaking") for leak in leaks]


@pytest.mark.parametrize("way", LEAKING)
def test_a_route_that_leaves_something_behind_is_caught(app: Flask, way: str) -> None:
    assert leaks_of(app, LEAKING[way]), way


@pytest.mark.parametrize("way", WHOLESOME)
def test_a_route_that_shows_everything_is_let_through(app: Flask, way: str) -> None:
    assert leaks_of(app, WHOLESOME[way]) == []


def test_a_route_with_an_argument_nobody_thought_about_fails(app: Flask) -> None:
    app.add_url_rule("/feeds/<feed>", "feed", html(""))
    with pytest.raises(Unknown, match="feed"):
        list(walk_routes(app))


def test_a_command_that_leaves_something_behind_is_caught(
    library: TracedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(INVOCATIONS, "leak", [["leak"]])
    group = click.Group(commands={"leak": click.Command("leak", callback=lambda: click.echo(TRACED.words))})
    (_, leaks, _), _ = walk_commands(group, library)
    assert leaks


def test_a_command_nobody_named_fails(library: TracedLibrary) -> None:
    group = click.Group(commands={"new": click.Command("new", callback=lambda: None)})
    with pytest.raises(Unknown, match="new"):
        list(walk_commands(group, library))
