"""A statement as HTML: marks, what stands open, what is folded, and that no piece lacks grade or caveats."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from kb import model
from kb.articles import read_article
from kb.curate import By
from kb.data import data_folder
from kb.graded import GradedStatement, read, read_all
from kb.ingest.demo import load_demo
from kb.meanings import CLAIM_TYPES, DIRECT_EVIDENCE, DIRECTIONS, RELATIONS, SEVERITIES, STANCES, STANDINGS
from kb.render.html import MOST_CARE_FIRST, card, page_body, passage
from kb.render.marks import joined, marked
from kb.scales import TONES
from kb.store import Store, create_store

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The data that comes with Caveat; tests only read it."""
    opened = create_store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'kb.sqlite3'}", b"key")
    with opened.writing() as session:
        load_demo(session, data_folder(), By("a test", "for a test", datetime(2026, 11, 23, tzinfo=UTC)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def statements(store: Store) -> list[GradedStatement]:
    """Every statement, in order of id."""
    with store.reading() as session:
        return list(read_all(session, DAY))


def words_of(piece: str) -> str:
    """The text of HTML, blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", piece)).split())


def plain(text: str) -> str:
    """A text as `words_of` would give it."""
    return " ".join(text.split())


def assert_whole(piece: str, statement: GradedStatement) -> None:
    """That the piece has the level's symbol and word and every caveat in full."""
    # A tag may end in the middle of a caveat; the words around it must still follow one another.
    shown = re.sub(r"\s", "", words_of(piece))
    for wanted in (
        statement.grade.level.symbol,
        statement.grade.level.label,
        *(caveat.text for caveat in statement.caveats),
    ):
        assert re.sub(r"\s", "", wanted) in shown, (statement.key, wanted)


def test_every_card_carries_grade_and_every_caveat_in_full(statements: list[GradedStatement]) -> None:
    for statement in statements:
        piece = card(statement)
        assert_whole(piece, statement)
        assert f'data-statement="{statement.id}"' in piece
        assert DIRECTIONS[statement.grade.direction].label in piece


def test_every_page_carries_grade_and_every_caveat_in_full(statements: list[GradedStatement]) -> None:
    for statement in statements:
        assert_whole(page_body(statement, (), ()), statement)


def test_every_passage_carries_grade_and_every_caveat_in_full(store: Store) -> None:
    with store.reading() as session:
        article = read_article(session, "kratom-autoimmune", DAY)
    for piece in article.passages:
        for statement in piece.statements:
            assert_whole(passage(piece), statement)


def test_a_caveat_that_belongs_to_the_grade_stands_on_its_line(statements: list[GradedStatement]) -> None:
    for statement in statements:
        judgement = re.search(r'<div class="judgement">.*?</div>', card(statement), re.DOTALL)
        assert judgement is not None
        for caveat in statement.caveats_at("grade"):
            assert plain(caveat.text) in words_of(judgement[0])


def test_a_meaning_is_not_said_twice(statements: list[GradedStatement]) -> None:
    for statement in statements:
        assert words_of(card(statement)).count(statement.grade.level.meaning) <= 1


def test_the_heading_level_is_the_one_asked_for(statements: list[GradedStatement]) -> None:
    assert '<h4 class="claim"' in card(statements[0], heading_level=4)


def test_hits_outside_the_text_are_marked_and_named(statements: list[GradedStatement]) -> None:
    statement = statements[3]
    index = next(i for i, caveat in enumerate(statement.caveats) if caveat.severity == "caution")
    marks = {"quote": [(0, 8)], f"caveat:{index}": [(0, 2)], "note:1": [(0, 12)], "title:2": [(2, 12)]}
    piece = card(statement, marks)
    assert "Matched in the source’s words, in a caveat, in a cited title, in a slot note." in piece
    assert piece.count("<mark>") == 4
    assert "<mark>experimental</mark>" in piece
    assert "<mark>systematic</mark>" in piece
    assert re.search(r'<details class="source-words" open>.*?<mark>offering</mark>', piece, re.DOTALL)
    assert re.search(r'<details class="label severity-caution"[^>]* open>', piece)


def test_a_hit_in_what_is_wanted_is_marked_in_the_empty_slot(statements: list[GradedStatement]) -> None:
    statement = next(each for each in statements if any(slot.citation is None for slot in each.slots))
    slot = next(slot for slot in statement.slots if slot.citation is None)
    assert slot.note is not None
    piece = card(statement, {f"note:{slot.position}": [(0, 6)]})
    assert f"<mark>{slot.note[:6]}</mark>" in piece


def test_many_slots_fold_but_empty_ones_and_hits_stay(statements: list[GradedStatement]) -> None:
    statement = max(statements, key=lambda each: len(each.slots))
    assert len(statement.slots) > 3
    last = statement.slots[-1].position
    piece = card(statement, {f"note:{last}": [(0, 1)]})
    folded = re.search(r'<details class="more-slots">.*?</details>', piece, re.DOTALL)
    assert folded is not None
    assert f'<li class="slot" value="{last}">' not in folded[0]
    assert "Citation needed" not in folded[0]
    assert piece.count('<li class="slot"') == len(statement.slots)


def test_a_rating_is_shown_as_stars_and_in_words(statements: list[GradedStatement]) -> None:
    judged = statements[3].judged
    assert judged is not None
    piece = card(replace(statements[3], judged=replace(judged, rating=3)))
    assert "★★★☆☆" in piece
    assert "3 of 5 stars" in piece


@given(text=some.text(max_size=40), spans=some.lists(some.tuples(some.integers(-5, 50), some.integers(-5, 50))))
def test_marking_changes_no_word(text: str, spans: list[tuple[int, int]]) -> None:
    piece = str(marked(text, spans))
    inside = piece.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in inside
    assert html.unescape(inside) == html.unescape(html.escape(text))


@given(spans=some.lists(some.tuples(some.integers(-5, 30), some.integers(-5, 30))), length=some.integers(0, 25))
def test_joined_spans_cover_the_same_places_in_order(spans: list[tuple[int, int]], length: int) -> None:
    def places(given: list[tuple[int, int]]) -> set[int]:
        return {at for start, end in given for at in range(max(start, 0), min(end, length))}

    found = list(joined(spans, length))
    assert places(found) == places(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_words_that_tables_may_hold_all_have_a_meaning() -> None:
    for allowed, known in (
        (model.DIRECTIONS, DIRECTIONS),
        (model.CLAIM_TYPES, CLAIM_TYPES),
        (model.STANCES, STANCES),
        (model.STANDINGS, STANDINGS),
        (model.SEVERITIES, SEVERITIES),
        (model.DIRECT_EVIDENCE, DIRECT_EVIDENCE),
        (model.RELATION_KINDS, RELATIONS),
    ):
        assert set(allowed) == set(known)


def test_every_tone_has_its_place_among_the_colours() -> None:
    assert sorted(MOST_CARE_FIRST) == sorted(TONES)


def test_relations_lead_to_the_other_statement(store: Store) -> None:
    with store.reading() as session:
        id_ = session.scalars(select(model.Relation.statement_id)).first()
        assert id_ is not None
        (statement,) = read(session, [id_], DAY)
    other = statement.relations[0]
    assert f'Says the same as <a href="/s/{other.other_id}">' in page_body(statement, (), ())
