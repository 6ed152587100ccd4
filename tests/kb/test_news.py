"""What is new: statements that became visible and grades that changed, each told once, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kb import curate, news
from kb.curate import By, Judgement
from kb.drafting import publish
from kb.errors import NotFound
from kb.ingest.undo import undo
from kb.model import Statement
from kb.news import Event, GradeThen
from kb.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Bring = Callable[..., Any]


def row(key: str, level: str | None = None, **more: Any) -> dict[str, Any]:
    grade = (
        {"grade": {"scale": "grade", "level": level, "direction": "supports", "rationale": "Read."}} if level else {}
    )
    return {
        "origin": "made",
        "key": key,
        "text": f"Tea {key} helps.",
        "type": "efficacy",
        "topics": ["tea"],
        **grade,
        **more,
    }


def told(store: Store, topic: str | None = None) -> list[Event]:
    with store.reading() as session:
        return news.news(session, topic)


def later(by: Callable[..., By], minutes: int, actor: str = "a rater") -> By:
    return by("read again", actor, NOW + timedelta(minutes=minutes))


def test_a_store_without_statements_has_no_news(store: Store) -> None:
    assert told(store) == []
    with store.reading() as session:
        assert news.last_changed(session) is None


def test_imported_statements_are_new_at_the_moment_of_their_import(store: Store, bring: Bring) -> None:
    bring(store, [row("a", "low"), row("b")])
    assert [(each.kind, each.statement_id, each.at, each.seq) for each in told(store)] == [
        ("new", 2, NOW, None),
        ("new", 1, NOW, None),
    ]


def test_a_changed_grade_says_what_it_was_and_who_changed_it_why(
    store: Store, bring: Bring, by: Callable[..., By]
) -> None:
    bring(store, [row("a", "low"), row("b")])
    with store.writing() as session:
        curate.grade(session, 1, Judgement("moderate", "mixed"), later(by, 1))
        curate.grade(session, 2, Judgement("high", "supports"), later(by, 2))
    first, second, *_ = told(store)
    assert (first.kind, first.statement_id, first.at) == ("grade", 2, NOW + timedelta(minutes=2))
    assert first.before == GradeThen("ungraded", "not-stated")
    assert (second.before, second.after) == (GradeThen("grade:low", "supports"), GradeThen("grade:moderate", "mixed"))
    assert (second.actor, second.reason) == ("a rater", "read again")


def test_what_leaves_level_and_direction_as_they_were_is_no_news(
    store: Store, bring: Bring, by: Callable[..., By]
) -> None:
    bring(store, [row("a", "low")])
    with store.writing() as session:
        curate.grade(session, 1, Judgement("low", "supports"), later(by, 1))
        curate.grade(session, 1, Judgement("high", kind="second"), later(by, 2, "another"))
        with curate.changing(session, 1, "reword", later(by, 3)) as changed:
            changed.text = "Tea helps a little."
    assert [each.kind for each in told(store)] == ["new"]


def test_an_import_that_changes_a_grade_is_told_like_any_other_change(store: Store, bring: Bring) -> None:
    bring(store, [row("a", "low")])
    bring(store, [row("a", "very-low")])
    assert [(each.kind, each.before and each.before.level) for each in told(store)] == [
        ("grade", "grade:low"),
        ("new", None),
    ]


def test_a_draft_is_new_when_it_is_published_and_not_before(store: Store, bring: Bring, by: Callable[..., By]) -> None:
    bring(store, [row("a"), row("b")])
    with store.writing() as session, curate.changing(session, 1, "edit", later(by, 0)) as draft:
        draft.state = "draft"
    assert [each.statement_id for each in told(store)] == [2]
    with store.writing() as session:
        publish(session, [1], later(by, 5))
    first, second = told(store)
    assert (first.kind, first.statement_id, first.at) == ("new", 1, NOW + timedelta(minutes=5))
    assert first.seq is not None
    assert second.statement_id == 2


def test_what_is_withdrawn_or_taken_back_is_told_no_more(store: Store, bring: Bring, by: Callable[..., By]) -> None:
    bring(store, [row("a"), row("b")])
    bring(store, [row("c")])
    with store.writing() as session:
        curate.withdraw(session, 1, later(by, 1))
        undo(session, 2, later(by, 2))
    assert [each.statement_id for each in told(store)] == [2]


def test_a_topic_has_the_news_of_its_statements_alone(store: Store, bring: Bring, by: Callable[..., By]) -> None:
    bring(store, [row("a", "low"), row("b", "low", topics=["coffee"]), row("c", "low", topics=["tea", "coffee"])])
    with store.writing() as session:
        curate.grade(session, 2, Judgement("high"), later(by, 1))
    assert {each.statement_id for each in told(store, "tea")} == {1, 3}
    assert [(each.kind, each.statement_id) for each in told(store, "coffee")] == [("grade", 2), ("new", 3), ("new", 2)]
    with pytest.raises(NotFound):
        told(store, "milk")


@pytest.mark.parametrize("topic", [None, "tea"])
def test_a_large_topic_is_told_as_a_small_one_is(
    store: Store, bring: Bring, by: Callable[..., By], topic: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, [row("a", "low"), row("b", "low", topics=["coffee"]), row("c", "low")])
    with store.writing() as session:
        for id_ in (1, 2, 3):
            curate.grade(session, id_, Judgement("high"), later(by, id_))
    small = told(store, topic)
    monkeypatch.setattr(news, "FEW", 0)
    assert told(store, topic) == small
    assert len(small) == (6 if topic is None else 4)


def test_no_more_than_the_newest_of_each_kind_are_told(store: Store, bring: Bring, by: Callable[..., By]) -> None:
    bring(store, [row(f"k{number}", "low") for number in range(news.MOST + 5)])
    with store.writing() as session:
        for id_ in range(1, news.MOST + 3):
            curate.grade(session, id_, Judgement("high"), later(by, id_))
    found = told(store)
    new = [each.statement_id for each in found if each.kind == "new"]
    changed = [each.statement_id for each in found if each.kind == "grade"]
    assert new == list(range(news.MOST + 5, 5, -1)), "an import does not drown changed grades, nor they it"
    assert changed == list(range(news.MOST + 2, 2, -1))


def test_a_statement_published_long_ago_keeps_the_day_on_which_it_was(
    store: Store, bring: Bring, by: Callable[..., By], monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, [row("a", "low"), row("b", "low")])
    with store.writing() as session:
        session.get_one(Statement, 2).state = "draft"
    with store.writing() as session:
        publish(session, [2], later(by, 1))
        for minutes in (2, 3):
            curate.grade(session, 1, Judgement("high" if minutes == 2 else "low"), later(by, minutes))
    published = next(each for each in told(store) if (each.kind, each.statement_id) == ("new", 2))
    monkeypatch.setattr(news, "LOOKED_AT", 2)
    assert published in told(store), "its name in a feed stays the same however much has changed since"
