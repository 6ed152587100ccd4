"""An article as it was written becomes a text and one draft a sentence, each with its exact span."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kb.curate import By
from kb.data import data_folder
from kb.drafting import drafts_of
from kb.errors import InputError, RejectedRows
from kb.ingest.article_text import slug_of
from kb.ingest.batch import Order, import_file
from kb.ingest.readable import readable
from kb.ingest.reading import Report
from kb.ingest.sentences import sentences, sentences_of
from kb.ingest.undo import undo
from kb.loading import load
from kb.model import Article, Statement
from kb.records import StatementRecord
from kb.store import Store
from kb.verify import faults

MARKDOWN = """# Tea & health

Tea *may* help. It is **safe**, [they say](https://example.org/x).

## Risks

- Nausea occurs.
- Dr. Lee et al. saw it in 0.5 % of people.

| what | how often |
| --- | --- |
| Headache is rare. | 1 in 100 |
"""
HTML = """<!doctype html><html><head><title>Tea | A shop</title><style>p { color: red }</style></head>
<body><nav><a href="/">Menu. All of it.</a></nav>
<article><header><h1>Tea &amp; health</h1></header>
<p>Tea <i>may</i> help.<br>It is&nbsp;<b>safe</b>. \U0001f600 Nobody knows.</p>
<p hidden>Hidden words.</p><script>let x = "Script words.";</script>
<ul><li>Nausea &lt; 5 %.</li><li>Headache.</li></ul>
<aside>Buy now.</aside></article><footer>Footer words.</footer></body></html>"""
TITLED = "# Tea & health\n\n"

Take = Callable[..., Report]


@pytest.fixture
def take(demo: Store, by: Callable[..., By], tmp_path: Path) -> Take:
    """`take("tea.md", text)` imports an article into the demo store."""

    def run(name: str, content: str | bytes, dry_run: bool = False, **order: object) -> Report:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with demo.writing() as session:
            return import_file(session, replace(Order(path, "article"), **order), by("an article"), dry_run)  # type: ignore[arg-type]

    return run


def drafts(store: Store, slug: str = "tea-health") -> list[StatementRecord]:
    with store.reading() as session:
        query = select(Statement.id).join(Article, Article.id == Statement.article_id).where(Article.slug == slug)
        return load(session, list(session.scalars(query.order_by(Statement.id))))


def text_of(store: Store, slug: str = "tea-health") -> str:
    with store.reading() as session:
        return session.scalars(select(Article.text).where(Article.slug == slug)).one()


def test_markdown_gives_a_text_without_its_marks_and_one_draft_a_sentence(demo: Store, take: Take) -> None:
    report = take("tea.md", MARKDOWN, url="https://example.org/tea")
    found = drafts(demo)
    assert [each.text for each in found] == [
        "Tea may help.",
        "It is safe, they say.",
        "Nausea occurs.",
        "Dr. Lee et al. saw it in 0.5 % of people.",
        "what",
        "how often",
        "Headache is rare.",
        "1 in 100",
    ]
    assert (report.new, report.rejected) == (9, 0)
    assert {each.state for each in found} == {"draft"}
    with demo.reading() as session:
        article = session.scalars(select(Article).where(Article.slug == "tea-health")).one()
        assert (article.title, article.url) == ("Tea & health", "https://example.org/tea")


def test_html_gives_the_words_of_the_article_and_not_of_the_page_around_it(demo: Store, take: Take) -> None:
    take("saved page", HTML)
    assert [each.text for each in drafts(demo)] == [
        "Tea may help.",
        "It is safe.",
        "\U0001f600 Nobody knows.",
        "Nausea < 5 %.",
        "Headache.",
    ]
    for outside in ("Menu", "Hidden", "Script", "Footer", "Buy", "color"):
        assert outside not in text_of(demo)


def test_plain_text_is_kept_to_the_last_blank(demo: Store, take: Take) -> None:
    text = "Tea and health\n\n  Tea may help.  It is safe.\r\n\r\nDrink it \u2028slowly! "
    take("tea.txt", text, title="Tea & health")
    assert text_of(demo) == text.replace("\r\n", "\n")
    assert [each.text for each in drafts(demo)] == ["Tea may help.", "It is safe.", "Drink it \u2028slowly!"]


@pytest.mark.parametrize(("name", "content"), [("tea.md", MARKDOWN), ("page.html", HTML)])
def test_every_span_reproduces_the_words_of_its_draft(demo: Store, take: Take, name: str, content: str) -> None:
    take(name, content)
    text = text_of(demo)
    for each in drafts(demo):
        assert text[each.start : each.end] == each.quote == each.text
        assert (each.sentence_start, each.sentence_end) == (each.start, each.end)


@given(st.text())
def test_spans_reproduce_their_text_whatever_the_text(text: str) -> None:
    found = list(sentences(text))
    assert all(text[each.start : each.end] == each.words for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    letters = [each for each in text if each.isalnum()]
    assert letters == [letter for each in found for letter in each.words if letter.isalnum()]


def test_the_golden_rules_come_out_as_well_as_from_sentencex_itself(shared: Path) -> None:
    path = shared / "examples" / "segmentation" / "golden-rules.jsonl"
    rules = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    own = sum([each.words for each in sentences(rule["text"])] == rule["sentences"] for rule in rules)
    theirs = [[each.strip() for each in sentencex.segment("en", rule["text"]) if each.strip()] for rule in rules]
    assert len(rules) == 48
    assert own >= sum(found == rule["sentences"] for found, rule in zip(theirs, rules, strict=True))


def test_every_sentence_of_the_first_article_is_found_where_its_statements_lie() -> None:
    folder = data_folder() / "articles" / "kratom-autoimmune"
    read = readable(folder / "kratom-autoimmune.txt")
    rows = [json.loads(line) for line in (folder / "statements.jsonl").read_text("utf-8").splitlines()]
    wanted = {(row["sentence"]["start"], row["sentence"]["end"]) for row in rows}
    assert {(each.start, each.end) for each, _ in sentences_of(read.text, read.blocks)} == wanted


def test_type_topics_and_claimed_certainty_are_proposed_and_no_grade_is_given(demo: Store, take: Take) -> None:
    take("tea.md", TITLED + "Kratom may reduce chronic pain.\n\n## Side effects\n\nNausea is an adverse effect.\n")
    with demo.reading() as session:
        first, second = drafts_of(session, "tea-health")
    assert (first.type, first.proposed.claimed and first.proposed.claimed.level) == ("efficacy", "low")
    assert "kratom" in first.topics
    assert (second.type, second.topics) == ("safety", ("side effects",))
    assert all(each.judged is None for each in drafts(demo))


def test_what_to_look_at_is_marked(demo: Store, take: Take) -> None:
    take("tea.md", TITLED + "Tea, a promising remedy, may reduce best tea for pain, and it may cure colds.\n")
    with demo.reading() as session:
        (draft,) = drafts_of(session, "tea-health")
    assert [mark.partition(":")[0] for mark in draft.proposed.marks] == [
        "may hold several claims",
        "an inserted phrase",
        "promotional words",
        "absolute words",
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(
    demo: Store, take: Take, everything: Callable[[Store], object]
) -> None:
    before = everything(demo)
    dry = take("tea.md", MARKDOWN, dry_run=True)
    assert everything(demo) == before
    assert replace(take("tea.md", MARKDOWN), batch=None) == dry


def test_the_same_article_again_changes_nothing_and_another_text_is_refused(demo: Store, take: Take) -> None:
    take("tea.md", MARKDOWN)
    again = take("tea.md", MARKDOWN)
    assert (again.new, again.changed, again.unchanged, again.batch) == (0, 0, 9, None)
    with pytest.raises(RejectedRows) as refused:
        take("tea.md", MARKDOWN + "\nMore words.\n")
    assert [problem.code for problem in refused.value.problems] == ["text-in-use"]
    assert take("tea.md", MARKDOWN, title="Tea anew", article="tea-health").changes == {"title": 1}


def test_an_undone_article_is_hidden_and_comes_back_whole(demo: Store, take: Take, by: Callable[..., By]) -> None:
    first = take("tea.md", MARKDOWN)
    with demo.writing() as session:
        assert undo(session, first.batch or 0, by("a mistake")).withdrawn == 8
    assert take("tea.md", MARKDOWN).new == 8
    assert {each.state for each in drafts(demo)} == {"draft"}
    with demo.reading() as session:
        assert not list(faults(session))


@pytest.mark.parametrize(
    ("name", "content", "order", "said"),
    [
        ("a.txt", "", {"title": "T"}, "no words"),
        ("a.html", "<!doctype html><title>T</title><nav>Menu</nav>", {}, "no words"),
        ("a.txt", "Tea helps.", {}, "needs a title"),
        ("a.txt", b"Tea helps, \x93they say\x94.", {"title": "T"}, "not UTF-8"),
        ("a.txt", "Tea helps.".encode("utf-16"), {"title": "T"}, "UTF-16"),
        ("a.txt", "Tea\0 helps.", {"title": "T"}, "NUL"),
        ("a.txt", "Tea helps.", {"title": "T", "article": "Not A Slug"}, "slug"),
    ],
)
def test_what_is_no_article_is_refused_with_a_cure(
    take: Take, name: str, content: str | bytes, order: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said) as refused:
        take(name, content, **order)
    assert refused.value.cure


def test_a_text_without_ends_of_sentences_is_rejected_by_line_and_the_rest_kept_on_wish(take: Take) -> None:
    text = "Tea helps.\n\n" + "word " * 5000 + "\n\nTea harms.\n"
    with pytest.raises(RejectedRows) as refused:
        take("a.txt", text, title="T")
    assert [(each.line, each.code) for each in refused.value.problems] == [(3, "too-long")]


def test_a_page_nested_beyond_reason_is_read(demo: Store, take: Take) -> None:
    take("deep.html", "<html><h1>Tea & health</h1>" + "<div>" * 3000 + "Tea helps." + "</div>" * 3000)
    assert [each.text for each in drafts(demo)] == ["Tea helps."]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Tea & health", "tea-health"), ("Ärzte über Tee", "arzte-uber-tee"), ("茶", "article"), ("a" * 200, "a" * 60)],
)
def test_a_title_becomes_a_name_for_addresses(title: str, slug: str) -> None:
    assert slug_of(title) == slug
