"""Statements on the same question: found both ways round, only published ones, those that disagree first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb import curate
from kb import similar as module
from kb.audit.rule import Scope
from kb.audit.rules import RULES
from kb.audit.rules.p05_contradiction_not_recorded import pairs
from kb.ingest.undo import undo
from kb.model import Batch, Grade, Person, Statement
from kb.question import question_number
from kb.relations import relate
from kb.similar import NOTHING, OnTheQuestion, Recorded, similar
from kb.store import Store
from tests.kb.audit.library import DAY, bring, filled, graded, ids, someone, statement

PICO = {"population": "adults", "intervention": "tea", "outcome": "pain"}
LOUD = {"population": "Adults.", "intervention": "TEA", "outcome": "Pain "}
UNSAID = {"intervention": "tea", "outcome": "pain"}
ROWS = [
    statement("for", "Tea acts on pain.", pico=PICO, grade=graded("low")),
    statement("very low", "Tea does something to pain.", pico=LOUD, grade=graded("very-low")),
    statement("high", "Tea certainly acts on pain.", pico=PICO, grade=graded("high")),
    statement("against", "Pain answers to tea.", pico=LOUD, grade=graded("very-low", direction="no-effect")),
    statement("unsaid", "Tea acts.", pico=UNSAID, grade=graded("high")),
    statement("unsaid, against", "Tea acts not.", pico=UNSAID, grade=graded("moderate", direction="contradicts")),
    statement("children", "Tea acts in children.", pico={**PICO, "population": "children"}, grade=graded("high")),
    statement("other outcome", "Tea acts on sleep.", pico={**PICO, "outcome": "sleep"}, grade=graded("low")),
    statement("no outcome", "Tea acts on all.", pico={"population": "adults", "intervention": "tea"}),
    statement("civic", "Tea acts, on another scale.", pico=PICO, grade=graded("B", scale="civic")),
    statement("ungraded", "Tea acts, perhaps.", pico=PICO),
    statement("withdrawn", "Tea acted.", pico=PICO, grade=graded("high")),
    statement("draft", "Tea will act.", pico=PICO, grade=graded("high")),
]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Store, dict[str, int]]]:
    """A store for a test that changes something, and the ids by keys."""
    store = filled(tmp_path, ROWS)
    known = ids(store)
    hide(store, known)
    yield store, known
    store.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, int]]]:
    """The same, which tests only read."""
    store = filled(tmp_path_factory.mktemp("similar"), ROWS)
    known = ids(store)
    hide(store, known)
    yield store, known
    store.close()


def hide(store: Store, known: dict[str, int]) -> None:
    with store.writing() as session:
        curate.withdraw(session, known["withdrawn"], someone("taken back"))
        session.execute(update(Statement).where(Statement.id == known["draft"]).values(state="draft"))


def beside(store: Store, id_: int, limit: int | None = None) -> OnTheQuestion:
    with store.reading() as session:
        return similar(session, id_, limit)


def keys(found: OnTheQuestion, known: dict[str, int]) -> list[str]:
    names = {id_: key for key, id_ in known.items()}
    return [names[each.id] for each in found.shown]


def test_the_same_in_all_three_come_first_then_those_that_disagree_then_the_higher_grade(
    shared: tuple[Store, dict[str, int]],
) -> None:
    store, known = shared
    found = beside(store, known["for"])
    first, *middle, near, last = keys(found, known)
    assert first == "against"
    assert middle == ["high", "very low", "civic", "ungraded"]
    assert (near, last) == ("unsaid, against", "unsaid")
    assert (found.total, found.disagreeing, found.more) == (7, 2, False)
    assert [each.same_population for each in found.shown] == [True] * 5 + [False] * 2


def test_which_disagree_and_which_are_only_graded_differently(shared: tuple[Store, dict[str, int]]) -> None:
    store, known = shared
    found = dict(zip(keys(beside(store, known["for"]), known), beside(store, known["for"]).shown, strict=True))
    assert {key for key, each in found.items() if each.disagrees} == {"against", "unsaid, against"}
    assert {key for key, each in found.items() if each.graded_differently} == {"high", "very low", "unsaid"}


@pytest.mark.parametrize("key", ["no outcome", "withdrawn", "draft", "other outcome"])
def test_what_asks_nothing_or_is_not_published_stands_beside_nobody(
    shared: tuple[Store, dict[str, int]], key: str
) -> None:
    store, known = shared
    assert beside(store, known[key]) == NOTHING
    for other in known.values():
        assert known[key] not in {each.id for each in beside(store, other).shown}


@pytest.mark.parametrize("number", [0, -1, 9999, 2**40])
def test_a_number_that_is_nobodys_has_nothing_beside_it(shared: tuple[Store, dict[str, int]], number: int) -> None:
    assert beside(shared[0], number) == NOTHING


def test_all_are_counted_where_few_are_shown(shared: tuple[Store, dict[str, int]]) -> None:
    store, known = shared
    found = beside(store, known["for"], 2)
    assert keys(found, known) == ["against", "high"]
    assert found.total == 7


def test_where_too_many_answer_it_is_said_that_not_all_were_compared(
    shared: tuple[Store, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, known = shared
    monkeypatch.setattr(module, "COMPARED", 3)
    found = beside(store, known["for"])
    assert found.more
    assert found.total <= 3


def test_a_recorded_relation_is_told_from_both_sides(own: tuple[Store, dict[str, int]]) -> None:
    store, known = own
    with store.writing() as session:
        relate(session, known["for"], "supersedes", known["high"], someone())
    by_key = {each.id: each.recorded for each in beside(store, known["for"]).shown}
    assert by_key[known["high"]] == (Recorded("supersedes", False),)
    by_key = {each.id: each.recorded for each in beside(store, known["high"]).shown}
    assert by_key[known["for"]] == (Recorded("supersedes", True),)


def test_a_statement_that_is_imported_with_another_question_moves_there_and_back_when_that_is_undone(
    own: tuple[Store, dict[str, int]], tmp_path: Path
) -> None:
    store, known = own
    before = beside(store, known["for"])
    row = {**ROWS[0], "pico": {**PICO, "outcome": "Sleep."}}
    bring(store, tmp_path / "changed.jsonl", f"{json.dumps(row)}\n", "statements")
    assert keys(beside(store, known["for"]), known) == ["other outcome"]
    assert known["for"] not in {each.id for each in beside(store, known["high"]).shown}
    with store.writing() as session:
        undo(session, session.scalars(select(func.max(Batch.id))).one(), someone("a mistake"))
    assert beside(store, known["for"]) == before


def test_the_number_of_every_statement_is_that_of_its_words(own: tuple[Store, dict[str, int]]) -> None:
    store, known = own
    with store.writing() as session, curate.changing(session, known["for"], "reword", someone()) as row:
        row.outcome = "Nausea"
    with store.reading() as session:
        for each in session.scalars(select(Statement)):
            assert each.question == question_number(each.intervention, each.outcome)


PARTS = st.sampled_from([None, "", "tea", "Tea.", "coffee"])
GRADES = st.sampled_from(
    [
        None,
        ("grade", "low", "supports"),
        ("grade", "high", "contradicts"),
        ("grade", "high", "no-effect"),
        ("grade", "low", "mixed"),
        ("civic", "B", "supports"),
    ]
)
STATES = st.sampled_from(["published", "published", "published", "draft"])
TEXTS = st.sampled_from(["Tea acts.", "Tea reduces pain.", "Tea increases pain."])
SOME = st.lists(st.tuples(PARTS, PARTS, PARTS, PARTS, GRADES, STATES, TEXTS), min_size=2, max_size=6)


def rewritten(session: Session, some: list[tuple[Any, ...]]) -> list[int]:
    """The first statements of the store as the test wants them; the caller takes it all back."""
    known = list(session.scalars(select(Statement.id).order_by(Statement.id)))
    session.execute(update(Statement).values(state="draft"))
    rater = session.scalars(select(Person.id)).first()
    for id_, (population, intervention, comparator, outcome, judged, state, text) in zip(known, some, strict=False):
        row = session.get_one(Statement, id_)
        row.population, row.intervention, row.comparator = population, intervention, comparator
        row.outcome, row.state, row.text, row.current_grade_id = outcome, state, text, None
        row.question = question_number(intervention, outcome)
        if judged is not None:
            scale, level, direction = judged
            parts = {"scale": scale, "level": level, "direction": direction, "kind": "first", "rationale": "because"}
            made = Grade(statement_id=id_, rater_id=rater, made_at=someone().at, **parts)
            session.add(made)
            session.flush()
            row.current_grade_id = made.id
    session.flush()
    return known


@given(SOME)
def test_it_is_the_same_both_ways_round_and_the_audit_finds_the_same_contradictions(
    shared: tuple[Store, dict[str, int]], some: list[tuple[Any, ...]]
) -> None:
    with shared[0].reading() as session:
        known = rewritten(session, some)
        found = {id_: {each.id: each for each in similar(session, id_, None).shown} for id_ in known}
        audited = {one for one, _ in pairs(session, Scope(DAY))}
        told = {one: set(pairs(session, Scope(DAY, ids=(one,)))) for one in known}
    for one, others in found.items():
        assert one not in others
        for other, each in others.items():
            back = found[other][one]
            assert (back.same_population, back.disagrees, back.graded_differently) == (
                each.same_population,
                each.disagrees,
                each.graded_differently,
            )
        sure = any(each.disagrees and each.same_population for each in others.values())
        assert (one in audited) is sure
        assert bool(told[one]) is sure


@pytest.mark.parametrize(
    ("code", "kind", "one", "other"),
    [("P05", "contradicts", "for", "against"), ("P07", "duplicates", "twin", "for")],
)
def test_the_audit_falls_silent_about_a_pair_that_is_recorded(
    own: tuple[Store, dict[str, int]], tmp_path: Path, code: str, kind: str, one: str, other: str
) -> None:
    store, _ = own
    twin = statement("twin", "Tea acts on pain", pico=PICO, grade=graded("low"))
    bring(store, tmp_path / "twin.jsonl", f"{json.dumps(twin)}\n", "statements")
    known = ids(store)

    def told() -> set[tuple[int, int]]:
        check: Any = RULES[code].check
        with store.reading() as session:
            return set(check.pairs(session, Scope(DAY)))

    assert (known[one], known[other]) in told()
    with store.writing() as session:
        relate(session, known[one], kind, known[other], someone())
    assert (known[one], known[other]) not in told()
