"""The rules about caveats: what each finds, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.store import Store
from tests.kb.audit.library import bring, filled, found, statement, work


def caveat(code: str, text: str = "It can harm.", kind: str = "safety", **more: Any) -> dict[str, Any]:
    return {"code": code, "severity": "warning", "kind": kind, "text": text, **more}


CAVEATS = [
    caveat("liver"),
    caveat("inherited"),
    caveat("old", as_of="2025-11-22"),
    caveat("a-year", as_of="2025-11-23"),
    caveat("old-evidence", kind="evidence", as_of="2020-01-01"),
    caveat("old-unused", as_of="2020-01-01"),
    caveat("old-legal", kind="legal", as_of="2024-01-01"),
    caveat("counts", "About 2.5% of 1,800 users were harmed.", kind="evidence"),
    caveat("counts-cited", "About 2% were harmed.", kind="evidence", citations=["paper"]),
    caveat("names", "CYP2D6, 7-hydroxymitragynine and COX-2 interact; known since 2009.", kind="evidence"),
    caveat("counts-unused", "About 3% were harmed.", kind="evidence"),
]


def on(topic: str, key: str, drug: str | None = None, **more: Any) -> dict[str, Any]:
    pico = {"pico": {"intervention": drug}} if drug else {}
    return statement(key, topics=[topic], **pico, **more)


STATEMENTS = [
    on("lupus", "warned", "Kratom", caveats=["liver"]),
    on("lupus", "bare", "kratom"),
    on("lupus", "another-drug", "aspirin"),
    on("lupus", "no-drug"),
    on("lupus", "bare-safety", "kratom", type="safety"),
    on("harmful", "of-a-harmful-topic"),
    on("harmful", "inherits", type="mechanism"),
    on("quiet", "of-a-quiet-topic", "kratom"),
    statement("unfiled", "Harmful things help with sleep.", type="mechanism", topics=["sleep"]),
    statement("unfiled-other-type", "Harmful things help.", topics=["sleep"]),
    statement("unfiled-but-warned", "Harmful things help too.", type="mechanism", caveats=["inherited"]),
    statement("unfiled-but-inherits", "Harmful things help as well.", type="mechanism", topics=["tame"]),
    statement("part-of-a-word", "Unharmfully so.", type="mechanism"),
    statement("carries", type="background", caveats=["old", "a-year", "old-evidence", "old-legal"]),
    statement("carries-numbers", type="background", caveats=["counts", "counts-cited", "names"]),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("caveats")
    opened = filled(folder, [], [work("paper")], CAVEATS)
    with_topic(opened, folder)
    rows = "".join(f"{each}\n" for each in map(_json, STATEMENTS))
    bring(opened, folder / "more.jsonl", rows, "statements")
    yield opened
    opened.close()


def with_topic(store: Store, folder: Path) -> None:
    """An article of no words that matter, which hangs a caveat on the topic “harmful” for mechanisms alone."""
    (folder / "words.txt").write_text("Some words.", encoding="utf-8")
    digest = hashlib.sha256(b"Some words.").hexdigest()
    toml = f'slug = "words"\ntitle = "Words"\nfile = "words.txt"\nsha256 = "{digest}"\ncaveats = []\n'
    toml += '[[topic_caveats]]\ntopic = "tame"\ntypes = ["mechanism"]\ncaveats = ["inherited"]\n'
    toml += '[[topic_caveats]]\ntopic = "harmful"\n'
    bring(store, folder / "article.toml", toml + 'types = ["mechanism"]\ncaveats = ["inherited"]\n', "article")


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row)


def test_k01_a_benefit_without_the_harm_on_record_is_found(store: Store) -> None:
    messages = found(store, "K01")
    assert messages.keys() == {"bare", "of-a-harmful-topic"}
    assert "“lupus”" in messages["bare"]


def test_k02_words_that_name_a_topic_with_caveats_are_filed_under_it(store: Store) -> None:
    messages = found(store, "K02")
    assert messages.keys() == {"unfiled"}
    assert "“harmful”" in messages["unfiled"]


def test_k03_a_caveat_of_harm_or_law_is_looked_at_again_after_a_year(store: Store) -> None:
    messages = found(store, "K03")
    assert messages.keys() == {"caveat old", "caveat old-legal"}
    assert "1 statement carries it" in messages["caveat old"]


def test_k04_a_number_needs_its_source_and_a_name_is_no_number(store: Store) -> None:
    messages = found(store, "K04")
    assert messages.keys() == {"caveat counts"}
    assert "“2.5%”, “1,800”" in messages["caveat counts"]
