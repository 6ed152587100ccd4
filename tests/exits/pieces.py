"""Cuts an answer into the smallest pieces that a reader could lift out, and finds those that leave caveats behind.

A piece is: of HTML, the innermost record (an article, list item, table row, option, definition, or an element that says
by `data-statement` or `data-statements` whose it is), or the whole page where words stand outside of any; of JSON, the
innermost object that has the words among its own strings; of CSV, a row; of plain text, a block between blank lines; of
a header, its value. A piece that holds a statement's words must hold its grade and every caveat it must carry.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.exits.library import DRAFT, FORMER, FORMER_WORDS, OUTER_QUOTE, STATEMENTS, WITHDRAWN, Traced

RECORDS = {"article", "li", "tr", "option", "dd", "figure"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(frozen=True)
class Piece:
    """A piece: what it is, the words that make it a statement's (`own`), and all that stands in it."""

    kind: str
    own: str
    all: str


@dataclass(frozen=True)
class Leak:
    """Words that left without something: where, whose, and what is missing."""

    exit: str
    piece: str
    statement: int
    missing: tuple[str, ...]


def leaks(exit_: str, content_type: str, body: str, headers: Sequence[tuple[str, str]] = ()) -> list[Leak]:
    """What an answer leaves behind; nothing where every piece is whole."""
    found = []
    for piece in [*pieces(content_type, body), *(Piece(f"header {name}", value, value) for name, value in headers)]:
        for traced, words in _claims():
            if words not in piece.own.replace(OUTER_QUOTE, ""):
                continue
            missing = [part for part in _required(traced, piece) if part not in piece.all]
            if traced.number == DRAFT:
                missing.append("a draft is shown in import previews only")
            if missing:
                found.append(Leak(exit_, piece.kind, traced.number, tuple(missing)))
    return found


def seen(body: str) -> set[int]:
    """The statements whose own words stand in an answer: a guard that sees none guards nothing."""
    flat = _flat(body)
    return {traced.number for traced in STATEMENTS if traced.words in flat}


def pieces(content_type: str, body: str) -> Iterator[Piece]:
    """The smallest pieces of an answer of this kind."""
    if content_type.startswith("text/html"):
        page = _Page()
        page.feed(body)
        page.close()
        yield from page.pieces()
    elif content_type.startswith("application/json"):
        yield from _objects(json.loads(body))
    elif content_type.startswith("text/csv"):
        for row in csv.reader(io.StringIO(body)):
            yield Piece("row", _flat(" ".join(row)), _flat(" ".join(row)))
    else:
        for block in body.split("\n\n"):
            yield Piece("block", _flat(block), _flat(block))


def _claims() -> Iterator[tuple[Traced, str]]:
    for traced in STATEMENTS:
        yield traced, traced.words
        # Where no published statement marks it, the source's text is its own, and says "not assessed".
        if traced.number not in (WITHDRAWN, DRAFT):
            yield traced, traced.quote
    yield FORMER, FORMER_WORDS


def _required(traced: Traced, piece: Piece) -> Iterator[str]:
    """CSV names the level and has no symbol: a spreadsheet sorts it."""
    if piece.kind == "row":
        yield traced.level
    else:
        yield traced.symbol
        yield traced.label
    yield from traced.caveats


def _objects(value: object, kind: str = "object") -> Iterator[Piece]:
    if isinstance(value, dict):
        own = [text for each in value.values() for text in _strings(each)]
        yield Piece(kind, _flat(" ".join(own)), _flat(json.dumps(value, ensure_ascii=False)))
        for name, each in value.items():
            yield from _objects(each, f"object {name}")
    elif isinstance(value, list):
        bare = [each for each in value if isinstance(each, str)]
        if kind == "object":
            yield from (Piece("bare string", _flat(each), each) for each in bare)
        for each in value:
            yield from _objects(each, kind if kind != "object" else "object in a list")
    elif isinstance(value, str) and kind == "object":
        yield Piece("bare string", value, value)


def _strings(value: object) -> Iterator[str]:
    """An object's own strings: its values, and lists of them; not what stands in objects inside it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _flat(text: str) -> str:
    return " ".join(text.split())


@dataclass
class _Element:
    tag: str
    record: bool
    parts: list[str]
    own: list[str]


class _Page(HTMLParser):
    """Collects the text and attributes of each record; a record's own text leaves out that of records inside it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Element("page", True, [], [])]
        self._closed: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag not in VOID:
            record = tag in RECORDS or bool(names & {"data-statement", "data-statements"})
            self._open.append(_Element(tag, record, [], []))
        for _, value in attrs:
            # Whatever stands in an attribute can be copied, read aloud or sent on by itself.
            self._add(f" {value or ''} ")

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open[1:]):
            return
        while True:
            element = self._open.pop()
            if element.record:
                self._closed.append(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_comment(self, data: str) -> None:
        self._add(f" {data} ")

    def _add(self, text: str) -> None:
        innermost = True
        for element in reversed(self._open):
            if element.record:
                element.parts.append(text)
                if innermost:
                    element.own.append(text)
                innermost = False

    def pieces(self) -> Iterator[Piece]:
        for element in [*self._closed, *self._open]:
            if element.record:
                # The page is no record: a caveat in one of its records is not beside what stands outside of all.
                whole = element.own if element.tag == "page" else element.parts
                yield Piece(f"<{element.tag}>", _flat("".join(element.own)), _flat("".join(whole)))
