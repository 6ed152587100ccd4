"""An article's text cut into passages: every character once, every word with all statements made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb.articles import cut, list_articles, read_article, read_sentence
from kb.curate import By, withdraw
from kb.data import data_folder
from kb.errors import NotFound
from kb.graded import GradedStatement, read
from kb.ingest.demo import load_demo
from kb.model import Statement
from kb.store import Store, create_store

DAY = date(2026, 11, 23)
BY = By("a test", "for a test", datetime(2026, 11, 23, tzinfo=UTC))
TEXT = "One two, three.\nFour (five) — six!\n\n7 β. "


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The data that comes with Caveat; tests only read it."""
    opened = create_store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'kb.sqlite3'}", b"key")
    with opened.writing() as session:
        load_demo(session, data_folder(), BY)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def any_statement(store: Store) -> GradedStatement:
    """A statement to give other spans to."""
    with store.reading() as session:
        return read(session, [1], DAY)[0]


Spans = list[tuple[int, int]]
spans = some.lists(some.tuples(some.integers(-3, len(TEXT) + 3), some.integers(-3, len(TEXT) + 3)), max_size=8)


def placed(base: GradedStatement, where: Spans) -> list[GradedStatement]:
    """Statements with these spans, their ids counted from 1."""
    return [replace(base, id=at, start=start, end=end) for at, (start, end) in enumerate(where, 1)]


@given(where=spans)
def test_passages_hold_every_character_once(any_statement: GradedStatement, where: Spans) -> None:
    passages = list(cut(TEXT, 0, len(TEXT), placed(any_statement, where)))
    assert "".join(passage.text for passage in passages) == TEXT
    segments = [segment for passage in passages for segment in passage.segments]
    assert [segment.end for segment in segments[:-1]] == [segment.start for segment in segments[1:]]
    assert all(segment.text == TEXT[segment.start : segment.end] for segment in segments)


@given(where=spans)
def test_every_character_knows_its_statements(any_statement: GradedStatement, where: Spans) -> None:
    for passage in cut(TEXT, 0, len(TEXT), placed(any_statement, where)):
        for segment in passage.segments:
            for at in range(segment.start, segment.end):
                covering = {id_ for id_, (start, end) in enumerate(where, 1) if start <= at < end}
                assert {statement.id for statement in segment.statements} == covering


@given(where=spans)
def test_statements_that_share_a_character_share_a_passage(any_statement: GradedStatement, where: Spans) -> None:
    held: dict[int, int] = {}
    for number, passage in enumerate(cut(TEXT, 0, len(TEXT), placed(any_statement, where))):
        for statement in passage.statements:
            assert held.setdefault(statement.id, number) == number


def test_text_without_statements_is_not_assessed_and_blanks_are_glue() -> None:
    found = [(passage.kind, passage.text) for passage in cut(TEXT, 0, len(TEXT), [])]
    assert found[0] == ("not-assessed", "One two, three.")
    assert found[1] == ("glue", "\n")
    assert {kind for kind, _ in found} == {"not-assessed", "glue"}


def test_an_empty_text_has_no_passages() -> None:
    assert list(cut("", 0, 0, [])) == []


def test_the_article_has_all_statements_in_their_places(store: Store) -> None:
    with store.reading() as session:
        article = read_article(session, "kratom-autoimmune", DAY)
    assert len(article.statements) == 66
    assert article.unplaced == ()
    assert sum(len(passage.text) for passage in article.passages) == article.length
    for passage in article.passages:
        for statement in passage.statements:
            words = "".join(segment.text for segment in passage.segments if statement in segment.statements)
            assert words == statement.quote


def test_an_unknown_article_is_not_found(store: Store) -> None:
    with store.reading() as session, pytest.raises(NotFound):
        read_article(session, "none", DAY)


def test_the_list_counts_published_statements(store: Store) -> None:
    with store.reading() as session:
        (line,) = list_articles(session, 10)
    assert (line.url, line.statements) == ("/a/kratom-autoimmune", 66)


def test_a_sentence_marks_the_other_statements_in_it_too(store: Store) -> None:
    with store.reading() as session:
        (statement,) = read(session, [4], DAY)
        sentence = read_sentence(session, statement, DAY)
    assert "".join(passage.text for passage in sentence).startswith("Kratom, an evergreen tree")
    assert [each.id for passage in sentence for each in passage.statements] == [1, 2, 3, 4]


def test_a_statement_without_a_place_has_no_sentence(store: Store, any_statement: GradedStatement) -> None:
    with store.reading() as session:
        assert read_sentence(session, replace(any_statement, start=None, end=None), DAY) == ()


def test_only_published_statements_are_marked(tmp_path: Path) -> None:
    own = create_store(f"sqlite:///{tmp_path / 'kb.sqlite3'}", b"key")
    with own.writing() as session:
        load_demo(session, data_folder(), BY)
    with own.writing() as session:
        withdraw(session, 1, BY)
        session.get_one(Statement, 2).state = "draft"
    with own.reading() as session:
        article = read_article(session, "kratom-autoimmune", DAY)
        (statement,) = read(session, [1], DAY)
        sentence = read_sentence(session, statement, DAY)
    own.close()
    assert {1, 2}.isdisjoint(each.id for each in article.statements)
    assert article.passages[0].kind == "not-assessed"
    # Its own page still shows where a withdrawn statement stood.
    assert [each.id for passage in sentence for each in passage.statements] == [1, 3, 4]
