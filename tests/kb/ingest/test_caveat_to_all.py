"""A caveat attached to many statements at once, or taken off: as one by one, in one batch, undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import curate
from kb.changes import last_change
from kb.errors import Conflict, InputError, NotFound
from kb.graded import read, read_all
from kb.history import statement_history
from kb.ingest import caveat_to_all
from kb.ingest.caveat_to_all import ATTACH, DETACH, Done, change_all, mark_of, reach
from kb.ingest.undo import batches, undo
from kb.records import CHUNK
from kb.render.json import as_json
from kb.store import Store
from kb.verify import faults
from tests.kb.audit.library import DAY, filled, graded, someone, statement

COUNT = CHUNK + 2
ALL = list(range(1, COUNT + 1))
CAVEATS = [
    {"code": code, "severity": "caution", "kind": "evidence", "text": f"Mind {code}."} for code in ("mind", "rest")
]


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Store]:
    """More statements than are changed at a time; the second has the caveat already."""
    rows = [statement(f"{number:04}", grade=graded("low")) for number in ALL]
    rows[1]["caveats"] = ["mind", "rest"]
    rows[2]["relations"] = [{"other": "0001", "kind": "contradicts"}]
    store = filled(tmp_path, rows, caveats=CAVEATS)
    yield store
    store.close()


def seen(store: Store) -> list[dict[str, Any]]:
    with store.reading() as session:
        assert list(faults(session)) == []
        return [{**as_json(each), "version": 0} for each in read_all(session, DAY)]


def change(store: Store, ids: list[int], act: str = ATTACH, code: str = "mind") -> Done:
    with store.writing() as session:
        return change_all(session, ids, act, code, "/search?q=says", someone("for all"))


def test_all_that_lack_it_get_it_in_one_batch_and_its_undoing_takes_it_off_again(many: Store) -> None:
    before = seen(many)
    done = change(many, ALL)
    assert (done.changed, done.unchanged) == (COUNT - 1, 1)
    after = seen(many)
    assert all("mind" in {each["code"] for each in shown["caveats"]} for shown in after)
    with many.reading() as session:
        (line, *_) = batches(session)
        assert (line.id, line.file, line.kind) == (done.batch, "/search?q=says · mind", ATTACH)
        assert line.counts == {"new": 0, "changed": COUNT - 1, "unchanged": 1}
        last = statement_history(session, COUNT)[-1]
        assert (last.action, last.reason, last.batch_id) == (ATTACH, "for all", done.batch)
        assert len(statement_history(session, 2)) == 1, "what had it was left alone"
        heard = last_change(session)
    with many.writing() as session:
        undone = undo(session, done.batch, someone("to see"))
        assert (undone.withdrawn, undone.restored) == (0, COUNT - 1)
    assert seen(many) == before
    with many.reading() as session:
        assert last_change(session) >= heard + COUNT - 1, "every index hears of it"
        assert batches(session)[0].state == "undone"


def test_it_leaves_the_same_as_attaching_it_one_by_one(many: Store) -> None:
    change(many, [1, 3, 4])
    with many.writing() as session:
        curate.attach_caveat(session, 5, "mind", someone("for all"))
        bulk, single = statement_history(session, 4)[-1], statement_history(session, 5)[-1]
        assert (bulk.action, bulk.reason) == (single.action, single.reason)
        assert bulk.after is not None
        assert single.after is not None
        assert bulk.after["caveats"] == single.after["caveats"]
        assert [each.version for each in read(session, [4, 5], DAY)] == [2, 2]


def test_it_is_taken_off_all_that_have_it_and_undone_too(many: Store) -> None:
    before = seen(many)
    done = change(many, ALL, DETACH)
    assert (done.changed, done.unchanged) == (1, COUNT - 1)
    with many.writing() as session:
        (second,) = read(session, [2], DAY)
        assert {"mind", "rest"} & {each.code for each in second.caveats} == {"rest"}
        undo(session, done.batch, someone())
    assert seen(many) == before


def test_a_later_change_of_one_of_them_stands_in_the_way_of_undoing_all(many: Store) -> None:
    done = change(many, [1, 3])
    with many.writing() as session:
        curate.attach_caveat(session, 3, "rest", someone("later"))
    with many.writing() as session, pytest.raises(Conflict, match="statement 3 was changed since"):
        undo(session, done.batch, someone())


def test_what_it_would_change_is_known_before(many: Store) -> None:
    with many.reading() as session:
        found = reach(session, ALL, "mind")
        assert (found.total, found.attached, found.inherited) == (COUNT, 1, 0)
        assert (found.changed_by(ATTACH), found.changed_by(DETACH)) == (COUNT - 1, 1)
        with pytest.raises(NotFound, match="no caveat “nothing”"):
            reach(session, ALL, "nothing")
    assert mark_of([2, 1]) == mark_of([1, 2])
    assert len({mark_of([1, 2]), mark_of([12]), mark_of([1]), mark_of([])}) == 4


def test_what_cannot_be_is_refused_and_leaves_nothing(many: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(many)
    with pytest.raises(NotFound):
        change(many, ALL, code="nothing")
    with pytest.raises(InputError, match="nothing that can be done"):
        change(many, ALL, "paint")
    with pytest.raises(Conflict, match="attached to all of them"):
        change(many, [2])
    with pytest.raises(Conflict, match="attached to none of them"):
        change(many, [1], DETACH)
    monkeypatch.setattr(caveat_to_all, "MOST", 2)
    with pytest.raises(InputError, match="3 statements are more than"):
        change(many, [1, 2, 3])
    assert seen(many) == before
