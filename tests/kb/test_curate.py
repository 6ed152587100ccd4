"""Every change to a statement leaves one revision with both sides, a new version and a line in the change log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select

from kb.changes import changed_after, last_change
from kb.curate import (
    By,
    Judgement,
    SlotFilling,
    attach_caveat,
    detach_caveat,
    fill_slot,
    grade,
    withdraw,
)
from kb.errors import Conflict, InputError, NotFound
from kb.graded import GradedStatement, read, read_all
from kb.history import statement_history
from kb.ingest.undo import undo
from kb.model import Grade, Revision, Statement
from kb.records import LARGEST_ID
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
# S01.4: very low, one caveat of its own at least, three slots.
ID = 4

PROFILE = {"start": "high", "start_reason": "", "domains": [{"domain": "imprecision", "step": -1, "reason": "few"}]}

Act = Callable[[Any, By], None]
ACTS: dict[str, Act] = {
    "grade": lambda session, by: grade(session, ID, Judgement("low", "supports", profile=PROFILE), by),
    "second grade": lambda session, by: grade(session, ID, Judgement("low", kind="second"), by),
    "another scale": lambda session, by: grade(session, ID, Judgement("B", scale="civic", rating=3), by),
    "withdraw": lambda session, by: withdraw(session, ID, by),
    "fill": lambda session, by: fill_slot(session, ID, 1, SlotFilling("prevete2022", "refutes", "p. 3"), by),
    "empty": lambda session, by: fill_slot(session, ID, 1, SlotFilling(None, None, "Wanted: a trial"), by),
    "add a slot": lambda session, by: fill_slot(session, ID, None, SlotFilling("prevete2022", "supports"), by),
    "attach": lambda session, by: attach_caveat(session, ID, "time-sensitive", by),
}
ACTION = {
    "grade": "grade",
    "second grade": "grade",
    "another scale": "grade",
    "withdraw": "withdraw",
    "fill": "slot",
    "empty": "slot",
    "add a slot": "slot",
    "attach": "attach-caveat",
}


def look(store: Store, id_: int = ID) -> GradedStatement:
    with store.reading() as session:
        (found,) = read(session, [id_], DAY)
    return found


def own_revisions(store: Store, id_: int = ID) -> list[Revision]:
    with store.reading() as session:
        found = [each for each in statement_history(session, id_) if each.subject == f"statement:{id_}"]
        session.expunge_all()
    return found


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_one_revision_a_new_version_and_a_line_in_the_log(
    demo: Store, by: Callable[..., By], name: str
) -> None:
    before = look(demo)
    with demo.reading() as session:
        seq = last_change(session)
    with demo.writing() as session:
        ACTS[name](session, by("a good reason", "Ann"))
    after = look(demo)
    (revision,) = own_revisions(demo)
    assert (revision.action, revision.actor, revision.reason) == (ACTION[name], "Ann", "a good reason")
    assert after.version == before.version + 1
    with demo.reading() as session:
        assert ID in [id_ for chunk in changed_after(session, seq, last_change(session)) for id_ in chunk]
        assert list(faults(session)) == []


@pytest.mark.parametrize("name", ACTS)
def test_a_revision_keeps_both_sides_with_the_caveats_that_were_seen(
    demo: Store, by: Callable[..., By], name: str
) -> None:
    seen_before = look(demo)
    with demo.writing() as session:
        ACTS[name](session, by())
    seen_after = look(demo)
    (revision,) = own_revisions(demo)
    for kept, seen in ((revision.before, seen_before), (revision.after, seen_after)):
        assert kept is not None
        assert [each["text"] for each in kept["caveats"]] == [each.text for each in seen.caveats]
        assert kept["content"]["text"] == seen.text
        assert kept["content"]["grade"]["level"] == seen.grade.level.id
        assert kept["content"]["state"] == seen.state
    assert revision.before is not None
    assert revision.after is not None
    assert revision.before["content_hash"] != revision.after["content_hash"] == seen_after.content_hash


def test_a_grade_supersedes_and_never_changes_the_one_before(demo: Store, by: Callable[..., By]) -> None:
    old = look(demo).grade
    with demo.writing() as session:
        grade(session, ID, Judgement("moderate", "mixed", profile=PROFILE), by("new trials", "Ann"))
    now = look(demo)
    assert (now.grade.level.name, now.grade.direction, now.grade.rationale, now.grade.rater) == (
        "grade:moderate",
        "mixed",
        "new trials",
        "Ann",
    )
    assert now.grade.profile == PROFILE
    with demo.reading() as session:
        first, second = session.scalars(select(Grade).where(Grade.statement_id == ID).order_by(Grade.id)).all()
        assert (first.level, first.rationale) == (old.level.id, old.rationale)
        assert second.supersedes_id == first.id


def test_a_second_rating_stands_beside_the_first_and_shows_that_they_disagree(
    demo: Store, by: Callable[..., By]
) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("high", kind="second"), by("I see it otherwise", "Bob"))
    now = look(demo)
    codes = [caveat.code for caveat in now.caveats]
    assert now.grade.level.name == "grade:very-low"
    assert "disputed" in codes
    assert "single-rater" not in codes


def test_a_consensus_replaces_and_settles(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("high", kind="second"), by("otherwise", "Bob"))
        grade(session, ID, Judgement("low", kind="consensus"), by("we talked", "Ann and Bob"))
    now = look(demo)
    codes = [caveat.code for caveat in now.caveats]
    assert now.grade.level.name == "grade:low"
    assert not {"disputed", "single-rater"} & set(codes)


def test_a_second_rating_of_what_nobody_rated_is_the_current_one(
    store: Store, by: Callable[..., By], bring: Callable[..., Any]
) -> None:
    bring(store, [{"origin": "o", "key": "k", "text": "Words.", "type": "safety"}])
    with store.writing() as session:
        grade(session, 1, Judgement("low", kind="second"), by())
    assert look(store, 1).grade.level.name == "grade:low"


def test_the_history_holds_whatever_the_clock_of_the_actor(demo: Store, by: Callable[..., By]) -> None:
    east = datetime(2026, 11, 24, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with demo.writing() as session:
        grade(session, ID, Judgement("low"), by(at=east))
    with demo.reading() as session:
        assert list(faults(session)) == []
    assert datetime.fromisoformat(look(demo).grade.made_at) == east.astimezone(UTC)


def test_a_withdrawn_statement_keeps_its_words_and_says_why(demo: Store, by: Callable[..., By]) -> None:
    text = look(demo).text
    with demo.writing() as session:
        withdraw(session, ID, by("it was misread"))
    now = look(demo)
    assert (now.text, now.state, now.withdrawn_reason) == (text, "withdrawn", "it was misread")
    assert now.caveats[0].severity == "warning"
    assert "Withdrawn: it was misread" in [caveat.text for caveat in now.caveats]


@pytest.mark.parametrize("name", ACTS)
def test_a_withdrawn_statement_is_not_changed_any_more(demo: Store, by: Callable[..., By], name: str) -> None:
    with demo.writing() as session:
        withdraw(session, ID, by("it was misread"))
    with pytest.raises(Conflict, match="is withdrawn"), demo.writing() as session:
        ACTS[name](session, by())
    assert len(own_revisions(demo)) == 1


def test_what_another_statement_says_of_it_is_announced_for_both(
    demo: Store, by: Callable[..., By], demo_rows: list[dict[str, Any]]
) -> None:
    (first, second) = [each for each in demo_rows if each.get("relations")][:2]
    with demo.reading() as session:
        seq = last_change(session)
        query = select(Statement.key, Statement.id).where(Statement.key.in_([first["key"], second["key"]]))
        ids = dict(session.execute(query).all())
        others = {each["other"] for each in first["relations"]}
        other_ids = set(session.scalars(select(Statement.id).where(Statement.key.in_(others))))
    with demo.writing() as session:
        withdraw(session, ids[first["key"]], by("wrong"))
    with demo.reading() as session:
        told = {id_ for chunk in changed_after(session, seq, last_change(session)) for id_ in chunk}
    assert told == {ids[first["key"]], *other_ids}


VERSIONED: dict[str, Callable[[Any, By, int], None]] = {
    "grade": lambda session, by, version: grade(session, ID, Judgement("low"), by, version),
    "withdraw": lambda session, by, version: withdraw(session, ID, by, version),
    "slot": lambda session, by, version: fill_slot(session, ID, 1, SlotFilling(None), by, version),
    "attach": lambda session, by, version: attach_caveat(session, ID, "marketing", by, version),
    "detach": lambda session, by, version: detach_caveat(session, ID, "marketing", by, version),
}


@pytest.mark.parametrize("name", VERSIONED)
def test_a_change_to_what_somebody_changed_meanwhile_is_refused_with_both_versions_named(
    demo: Store, by: Callable[..., By], everything: Any, name: str
) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("low"), by(), version=1)
    before = everything(demo)
    with pytest.raises(Conflict, match=r"version 1.*now at 2"), demo.writing() as session:
        VERSIONED[name](session, by(), 1)
    assert everything(demo) == before


REFUSED: dict[str, tuple[Act, type[Exception], str]] = {
    "a level that is none": (lambda s, by: grade(s, ID, Judgement("great"), by), InputError, "high, moderate, low"),
    "a level of another scale": (lambda s, by: grade(s, ID, Judgement("A"), by), InputError, "no level 'A'"),
    "a scale that is none": (lambda s, by: grade(s, ID, Judgement("low", scale="x"), by), InputError, "no scale 'x'"),
    "ungraded": (lambda s, by: grade(s, ID, Judgement("ungraded", scale=""), by), InputError, "no scale"),
    "a direction that is none": (lambda s, by: grade(s, ID, Judgement("low", "up"), by), InputError, "“up” is no"),
    "a kind that is none": (lambda s, by: grade(s, ID, Judgement("low", kind="x"), by), InputError, "“x” is no kind"),
    "six stars": (lambda s, by: grade(s, ID, Judgement("B", scale="civic", rating=6), by), InputError, "1 to 5 stars"),
    "no stars": (lambda s, by: grade(s, ID, Judgement("B", scale="civic", rating=0), by), InputError, "1 to 5 stars"),
    "a broken profile": (
        lambda s, by: grade(s, ID, Judgement("low", profile={"start": "middling"}), by),
        InputError,
        "does not start at 'middling'",
    ),
    "a stance that is none": (
        lambda s, by: fill_slot(s, ID, 1, SlotFilling("prevete2022", "likes"), by),
        InputError,
        "“likes” is no stance.*supports",
    ),
    "a citation without a stance": (
        lambda s, by: fill_slot(s, ID, 1, SlotFilling("prevete2022"), by),
        InputError,
        "stance",
    ),
    "a citation that is none": (
        lambda s, by: fill_slot(s, ID, 1, SlotFilling("nobody1900", "supports"), by),
        NotFound,
        "no citation “nobody1900”",
    ),
    "a slot that is none": (lambda s, by: fill_slot(s, ID, 99, SlotFilling(None), by), NotFound, "no slot 99"),
    "a slot beyond all": (lambda s, by: fill_slot(s, ID, 2**70, SlotFilling(None), by), NotFound, "no slot"),
    "a note with a NUL": (
        lambda s, by: fill_slot(s, ID, 1, SlotFilling(None, note="a\x00b"), by),
        InputError,
        "note cannot be kept: it holds a NUL",
    ),
    "a quote with half a pair": (
        lambda s, by: fill_slot(s, ID, 1, SlotFilling(None, quote="\ud800"), by),
        InputError,
        r"quote cannot be kept.*U\+D800",
    ),
    "a caveat that is none": (lambda s, by: attach_caveat(s, ID, "x", by), NotFound, "no caveat “x”.*Known are"),
    "a caveat that is derived": (lambda s, by: attach_caveat(s, ID, "low", by), NotFound, "no caveat “low”"),
    "a caveat that is not attached": (
        lambda s, by: detach_caveat(s, ID, "time-sensitive", by),
        NotFound,
        "not attached to statement 4 itself",
    ),
    "no such statement": (lambda s, by: withdraw(s, 999, by), NotFound, "no statement 999"),
    "a statement beyond all": (lambda s, by: withdraw(s, LARGEST_ID + 1, by), NotFound, "no statement"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_with_its_cure_and_changes_nothing(
    demo: Store, by: Callable[..., By], everything: Any, name: str
) -> None:
    act, error, words = REFUSED[name]
    before = everything(demo)
    with pytest.raises(error, match=words), demo.writing() as session:
        act(session, by())
    assert everything(demo) == before


@pytest.mark.parametrize("empty", ["", "  ", "\n\t"])
def test_a_change_without_reason_or_name_is_refused(by: Callable[..., By], empty: str) -> None:
    with pytest.raises(InputError, match="needs its reason"):
        by(empty)
    with pytest.raises(InputError, match="needs its actor"):
        by("why", empty)


@pytest.mark.parametrize("bad", ["a\x00b", "\ud83d", "\udfff end"])
def test_a_reason_or_name_that_no_store_can_keep_is_refused(by: Callable[..., By], bad: str) -> None:
    with pytest.raises(InputError, match="cannot be kept"):
        by(bad)
    with pytest.raises(InputError, match="cannot be kept"):
        by("why", bad)


def test_a_name_longer_than_its_column_is_refused(by: Callable[..., By]) -> None:
    assert by("why", "n" * 200).actor
    with pytest.raises(InputError, match="too long"):
        by("why", "n" * 201)


def test_a_caveat_is_attached_once_and_can_be_taken_off(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        attach_caveat(session, ID, "time-sensitive", by())
    with pytest.raises(Conflict, match="attached to statement 4 already"), demo.writing() as session:
        attach_caveat(session, ID, "time-sensitive", by())
    assert "time-sensitive" in [caveat.code for caveat in look(demo).caveats]
    with demo.writing() as session:
        detach_caveat(session, ID, "time-sensitive", by("it does not apply"))
    assert "time-sensitive" not in [caveat.code for caveat in look(demo).caveats]
    assert [each.action for each in own_revisions(demo)] == ["attach-caveat", "detach-caveat"]


def test_an_inherited_caveat_cannot_be_taken_off_a_statement(demo: Store, by: Callable[..., By]) -> None:
    with demo.reading() as session:
        id_, code = next(
            (each.id, caveat.code)
            for each in read_all(session, DAY)
            for caveat in each.caveats
            if caveat.source == "topic"
        )
    with pytest.raises(NotFound, match="taken off its article or topic"), demo.writing() as session:
        detach_caveat(session, id_, code, by())


def test_an_emptied_slot_says_what_is_wanted(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        fill_slot(session, ID, 1, SlotFilling(None, note="a trial in people with lupus"), by())
    now = look(demo)
    (caveat,) = [each for each in now.caveats_at("slot", 1) if each.code == "citation-needed"]
    assert caveat.text == "Citation needed. Wanted: a trial in people with lupus"


def test_an_added_slot_stands_last(demo: Store, by: Callable[..., By]) -> None:
    count = len(look(demo).slots)
    with demo.writing() as session:
        fill_slot(session, ID, None, SlotFilling("prevete2022", "background", locator="table 2"), by())
    last = look(demo).slots[-1]
    assert (last.position, last.stance, last.locator) == (count + 1, "background", "table 2")
    assert last.citation is not None
    assert last.citation.key == "prevete2022"


def test_several_acts_in_one_transaction_hold_together_or_not_at_all(
    demo: Store, by: Callable[..., By], everything: Any
) -> None:
    def grade_and_fail() -> None:
        with demo.writing() as session:
            grade(session, ID, Judgement("low"), by())
            attach_caveat(session, ID, "no-such-caveat", by())

    before = everything(demo)
    with pytest.raises(NotFound):
        grade_and_fail()
    assert everything(demo) == before
    with demo.writing() as session:
        grade(session, ID, Judgement("low"), by())
        attach_caveat(session, ID, "time-sensitive", by())
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision).where(Revision.subject == "statement:4")) == 2
        assert list(faults(session)) == []


def test_one_person_alone_stands_for_no_second_and_for_no_consensus(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("low"), by("mine", "A. Lone"))
    with pytest.raises(InputError, match="somebody else's"), demo.writing() as session:
        grade(session, ID, Judgement("high", kind="second"), by("again", "A. Lone"))


def test_whoever_took_part_in_a_consensus_gives_no_second_opinion_on_it_and_another_may(
    demo: Store, by: Callable[..., By]
) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("low"), by("mine", "Ann"))
        grade(session, ID, Judgement("high", kind="second"), by("otherwise", "Bob"))
        grade(session, ID, Judgement("moderate", kind="consensus"), by("we talked", "Bob"))
    for rater in ("Ann", "Bob"):
        with pytest.raises(InputError, match="somebody else's"), demo.writing() as session:
            grade(session, ID, Judgement("high", kind="second"), by("again", rater))
    for level in ("low", "moderate"):
        with demo.writing() as session:
            grade(session, ID, Judgement(level, kind="second"), by("afresh", "Cid"))
    assert look(demo).grade.level.name == "grade:moderate"


def test_a_second_opinion_made_anew_supersedes_the_raters_own(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        for rater, level in (("Bob", "high"), ("Cid", "low"), ("Bob", "moderate")):
            grade(session, ID, Judgement(level, kind="second"), by("I see it so", rater))
        bobs, _, anew = session.scalars(select(Grade).where(Grade.kind == "second").order_by(Grade.id)).all()
        assert anew.supersedes_id == bobs.id
        assert anew.level == "moderate"


def test_an_opinion_that_was_taken_back_with_its_batch_is_none_in_a_consensus(
    store: Store, by: Callable[..., By], bring: Callable[..., Any]
) -> None:
    row = {"origin": "o", "key": "k", "text": "Words.", "type": "safety"}
    bring(store, [{**row, "grade": {"scale": "grade", "level": "low", "rater": "Ann"}}])
    bring(store, [{**row, "grade": {"scale": "grade", "level": "high", "rater": "Bob"}}])
    with store.writing() as session:
        undo(session, 2, by("the wrong file"))
    with pytest.raises(InputError, match="opinions of two people"), store.writing() as session:
        grade(session, 1, Judgement("high", kind="consensus"), by("we are one", "Ann"))


def test_a_consensus_needs_two_people(store: Store, by: Callable[..., By], bring: Callable[..., Any]) -> None:
    bring(store, [{"origin": "o", "key": "k", "text": "Words.", "type": "safety"}])
    for _ in range(2):
        with pytest.raises(InputError, match="opinions of two people"), store.writing() as session:
            grade(session, 1, Judgement("high", kind="consensus"), by("we are one", "A. Lone"))
        with store.writing() as session:
            grade(session, 1, Judgement("low"), by("mine", "A. Lone"))
    assert "single-rater" in {caveat.code for caveat in look(store, 1).caveats}


def test_what_a_rater_has_replaced_on_another_scale_is_no_side_of_a_dispute(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        grade(session, ID, Judgement("high"), by("first", "A. Bee"))
        grade(session, ID, Judgement("A", scale="sort"), by("on another scale", "A. Bee"))
        grade(session, ID, Judgement("low"), by("first", "C. Dee"))
    assert not [caveat.text for caveat in look(demo).caveats if "A. Bee" in caveat.text]
