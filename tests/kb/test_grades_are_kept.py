"""Whether grades and revisions stay for ever: every way to change or delete one is refused, and it stays as it was.

The store itself refuses, so these ways go straight through the session and past it. The refusal is said in our words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached

from kb.curate import By, Judgement, grade
from kb.errors import KeptForEver
from kb.model import Grade, Revision, Statement
from kb.store import KEPT, Store
from tests.kb.audit.library import filled, graded, statement

Kept = type[Grade] | type[Revision]
Way = Callable[[Session, Kept], object]

NUMBER = {Grade: "id", Revision: "seq"}
WORDS = {Grade: "rationale", Revision: "reason"}


def first(session: Session, kept: Kept) -> Any:
    return session.scalars(select(kept).order_by(text(NUMBER[kept]))).first()


def values(session: Session, kept: Kept) -> dict[str, Any]:
    """The first row as it is, with other words."""
    row = first(session, kept)
    return {each.name: getattr(row, each.name) for each in kept.__table__.columns} | {WORDS[kept]: "other words"}


def by_attribute(session: Session, kept: Kept) -> None:
    setattr(first(session, kept), WORDS[kept], "other words")
    session.flush()


def by_commit(session: Session, kept: Kept) -> None:
    setattr(first(session, kept), WORDS[kept], "other words")
    session.commit()


def by_delete(session: Session, kept: Kept) -> None:
    session.delete(first(session, kept))
    session.flush()


def by_merge(session: Session, kept: Kept) -> None:
    session.merge(kept(**values(session, kept)))
    session.flush()


def by_detached_row(session: Session, kept: Kept) -> None:
    found = values(session, kept)
    session.expunge_all()
    row = kept(**found)
    make_transient_to_detached(row)
    session.add(row)
    setattr(row, WORDS[kept], "still others")
    session.flush()


def by_bulk_update(session: Session, kept: Kept) -> None:
    session.execute(update(kept).values({WORDS[kept]: "other words"}))


def by_bulk_update_of_nothing_new(session: Session, kept: Kept) -> None:
    session.execute(update(kept).values({WORDS[kept]: getattr(kept, WORDS[kept])}))


def by_update_of_many(session: Session, kept: Kept) -> None:
    number = NUMBER[kept]
    session.execute(update(kept), [{number: getattr(first(session, kept), number), WORDS[kept]: "other words"}])


def by_update_of_the_number(session: Session, kept: Kept) -> None:
    number = NUMBER[kept]
    session.execute(update(kept).values({number: getattr(kept, number) + 1000}))


def by_mappings(session: Session, kept: Kept) -> None:
    number = NUMBER[kept]
    wanted = {number: getattr(first(session, kept), number), WORDS[kept]: "other words"}
    session.bulk_update_mappings(kept.__mapper__, [wanted])


def by_bulk_delete(session: Session, kept: Kept) -> None:
    session.execute(delete(kept))


def by_old_query(session: Session, kept: Kept) -> None:
    session.query(kept).delete()


def by_sql_update(session: Session, kept: Kept) -> None:
    session.execute(text(f"UPDATE {kept.__tablename__} SET {WORDS[kept]} = 'other words'"))


def by_sql_delete(session: Session, kept: Kept) -> None:
    session.execute(text(f"DELETE FROM {kept.__tablename__}"))


def by_executemany(session: Session, kept: Kept) -> None:
    said = text(f"UPDATE {kept.__tablename__} SET {WORDS[kept]} = :words WHERE {NUMBER[kept]} = :number")
    session.connection().execute(said, [{"words": "other words", "number": number} for number in (1, 2)])


def by_replace(session: Session, kept: Kept) -> None:
    session.execute(insert(kept).prefix_with("OR REPLACE"), [values(session, kept)])


def by_upsert(session: Session, kept: Kept) -> None:
    found = values(session, kept)
    said = upsert(kept).values(found)
    session.execute(said.on_conflict_do_update(index_elements=[NUMBER[kept]], set_={WORDS[kept]: "other words"}))


def by_update_or_replace(session: Session, kept: Kept) -> None:
    number = NUMBER[kept]
    session.execute(text(f"UPDATE OR REPLACE {kept.__tablename__} SET {number} = 2 WHERE {number} = 1"))


def by_the_driver(session: Session, kept: Kept) -> None:
    session.connection().exec_driver_sql(f"UPDATE {kept.__tablename__} SET {WORDS[kept]} = 'other words'")


WAYS: tuple[Way, ...] = (
    by_attribute,
    by_commit,
    by_delete,
    by_merge,
    by_detached_row,
    by_bulk_update,
    by_bulk_update_of_nothing_new,
    by_update_of_many,
    by_update_of_the_number,
    by_mappings,
    by_bulk_delete,
    by_old_query,
    by_sql_update,
    by_sql_delete,
    by_executemany,
    by_replace,
    by_upsert,
    by_update_or_replace,
    by_the_driver,
)


@pytest.fixture(scope="module")
def kept_store(tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Iterator[Store]:
    """A store with two statements, three grades and two revisions."""
    folder = tmp_path_factory.mktemp("kept")
    store = filled(folder, [statement(key, grade=graded("low")) for key in ("S1", "S2")])
    with store.writing() as session:
        grade(session, 1, Judgement("moderate", "supports"), by("Read again."))
    yield store
    store.close()


@pytest.mark.parametrize("kept", [Grade, Revision])
@pytest.mark.parametrize("way", WAYS)
def test_no_way_changes_or_deletes_what_is_kept(way: Way, kept: Kept, kept_store: Store, everything: Any) -> None:
    before = everything(kept_store)
    assert len(before[kept.__tablename__]) > 1
    with pytest.raises(KeptForEver) as refused, kept_store.writing() as session:
        way(session, kept)
    assert everything(kept_store) == before
    assert "Nothing was changed" in refused.value.message
    assert refused.value.place
    assert refused.value.cure
    assert (refused.value.exit_code, refused.value.http_status) == (3, 500)


@pytest.mark.parametrize("kept", [Grade, Revision])
def test_a_reader_cannot_either(kept: Kept, kept_store: Store, everything: Any) -> None:
    before = everything(kept_store)
    with pytest.raises(KeptForEver), kept_store.reading() as session:
        by_bulk_delete(session, kept)
    assert everything(kept_store) == before


def test_what_was_done_before_in_the_same_change_is_undone_with_it(
    kept_store: Store, everything: Any, by: Callable[..., By]
) -> None:
    def grade_and_overwrite(session: Session) -> None:
        grade(session, 2, Judgement("high", "supports"), by("Another look."))
        by_sql_update(session, Grade)

    before = everything(kept_store)
    with pytest.raises(KeptForEver), kept_store.writing() as session:
        grade_and_overwrite(session)
    assert everything(kept_store) == before


def test_a_statement_cannot_be_deleted_from_under_its_grades(kept_store: Store, everything: Any) -> None:
    before = everything(kept_store)
    with pytest.raises(IntegrityError), kept_store.writing() as session:
        session.execute(delete(Statement))
    assert everything(kept_store) == before


@pytest.mark.parametrize("table", ["grade", "revision"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid"])
def test_another_program_is_refused_too(table: str, change: str, tmp_path: Path) -> None:
    """The triggers lie in the file: whatever opens it meets them, as long as it does not take them away."""
    filled(tmp_path, [statement("S1", grade=graded("low"))]).close()
    with (
        closing(sqlite3.connect(tmp_path / "store.sqlite3")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="|".join(KEPT)),
    ):
        connection.execute(change.format(table))


def test_a_grade_and_a_revision_can_still_be_added(kept_store: Store, by: Callable[..., By]) -> None:
    """The guards refuse what they are for, and nothing else."""
    with kept_store.writing() as session:
        counts = [len(session.scalars(select(kept)).all()) for kept in (Grade, Revision)]
        grade(session, 2, Judgement("high", "supports"), by("Another look."))
        assert [len(session.scalars(select(kept)).all()) for kept in (Grade, Revision)] == [n + 1 for n in counts]
