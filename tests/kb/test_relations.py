"""Relations that people record: one revision, both statements announced, disputed on both pages, taken off again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb.changes import changed_after, last_change
from kb.curate import By, SlotFilling, fill_slot, withdraw
from kb.errors import CaveatError, Conflict, InputError, NotFound, Outdated
from kb.graded import read
from kb.history import statement_history
from kb.model import Relation
from kb.relations import relate, relation_told, unrelate
from kb.store import Store
from kb.verify import faults
from tests.kb.conftest import NOW

Who = Callable[..., By]
ONE, OTHER = 4, 9


def recorded(store: Store) -> set[tuple[int, int, str]]:
    """Relations between the two, whoever says so."""
    with store.reading() as session:
        rows = session.scalars(select(Relation))
        return {(r.statement_id, r.other_id, r.kind) for r in rows if {r.statement_id, r.other_id} == {ONE, OTHER}}


def codes(store: Store, id_: int) -> set[str]:
    with store.reading() as session:
        (found,) = read(session, [id_], NOW.date())
        return {each.code for each in found.caveats}


def test_a_contradiction_makes_both_disputed_and_taken_off_neither(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        before = last_change(session)
        relate(session, ONE, "contradicts", OTHER, by("they differ"), 1, 1)
    assert "disputed" in codes(demo, ONE)
    assert "disputed" in codes(demo, OTHER)
    with demo.reading() as session:
        announced = [id_ for some in changed_after(session, before, last_change(session)) for id_ in some]
        assert announced == [ONE, OTHER]
        assert [each.action for each in statement_history(session, ONE)][-1] == "relate"
        assert list(faults(session)) == []
    with demo.writing() as session:
        unrelate(session, OTHER, "contradicts", ONE, by("a mistake"))
    assert recorded(demo) == set()
    assert "disputed" not in codes(demo, ONE) | codes(demo, OTHER)
    with demo.reading() as session:
        assert [(each.action, each.reason) for each in statement_history(session, ONE)][-2:] == [
            ("relate", "they differ"),
            ("unrelate", "a mistake"),
        ]
        assert list(faults(session)) == []


@pytest.mark.parametrize("kind", ["contradicts", "same-evidence", "duplicates", "supersedes"])
def test_no_relation_is_recorded_twice_nor_its_opposite(demo: Store, by: Who, kind: str) -> None:
    with demo.writing() as session:
        relate(session, ONE, kind, OTHER, by())
    for first, second in ((ONE, OTHER), (OTHER, ONE)):
        with pytest.raises(Conflict, match="recorded"), demo.writing() as session:
            relate(session, first, kind, second, by())
    assert recorded(demo) == {(ONE, OTHER, kind)}


@pytest.mark.parametrize(
    ("id_", "kind", "other", "error"),
    [
        (ONE, "likes", OTHER, InputError),
        (ONE, "contradicts", ONE, InputError),
        (ONE, "contradicts", 9999, NotFound),
        (9999, "contradicts", ONE, NotFound),
        (ONE, "contradicts", 2**40, NotFound),
        (2**40, "contradicts", ONE, NotFound),
        (ONE, "contradicts", -1, NotFound),
        (0, "contradicts", ONE, NotFound),
    ],
)
@pytest.mark.parametrize("act", [relate, unrelate])
def test_what_cannot_be_related_is_refused_in_words(
    demo: Store, by: Who, act: Callable[..., None], id_: int, kind: str, other: int, error: type[CaveatError]
) -> None:
    expected = (error, NotFound) if act is unrelate else error
    with pytest.raises(expected), demo.writing() as session:
        act(session, id_, kind, other, by())


def test_a_withdrawn_statement_gets_no_relation(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        withdraw(session, OTHER, by("taken back"))
    for first, second in ((ONE, OTHER), (OTHER, ONE)):
        with pytest.raises(Conflict, match="withdrawn"), demo.writing() as session:
            relate(session, first, "duplicates", second, by())


@pytest.mark.parametrize("changed", [ONE, OTHER])
@pytest.mark.parametrize("act", [relate, unrelate])
def test_a_change_to_either_statement_since_it_was_read_refuses_the_relation(
    demo: Store, by: Who, changed: int, act: Callable[..., None]
) -> None:
    if act is unrelate:
        with demo.writing() as session:
            relate(session, ONE, "duplicates", OTHER, by())
    versions = {each: read_version(demo, each) for each in (ONE, OTHER)}
    with demo.writing() as session:
        fill_slot(session, changed, 1, SlotFilling(None, None, "Wanted: a trial"), by())
    for first, second in ((ONE, OTHER), (OTHER, ONE)):
        with pytest.raises(Outdated, match=f"Statement {changed} was changed"), demo.writing() as session:
            act(session, first, "duplicates", second, by(), versions[first], versions[second])
    assert bool(recorded(demo)) is (act is unrelate)


def test_only_one_of_two_people_takes_a_relation_off(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        relate(session, ONE, "duplicates", OTHER, by())
    with demo.writing() as session:
        unrelate(session, ONE, "duplicates", OTHER, by())
    with pytest.raises(NotFound, match="taken it off before you"), demo.writing() as session:
        unrelate(session, ONE, "duplicates", OTHER, by())


def test_a_relation_is_told_as_a_sentence() -> None:
    assert relation_told(1, "supersedes", 2) == "statement 1 replaces statement 2."


def read_version(store: Store, id_: int) -> int:
    with store.reading() as session:
        return read(session, [id_], NOW.date())[0].version
