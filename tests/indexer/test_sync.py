"""The index follows the store: every change once, a rebuild where that cannot help, and a check that can fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indexer.engine import Position
from indexer.open import open_engine
from indexer.sync import check, follow, rebuild, sync
from kb import curate
from kb.curate import SlotFilling
from kb.ingest.batch import Order, import_file
from tests.indexer.library import Library


def imported(library: Library, tmp_path: Path, *texts: str) -> None:
    rows = [{"origin": "more", "key": f"M{n}", "text": text, "type": "safety"} for n, text in enumerate(texts)]
    path = tmp_path / "more.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with library.store.writing() as session:
        import_file(session, Order(path, "statements"), library.by("more"))


def test_an_absent_index_is_built_and_a_second_sync_has_nothing_to_do(own_library: Library) -> None:
    shutil.rmtree(own_library.folder / "index")
    engine = open_engine(f"whoosh:{own_library.folder / 'index'}")
    assert sync(own_library.store, engine).rebuilt
    again = sync(own_library.store, engine)
    assert (again.changes, again.rebuilt) == (0, False)
    assert not check(own_library.store, engine)
    engine.close()


def test_a_change_of_one_statement_is_read_alone(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.grade(session, 25, curate.Judgement("high", "supports"), own_library.by("new"))
    done = sync(own_library.store, own_library.engine)
    assert (done.changes, done.rebuilt) == (1, False)
    assert own_library.find("", selected={"grade": ("grade:high",)}) == ["S07.3"]
    assert not check(own_library.store, own_library.engine)


def test_what_a_slot_says_can_be_found_after_the_sync(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.fill_slot(session, 25, 1, SlotFilling(None, note="a registry of zebrafish"), own_library.by("look"))
    assert own_library.find("zebrafish") == []
    sync(own_library.store, own_library.engine)
    assert own_library.find("zebrafish") == ["S07.3"]


def test_a_batch_is_read_whole(own_library: Library, tmp_path: Path) -> None:
    imported(own_library, tmp_path, "Zebrafish sleep.", "Zebrafish swim.")
    sync(own_library.store, own_library.engine)
    assert sorted(own_library.find("zebrafish")) == ["M0", "M1"]
    assert not check(own_library.store, own_library.engine)


def test_after_very_many_changes_the_index_is_built_anew_and_not_followed(
    own_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("indexer.sync.FEW", 5)
    imported(own_library, tmp_path, *(f"Zebrafish sleep {n} hours." for n in range(5)))
    assert not sync(own_library.store, own_library.engine).rebuilt
    imported(own_library, tmp_path, *(f"Zebrafish swim {n} hours." for n in range(30)))
    assert sync(own_library.store, own_library.engine).rebuilt
    assert not [each for each in caplog.records if each.levelname != "INFO"]
    assert len(own_library.find("zebrafish swim")) == 30
    assert not check(own_library.store, own_library.engine)


def test_a_withdrawn_statement_leaves_the_index(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.withdraw(session, 25, own_library.by("wrong"))
    sync(own_library.store, own_library.engine)
    assert 25 not in dict(own_library.engine.versions())
    assert not check(own_library.store, own_library.engine)


def test_the_check_names_what_is_missing_outdated_and_surplus(own_library: Library) -> None:
    with own_library.store.writing() as session:
        curate.grade(session, 25, curate.Judgement("high"), own_library.by("new"))
        curate.withdraw(session, 26, own_library.by("wrong"))
    position = own_library.engine.position()
    assert position is not None
    own_library.engine.apply([], [27], position)
    found = check(own_library.store, own_library.engine)
    assert (found.missing, found.outdated, found.surplus) == ((27,), (25,), (26,))


@pytest.mark.parametrize(
    "position",
    [
        lambda at: Position("another store", at.fingerprint, at.seq),
        lambda at: Position(at.store_id, "another analyser", at.seq),
        lambda at: Position(at.store_id, at.fingerprint, at.seq + 100),
    ],
    ids=["another store", "another analyser", "ahead of the store"],
)
def test_an_index_that_cannot_follow_is_built_anew(own_library: Library, position: object) -> None:
    at = own_library.engine.position()
    assert at is not None
    assert callable(position)
    own_library.engine.apply([], [25], position(at))
    assert sync(own_library.store, own_library.engine).rebuilt
    assert own_library.find("joint function") == ["S07.3"]
    assert not check(own_library.store, own_library.engine)


@pytest.mark.parametrize(
    "position",
    [
        lambda at: Position("another store", at.fingerprint, at.seq),
        lambda at: Position(at.store_id, "another analyser", at.seq),
        lambda at: Position(at.store_id, at.fingerprint, at.seq + 100),
        lambda at: Position(at.store_id, at.fingerprint, at.seq, "another mark"),
    ],
    ids=["another store", "another analyser", "ahead of the store", "a restored store"],
)
def test_who_only_follows_leaves_what_cannot_follow_as_it_is(own_library: Library, position: object) -> None:
    at = own_library.engine.position()
    assert at is not None
    assert callable(position)
    own_library.engine.apply([], [25], position(at))
    assert not follow(own_library.store, own_library.engine)
    assert own_library.engine.position() == position(at)
    assert 25 not in dict(own_library.engine.versions())


def test_who_only_follows_reads_one_change_and_not_very_many(
    own_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.sync.FEW", 5)
    with own_library.store.writing() as session:
        curate.withdraw(session, 25, own_library.by("wrong"))
    assert follow(own_library.store, own_library.engine)
    assert not check(own_library.store, own_library.engine)
    before = own_library.engine.position()
    imported(own_library, tmp_path, *(f"Zebrafish swim {n} hours." for n in range(30)))
    assert not follow(own_library.store, own_library.engine)
    assert own_library.engine.position() == before


def test_who_only_follows_makes_no_index(own_library: Library) -> None:
    own_library.engine.close()
    shutil.rmtree(own_library.folder / "index")
    engine = open_engine(f"whoosh:{own_library.folder / 'index'}")
    assert not follow(own_library.store, engine)
    assert not (own_library.folder / "index").exists()


def test_an_index_from_yesterday_catches_up_by_itself(own_library: Library, tmp_path: Path) -> None:
    kept = tmp_path / "yesterday"
    own_library.engine.close()
    shutil.copytree(own_library.folder / "index", kept)
    imported(own_library, tmp_path, "Zebrafish sleep.")
    with own_library.store.writing() as session:
        curate.withdraw(session, 25, own_library.by("wrong"))
    sync(own_library.store, own_library.engine)
    old = open_engine(f"whoosh:{kept}")
    done = sync(own_library.store, old)
    assert not done.rebuilt
    assert dict(old.versions()) == dict(own_library.engine.versions())
    old.close()


def test_a_rebuild_gives_the_same_answers(own_library: Library) -> None:
    before = [own_library.find(words) for words in ("kratom", "liver", "")]
    rebuild(own_library.store, own_library.engine)
    assert [own_library.find(words) for words in ("kratom", "liver", "")] == before
