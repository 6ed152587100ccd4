"""Claims are edited by people, split and merged: no grade goes along unseen, no slot and no caveat is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from kb import curate
from kb.claims import GRADE_STANDS, Claim, Edited, edit, says_another
from kb.curate import By, Judgement, SlotFilling, attach_caveat, changing, fill_slot
from kb.errors import CaveatError, Conflict, InputError, Outdated
from kb.graded import GradedStatement, read
from kb.history import statement_history
from kb.model import Caveat
from kb.relations import relate
from kb.store import Store
from kb.succession import Seen, merge, succeed
from kb.verify import faults
from tests.kb.conftest import NOW

Who = Callable[..., By]
# Graded; 4 is an efficacy claim of the demo, 66 its last statement.
ONE, OTHER, THIRD = 4, 9, 12


def shown(store: Store, id_: int) -> GradedStatement:
    with store.reading() as session:
        return read(session, [id_], NOW.date())[0]


def claim(store: Store, id_: int, **changed: object) -> Claim:
    return replace(Claim.of(shown(store, id_)), **changed)  # type: ignore[arg-type]


def actions(store: Store, id_: int) -> list[str]:
    with store.reading() as session:
        return [each.action for each in statement_history(session, id_)]


def recorded(statement: GradedStatement) -> dict[str, str]:
    return {each.code: each.source for each in statement.recorded_caveats}


def holds(store: Store) -> bool:
    with store.reading() as session:
        return not list(faults(session))


def ungrade(store: Store, by: Who, *ids: int) -> None:
    """As if nobody had judged these yet."""
    for id_ in ids:
        with store.writing() as session, changing(session, id_, "edit", by()) as row:
            row.current_grade_id = None


def test_other_words_do_not_keep_a_grade_unless_somebody_says_so(demo: Store, by: Who) -> None:
    other = claim(demo, ONE, text="Tea cures everything.")
    with pytest.raises(InputError, match="given to other words") as refused, demo.writing() as session:
        edit(session, ONE, other, by(), 1)
    assert refused.value.place == "same"
    assert shown(demo, ONE).version == 1
    with demo.writing() as session:
        edit(session, ONE, other, by("the same, in short"), 1, grade_stands=True)
    assert shown(demo, ONE).text == "Tea cures everything."
    assert shown(demo, ONE).grade.level.id != "ungraded"
    assert actions(demo, ONE)[-1] == GRADE_STANDS
    assert holds(demo)


def test_a_full_stop_a_topic_and_a_question_nobody_had_stated_are_no_other_claim(demo: Store, by: Who) -> None:
    before = claim(demo, ONE)
    after = replace(before, text=f" {before.text.rstrip('.')}".strip().upper(), topics=("new",), outcome="something")
    assert says_another(before, after) == bool(before.outcome)
    assert not says_another(replace(before, outcome=""), after)
    assert says_another(replace(before, outcome="pain"), replace(before, outcome="sleep"))
    with demo.writing() as session:
        edit(session, ONE, replace(before, topics=("new",)), by(), 1)
    assert shown(demo, ONE).topics == ("new",)
    assert actions(demo, ONE)[-1] == "edit"


def test_a_caveat_that_came_with_a_topic_stays_when_the_topic_goes(demo: Store, by: Who) -> None:
    with demo.reading() as session:
        every = read(session, range(1, 67), NOW.date())
    found = next(each for each in every if "topic" in recorded(each).values())
    came = {code for code, source in recorded(found).items() if source == "topic"}
    with demo.writing() as session:
        edited = edit(session, found.id, claim(demo, found.id, topics=()), by())
    assert set(edited.kept) == came
    assert dict.fromkeys(came, "attached").items() <= recorded(shown(demo, found.id)).items()
    assert holds(demo)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"text": ""}, "text"),
        ({"type": "gossip"}, "type"),
        ({"text": "a\x00b"}, "text"),
        ({"outcome": "\x00"}, "outcome"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(demo: Store, changed: dict[str, str], place: str) -> None:
    with pytest.raises(InputError) as refused:
        claim(demo, ONE, **changed)
    assert refused.value.place == place


def test_an_edit_of_an_older_version_or_of_nothing_is_refused(demo: Store, by: Who) -> None:
    with pytest.raises(Outdated), demo.writing() as session:
        edit(session, ONE, claim(demo, ONE, topics=("x",)), by(), 7)
    with pytest.raises(Conflict, match="Nothing"), demo.writing() as session:
        edit(session, ONE, claim(demo, ONE), by(), 1)


def test_a_split_leaves_the_old_claim_its_grade_and_the_new_ones_all_else(demo: Store, by: Who) -> None:
    old = shown(demo, ONE)
    with demo.writing() as session:
        relate(session, ONE, "contradicts", OTHER, by(), 1)
        made = succeed(
            session,
            Seen(ONE, 2),
            [claim(demo, ONE, text="It reduces pain."), claim(demo, ONE, text="It may harm.")],
            by(),
        )
    was = shown(demo, ONE)
    assert (was.state, was.grade.level) == ("withdrawn", old.grade.level)
    assert f"replaced by statements {made[0].id}, {made[1].id}" in (was.withdrawn_reason or "")
    for each in made:
        new = shown(demo, each.id)
        assert (new.state, new.grade.level.id) == ("published", "ungraded")
        assert (new.article, new.start, new.end, new.quote) == (old.article, old.start, old.end, old.quote)
        assert [replace(slot, position=0) for slot in new.slots] == [replace(slot, position=0) for slot in old.slots]
        assert recorded(new).keys() >= recorded(old).keys()
        assert {"ungraded", "disputed"} <= {caveat.code for caveat in new.caveats}
        assert ("supersedes", ONE) in {(each.kind, each.other_id) for each in new.relations}
    assert [shown(demo, each.id).key for each in made] == [f"{old.key}.2", f"{old.key}.3"]
    assert holds(demo)


def test_a_merge_keeps_one_and_moves_slots_caveats_and_disputes_to_it(demo: Store, by: Who) -> None:
    one, other = shown(demo, ONE), shown(demo, OTHER)
    with demo.writing() as session:
        fill_slot(session, OTHER, None, SlotFilling(None, note="Wanted: a trial"), by())
        relate(session, OTHER, "contradicts", THIRD, by())
        merged = merge(session, Seen(ONE, 1), [Seen(OTHER, 3)], claim(demo, ONE), by("the same claim"), True)
    assert merged.id == ONE
    kept, gone = shown(demo, ONE), shown(demo, OTHER)
    assert kept.grade.level == one.grade.level
    assert (gone.state, gone.grade.level) == ("withdrawn", other.grade.level)
    assert "Wanted: a trial" in {slot.note for slot in kept.slots}
    works = {slot.citation.id for slot in (*one.slots, *other.slots) if slot.citation}
    assert works <= {slot.citation.id for slot in kept.slots if slot.citation}
    assert recorded(kept).keys() >= recorded(one).keys() | recorded(other).keys()
    assert {("supersedes", OTHER), ("contradicts", THIRD)} <= {(each.kind, each.other_id) for each in kept.relations}
    assert "disputed" in {each.code for each in shown(demo, THIRD).caveats}
    assert holds(demo)


def test_a_merge_of_graded_ones_without_a_word_on_the_grade_makes_an_ungraded_one(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        made = merge(session, Seen(ONE), [Seen(OTHER)], claim(demo, ONE, text="Both."), by(), False)
    assert made.id not in (ONE, OTHER)
    assert shown(demo, made.id).grade.level.id == "ungraded"
    assert {shown(demo, id_).state for id_ in (ONE, OTHER)} == {"withdrawn"}
    assert {shown(demo, id_).grade.level.id for id_ in (ONE, OTHER)}.isdisjoint({"ungraded"})
    assert holds(demo)


def test_a_caveat_of_another_article_goes_along(demo: Store, by: Who) -> None:
    """The other's article brought it; the one that goes on is of no article."""
    with demo.writing() as session:
        with changing(session, ONE, "edit", by()) as row:
            row.article_id = None
        merge(session, Seen(ONE), [Seen(OTHER)], claim(demo, ONE), by(), True)
    from_article = {code for code, source in recorded(shown(demo, OTHER)).items() if source == "article"}
    assert from_article <= recorded(shown(demo, ONE)).keys()
    assert holds(demo)


@pytest.mark.parametrize(
    ("numbers", "error"),
    [([ONE], InputError), ([ONE, ONE], InputError), ([ONE, 9999], CaveatError), ([ONE, *range(10, 32)], InputError)],
)
def test_a_merge_of_nothing_is_refused(demo: Store, by: Who, numbers: list[int], error: type[CaveatError]) -> None:
    with pytest.raises(error), demo.writing() as session:
        merge(session, Seen(numbers[0]), [Seen(n) for n in numbers[1:]], claim(demo, ONE), by(), True)


def test_a_merge_sees_whether_any_of_them_changed_and_then_changes_nothing(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        every = session.scalars(select(Caveat.code))
        attach = next(code for code in every if code not in recorded(shown(demo, OTHER)))
        attach_caveat(session, OTHER, attach, by())
    with pytest.raises(Outdated), demo.writing() as session:
        merge(session, Seen(ONE, 1), [Seen(OTHER, 1)], claim(demo, ONE, text="Both."), by(), True)
    assert shown(demo, ONE).version == 1


def test_an_ungraded_one_goes_on_and_is_graded_by_nobody_else(demo: Store, by: Who) -> None:
    ungrade(demo, by, ONE)
    with demo.writing() as session:
        assert merge(session, Seen(ONE), [Seen(OTHER)], claim(demo, ONE, text="Both."), by(), False) == Edited(
            ONE, tuple(sorted(recorded(shown(demo, OTHER)).keys() - recorded(shown(demo, ONE)).keys()))
        )
    assert shown(demo, ONE).grade.level.id == "ungraded"
    with demo.writing() as session:
        curate.grade(session, ONE, Judgement("low"), by("few people"))
    assert holds(demo)
