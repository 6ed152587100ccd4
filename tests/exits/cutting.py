"""Cuts an answer of any kind into its pieces, a tree of them: a record, and the records inside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from tests.exits.words import flat, plain

TEXTS = {"title", "subtitle", "summary", "content", "rights", "text", "desc", "metadata"}
"""Elements of a feed or a picture that a reader is shown by themselves, such as the title in a list of entries."""
HOLDERS = {"entry", "a", "g"}
"""Elements that hold such: what stands in their attributes and beside the texts is not made whole by a text."""
NOT_DRAWN = {"script", "style", "defs", "metadata"}
RECORDS = {"article", "li", "tr", "option", "dd", "figure"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template", "head"}
"""Elements whose text no reader sees; of a head the title is read, and must then be whole by itself."""


@dataclass
class Piece:
    """A record: all that stands in it, what of it a reader sees, and the records inside it.

    `page` is the piece outside of all records: a caveat in one of its records is not beside what stands outside of
    all. `shared` is a passage that says whose it is and belongs to several statements, each named with its caveats.
    """

    kind: str
    all: str = ""
    shown: str | None = None
    inner: list[Piece] = field(default_factory=list)
    page: bool = False
    shared: bool = False

    @property
    def claimed(self) -> str:
        """The piece's own words, undressed; not those of the records inside it."""
        return plain(self.all)

    def shown_beside(self, another: Callable[[str], bool]) -> str:
        """What a reader sees in the piece and in those of its records that are not another statement's."""
        own = flat(self.all if self.shown is None else self.shown)
        if self.page:
            return own
        inner = [each.shown_beside(another) for each in self.inner if not any(another(x.claimed) for x in each.walk())]
        return " ".join([own, *inner])

    def walk(self) -> Iterator[Piece]:
        """The piece and all inside it."""
        yield self
        for each in self.inner:
            yield from each.walk()


def cut(content_type: str, body: str) -> Iterator[Piece]:
    """The pieces of an answer of this kind."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml"}:
        yield from _page(body)
    elif kind.endswith("xml") and not body:
        return
    elif kind.endswith("xml"):
        parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True))
        yield _element(ET.fromstring(body.encode(), parser), hidden=False)
    elif kind.endswith("ndjson"):
        for line in body.splitlines():
            yield from _json(json.loads(line))
    elif kind.endswith("json"):
        yield from _json(json.loads(body)) if body else ()
    elif kind == "text/csv":
        for row in csv.reader(io.StringIO(body)):
            yield Piece("row", " | ".join(row))
    else:
        for block in body.split("\n\n"):
            yield Piece("block", block)


def _element(element: ET.Element, hidden: bool) -> Piece:
    """A feed or picture: what stands in it, and the elements inside it that stand alone.

    Words in HTML inside it are cut as the page that a feed reader makes of them.
    """
    piece = Piece(f"<{_tag(element)}>", shown="", page=_tag(element) not in TEXTS)
    _take(element, piece, hidden)
    return piece


def _take(element: ET.Element, piece: Piece, hidden: bool) -> None:
    given = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    unseen = "none" in (given.get("display"), given.get("visibility")) or given.get("visibility") == "hidden"
    unseen = hidden or unseen or _tag(element) in NOT_DRAWN or not isinstance(element.tag, str)
    # Whatever stands in an attribute can be copied or followed by itself.
    piece.all += "".join(f" {name} {value} " for name, value in given.items())
    if given.get("type") in ("html", "text/html"):
        piece.inner += _page(element.text or "")
    else:
        _say(element.text, piece, unseen)
    for child in element:
        if _tag(child) in TEXTS | HOLDERS:
            piece.inner.append(_element(child, unseen))
        else:
            _take(child, piece, unseen)
        _say(child.tail, piece, unseen)


def _say(text: str | None, piece: Piece, unseen: bool) -> None:
    piece.all += text or ""
    if not unseen:
        piece.shown = f"{piece.shown}{text or ''}"


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"


def _json(value: object) -> Iterator[Piece]:
    if isinstance(value, dict):
        yield _object(value, "object")
    elif isinstance(value, list):
        for each in value:
            yield from _json(each)
    else:
        yield Piece("bare value", str(value))


def _object(value: dict[str, object], kind: str) -> Piece:
    """An object's own words are its keys and values, also in lists; not what stands in objects inside it."""
    own: dict[str, object] = {}
    inner: list[Piece] = []
    for name, each in value.items():
        own[name] = _without_objects(each, f"object {name}", inner)
    return Piece(kind, " ".join(_strings(own)), f"{{{' '.join(_said(own))}}}", inner)


def _said(own: dict[str, object]) -> Iterator[str]:
    """An object's values, for a key is no sentence; a grade is known by the names of its two parts."""
    for name, value in own.items():
        for text in _strings(value, keys=False):
            yield f'"{name}": "{text}"' if name in {"label", "symbol"} else text


def _without_objects(value: object, kind: str, inner: list[Piece]) -> object:
    if isinstance(value, dict):
        inner.append(_object(value, kind))
        return None
    if isinstance(value, list):
        return [_without_objects(each, kind, inner) for each in value]
    return value


def _strings(value: object, keys: bool = True) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from [name] if keys else []
            yield from _strings(each, keys)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, keys)
    elif isinstance(value, str):
        yield value


def _page(body: str) -> Iterator[Piece]:
    page = _Page()
    page.feed(body)
    page.close()
    yield page.whole()
    for script in page.data:
        yield from _json(json.loads(script))


@dataclass
class _Element:
    tag: str
    hidden: bool
    record: Piece | None
    script: bool = False


class _Page(HTMLParser):
    """Collects the words of each record: all of them, and those a reader sees. `data` are JSON scripts, whole."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._root = Piece("page", shown="", page=True)
        self._open = [_Element("page", False, self._root)]
        self.data: list[str] = []

    def whole(self) -> Piece:
        """The page, with its records inside it."""
        return self._root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            record = None
            if tag in RECORDS or given.keys() & {"data-statement", "data-statements"}:
                record = Piece(f"<{tag}>", shown="", shared="data-statements" in given)
                self._record().inner.append(record)
            unseen = tag in UNSEEN or "hidden" in given or "display:none" in (given.get("style") or "").replace(" ", "")
            script = tag == "script" and (given.get("type") or "").endswith("json")
            self._open.append(_Element(tag, unseen or self._open[-1].hidden, record, script))
        for name, value in attrs:
            # Whatever stands in an attribute can be copied, read aloud or sent on by itself.
            self._record().all += f" {name} {value or ''} "

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open[-1].script:
            self.data.append(data)
            return
        record = self._record()
        record.all += data
        if not self._open[-1].hidden:
            record.shown = f"{record.shown}{data}"

    def handle_comment(self, data: str) -> None:
        self._record().all += f" {data} "

    def _record(self) -> Piece:
        return next(element.record for element in reversed(self._open) if element.record is not None)
