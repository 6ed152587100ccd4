"""A store in which every word can be traced: each statement, quote and caveat has words of its own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import update

from indexer.engine import SearchEngine
from indexer.open import open_engine
from indexer.sync import sync
from kb import curate, flags
from kb.ingest.batch import Order, import_file
from kb.model import Citation, Statement
from kb.settings import Settings
from kb.store import Store, create_store
from web.auditing import audited

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SLUG = "traced"
COMMON = "kernel"
"""A word of every statement, so that one search finds them all and repeats none of their traced words."""


@dataclass(frozen=True)
class Traced:
    """One statement, and what must stand in every piece that holds its words. `label` is the word of its grade."""

    number: int
    level: str
    symbol: str
    label: str
    derived: tuple[str, ...]
    row: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Words that no other statement has."""
        return " ".join(f"claimed{self.number}{letter}" for letter in "abc")

    @property
    def quote(self) -> str:
        """The words of the source that it was made of."""
        return " ".join(f"quoted{self.number}{letter}" for letter in "abc")

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be said wherever the words are: its own caveat, its article's, its topic's, and the derived."""
        return (warned(self.number), "broad words of the article", "deep words of the topic", *self.derived)


def warned(number: int) -> str:
    """The text of the caveat that is attached to one statement alone."""
    return f"warned{number}a warned{number}b"


def graded(level: str, direction: str = "not-stated", scale: str = "grade", **more: Any) -> dict[str, Any]:
    return {"grade": {"scale": scale, "level": level, "direction": direction, "rationale": "reasoned", **more}}


ONE = "One rater only"
CITED = [{"citation": "sound", "stance": "supports"}]
PROFILE = {"start": "low", "domains": [{"domain": "imprecision", "step": -1, "reason": "few people"}]}
STATEMENTS = [
    Traced(1, "ungraded", "?", "Ungraded", ("nobody has judged the evidence",)),
    Traced(2, "grade:high", "⊕⊕⊕⊕", "High", (ONE,), graded("high", "supports")),
    Traced(
        3,
        "grade:moderate",
        "⊕⊕⊕◯",
        "Moderate",
        (ONE, "Review overdue"),
        {**graded("moderate"), "review_due": "2026-11-01"},
    ),
    Traced(4, "grade:low", "⊕⊕◯◯", "Low", (ONE, "Low certainty"), graded("low")),
    Traced(
        5,
        "grade:very-low",
        "⊕◯◯◯",
        "Very low",
        (ONE, "Very low certainty", "evidence is mixed"),
        graded("very-low", "mixed", profile=PROFILE),
    ),
    Traced(6, "grade:no-evidence", "∅", "No evidence", (ONE, "No evidence found"), graded("no-evidence")),
    Traced(7, "grade:not-gradable", "n/a", "Not gradable", (ONE, "Not gradable: reasoned"), graded("not-gradable")),
    Traced(8, "grade:high", "⊕⊕⊕⊕", "High", (ONE, "points against this statement"), graded("high", "contradicts")),
    Traced(
        9,
        "uspstf:B",
        "B",
        "Recommended: moderate to substantial net benefit",
        (ONE, "does not convert to GRADE"),
        graded("B", scale="uspstf"),
    ),
    Traced(
        10,
        "grade:high",
        "⊕⊕⊕⊕",
        "High",
        (ONE, "was retracted"),
        {**graded("high"), "slots": [{"citation": "unsound", "stance": "supports"}]},
    ),
    Traced(
        11,
        "grade:high",
        "⊕⊕⊕⊕",
        "High",
        (ONE, "Citation needed"),
        {**graded("high"), "slots": [{"citation": None, "note": "Wanted: a trial"}]},
    ),
    Traced(12, "grade:low", "⊕⊕◯◯", "Low", (ONE, "Low certainty"), graded("low")),
    Traced(13, "grade:moderate", "⊕⊕⊕◯", "Moderate", (ONE,), graded("moderate")),
    Traced(14, "grade:high", "⊕⊕⊕⊕", "High", (ONE, "Withdrawn: taken back"), graded("high")),
    Traced(15, "grade:high", "⊕⊕⊕⊕", "High", (ONE,), graded("high")),
    Traced(16, "grade:low", "⊕⊕◯◯", "Low", ("its raters disagree", "Low certainty"), graded("very-low")),
    Traced(17, "grade:high", "⊕⊕⊕⊕", "High", (ONE, "it disagrees with"), graded("high")),
    Traced(
        18,
        "grade:high",
        "⊕⊕⊕⊕",
        "High",
        (ONE, "it disagrees with"),
        {**graded("high"), "relations": [{"other": "K17", "kind": "contradicts"}]},
    ),
    Traced(19, "grade:moderate", "⊕⊕⊕◯", "Moderate", ("its raters disagree",), graded("moderate")),
]
OUTER, INNER, WITHDRAWN, DRAFT, REGRADED, RATED_TWICE = 12, 13, 14, 15, 16, 19
OUTER_QUOTE = " ".join(f"quoted12{letter}" for letter in "abc") + " around quoted13a quoted13b quoted13c ends"
"""The words of one passage in which another lies: where they stand whole, the inner words are the outer statement's."""
REJECTED = "rejected.jsonl"
"""A file of rows that cannot be taken, each with the words of a statement in it.

What is wrong in a row is named, as it stands there, and is nobody's words: `offered`.
"""
OFFERED = "offered"
MISTAKES: tuple[dict[str, Any], ...] = (
    {"type": "nonsense"},
    {"text": ""},
    {"text": None},
    {"text": [OFFERED]},
    {"text": {OFFERED: OFFERED}},
    {"text": f"{OFFERED}\x00"},
    {"quote": {OFFERED: 1}},
    {"quote": OFFERED},
    {"quote": None},
    {"key": ""},
    {"unknown": 1},
    {"span": {"start": 5, "end": 2}},
    {"span": {"start": 0, "end": 10**9}},
    {"caveats": ["nowhere"]},
    {"slots": [{"citation": "nowhere", "stance": "supports"}]},
    {"relations": [{"other": "nowhere", "kind": "contradicts"}]},
    {"relations": [{"other": "K1", "kind": "nonsense"}]},
    graded("lowest"),
    graded("low", "sideways"),
)
FORMER = Traced(REGRADED, "grade:low", "⊕⊕◯◯", "Low", ("its raters disagree", "Low certainty"))
FORMER_WORDS = "formerly16a formerly16b formerly16c"
"""What statement 16 said before it was changed: its history shows that beside the grade of that version."""


@dataclass(frozen=True)
class TracedLibrary:
    """The store and the index in step with it."""

    settings: Settings
    store: Store
    engine: SearchEngine


def build(home: Path) -> TracedLibrary:
    """Make the store in `home`, through the import that people use."""
    # Plain http, so that the cookie of a test's browser travels.
    given = {"KB_ACTOR": "tracer", "KB_SEARCH_RATE": "none", "KB_WRITE_RATE": "none", "KB_PLAIN_HTTP": "1"}
    settings = Settings.read({"KB_HOME": str(home), **given})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    text, rows = _article()
    files = {
        "citations.json": json.dumps(
            [
                {"id": key, "type": "article-journal", "title": f"A {key} work", "DOI": f"10.5555/{key}"}
                for key in ("sound", "unsound")
            ]
        ),
        "notices.json": json.dumps({"10.5555/unsound": "10.5555/notice"}),
        "caveats.json": json.dumps(
            [
                {"code": f"own-{each.number}", "severity": "note", "kind": "safety", "text": warned(each.number)}
                for each in STATEMENTS
            ]
            + [
                {"code": "broad", "severity": "caution", "kind": "safety", "text": "broad words of the article"},
                {"code": "deep", "severity": "warning", "kind": "safety", "text": "deep words of the topic"},
            ]
        ),
        f"{SLUG}.txt": text,
        "article.toml": "\n".join(
            (
                f'slug = "{SLUG}"\ntitle = "A traced article"\nfile = "{SLUG}.txt"',
                f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\nrater = "first reader"',
                'caveats = ["broad"]\n[[topic_caveats]]\ntopic = "tracing"\ncaveats = ["deep"]',
            )
        ),
        "statements.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
        REJECTED: "".join(
            json.dumps({**row, **wrong}) + "\n" for wrong, row in zip(MISTAKES, cycle(rows), strict=False)
        )
        + json.dumps({**rows[0], "key": "K1"})
        + f'\n{{"{OFFERED}", \n',
    }
    for name, content in files.items():
        (home / name).write_text(content, encoding="utf-8", newline="")
    orders = [("citations.json", "citations"), ("caveats.json", "caveats"), ("article.toml", "article")]
    for name, kind in [*orders, ("statements.jsonl", "statements")]:
        with store.writing() as session:
            import_file(session, Order(home / name, kind), curate.By("tracer", "to trace", NOW))
    _curated(store)
    engine = open_engine(settings.index_url)
    sync(store, engine)
    audited(store, engine, "an auditor", NOW)
    return TracedLibrary(settings, store, engine)


ASKED = {
    2: {"population": "readers", "intervention": "tracing", "outcome": "leaks"},
    8: {"population": "Readers", "intervention": "Tracing", "outcome": "Leaks."},
    12: {"intervention": "tracing", "outcome": "leaks"},
    WITHDRAWN: {"population": "readers", "intervention": "tracing", "outcome": "leaks"},
    DRAFT: {"population": "readers", "intervention": "tracing", "outcome": "leaks"},
}
"""Statements on the same question: on their pages stand the others, but not the one withdrawn and not the draft."""


def _article() -> tuple[str, list[dict[str, Any]]]:
    """Quotes after each other, two of them in one sentence and one inside another."""
    text, rows, spans = "Unassessed beginning. ", [], {}
    for each in STATEMENTS:
        start = len(text)
        if each.number == OUTER:
            inner = next(other for other in STATEMENTS if other.number == INNER)
            text += f"{each.quote} around "
            spans[INNER] = (len(text), len(text) + len(inner.quote))
            text += f"{inner.quote} ends"
            spans[OUTER] = (start, len(text))
        elif each.number != INNER:
            text += each.quote
            spans[each.number] = (start, len(text))
        text += "; " if each.number % 2 else ". "
    for each in STATEMENTS:
        start, end = spans[each.number]
        rows.append(
            {
                "origin": SLUG,
                "article": SLUG,
                "key": f"K{each.number}",
                "text": f"{FORMER_WORDS if each.number == REGRADED else each.words} {COMMON}.",
                "type": "efficacy",
                "span": {"start": start, "end": end},
                "sentence": {"start": max(0, start - 40), "end": min(len(text), end + 40)},
                "quote": text[start:end],
                "caveats": [f"own-{each.number}"],
                "topics": ["tracing"],
                "slots": CITED,
                "pico": ASKED.get(each.number, {}),
                **each.row,
            }
        )
    return text, rows


def _curated(store: Store) -> None:
    by = curate.By("tracer", "taken back", NOW)
    with store.writing() as session:
        curate.withdraw(session, WITHDRAWN, by)
        second = curate.By("second reader", "reasoned", NOW)
        curate.grade(session, REGRADED, curate.Judgement("low"), second)
        curate.grade(session, RATED_TWICE, curate.Judgement("high", kind="second"), second)
        with curate.changing(session, REGRADED, "reword", by) as row:
            row.text = f"{next(each for each in STATEMENTS if each.number == REGRADED).words} {COMMON}."
        flags.flag(session, 4, curate.By("second reader", "doubted", NOW))
        flags.resolve(session, flags.flag(session, 5, by), by)
        # What no command does yet: a retraction, and a draft.
        session.execute(update(Citation).where(Citation.key == "unsound").values(standing="retracted"))
        session.execute(update(Statement).where(Statement.id == DRAFT).values(state="draft"))
