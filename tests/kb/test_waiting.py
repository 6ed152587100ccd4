"""What waits for a curator: each kind of work lists what belongs on it, in order, counted up to its limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from kb import curate, misses, waiting
from kb.audit.rule import Scope
from kb.audit.run import audit
from kb.audit.runs import record
from kb.curate import Judgement
from kb.flags import flag, resolve
from kb.model import Citation, Statement
from kb.relations import relate
from kb.render.waiting import waiting_json, waiting_text
from kb.store import Store
from kb.waiting import APART, CONTRADICTING, DRAFTS, EMPTY, FALLEN, FLAGS, OVERDUE, SAME_QUESTION, WORKS, Work
from tests.kb.audit.library import DAY, NOW, filled, graded, slot, someone, statement, work

PICO = {"population": "adults", "intervention": "tea", "outcome": "pain"}
ROWS = [
    statement("for", "Tea acts on pain.", pico=PICO, grade=graded("low"), slots=[slot("sound")]),
    statement(
        "against", "Pain answers to tea.", pico=PICO, grade=graded("low", direction="no-effect"), slots=[slot("fallen")]
    ),
    statement("late", slots=[slot("sound")], review_due="2026-11-22"),
    statement("later", slots=[slot("sound")], review_due="2026-02-01"),
    statement("today", slots=[slot("sound")], review_due=str(DAY)),
    statement("empty", slots=[slot("sound"), slot(None), slot(None)]),
    statement("twice", grade=graded("low"), slots=[slot("sound")]),
    statement("settled", grade=graded("low"), slots=[slot("sound")]),
    statement("again", grade=graded("low"), slots=[slot("sound")]),
    statement("draft", slots=[slot(None)], review_due="2026-01-01"),
    statement("withdrawn", slots=[slot(None), slot("fallen")], review_due="2026-01-01"),
    statement("one", slots=[slot("doubted")]),
    statement("other", slots=[slot("sound")]),
]
ID = {row["key"]: number for number, row in enumerate(ROWS, 1)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in which something of every kind waits; tests only read it."""
    store = filled(tmp_path_factory.mktemp("waiting"), ROWS, [work(each) for each in ("sound", "fallen", "doubted")])
    other = someone("read", "Z. Other")
    with store.writing() as session:
        for key in ("twice", "settled"):
            curate.grade(session, ID[key], Judgement("high", kind="second"), other)
        curate.grade(session, ID["settled"], Judgement("moderate", kind="consensus"), other)
        curate.grade(session, ID["again"], Judgement("high"), someone("read", "A. Rater"))
        curate.withdraw(session, ID["withdrawn"], someone())
        relate(session, ID["one"], "contradicts", ID["other"], someone())
        relate(session, ID["one"], "contradicts", ID["late"], someone())
        curate.withdraw(session, ID["other"], someone())
        session.execute(update(Statement).where(Statement.id == ID["draft"]).values(state="draft"))
        for key, standing in (("fallen", "retracted"), ("doubted", "concern")):
            session.execute(update(Citation).where(Citation.key == key).values(standing=standing))
        resolve(session, flag(session, ID["late"], someone("a doubt")), someone("none"))
        flag(session, ID["late"], someone("another doubt"))
        misses.add(session, {"moon dust": 2}, DAY)
    audited(store)
    yield store
    store.close()


def audited(store: Store) -> None:
    with store.reading() as session:
        done = audit(session, Scope(DAY))
    with store.writing() as session:
        record(session, done, "an auditor", NOW, {}, 0)


def ids(session: Session, kind: Work, offset: int = 0, limit: int = 99) -> list[int]:
    return waiting.ids_of(session, kind, DAY, offset, limit)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (DRAFTS, ["draft"]),
        (EMPTY, ["empty"]),
        (OVERDUE, ["later", "late"]),
        (APART, ["twice"]),
        (CONTRADICTING, ["late", "one"]),
        (SAME_QUESTION, ["for", "against"]),
        (FALLEN, ["against", "one"]),
    ],
    ids=lambda each: each.name if isinstance(each, Work) else "",
)
def test_each_list_has_what_belongs_on_it_and_nothing_else(house: Store, kind: Work, keys: list[str]) -> None:
    with house.reading() as session:
        assert ids(session, kind) == [ID[key] for key in keys]
        assert waiting.counted(session, kind, DAY) == waiting.Waiting(kind, len(keys))
        assert ids(session, kind, 1, 1) == [ID[key] for key in keys[1:2]]


def test_only_open_flags_wait_and_every_kind_is_told(house: Store) -> None:
    with house.reading() as session:
        assert ids(session, FLAGS) == [2]
        found = waiting.waiting(session, DAY)
    assert [each.work for each in found] == list(WORKS)
    counts = {each["name"]: each["count"] for each in waiting_json(found)["waiting"]}
    assert counts["flags"] == counts["misses"] == counts["empty-slots"] == 1
    assert "1  Open flags: Somebody doubts" in waiting_text(found)


def test_a_list_is_counted_and_turned_over_up_to_its_limit(house: Store) -> None:
    short = replace(OVERDUE, most=1)
    with house.reading() as session:
        found = waiting.counted(session, short, DAY)
        assert (found.count, found.more) == (1, True)
        assert "more than 1  Overdue" in waiting_text([found])
        assert ids(session, short, 0, 9) == [ID["later"]]
        assert ids(session, short, 1, 9) == []


def test_without_an_audit_what_it_compares_is_not_counted_and_that_is_said(tmp_path: Path) -> None:
    store = filled(tmp_path, ROWS[2:3], [work("sound")])
    with store.reading() as session:
        found = waiting.counted(session, SAME_QUESTION, DAY)
        assert (found.count, found.more) == (None, False)
        assert "No audit" in found.why
        assert ids(session, SAME_QUESTION) == []
        assert "not counted" in waiting_text([found])
    store.close()


def test_what_was_settled_since_the_audit_waits_no_more(tmp_path: Path) -> None:
    store = filled(tmp_path, ROWS[:2], [work("sound"), work("fallen")])
    audited(store)
    with store.writing() as session:
        assert ids(session, SAME_QUESTION) == [1, 2]
        relate(session, 1, "contradicts", 2, someone())
        assert ids(session, SAME_QUESTION) == []
        assert ids(session, CONTRADICTING) == [1, 2]
    store.close()


@pytest.mark.parametrize(
    ("kind", "index"),
    [
        (DRAFTS, "ix_statement_draft"),
        (EMPTY, "ix_citation_slot_citation_id"),
        (OVERDUE, "ix_statement_review_due"),
        (APART, "ix_grade_further"),
        (CONTRADICTING, "ix_relation_contradicts"),
        (FALLEN, "ix_citation_fallen"),
        (FLAGS, "ix_flag_open"),
    ],
    ids=lambda each: each.name if isinstance(each, Work) else "",
)
def test_no_list_reads_all_statements(house: Store, kind: Work, index: str) -> None:
    with house.reading() as session:
        query = waiting.LISTS[kind.name](date(2026, 11, 23)).limit(20)
        written = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [str(row[3]) for row in session.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    assert any(index in line for line in plan), plan
    everything = ("SCAN statement", "SCAN citation_slot", "SCAN grade", "SCAN relation", "SCAN citation", "SCAN flag")
    assert [line for line in plan if line.startswith(everything) and index not in line] == []
