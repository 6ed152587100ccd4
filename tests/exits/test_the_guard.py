"""The guard of the exits can fail: each way of leaving a caveat behind is caught by the same walk."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote_plus

import click
import pytest
from flask import Flask, Response, request

from kb.blind import WITHHELD
from kb.errors import NotFound
from tests.exits.asked import INVOCATIONS, METHODS
from tests.exits.library import DRAFT, STATEMENTS, TracedLibrary
from tests.exits.pieces import Leak, leaks
from tests.exits.walk import Unknown, walk_commands, walk_routes
from tests.routes import add_route
from web.cli import Refusing

TRACED = STATEMENTS[4]
WHOLE = f"{TRACED.symbol} {TRACED.label} {' '.join(TRACED.caveats)}"
NO_TOPIC = WHOLE.replace("deep words of the topic", "")
RECORD = {"text": TRACED.words, "symbol": TRACED.symbol, "label": TRACED.label}
CAVEATS = list(TRACED.caveats)
JUDGED = f"{TRACED.symbol} {TRACED.label}"
WARNED = " ".join(CAVEATS)
WORD = TRACED.words.split()[1]
LOW = STATEMENTS[3]
OTHER = STATEMENTS[5]
OTHER_WHOLE = f"{OTHER.words} {OTHER.symbol} {OTHER.label} {' '.join(OTHER.caveats)}"


def html(body: str, status: int = 200) -> Callable[[], Response]:
    return lambda: Response(body, status, content_type="text/html; charset=utf-8")


def as_json(value: object, kind: str = "application/json") -> Callable[[], Response]:
    body = json.dumps(value)
    return lambda: Response(body, content_type=kind)


def as_csv(*cells: str) -> Callable[[], Response]:
    return lambda: Response("text,grade\r\n" + ",".join(f'"{cell}"' for cell in cells), content_type="text/csv")


def as_text(body: str) -> Callable[[], Response]:
    return lambda: Response(body, content_type="text/plain; charset=utf-8")


def headed(**headers: str) -> Callable[[], Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response("", headers=named, content_type="text/plain")


def as_atom(entry: str) -> Callable[[], Response]:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A feed</title><entry>{entry}</entry></feed>'
    return lambda: Response(body, content_type="application/atom+xml; charset=utf-8")


def as_svg(body: str) -> Callable[[], Response]:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>'
    return lambda: Response(drawn, content_type="image/svg+xml")


def linked(value: object) -> Callable[[], Response]:
    return html(f'<head><script type="application/ld+json">{json.dumps(value)}</script></head>')


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
    "one word of it": html(f"<li>{WORD}…</li>"),
    "in capitals": html(f"<li>{TRACED.words.upper()}</li>"),
    "as entities": html("<li>&#99;laimed5a</li>"),
    "as entities twice over": html("<li>&amp;#99;laimed5a</li>"),
    "cut by a mark inside a word": html("<li>claim<mark>ed5a</mark></li>"),
    "cut by a sign that no one sees": html("<li>claim&shy;ed5a cla\u200bimed5b</li>"),
    "in wide letters": html("<li>\uff43laimed5a</li>"),
    "in an address": html(f'<a href="/search?q={quote_plus(TRACED.words)}">more</a>'),
    "in an address, each letter encoded": html('<a href="/search?q=%63laimed5a">more</a>'),
    "as the name of an attribute": html(f"<p data-{WORD}>x</p>"),
    "in a script": html(f"<script>say('{TRACED.words}')</script>"),
    "in the data of a script": html(f'<script type="application/ld+json">{{"text": "{TRACED.words}"}}</script>'),
    "in a page that is an error": html(f"<p>{TRACED.words}</p>", 404),
    "in a page that broke": html(f"<p>{TRACED.words}</p>", 500),
    "caveats in an attribute": html(f'<li title="{WARNED}">{TRACED.words} {JUDGED}</li>'),
    "caveats hidden": html(f"<li>{TRACED.words} {JUDGED} <p hidden>{WARNED}</p></li>"),
    "caveats not displayed": html(f'<li>{TRACED.words} {JUDGED} <p style="display: none"><b>{WARNED}</b></p></li>'),
    "caveats in a template": html(f"<li>{TRACED.words} {JUDGED} <template>{WARNED}</template></li>"),
    "caveats in a comment": html(f"<li>{TRACED.words} {JUDGED} <!-- {WARNED} --></li>"),
    "caveats in a script": html(f"<li>{TRACED.words} {JUDGED} <script>'{WARNED}'</script></li>"),
    "caveats in a void": html(f'<li>{TRACED.words} {JUDGED} <img alt="{WARNED}"></li>'),
    "caveats in another's record inside": html(
        f"<article>{TRACED.words} {JUDGED}<ul><li>{WARNED} {OTHER_WHOLE}</li></ul></article>"
    ),
    "caveats in the record around it": html(f"<article>{WHOLE}<ul><li>{TRACED.words}</li></ul></article>"),
    "two statements in one record": html(f"<article>{TRACED.words} {WHOLE} {OTHER_WHOLE}</article>"),
    "a grade only in a caveat": html(f"<li>{LOW.words} {LOW.symbol} {' '.join(LOW.caveats)}</li>"),
    "a word of the grade without its symbol": html(f"<li>{LOW.words} {LOW.label} {' '.join(LOW.caveats)}</li>"),
    "a grade of another scale": html(f"<li>{LOW.words} ⊕⊕⊕⊕ High {' '.join(LOW.caveats)}</li>"),
    "JSON: as a key": as_json({TRACED.words: True}),
    "JSON: in a list of lists": as_json({"hits": [[["claimed5a", True], ["x", False]]]}),
    "JSON: as a key inside": as_json({"counts": {TRACED.words: 3}}),
    "JSON: caveats of another inside": as_json(
        {**RECORD, "similar": {"text": OTHER.words, "caveats": [*CAVEATS, *OTHER.caveats]}}
    ),
    "JSON: caveats as keys": as_json({**RECORD, "counts": dict.fromkeys(CAVEATS, 1), "symbols": TRACED.symbol}),
    "JSON: a problem": as_json({"detail": TRACED.words}, "application/problem+json"),
    "JSON: two in one object": as_json({**RECORD, "caveats": CAVEATS, "rivals": [OTHER.words]}),
    "CSV: the head of a column": lambda: Response(f"{TRACED.words},x\r\n", content_type="text/csv"),
    "CSV: two in one row": as_csv(TRACED.words, TRACED.level, *CAVEATS, OTHER.words, OTHER.level, *OTHER.caveats),
    "CSV: a level that begins like it": as_csv(LOW.words, "grade:lowest", *LOW.caveats),
    "CSV: with a BOM, a row short": lambda: Response(f"\ufefftext\r\n{TRACED.words}\r\n", content_type="text/csv"),
    "plain text: two in one block": as_text(f"{TRACED.words} {WHOLE}\n{OTHER_WHOLE}"),
    "plain text: a table": as_text(f"{TRACED.words}  {TRACED.symbol}\n{OTHER.words}  {OTHER.symbol}"),
    "a place to go to": headed(Location=f"/search?q={quote_plus(TRACED.words)}"),
    "a name of a file": headed(Content_Disposition=f'attachment; filename="{WORD}.csv"'),
    "a cookie": headed(Set_Cookie=f"last={quote_plus(TRACED.words)}"),
    "a tag": headed(ETag=f'"{WORD}"'),
    "a kind nobody knows": lambda: Response(TRACED.words, content_type="application/x-unknown"),
    "Atom: a title": as_atom(f"<title>{TRACED.words}</title><content>{TRACED.words} {WHOLE}</content>"),
    "Atom: words in the content, caveats beside it": as_atom(
        f"<content>{TRACED.words}</content><summary>{TRACED.words} {WHOLE}</summary>"
    ),
    "Atom: content of HTML, one caveat short": as_atom(
        f'<content type="html">{escape(f"<article>{TRACED.words} {NO_TOPIC}</article>")}</content>'
    ),
    "Atom: content of HTML, caveats hidden": as_atom(
        f'<content type="html">{escape(f"<li>{TRACED.words} {JUDGED} <p hidden>{WARNED}</p></li>")}</content>'
    ),
    "Atom: content of HTML, words in an attribute": as_atom(
        f'<content type="html">{escape(f"<a title={chr(34)}{TRACED.words}{chr(34)}>more</a>")}</content>'
    ),
    "Atom: content of XHTML": as_atom(
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TRACED.words}</div></content>'
    ),
    "Atom: a link": as_atom(f'<link href="/search?q={quote_plus(TRACED.words)}"/>'),
    "Atom: a category": as_atom(f'<category term="{TRACED.words}"/><content>{WHOLE}</content>'),
    "Atom: a name": as_atom(f"<id>urn:{WORD}</id><content>{WHOLE}</content>"),
    "Atom: a comment": as_atom(f"<!-- {TRACED.words} --><content>{WHOLE}</content>"),
    "Atom: the title of the feed": lambda: Response(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{TRACED.words}</title></feed>',
        content_type="application/atom+xml",
    ),
    "Atom: two in one content": as_atom(f"<content>{TRACED.words} {WHOLE} {OTHER_WHOLE}</content>"),
    "SVG: a label": as_svg(f"<text>{TRACED.words}</text>"),
    "SVG: a label cut in two": as_svg(f"<text><tspan>claim</tspan><tspan>ed5a</tspan></text><desc>{WHOLE}</desc>"),
    "SVG: caveats in another text": as_svg(f"<text>{TRACED.words}</text><text>{WHOLE}</text>"),
    "SVG: a tooltip": as_svg(f"<a><title>{TRACED.words}</title><text>{WHOLE}</text></a>"),
    "SVG: a description": as_svg(f"<desc>{TRACED.words}</desc>"),
    "SVG: an address": as_svg(f'<a xlink:href="/search?q={quote_plus(TRACED.words)}"><text>{WHOLE}</text></a>'),
    "SVG: caveats not drawn": as_svg(
        f'<g><text>{TRACED.words} {JUDGED} <tspan display="none">{WARNED}</tspan></text></g>'
    ),
    "SVG: caveats in definitions": as_svg(f"<g>{TRACED.words} {JUDGED} <defs>{WARNED}</defs></g>"),
    "JSON-LD: the claim without its review": linked(
        {"@type": "ClaimReview", "reviewBody": WHOLE, "itemReviewed": {"@type": "Claim", "text": TRACED.words}}
    ),
    "JSON-LD: a review without its body": linked(
        {"claimReviewed": TRACED.words, "reviewRating": {"alternateName": JUDGED}}
    ),
    "JSON-LD: a review without its rating": linked({"claimReviewed": TRACED.words, "reviewBody": WARNED}),
    "a record of BibTeX": lambda: Response(
        f"@misc{{key,\n\ttitle = {{{TRACED.words}}},\n\tnote = {{{JUDGED}}}\n}}\n", content_type="application/x-bibtex"
    ),
    "a record of RIS": lambda: Response(
        f"TY  - ELEC\nAB  - {TRACED.words}\nER  -\n\nTY  - ELEC\nAB  - {WHOLE}\nER  -\n",
        content_type="application/x-research-info-systems",
    ),
    "a draft": html(f"<article>{STATEMENTS[DRAFT - 1].words} {WHOLE}</article>"),
}
WHOLESOME = {
    "a whole record": html(f"<article>{TRACED.words} {WHOLE}</article>"),
    "a whole object": as_json({"statements": [{**RECORD, "caveats": [{"text": text} for text in CAVEATS]}]}),
    "a whole row": as_csv(TRACED.words, TRACED.level, *CAVEATS),
    "two whole blocks": as_text(f"{TRACED.words} {WHOLE}\n\n{OTHER_WHOLE}"),
    "words twice in a record": html(
        f'<li data-statement="5"><a title="{TRACED.words}">{TRACED.words}</a> {WHOLE}</li>'
    ),
    "a caveat a line": html(f"<li>{TRACED.words} {JUDGED} <p>{'</p> <p>'.join(CAVEATS)}</p></li>"),
    "a whole entry": as_atom(
        f"<title>New: statement 5</title>"
        f'<content type="html">{escape(f"<article>{TRACED.words} {WHOLE}</article>")}</content>'
    ),
    "a whole text of a picture": as_svg(f"<g><text>{TRACED.words} <tspan>{WHOLE}</tspan></text></g>"),
    "a whole review": linked(
        {
            "claimReviewed": TRACED.words,
            "reviewBody": WARNED,
            "reviewRating": {"@type": "Rating", "name": f"{JUDGED} (GRADE)"},
        }
    ),
    "a whole record of BibTeX": lambda: Response(
        f"@misc{{key,\n\ttitle = {{Statement 5}},\n\tabstract = {{{TRACED.words} {WHOLE}}}\n}}\n",
        content_type="application/x-bibtex",
    ),
    "whole data of a script": html(
        f'<script type="application/ld+json">{json.dumps({**RECORD, "caveats": CAVEATS}, ensure_ascii=True)}</script>'
    ),
}


def leaks_of(app: Flask, view: Callable[[], Response]) -> list[Leak]:
    add_route(app, "/leaking", endpoint="leaking", view=view)
    return [leak for _, leaks, _ in walk_routes(app, "/leaking") for leak in leaks]


@pytest.mark.parametrize("way", LEAKING)
def test_a_route_that_leaves_something_behind_is_caught(app: Flask, way: str) -> None:
    assert leaks_of(app, LEAKING[way]), way


@pytest.mark.parametrize("way", WHOLESOME)
def test_a_route_that_shows_everything_is_let_through(app: Flask, way: str) -> None:
    assert leaks_of(app, WHOLESOME[way]) == []


@pytest.mark.parametrize("method", METHODS)
def test_a_route_that_leaks_only_when_asked_in_another_way_is_caught(app: Flask, method: str) -> None:
    def view() -> Response:
        told = {"X-Statement": TRACED.words} if request.method == method else {}
        return Response("", headers=told, content_type="text/plain")

    add_route(app, "/leaking", endpoint="leaking", view=view, methods=["GET", method], provide_automatic_options=False)
    app.extensions["csrf"].protect = lambda: None
    assert [leak for _, leaks, _ in walk_routes(app, "/leaking") for leak in leaks]


BLIND_RECORD = " ".join((TRACED.words, WITHHELD, *(each for each in TRACED.caveats if each not in TRACED.derived)))
BETRAYING = {
    "the grade": f"{BLIND_RECORD} {JUDGED}",
    "a caveat that follows from it": f"{BLIND_RECORD} {TRACED.derived[0]}",
    "no word that it is withheld": BLIND_RECORD.replace(WITHHELD, ""),
    "an attached caveat left out": BLIND_RECORD.replace("broad words of the article", ""),
}


@pytest.mark.parametrize("way", BETRAYING)
def test_a_blind_record_that_betrays_the_grade_or_leaves_something_behind_is_caught(way: str) -> None:
    page = f"<article>{BETRAYING[way]}</article>"
    assert leaks("GET /rate/5", "text/html", page)


def test_a_blind_record_is_let_through_where_one_rates_blind_and_nowhere_else() -> None:
    page = f"<article>{BLIND_RECORD}</article>"
    assert not leaks("GET /rate/5", "text/html", page)
    assert not leaks("kb rate 5 (output)", "text/plain", BLIND_RECORD)
    for elsewhere in ("GET /s/5", "GET /rate/5/consensus", "GET /rates", "kb grade 5 --as second --level low (output)"):
        assert leaks(elsewhere, "text/html", page), elsewhere


def test_a_page_for_an_unknown_address_that_leaks_is_caught(app: Flask) -> None:
    app.register_error_handler(404, lambda error: (f"Did you mean {TRACED.words}?", 404))
    assert [leak for _, leaks, _ in walk_routes(app, "") for leak in leaks]


def test_a_route_with_an_argument_nobody_thought_about_fails(app: Flask) -> None:
    add_route(app, "/feeds/<feed>", endpoint="feed", view=html(""))
    with pytest.raises(Unknown, match="feed"):
        list(walk_routes(app, "/feeds/<feed>"))


def test_a_command_that_leaves_something_behind_is_caught(
    library: TracedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(INVOCATIONS, "leak", [["leak"]])
    group = click.Group(commands={"leak": click.Command("leak", callback=lambda: click.echo(TRACED.words))})
    (_, leaks, _), _ = walk_commands(group, library)
    assert leaks


@pytest.mark.parametrize("stream", ["output", "errors"])
def test_a_refusal_that_leaves_something_behind_is_caught(
    library: TracedLibrary, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    def refuse() -> None:
        if stream == "output":
            click.echo(f"refused: {WORD}")
        raise NotFound("There is no such statement." if stream == "output" else f"“{WORD}” is none.")

    monkeypatch.setitem(INVOCATIONS, "leak", [["leak"]])
    group = Refusing(commands={"leak": click.Command("leak", callback=refuse)})
    caught = {leak.exit for _, leaks, _ in walk_commands(group, library) for leak in leaks}
    assert caught == {f"kb leak ({stream})"}


def test_a_command_with_an_option_nobody_walked_fails(library: TracedLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(INVOCATIONS, "leak", [["leak"]])
    group = click.Group(commands={"leak": click.Command("leak", params=[click.Option(["--loud"])])})
    with pytest.raises(Unknown, match="--loud"):
        list(walk_commands(group, library))


def test_a_command_nobody_named_fails(library: TracedLibrary) -> None:
    group = click.Group(commands={"new": click.Command("new", callback=lambda: None)})
    with pytest.raises(Unknown, match="new"):
        list(walk_commands(group, library))
