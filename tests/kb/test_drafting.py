"""Drafts are published, edited, split and discarded by people; each step is in the history, and nothing is graded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb import drafting
from kb.curate import By
from kb.errors import Conflict, InputError, NotFound, Outdated
from kb.graded import GradedStatement, read
from kb.history import statement_history
from kb.ingest.batch import Order, import_file
from kb.ingest.undo import undo
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
TEXT = "Tea may reduce pain, and it may cause nausea. Tea is a plant. Buy now."


@pytest.fixture
def article(demo: Store, by: Callable[..., By], tmp_path: Path) -> Store:
    """The demo store with an article of three drafts: 67, 68 and 69, in batch 5."""
    path = tmp_path / "tea.txt"
    path.write_text(TEXT)
    with demo.writing() as session:
        report = import_file(session, Order(path, "article", title="Tea"), by())
    assert report.batch == 5
    return demo


def shown(store: Store, id_: int) -> GradedStatement:
    with store.reading() as session:
        return read(session, [id_], DAY)[0]


def holds(store: Store) -> bool:
    with store.reading() as session:
        return not list(faults(session))


def test_a_published_draft_is_ungraded_and_asks_for_a_citation(article: Store, by: Callable[..., By]) -> None:
    with article.writing() as session:
        assert drafting.publish(session, [67, 68], by()) == 2
    assert (shown(article, 67).state, shown(article, 69).state) == ("published", "draft")
    assert {"ungraded", "citation-needed"} <= {each.code for each in shown(article, 67).caveats}
    with article.reading() as session:
        assert [each.action for each in statement_history(session, 67)] == ["import", "publish"]
        assert drafting.count_drafts(session, "tea") == 1
    assert holds(article)


def test_all_are_published_or_none(article: Store, by: Callable[..., By]) -> None:
    with pytest.raises(Conflict, match="no draft"), article.writing() as session:
        drafting.publish(session, [67, 1], by())
    with pytest.raises(NotFound), article.writing() as session:
        drafting.publish(session, [67, 999], by())
    assert shown(article, 67).state == "draft"


def test_the_drafts_of_an_article_or_a_batch_are_found(article: Store) -> None:
    with article.reading() as session:
        assert drafting.drafts_in(session, "tea") == drafting.drafts_in(session, batch_id=5) == [67, 68, 69]
        assert [each.id for each in drafting.drafts_of(session, "tea", after=67, limit=1)] == [68]
        for nowhere in ({"slug": "unknown"}, {"batch_id": 1}, {"slug": "tea", "batch_id": 1}):
            with pytest.raises(NotFound):
                drafting.drafts_in(session, **nowhere)  # type: ignore[arg-type]


def test_a_sentence_with_two_claims_becomes_two_statements_of_the_same_place(
    article: Store, by: Callable[..., By]
) -> None:
    claims = ["Tea may reduce pain.", "  ", "Tea may cause nausea."]
    with article.writing() as session:
        ids = drafting.edit(session, 67, claims, "efficacy", ["tea", " pain  relief", ""], by(), 1, published=True)
    first, second = (shown(article, id_) for id_ in ids)
    assert (first.text, second.text) == ("Tea may reduce pain.", "Tea may cause nausea.")
    assert (first.key, second.key) == ("S001", "S001.2")
    assert (first.start, first.end, first.quote) == (second.start, second.end, second.quote)
    assert first.quote == TEXT[: first.end]
    assert set(first.topics) == set(second.topics) == {"tea", "pain relief"}
    assert (first.state, second.state, second.version) == ("published", "published", 1)
    assert "ungraded" in {each.code for each in second.caveats}
    assert holds(article)


def test_an_edited_draft_stays_a_draft_until_it_is_published(article: Store, by: Callable[..., By]) -> None:
    with article.writing() as session:
        ids = drafting.edit(session, 67, ["One.", "Two."], "safety", [], by())
        more = drafting.edit(session, 67, ["One.", "Three."], "safety", [], by())
    assert {shown(article, id_).state for id_ in (*ids, *more)} == {"draft"}
    assert shown(article, more[1]).key == "S001.3"
    assert holds(article)


def test_two_people_cannot_edit_the_same_version(article: Store, by: Callable[..., By]) -> None:
    with article.writing() as session:
        drafting.edit(session, 67, ["One."], "safety", [], by(), version=1)
    with pytest.raises(Outdated), article.writing() as session:
        drafting.edit(session, 67, ["Another."], "safety", [], by(), version=1)
    assert shown(article, 67).text == "One."


def test_a_discarded_draft_is_no_statement(article: Store, by: Callable[..., By]) -> None:
    with article.writing() as session:
        drafting.discard(session, 69, by("an advertisement"))
    assert (shown(article, 69).state, shown(article, 69).withdrawn_reason) == ("withdrawn", "an advertisement")
    with pytest.raises(Conflict), article.writing() as session:
        drafting.publish(session, [69], by())
    assert holds(article)


@pytest.mark.parametrize(
    ("claims", "type_", "topics", "place"),
    [
        ([" "], "safety", [], "text"),
        (["x"], "nonsense", [], "type"),
        (["x\0"], "safety", [], "text"),
        (["x" * 20_001], "safety", [], "text"),
        (["x"], "safety", ["t" * 201], "topics"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    article: Store, by: Callable[..., By], claims: list[str], type_: str, topics: list[str], place: str
) -> None:
    with pytest.raises(InputError) as refused, article.writing() as session:
        drafting.edit(session, 67, claims, type_, topics, by())
    assert refused.value.place == place
    assert shown(article, 67).version == 1


def test_a_batch_whose_drafts_were_published_is_not_undone_behind_peoples_backs(
    article: Store, by: Callable[..., By]
) -> None:
    with article.writing() as session:
        drafting.publish(session, [67], by())
    with pytest.raises(Conflict), article.writing() as session:
        undo(session, 5, by())
