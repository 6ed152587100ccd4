"""A statement as it stood on a day is what was shown at the end of that day, and a difference is of two such days."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.as_of import Past, as_of, at_version, difference, known_since, read_day, works_cited
from kb.curate import By, Judgement, SlotFilling, attach_caveat, changing, fill_slot, grade, withdraw
from kb.errors import InputError, NotFound
from kb.graded import read
from kb.history import snapshot
from kb.ingest.batch import Order, import_file
from kb.ingest.undo import undo
from kb.loading import load
from kb.model import Batch, Citation, Statement
from kb.render.past import difference_json, difference_text, past_json, past_text
from kb.store import Store, open_store

CAME = date(2026, 11, 23)
TODAY = date(2026, 12, 31)


def on(days: int, hour: int = 9) -> datetime:
    """A moment so many days after the demo came."""
    return datetime(2026, 11, 23, hour, tzinfo=UTC) + timedelta(days=days)


def day(days: int) -> date:
    return on(days).date()


def reworded(session: Session, id_: int, words: str, by: By) -> None:
    with changing(session, id_, "reword", by) as row:
        row.text = words


@pytest.fixture(scope="module")
def lived(
    demo_file: Path, tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]
) -> Iterator[tuple[Store, dict[date, Any]]]:
    """A store in which statement 4 changed on some days, and what was to be seen of it at the end of each day."""
    path = tmp_path_factory.mktemp("days") / "demo.sqlite3"
    shutil.copy(demo_file, path)
    store = open_store(f"sqlite:///{path}", b"a key for tests")
    acts: dict[int, Sequence[Callable[[Session], None]]] = {
        2: [lambda s: grade(s, 4, Judgement("low", "mixed"), by("a new trial", "Ann", on(2)))],
        3: [
            lambda s: grade(s, 4, Judgement("moderate", kind="second"), by("I see more", "Bob", on(3))),
            lambda s: reworded(s, 4, "Kratom may ease symptoms.", by("too strong", "Ann", on(3, 23))),
        ],
        6: [lambda s: fill_slot(s, 4, 1, SlotFilling("prevete2022", "refutes"), by("misread", at=on(6, 0)))],
        7: [lambda s: attach_caveat(s, 4, "time-sensitive", by("the law moves", at=on(7)))],
        9: [lambda s: withdraw(s, 4, by("too broad", at=on(9)))],
    }
    seen = {}
    for days in range(12):
        with store.writing() as session:
            for act in acts.get(days, ()):
                act(session)
        with store.reading() as session:
            seen[day(days)] = snapshot(load(session, [4])[0], day(days))
    yield store, seen
    store.close()


def test_on_every_day_it_stands_as_it_stood(lived: tuple[Store, dict[date, Any]]) -> None:
    store, seen = lived
    with store.reading() as session:
        for each, told in seen.items():
            found = as_of(session, 4, each)
            assert found.snapshot == told, each
        assert {as_of(session, 4, each).version for each in seen} == {1, 2, 4, 5, 6, 7}


def test_in_every_version_it_stands_as_it_stood(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        by_day = {(found := as_of(session, 4, each)).version: found for each in lived[1]}
        assert sorted(by_day) == [1, 2, 4, 5, 6, 7]
        for version, found in by_day.items():
            told = at_version(session, 4, version, TODAY)
            assert (told.version, told.snapshot) == (version, found.snapshot)
            assert (told.made, told.ended) == (found.made, found.ended)
        # Two changes on one day: no day ended with this one.
        between = at_version(session, 4, 3, TODAY)
        assert between.snapshot["content"]["other_grades"] != by_day[2].snapshot["content"]["other_grades"]
        assert between.snapshot["content"]["text"] == by_day[2].snapshot["content"]["text"]
        assert between.day == day(3)
        assert "VERSION 3, as it stood until 2026-11-26. So Bob left it" in past_text(between, ())
        assert "VERSION 7, which is how it stands." in past_text(at_version(session, 4, 7, TODAY), ())
        assert at_version(session, 5, 1, TODAY).snapshot == as_of(session, 5, TODAY).snapshot


@pytest.mark.parametrize(
    ("id_", "version", "told"),
    [
        (4, 8, "Statement 4 has no version 8. It has the versions 1 to 7: /s/4."),
        (4, 0, "Statement 4 has no version 0."),
        (5, 2, "It has version 1 only: /s/5."),
        (999, 1, "There is no statement 999."),
    ],
)
def test_a_version_that_it_has_not_got_is_refused_with_those_it_has(
    lived: tuple[Store, dict[date, Any]], id_: int, version: int, told: str
) -> None:
    store, _ = lived
    with store.reading() as session, pytest.raises(NotFound) as refused:
        at_version(session, id_, version, TODAY)
    assert told in f"{refused.value.message} {refused.value.cure}"


def test_a_statement_that_never_changed_stands_as_it_came(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        found = as_of(session, 5, TODAY)
        assert (found.version, found.made, found.ended) == (1, None, None)
        assert found.snapshot == snapshot(load(session, [5])[0], TODAY)


@pytest.mark.parametrize("id_", [4, 5])
def test_before_it_came_there_was_none_and_it_is_said_when_it_came(
    lived: tuple[Store, dict[date, Any]], id_: int
) -> None:
    store, _ = lived
    told = rf"There was no statement {id_} on 2026-11-22: it came with batch 4 on 2026-11-23\."
    with store.reading() as session, pytest.raises(NotFound, match=told):
        as_of(session, id_, CAME - timedelta(days=1))


def test_a_statement_that_never_existed_has_no_past(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        for ask in (as_of, lambda s, id_, last: difference(s, id_, None, last)):
            with pytest.raises(NotFound, match="There is no statement 999"):
                ask(session, 999, TODAY)


def test_what_changed_between_two_days_is_named_with_who_and_why(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        found = difference(session, 4, day(2), day(6))
        assert found.changed == ["text", "other_grades", "slots"]
        assert [each.reason for each in found.revisions] == ["I see more", "too strong", "misread"]
        assert found.earlier is not None
        assert found.earlier.snapshot["content"]["text"] != found.later.snapshot["content"]["text"]


def test_between_two_days_on_which_nothing_happened_nothing_changed(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        found = difference(session, 4, day(3), day(5))
        assert (found.changed, found.revisions) == ([], [])
        assert "nothing changed" in difference_text(found)


def test_from_before_it_came_the_difference_says_why_there_was_nothing(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session:
        for first in (None, date(2020, 1, 1)):
            found = difference(session, 4, first, day(2))
            assert found.earlier is None
            assert "it came with batch 4" in found.why_not
            assert [each.action for each in found.revisions] == ["import", "grade"]


def test_days_that_stand_the_wrong_way_round_are_refused(lived: tuple[Store, dict[date, Any]]) -> None:
    store, _ = lived
    with store.reading() as session, pytest.raises(InputError, match="comes after"):
        difference(session, 4, day(5), day(4))


@pytest.mark.parametrize("words", ["", "x", "2026-02-30", "20261123", "2026-W48-1", "23.11.2026", "٢٠٢٦-01-01"])
def test_what_is_no_day_is_refused_with_one_that_is(words: str) -> None:
    with pytest.raises(InputError, match=r"is no day.*Write it like 2026-12-31"):
        read_day(words, "as_of", TODAY)


def test_a_day_that_lies_ahead_is_refused() -> None:
    assert read_day(" 2026-12-31 ", "as_of", TODAY) == TODAY
    with pytest.raises(InputError, match="lies ahead"):
        read_day("2027-01-01", "as_of", TODAY)


def past(session: Session, id_: int, at: date) -> tuple[Past, tuple[Any, ...]]:
    found = as_of(session, id_, at)
    (now,) = read(session, [id_], TODAY)
    return found, known_since(found, now)


def test_every_shape_of_a_version_has_its_grade_and_caveats_and_what_is_known_since(
    demo: Store, by: Callable[..., By]
) -> None:
    with demo.writing() as session:
        reworded(session, 4, "Kratom may ease symptoms.", by(at=on(3)))
        key = load(session, [4])[0].slots[0].citation
        assert key is not None
        session.execute(update(Citation).where(Citation.key == key.key).values(standing="retracted"))
    with demo.reading() as session:
        found, since = past(session, 4, day(1))
        assert [each.code for each in since] == ["retracted"]
        told, block = past_json(found, since), past_text(found, since)
        assert (told["grade"]["label"], told["grade"]["symbol"]) == ("Very low", "⊕◯◯◯")
        assert "⊕◯◯◯ Very low" in block
        assert "\n\n" not in block
        for each in found.snapshot["caveats"]:
            assert each in told["caveats"]
            assert each["text"] in block
        assert "was retracted" in told["known_since"][0]["text"]
        assert "known since, warning: " in block
        assert set(works_cited(session, found)) >= {key.key}
        both = difference_json(difference(session, 4, day(1), day(3)))
        for version in (both["earlier"], both["later"]):
            assert version["grade"]["symbol"]
            assert version["caveats"]


def test_a_version_in_json_is_not_taken_for_an_export_of_today(
    demo: Store, by: Callable[..., By], tmp_path: Path
) -> None:
    with demo.writing() as session:
        reworded(session, 4, "Kratom may ease symptoms.", by(at=on(3)))
    with demo.reading() as session:
        (tmp_path / "past.jsonl").write_text(json.dumps(past_json(*past(session, 4, day(1)))) + "\n")
    with pytest.raises(InputError), demo.writing() as session:
        import_file(session, Order(tmp_path / "past.jsonl", "statements"), by(at=on(4)))


def test_a_draft_had_no_page_then(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        session.execute(update(Statement).where(Statement.id == 4).values(state="draft"))
        with changing(session, 4, "publish", by(at=on(2))) as row:
            row.state = "published"
    with demo.reading() as session:
        assert as_of(session, 4, day(2)).snapshot["content"]["state"] == "published"
        with pytest.raises(NotFound, match="was a draft on 2026-11-24"):
            as_of(session, 4, day(1))


@pytest.fixture
def undone(demo: Store, by: Callable[..., By], written: Callable[..., Path]) -> tuple[Store, int, Path]:
    """A store to which a batch brought a statement that was taken back on the third day; its number and the file."""
    rows = [{"origin": "o", "key": "1", "text": "A claim.", "type": "safety"}]
    file = written(rows)
    with demo.writing() as session:
        import_file(session, Order(file, "statements"), by(at=on(1)))
        id_ = session.query(Statement.id).filter_by(origin="o", key="1").scalar()
    with demo.writing() as session:
        batch = session.get_one(Statement, id_).batch_id
        assert batch is not None
        assert session.get_one(Batch, batch).state == "applied"
        undo(session, batch, by("a mistake", at=on(3)))
    return demo, id_, file


def test_what_was_taken_back_with_its_batch_is_known_by_its_hash_only(undone: tuple[Store, int, Path]) -> None:
    store, id_, _ = undone
    with store.reading() as session:
        with pytest.raises(NotFound, match="was taken back with the batch it came with on 2026-11-26"):
            as_of(session, id_, day(3))
        with pytest.raises(NotFound, match="is known by its hash only on 2026-11-24"):
            as_of(session, id_, day(1))


def test_what_came_again_is_known_for_the_time_before_where_its_hash_proves_it(
    undone: tuple[Store, int, Path], by: Callable[..., By]
) -> None:
    store, id_, file = undone
    with store.writing() as session:
        import_file(session, Order(file, "statements"), by(at=on(5)))
    with store.reading() as session:
        assert as_of(session, id_, day(5)).snapshot["content"]["text"] == "A claim."
        with pytest.raises(NotFound, match="taken back"):
            as_of(session, id_, day(4))
        before = as_of(session, id_, day(2))
        assert before.snapshot["content"]["state"] == "published"
        assert "withdrawn" not in {each["code"] for each in before.snapshot["caveats"]}
        assert before.snapshot["caveats"]
