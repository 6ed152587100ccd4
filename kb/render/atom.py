"""What is new as an Atom feed (RFC 4287): each entry holds its statement whole, with grade and caveats.

A feed reader lists titles by themselves, so a title has the statement's number and grade and none of its words.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from kb.graded import GradedStatement
from kb.meanings import DIRECTIONS
from kb.news import Event, GradeThen
from kb.render.html import render
from kb.render.versions import level_named
from kb.render.xml import kept_in_xml
from kb.scales import UNGRADED, Level

ATOM = "http://www.w3.org/2005/Atom"


def feed(
    events: Sequence[Event],
    statements: Mapping[int, GradedStatement],
    changed: Mapping[int, datetime],
    *,
    store_id: str,
    root: str,
    topic: str | None,
    updated: datetime,
) -> bytes:
    """The feed of these events. `root` is the address of the pages, without a last slash; `updated` is the feed's own.

    An event whose statement is not among `statements` is left out. `changed` says when what a statement shows last
    changed: an entry holds the grade and caveats of now, so a retraction since its event makes it new.
    """
    shown = [event for event in events if event.statement_id in statements]
    about = f"?{urlencode({'topic': topic})}" if topic is not None else ""
    made = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(made, "id", _name(store_id, "feed", topic or ""))
    _add(made, "title", "Caveat: new statements and changed grades" + (f" on {topic}" if topic is not None else ""))
    _add(made, "subtitle", "Each with its grade and caveats. Caveat reports evidence and does not advise.")
    _add(made, "updated", _moment(updated))
    ET.SubElement(ET.SubElement(made, "author"), "name").text = "Caveat"
    ET.SubElement(made, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{root}/feed.atom{about}"})
    ET.SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": f"{root}/search{about}"})
    for event in shown:
        latest = max(event.at, changed.get(event.statement_id, event.at))
        made.append(_entry(event, statements[event.statement_id], latest, store_id, root))
    written: bytes = ET.tostring(made, encoding="utf-8", xml_declaration=True)
    return written


def _entry(event: Event, statement: GradedStatement, updated: datetime, store_id: str, root: str) -> ET.Element:
    entry = ET.Element("entry")
    _add(entry, "id", _name(store_id, event.kind, str(event.statement_id), str(event.seq or "")))
    _add(entry, "title", _title(event, statement))
    _add(entry, "published", _moment(event.at))
    _add(entry, "updated", _moment(updated))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{root}{statement.url}"})
    for topic in statement.topics:
        ET.SubElement(entry, "category", {"term": kept_in_xml(topic)})
    words = render(
        "entry.html",
        s=statement,
        root=root,
        before=_grade(event.before) if event.before else "",
        after=_grade(event.after) if event.after else "",
        actor=event.actor,
        reason=event.reason,
    )
    _add(entry, "content", str(words)).set("type", "html")
    return entry


def _title(event: Event, statement: GradedStatement) -> str:
    if event.before is None or event.after is None:
        grade = statement.grade
        judged = _judged(grade.level, grade.direction)
        return f"New: statement {statement.id}, {judged}"
    return f"Statement {statement.id} is now {_grade(event.after)}; it was {_grade(event.before)}"


def _grade(then: GradeThen) -> str:
    scale, colon, level = then.level.partition(":")
    return _judged(level_named(scale, level) if colon else UNGRADED, then.direction)


def _judged(level: Level, direction: str) -> str:
    return f"{level.symbol} {level.label} (direction: {DIRECTIONS[direction].label})"


def _name(store_id: str, *parts: str) -> str:
    """A name that stays the same wherever the store is served from, and in a store that was restored."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("caveat", store_id, *parts))).urn


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = kept_in_xml(text)
    return child


def wanted(events: Iterable[Event]) -> list[int]:
    """The statements that the events are about, each once."""
    return list(dict.fromkeys(event.statement_id for event in events))
