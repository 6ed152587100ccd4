"""The chain is read by the quick way and by two processes, and says what the exact way in one process says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kb import chain, verify
from kb.beside import beside
from kb.chain import read_stretch
from kb.curate import By, Judgement, grade, withdraw
from kb.history import Act, append
from kb.model import Revision, Statement
from kb.store import Store, create_store, open_store
from kb.verify import faults, statement_members

KEY = b"a key for tests"
PECULIAR: dict[str, Any] = {
    "small": 1e-07,
    "large": 1e22,
    "whole": 2.0,
    "wide": 2**70,
    "half a pair": "\ud800 β",
    "β⊕": "Übergewicht — ẞ\u2028\x7f\x1f",
    "": [None, True, {"b": 0.1, "a": -0.0}],
}


@pytest.fixture(scope="module")
def peculiar_file(tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Path:
    """The file of a store whose revisions hold what JSON writers disagree about."""
    path = tmp_path_factory.mktemp("peculiar") / "store.sqlite3"
    store = create_store(f"sqlite:///{path}", KEY)
    acts = [Act("test", f"thing:{n}", {"n": n}, {"content_hash": "", **PECULIAR}, "Übung — β") for n in range(6)]
    with store.writing() as session:
        append(session, acts, "Åsa", by().at)
    store.close()
    return path


@pytest.fixture
def peculiar(peculiar_file: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(peculiar_file, tmp_path / "store.sqlite3")
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", KEY)
    yield store
    store.close()


def tamper(store: Store, *statements: str) -> None:
    """What somebody with the file can do, who has taken the guards off first."""
    with store.writing() as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        for sql in statements:
            # Past `text`, which takes a colon before a letter for the name of a value.
            assert session.connection().exec_driver_sql(sql).rowcount > 0


def chain_fault(session: Session) -> str | None:
    last = session.scalar(select(func.max(Revision.seq))) or 0
    found = read_stretch(session, 1, last, None).fault
    return found.place if found else None


def test_a_revision_that_holds_fractions_half_pairs_and_wide_numbers_holds(peculiar: Store) -> None:
    with peculiar.reading() as session:
        assert chain_fault(session) is None


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("1e-07", "2e-07"),
        ("1e+22", "1.0000000000000002e22"),
        ("2.0", "2"),
        ("-0.0", "0.0"),
        ("-0.0", "0"),
        (str(2**70), str(2**70 + 1)),
        (str(2**70), "1.1805916207174113e21"),
        ("\\ud800", "\\ud801"),
        ("\\u1e9e", "ss"),
        ("null", "false"),
        ("true", "1"),
    ],
)
def test_tampering_with_what_json_writers_disagree_about_is_found(peculiar: Store, said: str, instead: str) -> None:
    tamper(peculiar, f"UPDATE revision SET after = replace(after, '{said}', '{instead}') WHERE seq = 3")
    with peculiar.reading() as session:
        assert session.scalar(text("SELECT count(DISTINCT after) FROM revision")) == 2
        assert chain_fault(session) == "revision 3"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path_factory.mktemp('filling') / 'store.sqlite3'}", KEY)
    yield store
    store.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.dictionaries(st.text(), VALUES), after=st.dictionaries(st.text(), VALUES))
def test_whatever_a_revision_holds_it_holds(
    filling: Store, by: Callable[..., By], before: dict[str, Any], after: dict[str, Any]
) -> None:
    with filling.writing() as session:
        seq = append(session, [Act("test", "thing:1", before, after, "why")], "a tester", by().at).count
    with filling.reading() as session:
        found = read_stretch(session, seq, seq, None)
        assert (found.fault, found.count) == (None, 1)


@pytest.fixture(scope="module")
def lived_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Path:
    """The file of the demo in which every statement was judged anew, and one taken back."""
    path = tmp_path_factory.mktemp("halves") / "demo.sqlite3"
    shutil.copy(demo_file, path)
    demo = open_store(f"sqlite:///{path}", KEY)
    with demo.writing() as session:
        for id_ in session.scalars(select(Statement.id).order_by(Statement.id)).all():
            grade(session, id_, Judgement("low", "mixed"), by("a new trial", "Ann"))
        withdraw(session, 9, by("misread"))
    demo.close()
    return path


@pytest.fixture
def lived(lived_file: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(lived_file, tmp_path / "demo.sqlite3")
    store = open_store(f"sqlite:///{tmp_path / 'demo.sqlite3'}", KEY)
    yield store
    store.close()


def in_two(store: Store, monkeypatch: pytest.MonkeyPatch, noted: str | None = None, worth: int = 0) -> list[str]:
    """Where two processes find something that does not hold."""
    for module in (chain, verify):
        monkeypatch.setattr(module, "WORTH_IT", worth)
        monkeypatch.setattr(module, "two_cores", lambda: True)
    with store.reading() as session:
        return [fault.place for fault in faults(session, noted)]


def halves(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What two processes find, which must be what one finds."""
    found = in_two(store, monkeypatch)
    assert found == in_two(store, monkeypatch, worth=1 << 60)
    return found


def middle(store: Store) -> int:
    with store.reading() as session:
        return (session.scalar(select(func.max(Revision.seq))) or 0) // 2


def test_a_second_process_reads_half_of_the_chain_and_of_the_statements(lived: Store) -> None:
    seam = middle(lived)
    with lived.reading() as session:
        with beside(session, read_stretch, seam + 1, 2 * seam, None) as answer:
            there = answer()
        assert there == read_stretch(session, seam + 1, 2 * seam, None)
        with beside(session, statement_members, 30, 50) as members:
            assert [each[0] for each in members() or []] == list(range(31, 51))


def test_two_processes_find_a_sound_store_sound(lived: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert halves(lived, monkeypatch) == []


def test_what_is_written_meanwhile_accuses_nobody(
    lived: Store, monkeypatch: pytest.MonkeyPatch, by: Callable[..., By]
) -> None:
    monkeypatch.setattr(verify, "WORTH_IT", 0)
    monkeypatch.setattr(verify, "two_cores", lambda: True)
    with lived.reading() as session:
        later = session.scalars(select(Statement.id).order_by(Statement.id)).all()[-2:]
        for id_ in later:
            with lived.writing() as writing:
                grade(writing, id_, Judgement("low", "mixed"), by("while it is verified"))
        assert list(faults(session)) == []


@pytest.mark.parametrize("at", [-20, 0, 1, 20])
def test_two_processes_find_what_one_finds_on_both_sides_of_the_seam(
    lived: Store, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    seq = middle(lived) + at
    tamper(lived, f"UPDATE revision SET reason = 'nothing' WHERE seq = {seq}")
    assert halves(lived, monkeypatch) == [f"revision {seq}"]


@pytest.mark.parametrize("at", [0, 1])
def test_a_revision_missing_beside_the_seam_is_named(lived: Store, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    seq = middle(lived) + at
    tamper(lived, f"DELETE FROM revision WHERE seq = {seq}")
    assert halves(lived, monkeypatch) == [f"revision {seq}"]


def test_a_history_whose_halves_do_not_follow_each_other_is_found(
    lived: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = middle(lived) + 1
    tamper(lived, f"UPDATE revision SET prev_hash = '{'1' * 64}' WHERE seq = {seq}")
    assert halves(lived, monkeypatch) == [f"revision {seq}"]


def test_what_cannot_be_read_in_the_later_half_is_told_by_the_first_process(
    lived: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(lived, f"UPDATE revision SET after = '{{bad' WHERE seq = {middle(lived) + 5}")
    assert halves(lived, monkeypatch) == ["history"]


def test_a_statement_of_the_later_half_that_was_changed_is_found(lived: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(lived, "UPDATE statement SET text = 'It helps.' WHERE id = 60", "DELETE FROM grade WHERE statement_id = 61")
    assert halves(lived, monkeypatch) == ["statement:60", "statement:61"]


def test_a_statement_of_the_later_half_that_cannot_be_read_ends_the_reading_there(
    lived: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(lived, "UPDATE grade SET profile = '{bad' WHERE statement_id = 60")
    (place,) = in_two(lived, monkeypatch)
    assert place.startswith("statements after ")
    # The earlier half could be read.
    assert place != "statements after 0"


def test_a_head_that_was_noted_is_found_in_either_half(lived: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with lived.reading() as session:
        hashes = session.scalars(select(Revision.hash).order_by(Revision.seq)).all()
    for noted in (hashes[2], hashes[-2]):
        assert in_two(lived, monkeypatch, noted) == []
    assert in_two(lived, monkeypatch, "f" * 64) == ["head"]
