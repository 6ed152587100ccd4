"""Nothing that was imported reaches a page unescaped, whichever field it stands in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.model import Citation
from kb.store import Store


def script(field: str) -> str:
    """What must never run, named after the field it came in by."""
    return f"<script>{field}</script><img src=x onerror='a'>\" & {field}"


TEXT = f"{script('passage')} {script('unassessed')}\n{script('paragraph')}"
STATEMENT = {
    "origin": "hostile",
    "article": "hostile",
    "key": script("key"),
    "text": script("text"),
    "type": "efficacy",
    "sentence": {"start": 0, "end": len(TEXT)},
    "span": {"start": 0, "end": len(script("passage"))},
    "quote": script("passage"),
    "grade": {
        "level": "very-low",
        "rationale": script("rationale"),
        "rater": script("rater"),
        "profile": {
            "start": "low",
            "start_reason": script("start reason"),
            "domains": [{"domain": "imprecision", "step": -1, "reason": script("reason")}],
        },
    },
    "direct_evidence": "none-found",
    "searched": {"where": script("searched")},
    "slots": [
        {
            "citation": "evil",
            "stance": "supports",
            "note": script("note"),
            "quote": script("slot quote"),
            "locator": script("locator"),
        },
        {"note": script("wanted")},
    ],
    "caveats": ["evil", "quiet"],
    "topics": [script("topic")],
    "pico": {
        "population": script("population"),
        "intervention": script("intervention"),
        "comparator": script("comparator"),
        "outcome": script("outcome"),
    },
    "effect_size": script("effect"),
    "remarks": [script("remark")],
}
CITATION = {
    "id": "evil",
    "type": "article-journal",
    "title": script("title"),
    "author": [{"family": script("family"), "given": "A"}],
    "container-title": script("journal"),
    "volume": script("volume"),
    "URL": "javascript:alert(1)",
    "ISBN": script("isbn"),
    "custom": {
        "study_design": script("design"),
        "unchecked_fields": [f"title {script('unchecked')}"],
        "finding": script("finding"),
    },
}


def write(folder: Path) -> Path:
    """The hostile data in the form of `data/`."""
    article = folder / "articles" / "hostile"
    article.mkdir(parents=True)
    (article / "hostile.txt").write_text(TEXT, encoding="utf-8")
    record = {
        "slug": "hostile",
        "title": script("article"),
        "author": script("author"),
        "url": "javascript:alert(1)",
        "licence": script("licence"),
        "file": "hostile.txt",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
    }
    # A string in JSON is one in TOML too.
    lines = (f"{name} = {json.dumps(value)}" for name, value in record.items())
    (article / "article.toml").write_text("\n".join(lines), encoding="utf-8")
    (article / "citations.json").write_text(json.dumps([CITATION]), encoding="utf-8")
    (article / "statements.jsonl").write_text(json.dumps(STATEMENT), encoding="utf-8")
    caveats = [
        {"code": code, "severity": severity, "kind": "safety", "text": script(severity), "citations": ["evil"]}
        for code, severity in (("evil", "warning"), ("quiet", "note"))
    ]
    (folder / "caveats.json").write_text(json.dumps(caveats), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reader(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path, Path], tuple[Flask, Store]]
) -> Iterator[FlaskClient]:
    """A reader of the hostile data, whose cited work was also retracted for a hostile reason."""
    app, store = build(tmp_path_factory.mktemp("home"), write(tmp_path_factory.mktemp("data")))
    with store.writing() as session:
        cited = session.get_one(Citation, 1)
        cited.standing, cited.standing_reason = "retracted", script("standing reason")
        cited.standing_notice, cited.standing_source = script("notice"), script("source")
    yield app.test_client()
    store.close()


PAGES = ("/", "/search", "/search?q=script", "/s/1", "/a/hostile", "/c/1", "/legend")


@pytest.mark.parametrize("path", PAGES)
def test_no_field_is_shown_unescaped(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 200
    data = re.compile(r'<script type="application/ld\+json">[^<]*</script>')  # in which "<" would end the data
    assert not re.search(r"<script(?! defer src=)|<img|href=\"javascript:", data.sub("", answer.text))
    assert "<title>" in answer.text


def shown_somewhere(reader: FlaskClient) -> str:
    """All pages, one after the other, without the tags that stand within words."""
    pages = "".join(reader.get(path).text for path in PAGES)
    return re.sub(r"</?mark>|<span class=\"not-assessed\"[^>]*>", "", pages)


FIELDS = [
    *sorted(set(re.findall(r"<script>([a-z ]+)</script>", f"{STATEMENT}{CITATION}{TEXT}"))),
    "article",
    "author",
    "licence",
    "warning",
    "note",
    "standing reason",
    "notice",
    "source",
]


def test_every_field_is_shown_so_that_the_test_above_means_something(reader: FlaskClient) -> None:
    page = shown_somewhere(reader)
    missing = [field for field in FIELDS if f"&lt;script&gt;{field}&lt;/script&gt;" not in page]
    assert missing == []


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'"])
def test_what_is_typed_is_escaped(reader: FlaskClient, words: str) -> None:
    for query in ({"q": words}, {"topic": words}, {"sort": words}, {"page": words}):
        page = reader.get("/search", query_string=query).text
        assert not re.search(r"<script(?! defer src=)|<img", page)
