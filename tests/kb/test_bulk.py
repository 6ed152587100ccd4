"""Rows that go in by bulk are the rows that SQLAlchemy would have written, and new statements are sealed as stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from kb.bulk import BulkInsert
from kb.content import content_hash, statement_content, statement_hash
from kb.curate import By
from kb.ingest.batch import Order, import_file
from kb.loading import load
from kb.model import Statement, Topic
from kb.store import Store

COLUMNS = (
    *("origin", "key", "text", "type", "direct_evidence", "searched_on", "remarks", "state", "version"),
    "content_hash",
)


def rows(count: int) -> list[tuple[Any, ...]]:
    return [
        (
            "o",
            f"k{n}",
            f"α {n}",
            "safety",
            "direct",
            date(2026, 1, 1 + n % 28) if n % 2 else None,
            [f"r{n}"] * (n % 3),
            "published",
            1,
            "",
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 110, 111, 112, 1000])
def test_bulk_writes_what_an_ordinary_insert_writes(store: Store, count: int) -> None:
    with store.writing() as session:
        BulkInsert(session, Statement, COLUMNS)(rows(count))
        in_bulk = session.execute(select(*(getattr(Statement, name) for name in COLUMNS))).all()
        session.rollback()
    with store.writing() as session:
        if count:
            session.execute(insert(Statement), [dict(zip(COLUMNS, row, strict=True)) for row in rows(count)])
        ordinary = session.execute(select(*(getattr(Statement, name) for name in COLUMNS))).all()
        session.rollback()
    assert len(in_bulk) == count
    assert in_bulk == ordinary


@pytest.mark.parametrize("columns", [("name", "id"), ("name", "nonsense")])
def test_columns_in_another_order_than_the_tables_are_refused(store: Store, columns: tuple[str, ...]) -> None:
    with store.writing() as session, pytest.raises(ValueError, match="order"):
        BulkInsert(session, Topic, columns)


def test_a_column_with_a_default_of_pythons_is_not_left_out(store: Store) -> None:
    with store.writing() as session, pytest.raises(ValueError, match="version"):
        BulkInsert(session, Statement, [name for name in COLUMNS if name != "version"])


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40)


@given(
    text=TEXT,
    remarks=st.lists(TEXT, max_size=3),
    topics=st.lists(TEXT, max_size=3),
    rating=st.none() | st.integers(1, 5),
    start=st.none() | st.integers(0, 2**31),
)
def test_the_quick_hash_is_the_hash(
    text: str, remarks: list[str], topics: list[str], rating: int | None, start: int | None
) -> None:
    grade = {"scale": "grade", "rating": rating, "rationale": text, "profile": None}
    content = {"text": text, "remarks": remarks, "topics": topics, "span": [start, None], "grade": grade}
    for more in ({}, {"grade": None}, {"grade": {**grade, "profile": {"start": "high", "half": 1e-7}}}):
        whole = {**content, **more, "other_grades": []}
        assert statement_hash(whole) == content_hash(whole)


def test_half_a_surrogate_pair_is_hashed_all_the_same() -> None:
    content = {"text": "\ud800", "grade": None, "other_grades": []}
    assert statement_hash(content) == content_hash(content)


def test_new_statements_are_sealed_by_what_is_stored_of_them(demo: Store) -> None:
    with demo.reading() as session:
        ids = list(session.scalars(select(Statement.id)))
        assert len(ids) == 66
        for record in load(session, ids):
            assert record.content_hash == content_hash(statement_content(record))


def test_a_table_of_every_field_is_sealed_too(store: Store, by: Callable[..., By], tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "origin,key,text,type,grade,direction,rationale,topics,citations,population,quote,direct_evidence\n"
        "o,1,α — β,efficacy,grade:low,supports,why,b; a; b,PMID 123; doi:10.1000/X,adults,q,indirect\n"
        "o,2,y,safety,,,,,,,,\n"
    )
    at = datetime(2026, 11, 23, 23, 59, 59, 123456, tzinfo=UTC)
    with store.writing() as session:
        assert import_file(session, Order(path, "statements"), by(at=at)).new == 2
    with store.reading() as session:
        one, two = load(session, [1, 2])
        for record in (one, two):
            assert record.content_hash == content_hash(statement_content(record))
    assert [slot.citation.key for slot in one.slots if slot.citation] == ["pmid:123", "doi:10.1000/x"]
    assert one.judged is not None
    assert (one.topics, two.slots[0].citation) == (("a", "b"), None)
