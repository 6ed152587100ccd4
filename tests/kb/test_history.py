"""The history is one chain with a signed head, and every change to it or to the rows behind its back is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kb.curate import By, Judgement, SlotFilling, attach_caveat, fill_slot, grade, withdraw
from kb.errors import StoreUnavailable
from kb.history import GENESIS, Act, append, digest, statement_history, stored_head
from kb.model import Meta, Revision
from kb.store import Store, open_store
from kb.verify import faults

KEY = b"a key for tests"


@pytest.fixture(scope="module")
def lived_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Path:
    """The file of a store in which some things have happened: a batch's revisions, then six changes by hand."""
    path = tmp_path_factory.mktemp("lived") / "demo.sqlite3"
    shutil.copy(demo_file, path)
    demo = open_store(f"sqlite:///{path}", KEY)
    with demo.writing() as session:
        grade(session, 4, Judgement("low", "mixed"), by("a new trial", "Ann"))
        grade(session, 4, Judgement("low", "mixed", kind="second"), by("I agree", "Bob"))
        fill_slot(session, 4, 1, SlotFilling("prevete2022", "qualifies"), by("a better source"))
        attach_caveat(session, 6, "time-sensitive", by("the law moves"))
    with demo.writing() as session:
        withdraw(session, 9, by("misread"))
        grade(session, 10, Judgement("high"), by("obvious"))
    demo.close()
    return path


@pytest.fixture
def lived(lived_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own in which some things have happened."""
    path = tmp_path / "lived.sqlite3"
    shutil.copy(lived_file, path)
    opened = open_store(f"sqlite:///{path}", KEY)
    yield opened
    opened.close()


def places(store: Store, noted: str | None = None) -> list[str]:
    """Where something does not hold, in the order in which it is named."""
    with store.reading() as session:
        return [fault.place for fault in faults(session, noted)]


def head(store: Store) -> str:
    with store.reading() as session:
        found = stored_head(session)
        assert found is not None
        return found.hash


def tamper(store: Store, sql: str, **values: Any) -> None:
    """What somebody with the file and a SQLite shell can do."""
    with store.writing() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        unguard(session)
        done = session.execute(text(sql), values)
        assert done.rowcount > 0  # type: ignore[attr-defined]


def unguard(session: Session) -> None:
    """Take off what keeps grades and revisions: whoever has the file can do that too."""
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def test_an_empty_store_holds(store: Store) -> None:
    assert places(store) == []


def test_the_demo_holds(demo: Store) -> None:
    assert places(demo) == []


def test_a_store_in_which_things_happened_holds(lived: Store) -> None:
    assert places(lived) == []


def test_the_revisions_are_numbered_from_one_and_chained(lived: Store) -> None:
    with lived.reading() as session:
        chain = session.scalars(select(Revision).order_by(Revision.seq)).all()
        assert [each.seq for each in chain] == list(range(1, len(chain) + 1))
        assert [each.prev_hash for each in chain] == [GENESIS, *(each.hash for each in chain[:-1])]
        assert chain[-1].hash == head(lived)


def test_a_statements_history_begins_with_the_batch_that_brought_it(lived: Store) -> None:
    with lived.reading() as session:
        assert [each.action for each in statement_history(session, 4)] == ["import", "grade", "grade", "slot"]
        assert [each.action for each in statement_history(session, 1)] == ["import"]
        assert list(statement_history(session, 999)) == []


# What is done to the store, and where the first fault must be seen.
CHAIN: dict[str, tuple[str, str]] = {
    "a reason is changed": ("UPDATE revision SET reason = 'nothing' WHERE seq = 7", "revision 7"),
    "an actor is changed": ("UPDATE revision SET actor = 'Eve' WHERE seq = 2", "revision 2"),
    "a moment is changed": ("UPDATE revision SET at = '2020-01-01 00:00:00.000000' WHERE seq = 8", "revision 8"),
    "what was before is changed": ("UPDATE revision SET before = '{}' WHERE seq = 9", "revision 9"),
    "what was after is changed": ("UPDATE revision SET after = NULL WHERE seq = 9", "revision 9"),
    "an action is changed": ("UPDATE revision SET action = 'x' WHERE seq = 1", "revision 1"),
    "a subject is changed": ("UPDATE revision SET subject = 'statement:1' WHERE seq = 7", "revision 7"),
    "a batch is changed": ("UPDATE revision SET batch_id = NULL WHERE seq = 1", "revision 1"),
    "a hash is changed": (f"UPDATE revision SET hash = '{'1' * 64}' WHERE seq = 5", "revision 5"),
    "a link is changed": (f"UPDATE revision SET prev_hash = '{'1' * 64}' WHERE seq = 5", "revision 5"),
    "the first is removed": ("DELETE FROM revision WHERE seq = 1", "revision 1"),
    "one in the middle is removed": ("DELETE FROM revision WHERE seq = 7", "revision 7"),
    "two are exchanged": (
        "UPDATE revision SET seq = CASE seq WHEN 7 THEN -8 ELSE -7 END WHERE seq IN (7, 8)",
        "revision 1",
    ),
    "the last is cut off": ("DELETE FROM revision WHERE seq = (SELECT max(seq) FROM revision)", "head"),
    "the end is cut off": ("DELETE FROM revision WHERE seq > 7", "head"),
    "all are removed": ("DELETE FROM revision", "head"),
    "the head is removed": ("DELETE FROM meta WHERE name = 'history-head'", "head"),
    "the head is no JSON": ("UPDATE meta SET value = 'x' WHERE name = 'history-head'", "head"),
    "the head is a list": ("UPDATE meta SET value = '[]' WHERE name = 'history-head'", "head"),
    "the head's signature is not ASCII": (
        """UPDATE meta SET value = '{"count": 1, "hash": "β", "signature": "ß"}' WHERE name = 'history-head'""",
        "head",
    ),
}


@pytest.mark.parametrize("name", CHAIN)
def test_a_change_to_the_history_is_found_and_named_first(lived: Store, name: str) -> None:
    sql, place = CHAIN[name]
    tamper(lived, sql)
    assert places(lived)[0] == place


def test_revisions_that_change_places_are_found(lived: Store) -> None:
    tamper(lived, "UPDATE revision SET seq = CASE seq WHEN 7 THEN -8 ELSE -7 END WHERE seq IN (7, 8)")
    tamper(lived, "UPDATE revision SET seq = -seq WHERE seq < 0")
    assert places(lived)[0] == "revision 7"


def test_a_broken_chain_vouches_for_no_row(lived: Store) -> None:
    tamper(lived, "UPDATE revision SET reason = 'nothing' WHERE seq = 3")
    assert places(lived) == ["revision 3"]


ROWS: dict[str, tuple[str, str | tuple[str, ...]]] = {
    "a statement's words": ("UPDATE statement SET text = 'It helps.' WHERE id = 1", "statement:1"),
    "the words of one that has a history": ("UPDATE statement SET text = 'It helps.' WHERE id = 4", "statement:4"),
    "a state": ("UPDATE statement SET state = 'published', withdrawn_reason = NULL WHERE id = 9", "statement:9"),
    "a span": ("UPDATE statement SET start = start + 1 WHERE id = 2", "statement:2"),
    "a day of search": ("UPDATE statement SET searched_on = '2020-01-01' WHERE id = 3", "statement:3"),
    "a review date": ("UPDATE statement SET review_due = '2099-01-01' WHERE id = 3", "statement:3"),
    "a seal": (f"UPDATE statement SET content_hash = '{'0' * 64}' WHERE id = 2", "statement:2"),
    "a seal of one that has a history": (
        f"UPDATE statement SET content_hash = '{'0' * 64}' WHERE id = 4",
        "statement:4",
    ),
    "a level": (
        "UPDATE grade SET level = 'high' WHERE id = (SELECT current_grade_id FROM statement WHERE id = 5)",
        "statement:5",
    ),
    "a rationale": (
        "UPDATE grade SET rationale = '' WHERE id = (SELECT current_grade_id FROM statement WHERE id = 5)",
        "statement:5",
    ),
    "a grade that was superseded": (
        "UPDATE grade SET rationale = 'x' WHERE id = (SELECT min(id) FROM grade WHERE statement_id = 4)",
        "statement:4",
    ),
    "a second rating": ("DELETE FROM grade WHERE statement_id = 4 AND kind = 'second'", "statement:4"),
    "which grade is current": (
        "UPDATE statement SET current_grade_id = (SELECT min(id) FROM grade WHERE statement_id = 4) WHERE id = 4",
        "statement:4",
    ),
    "a rater's name": ("UPDATE person SET name = 'Eve' WHERE name = 'Bob'", "statement:4"),
    "a slot's citation": (
        "UPDATE citation_slot SET citation_id = NULL WHERE statement_id = 1 AND position = 1",
        "statement:1",
    ),
    "a slot": ("DELETE FROM citation_slot WHERE statement_id = 2 AND position = 2", "statement:2"),
    "an attached caveat": ("DELETE FROM statement_caveat WHERE statement_id = 3", "statement:3"),
    "a topic": ("DELETE FROM statement_topic WHERE statement_id = 1", "statement:1"),
    "a topic's name": ("UPDATE topic SET name = 'tea' WHERE name = 'legal status'", ("statement:", "topic:")),
    "a relation": ("DELETE FROM relation WHERE rowid = (SELECT min(rowid) FROM relation)", "statement:"),
    "a citation": ("UPDATE citation SET csl = '{}' WHERE id = 1", "citation:1"),
    "a citation's title": ("UPDATE citation SET title = 'Proof!' WHERE id = 1", "citation:1"),
    "a citation's DOI": ("UPDATE citation SET doi = '10.1/x' WHERE id = 1", "citation:1"),
    "a citation's standing": ("UPDATE citation SET standing = 'retracted' WHERE id = 1", "citation:1"),
    "what was not checked": ("UPDATE citation SET unchecked = '[]' WHERE id = 1", "citation:1"),
    "a caveat": ("UPDATE caveat SET text = 'All is well.' WHERE id = 1", "caveat:1"),
    "a caveat's severity": ("UPDATE caveat SET severity = 'note' WHERE code = 'liver'", "caveat:"),
    "what a caveat rests on": ("DELETE FROM caveat_citation WHERE caveat_id = 1", "caveat:1"),
    "an article's text": ("UPDATE article SET text = text || ' Buy it.'", "article:1"),
    "an article's title": ("UPDATE article SET title = 'x'", "article:1"),
    "an article's caveat": ("INSERT INTO article_caveat (article_id, caveat_id) VALUES (1, 1)", "article:1"),
    "a topic's caveat": ("DELETE FROM topic_caveat WHERE rowid = (SELECT min(rowid) FROM topic_caveat)", "topic:"),
    "all caveats of a topic": ("DELETE FROM topic_caveat WHERE topic_id = 1", "topic:1"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_change_behind_the_history_is_found_where_it_is(lived: Store, name: str) -> None:
    sql, place = ROWS[name]
    tamper(lived, sql)
    found = places(lived)
    assert found
    assert all(each.startswith(place) for each in found)


def remove_statement(store: Store, id_: int) -> None:
    with store.writing() as session:
        unguard(session)
        for table in ("citation_slot", "statement_topic", "statement_caveat", "grade", "change"):
            session.execute(text(f"DELETE FROM {table} WHERE statement_id = {id_}"))
        session.execute(text(f"DELETE FROM relation WHERE statement_id = {id_} OR other_id = {id_}"))
        session.execute(text(f"DELETE FROM statement WHERE id = {id_}"))


def test_a_statement_that_is_gone_is_missed_in_its_batch(lived: Store) -> None:
    remove_statement(lived, 1)
    assert places(lived) == ["batch:4"]


def test_a_statement_with_a_history_that_is_gone_is_missed_by_name(lived: Store) -> None:
    remove_statement(lived, 10)
    assert "statement:10" in places(lived)


@pytest.mark.parametrize("batch", ["4", "1", "NULL"])
def test_a_statement_that_was_slipped_in_is_found(lived: Store, batch: str) -> None:
    columns = (
        "origin, article_id, type, text, direct_evidence, remarks, state, version, content_hash, current_grade_id, key"
    )
    copied = columns.removesuffix(", key")
    tamper(
        lived,
        f"INSERT INTO statement ({columns}, batch_id) SELECT {copied}, 'slipped', {batch} FROM statement WHERE id = 1",
    )
    assert any(place in ("statement:67", f"batch:{batch}") for place in places(lived))


def test_a_citation_that_was_slipped_in_is_found(lived: Store) -> None:
    tamper(
        lived,
        "INSERT INTO citation (key, csl, title, standing, unchecked, content_hash) "
        "SELECT 'slipped', csl, title, standing, unchecked, content_hash FROM citation WHERE id = 1",
    )
    assert "citation:58" in places(lived)


def test_a_topic_that_is_gone_with_its_caveats_is_missed(lived: Store) -> None:
    for table in ("topic_caveat", "statement_topic"):
        tamper(lived, f"DELETE FROM {table} WHERE topic_id = 1")
    tamper(lived, "DELETE FROM topic WHERE id = 1")
    assert "topic:1" in places(lived)


def test_a_head_that_was_noted_earlier_must_be_part_of_the_history(demo: Store, by: Callable[..., By]) -> None:
    noted = head(demo)
    with demo.writing() as session:
        withdraw(session, 1, by("wrong"))
    assert places(demo, noted) == []
    assert places(demo, head(demo)) == []
    assert places(demo, GENESIS) == []
    assert places(demo, "f" * 64) == ["head"]


def test_a_history_that_was_written_anew_with_the_key_is_found_by_the_noted_head(
    lived: Store, by: Callable[..., By]
) -> None:
    noted = head(lived)
    tamper(lived, "DELETE FROM revision WHERE seq > 5")
    with lived.writing() as session:
        session.delete(session.get_one(Meta, "history-head"))
        session.flush()
        session.expunge_all()
        before = session.scalars(select(Revision).where(Revision.seq == 5)).one()
        forged = {"count": 5, "hash": before.hash, "signature": ""}
        session.add(Meta(name="history-head", value=json.dumps(forged)))
    with pytest.raises(StoreUnavailable, match="not signed"), lived.writing() as session:
        withdraw(session, 1, by("to have it signed"))
    assert "head" in places(lived, noted)


def test_a_forged_head_is_not_made_good_by_the_next_change(lived: Store, by: Callable[..., By]) -> None:
    tamper(lived, "DELETE FROM revision WHERE seq > 7")
    with lived.writing() as session:
        last = session.get_one(Revision, 7)
        row = session.get_one(Meta, "history-head")
        row.value = json.dumps({**json.loads(row.value), "count": 7, "hash": last.hash})
    refused = pytest.raises(StoreUnavailable, match=r"not signed with this KB_SECRET_KEY.*kb verify")
    with refused, lived.writing() as session:
        withdraw(session, 1, by("wrong"))
    assert places(lived)[0] == "head"


def test_another_key_neither_verifies_nor_writes(lived: Store, by: Callable[..., By], tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'lived.sqlite3'}", b"another key")
    assert places(other) == ["head"]
    with pytest.raises(StoreUnavailable, match="nothing was changed"), other.writing() as session:
        withdraw(session, 1, by("wrong"))
    other.close()
    assert places(lived) == []


def test_appending_nothing_changes_nothing(demo: Store, by: Callable[..., By]) -> None:
    before = head(demo)
    with demo.writing() as session:
        assert append(session, [], "a tester", by().at).hash == before
    assert head(demo) == before


def test_several_acts_are_chained_in_their_order(store: Store, by: Callable[..., By]) -> None:
    acts = [Act("test", f"thing:{at}", None, {"at": at}, "why") for at in range(3)]
    with store.writing() as session:
        assert append(session, acts, "a tester", by().at).count == 3
    with store.reading() as session:
        subjects = session.scalars(select(Revision.subject).order_by(Revision.seq)).all()
        assert subjects == ["thing:0", "thing:1", "thing:2"]
        assert session.scalar(select(func.count()).select_from(Revision)) == 3


def test_a_digest_depends_on_what_is_in_it_and_on_the_order() -> None:
    assert digest([(1, "a"), (2, "b")]) != digest([(2, "b"), (1, "a")])
    assert digest([(1, "a"), (2, "b")]) != digest([(1, "a")])
    assert digest([]) == digest([])


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE statement SET version = 9 WHERE id = 30", "statement:30"),
        ("UPDATE statement SET version = 1", "statement:"),
        ("UPDATE batch SET actor = 'nobody' WHERE id = 4", "batch:4"),
        ("UPDATE batch SET file = 'other.jsonl' WHERE id = 4", "batch:4"),
        ("UPDATE batch SET sha256 = 'x' WHERE id = 4", "batch:4"),
        ("UPDATE citation SET csl = '{bad' WHERE id = 3", "citations after 0"),
        ("UPDATE grade SET profile = '{bad' WHERE statement_id = 30", "statements after "),
        ("UPDATE revision SET after = '{bad' WHERE seq = 2", "history"),
    ],
)
def test_what_only_programs_read_is_vouched_for_too(lived: Store, sql: str, place: str) -> None:
    tamper(lived, sql)
    assert any(each.startswith(place) for each in places(lived))


def test_a_store_that_lost_its_number_is_refused_with_the_cure(lived_file: Path, tmp_path: Path) -> None:
    shutil.copy(lived_file, tmp_path / "copy.sqlite3")
    store = open_store(f"sqlite:///{tmp_path / 'copy.sqlite3'}", KEY)
    tamper(store, "DELETE FROM meta")
    store.close()
    with pytest.raises(StoreUnavailable, match="Restore it from a backup"):
        open_store(f"sqlite:///{tmp_path / 'copy.sqlite3'}", KEY)
