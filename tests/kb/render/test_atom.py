"""The feed by the rules of RFC 4287: what a feed and an entry must have, and that a reader can take it in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from kb import curate
from kb.curate import By, Judgement
from kb.graded import read
from kb.news import news
from kb.render.atom import ATOM, feed, wanted
from kb.store import Store

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
A = f"{{{ATOM}}}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def fed(
    store: Store,
    topic: str | None = None,
    root: str = "https://kb.example",
    name: str = "a store",
    changed: dict[int, datetime] | None = None,
) -> ET.Element:
    with store.reading() as session:
        events = news(session, topic)
        statements = {each.id: each for each in read(session, wanted(events), DAY)}
    made = feed(events, statements, changed or {}, store_id=name, root=root, topic=topic, updated=NOW)
    return ET.fromstring(made)


def text(element: ET.Element, name: str) -> str:
    found = element.findall(f"{A}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


@pytest.fixture
def changed(demo: Store, by: Callable[..., By]) -> Store:
    """Caveat's own statements, of which one was graded anew."""
    with demo.writing() as session:
        curate.grade(session, 25, Judgement("very-low", "mixed"), by("Read again: the trials are small.", "Dr Test"))
    return demo


def test_feed_and_entries_have_what_rfc_4287_asks_of_them(changed: Store) -> None:
    root = fed(changed)
    assert root.tag == f"{A}feed"
    entries = root.findall(f"{A}entry")
    assert len(entries) == 41
    for element in (root, *entries):
        assert uuid.UUID(text(element, "id").removeprefix("urn:uuid:"))
        assert text(element, "title")
        assert DATE.fullmatch(text(element, "updated"))
    assert text(root.findall(f"{A}author")[0], "name")
    links = {each.attrib["rel"]: each.attrib["href"] for each in root.findall(f"{A}link")}
    assert links == {"self": "https://kb.example/feed.atom", "alternate": "https://kb.example/search"}
    for entry in entries:
        (link,) = entry.findall(f"{A}link")
        assert urlsplit(link.attrib["href"]).netloc == "kb.example"
        (content,) = entry.findall(f"{A}content")
        assert content.attrib == {"type": "html"}
        assert len(content) == 0
    names = [text(entry, "id") for entry in entries]
    assert len(set(names)) == len(names)
    moments = [text(entry, "updated") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert text(root, "updated") == moments[0]


def test_an_entry_holds_the_statement_with_grade_direction_and_every_caveat(changed: Store) -> None:
    entry = fed(changed).findall(f"{A}entry")[0]
    with changed.reading() as session:
        (statement,) = read(session, [25], DAY)
    content = text(entry, "content")
    assert statement.text in content
    assert "⊕◯◯◯ Very low · direction: mixed" in content
    for caveat in statement.caveats:
        assert caveat.text.replace("'", "&#39;") in content
    assert "https://kb.example/s/25" in content
    assert {each.attrib["term"] for each in entry.findall(f"{A}category")} == set(statement.topics)


def test_a_changed_grade_says_what_it_was_before(changed: Store) -> None:
    entry = fed(changed).findall(f"{A}entry")[0]
    title = text(entry, "title")
    now, before = "⊕◯◯◯ Very low (direction: mixed)", "∅ No evidence (direction: not stated)"
    assert title == f"Statement 25 is now {now}; it was {before}"
    assert f"Graded anew by Dr Test: before, it was {before}; then {now}" in text(entry, "content")


def test_titles_have_no_words_of_a_statement(changed: Store) -> None:
    with changed.reading() as session:
        statements = read(session, range(1, 67), DAY)
    titles = " ".join(each.text or "" for each in fed(changed).iter(f"{A}title"))
    assert not [each.id for each in statements if each.text.rstrip(".") in titles]


def test_names_stay_the_same_on_another_host_and_differ_between_stores(changed: Store) -> None:
    def names(root: ET.Element) -> list[str | None]:
        return [each.text for each in root.iter(f"{A}id")]

    assert names(fed(changed)) == names(fed(changed, root="http://127.0.0.1:8000"))
    assert not set(names(fed(changed))) & set(names(fed(changed, name="another store")))


def test_a_feed_of_a_topic_names_it_and_one_without_news_is_one_too(changed: Store, store: Store) -> None:
    root = fed(changed, "joint function")
    assert text(root, "title").endswith("on joint function")
    assert root.findall(f"{A}link")[0].attrib["href"] == "https://kb.example/feed.atom?topic=joint+function"
    assert {each.attrib["term"] for each in root.iter(f"{A}category")} >= {"joint function"}
    empty = fed(store)
    assert empty.findall(f"{A}entry") == []
    assert text(empty, "updated") == "2026-11-23T12:00:00Z"


def test_an_entry_is_updated_when_what_its_statement_shows_has_changed(changed: Store) -> None:
    later = datetime(2026, 12, 1, 8, tzinfo=UTC)
    before, after = (fed(changed, changed=each).findall(f"{A}entry") for each in ({}, {25: later}))
    moved = [(text(one, "published"), text(other, "updated")) for one, other in zip(before, after, strict=True)]
    renewed = [updated for published, updated in moved if published != updated]
    assert renewed
    assert set(renewed) == {"2026-12-01T08:00:00Z"}
    assert [text(each, "published") for each in before] == [text(each, "published") for each in after]


def test_words_that_no_xml_can_hold_do_not_break_the_feed(store: Store, bring: Callable[..., Any]) -> None:
    words = "a \x0b b ]]> </content> <script>alert(1)</script> &amp; \ufffe \U0001f600 end."
    row = {"origin": "made", "key": "a", "text": words.replace("\x0b", ""), "type": "efficacy", "topics": ['<&">']}
    bring(store, [row])
    entry = fed(store).findall(f"{A}entry")[0]
    content = text(entry, "content")
    assert "<script>" not in content
    assert "&lt;script&gt;alert(1)" in content
    assert "\U0001f600" in content
    assert entry.findall(f"{A}category")[0].attrib["term"] == '<&">'
