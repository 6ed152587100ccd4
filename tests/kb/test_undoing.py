"""A single change taken back: all says again what it said, opinions included, and nobody's later work is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import curate, drafting, flags, people, relations, reviewing
from kb.audit import waivers
from kb.curate import By, Judgement, SlotFilling
from kb.errors import Conflict, NotAllowed, NotFound
from kb.graded import read, read_all
from kb.history import statement_history
from kb.model import Revision, Waiver
from kb.opinions import opinions
from kb.render.json import as_json
from kb.store import Store
from kb.undoing import last_own, named, only_opinions, since, undo_changes, undoable
from kb.verify import faults
from tests.kb.audit.library import DAY, NOW, bring, filled, graded, someone, statement, work

ME = "a tester"
Act = Callable[[Session], object]


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Store]:
    """Three statements: one that A. Rater graded low, one that nobody judged, and one more."""
    rows = [statement("1", grade=graded("low"), slots=[{"citation": None, "note": "wanted"}]), statement("2")]
    caveats = [{"code": "mind", "severity": "caution", "kind": "evidence", "text": "Mind this."}]
    store = filled(tmp_path, [*rows, statement("3", review_due="2026-01-01")], [work("w")], caveats)
    yield store
    store.close()


def newest(session: Session) -> int:
    return session.scalar(select(func.max(Revision.seq))) or 0


def did(store: Store, act: Act) -> list[int]:
    """The numbers of the revisions that an act appends."""
    with store.writing() as session:
        before = newest(session)
        act(session)
        return list(range(before + 1, newest(session) + 1))


def undo(store: Store, seqs: list[int], who: str = ME) -> list[int]:
    return did(store, lambda session: undo_changes(session, seqs, who, NOW))


def seen(store: Store) -> list[dict[str, Any]]:
    """What everybody sees of every statement, and who has judged it how; versions and kinds of grades go on."""
    with store.reading() as session:
        assert list(faults(session)) == []
        found = list(read_all(session, DAY, published_only=False))
    shown = [as_json(each) | {"judgements": each.judgements, "said": len(opinions(each))} for each in found]
    for each in shown:
        del each["version"], each["grade"]["kind"]
    return shown


OTHER = someone("second thoughts", "Z. Other")
ACTS: dict[str, Act] = {
    "a first grade": lambda session: curate.grade(session, 2, Judgement("high"), someone("read")),
    "a grade over another": lambda session: curate.grade(session, 1, Judgement("high"), someone("read")),
    "a second opinion": lambda session: curate.grade(session, 1, Judgement("high", kind="second"), someone("read")),
    "a slot filled": lambda session: curate.fill_slot(session, 1, 1, SlotFilling("w", "supports"), someone()),
    "a slot added": lambda session: curate.fill_slot(session, 1, None, SlotFilling("w", "refutes"), someone()),
    "a caveat": lambda session: curate.attach_caveat(session, 1, "mind", someone()),
    "a withdrawal": lambda session: curate.withdraw(session, 1, someone("taken back")),
    "a review": lambda session: reviewing.reviewed(session, 3, someone(), 12),
    "a relation": lambda session: relations.relate(session, 1, "contradicts", 2, someone()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_was_changed_says_again_what_it_said_and_can_be_done_again(few: Store, act: Act) -> None:
    before = seen(few)
    done = did(few, act)
    after = seen(few)
    assert after != before
    undone = undo(few, done)
    assert seen(few) == before
    undo(few, undone)
    assert seen(few) == after
    with few.reading() as session:
        reasons = [each.reason for each in session.scalars(select(Revision).order_by(Revision.seq.desc()).limit(2))]
    assert reasons[0].startswith("done again: ")
    assert reasons[1].startswith("undone: ")


def test_who_took_an_opinion_back_counts_as_no_rater_when_somebody_judges_anew(few: Store) -> None:
    undo(few, did(few, ACTS["a first grade"]))
    with few.writing() as session:
        curate.grade(session, 2, Judgement("low"), OTHER)
        (found,) = read(session, [2], DAY)
        assert found.judgements == (("Z. Other", "low"),)
        assert "single-rater" in {each.code for each in found.caveats}
        with pytest.raises(curate.InputError, match="two people"):
            curate.grade(session, 2, Judgement("low", kind="consensus"), OTHER)


def test_a_consensus_that_was_overruled_stands_again_as_one(few: Store) -> None:
    did(few, lambda session: curate.grade(session, 1, Judgement("high", kind="second"), OTHER))
    did(few, lambda session: curate.grade(session, 1, Judgement("moderate", kind="consensus"), OTHER))
    before = seen(few)
    done = did(few, lambda session: curate.grade(session, 1, Judgement("very-low"), someone("read")))
    undone = undo(few, done)
    assert seen(few) == before
    with few.reading() as session:
        (found,) = read(session, [1], DAY)
        assert found.grade.kind == "consensus"
        assert not {"disputed", "single-rater"} & {each.code for each in found.caveats}
        assert {each.rater for each in opinions(found)} == {"A. Rater", "Z. Other"}
    undo(few, undone)
    with few.reading() as session:
        (found,) = read(session, [1], DAY)
        assert found.grade.level.name == "grade:very-low"


def test_a_chain_of_ones_own_changes_is_taken_back_step_by_step(few: Store) -> None:
    stages, done = [seen(few)], []
    for level in ("high", "moderate", "very-low"):
        judgement = Judgement(level)
        done.append(did(few, lambda session, each=judgement: curate.grade(session, 1, each, someone("read"))))  # type: ignore[misc]
        stages.append(seen(few))
    undo(few, done[2])
    assert seen(few) == stages[2]
    with pytest.raises(Conflict, match="was changed since"):
        undo(few, done[1])


def test_later_work_of_somebody_else_is_not_lost_and_is_named(few: Store) -> None:
    done = did(few, ACTS["a grade over another"])
    theirs = did(few, lambda session: curate.attach_caveat(session, 1, "mind", OTHER))
    now = seen(few)
    with pytest.raises(Conflict, match=r"statement 1 was changed since, by Z\. Other \(attach-caveat: second"):
        undo(few, done)
    assert seen(few) == now
    with few.reading() as session:
        assert [each.seq for each in since(session, named(session, done))] == theirs


def test_a_change_is_taken_back_by_whoever_made_it_and_a_batch_as_a_whole(few: Store, tmp_path: Path) -> None:
    done = did(few, ACTS["a review"])
    with pytest.raises(NotAllowed, match=f"made by {ME}"):
        undo(few, done, "Z. Other")
    line = '{"origin": "rules", "key": "1", "text": "Other words.", "type": "safety"}\n'
    changed = did(few, lambda _session: None)
    bring(few, tmp_path / "again.jsonl", line, "statements", someone("an import"))
    with few.reading() as session:
        changed = [each.seq for each in statement_history(session, 1) if each.batch_id and each.before]
    with pytest.raises(Conflict, match=r"came with batch \d"):
        undo(few, changed)
    account = did(few, lambda session: people.add(session, "N. Ew", someone("a new account")))
    with pytest.raises(Conflict, match="account"):
        undo(few, account)
    for unknown in ([], [9_999]):
        with pytest.raises(NotFound):
            undo(few, unknown)


def test_several_records_changed_at_one_go_go_back_together(few: Store) -> None:
    before = seen(few)

    def act(session: Session) -> None:
        ACTS["a grade over another"](session)
        ACTS["a caveat"](session)
        ACTS["a review"](session)

    undone = undo(few, did(few, act))
    assert len(undone) == 2
    assert seen(few) == before


def test_flags_and_waivers_go_back_and_none_is_deleted(few: Store) -> None:
    raised = did(few, lambda session: flags.flag(session, 1, someone("Is that so?")))
    resolved = did(few, lambda session: flags.resolve(session, 1, someone("It is.")))
    undo(few, resolved)
    with few.reading() as session:
        (found,) = flags.flags_of(session, 1)
        assert (found.resolved_at, found.resolved_by, found.resolution) == (None, None, None)
    with pytest.raises(Conflict, match="flag 1 was changed since"):
        undo(few, raised)
    other = did(few, lambda session: flags.flag(session, 2, someone("And that?")))
    again = undo(few, other)
    with few.reading() as session:
        (found,) = flags.flags_of(session, 2)
        assert found.resolution == "undone: And that?"
    undo(few, again)
    until = DAY + timedelta(days=9)
    waived = did(few, lambda session: waivers.waive(session, "G01", 2, until, someone("no time")))
    ended = undo(few, waived)
    undo(few, ended)
    with few.reading() as session:
        assert flags.flags_of(session, 2)[0].resolved_at is None
        assert session.get_one(Waiver, 1).ended_at is None
        assert list(faults(session)) == []


def test_a_statement_that_somebody_made_is_withdrawn_and_a_draft_is_one_again(few: Store) -> None:
    did(few, lambda session: None)
    with few.writing() as session, curate.changing(session, 3, "edit", someone()) as row:
        row.state = "draft"
    split = did(few, lambda session: drafting.edit(session, 3, ["One.", "Two."], "safety", [], someone("split")))
    undo(few, split)
    with few.reading() as session:
        assert [(each.id, each.state) for each in read(session, [3, 4], DAY)] == [(3, "draft"), (4, "withdrawn")]
        assert list(faults(session)) == []


def test_what_is_offered_is_what_one_did_at_these_moments_and_all_of_it(few: Store) -> None:
    at = datetime(2026, 11, 23, 13, tzinfo=UTC)
    mine = By(ME, "why", at)
    done = did(few, lambda session: curate.attach_caveat(session, 1, "mind", mine))
    did(few, lambda session: curate.attach_caveat(session, 2, "mind", By("Z. Other", "why", at)))
    with few.reading() as session:
        found = undoable(session, ME, [at])
        assert found
        assert (list(found.changes), found.batch) == (done, None)
        assert undoable(session, ME, [at + timedelta(seconds=1)]) is None
        assert undoable(session, ME, []) is None
        last = last_own(session, "statement:1", ME)
        assert last is not None
        assert last.seq == done[0]
        assert last_own(session, "statement:2", ME) is None
        assert last_own(session, "statement:3", ME) is None
    did(few, lambda session: people.add(session, "N. Ew", mine))
    with few.reading() as session:
        assert undoable(session, ME, [at]) is None, "a part of it would stay"


def test_what_raters_think_is_told_from_what_curators_change(few: Store) -> None:
    for name in ("a first grade", "a second opinion"):
        with few.reading() as session:
            before = newest(session)
        done = did(few, ACTS[name])
        assert done == [before + 1]
        with few.reading() as session:
            assert only_opinions(named(session, done))
    review = did(few, ACTS["a review"])
    resolved = did(few, lambda session: flags.resolve(session, flags.flag(session, 1, someone()), someone()))
    with few.reading() as session:
        assert not only_opinions(named(session, review))
        assert only_opinions(named(session, resolved[:1]))
        assert not only_opinions(named(session, resolved))
