"""A blind statement betrays nothing of the first grade, and a rating of it is recorded for what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kb import curate
from kb.blind import OF_SLOTS, WITHHELD, BlindStatement, Turn, rate, read_blind, turn, waiting
from kb.caveats import DERIVED, RequiredCaveat
from kb.curate import Judgement
from kb.errors import CaveatLeftBehind, Conflict, InputError, NotFound, Outdated
from kb.graded import read
from kb.model import Citation, Grade, Statement
from kb.render.blind import blind_card, blind_json, blind_text, rubric_text, scale_of
from kb.scales import load_scales
from kb.store import Store
from tests.kb.audit.library import DAY, filled, graded, ids, profile, slot, someone, statement, work

ANN, BOB, CID = "Ann First", "Bob Second", "Cid Third"
# Everything that can be said in a first grade, in words that stand nowhere else.
TELLING = profile("high", ("imprecision", -2, "telltale imprecision"), start_reason="telltale start")
GRADES = {
    "high": graded("high", direction="supports", rationale="telltale high", rater=ANN),
    "low": graded("low", direction="contradicts", rationale="telltale low", rater="Telltale Rater", profile=TELLING),
    "no evidence": graded("no-evidence", direction="unclear", rationale="telltale none", rater=ANN),
    "not gradable": graded("not-gradable", direction="mixed", rationale="telltale not", rater=ANN),
}
CAVEATS = [{"code": "own", "severity": "caution", "kind": "safety", "text": "Attached words."}]
WORKS = [
    work("sound", DOI="10.5555/sound", custom={"unchecked_fields": ["title"]}),
    work("unsound", DOI="10.5555/unsound"),
]
SLOTS = [slot("sound", note="a note of the slot"), slot("unsound", "refutes"), slot(None)]


def made(folder: Path, name: str) -> Store:
    """A store whose only difference from the others is its first grade."""
    folder.mkdir()
    row = statement(
        "one",
        slots=SLOTS,
        caveats=["own"],
        topics=["pain"],
        pico={"population": "adults", "intervention": "tea", "comparator": "water", "outcome": "pain"},
        grade=GRADES[name],
    )
    store = filled(folder, [row], WORKS, CAVEATS)
    with store.writing() as session:
        session.execute(update(Citation).where(Citation.key == "unsound").values(standing="retracted"))
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """Stores that are the same but for the first grade, and one that has a dispute, an old review and a history."""
    folder = tmp_path_factory.mktemp("blind")
    found = {name: made(folder / name, name) for name in GRADES}
    busy = made(folder / "busy", "high")
    with busy.writing() as session:
        rate(session, 1, Judgement("very-low"), someone("telltale second", CID))
        session.execute(update(Statement).values(review_due=DAY.replace(year=2020)))
        with curate.changing(session, 1, "reword", someone("telltale change")) as row:
            row.searched_where = "telltale place"
    yield {**found, "busy": busy}
    for store in [*found.values(), busy]:
        store.close()


def blind(store: Store) -> BlindStatement:
    with store.reading() as session:
        return read_blind(session, 1, DAY)


def test_statements_that_differ_only_in_what_was_judged_look_the_same_to_the_byte(stores: dict[str, Store]) -> None:
    shown = {name: blind(store) for name, store in stores.items()}
    for render in (blind_card, lambda each: json.dumps(blind_json(each)), blind_text, lambda each: each.seen):
        assert len({str(render(each)) for each in shown.values()}) == 1
    with stores["busy"].reading() as session:
        codes = {caveat.code for caveat in read(session, [1], DAY)[0].caveats}
    assert {"disputed", "review-overdue"} <= codes, "the stores did not really differ"


def test_what_is_not_judged_is_shown(stores: dict[str, Store]) -> None:
    each = blind(stores["low"])
    for shown in (str(blind_card(each)), json.dumps(blind_json(each)), blind_text(each)):
        assert WITHHELD in shown
        for words in ("Statement one says", "Attached words.", "a note of the slot", "adults", "water", "retracted"):
            assert words in shown
        assert "Not checked in this citation: title" in shown
        assert "Citation needed" in shown or "citation needed" in shown
        assert "telltale" not in shown.casefold()
        assert ANN not in shown
        assert "/c/" not in shown, "a citation's own page shows the grades of what cites it"


def test_a_caveat_that_follows_from_a_grade_cannot_be_put_in(stores: dict[str, Store]) -> None:
    each = blind(stores["low"])
    with pytest.raises(CaveatLeftBehind, match=r"kb\.blind"):
        replace(each, built_by=None)
    for code in DERIVED.keys() - OF_SLOTS:
        means = DERIVED[code]
        telling = RequiredCaveat(code, means.severity, means.kind, "words", "derived", means.place)
        with pytest.raises(CaveatLeftBehind, match=code):
            replace(each, caveats=(*each.caveats, telling))


def test_the_fields_of_a_blind_statement_are_these_and_no_others() -> None:
    assert {each.name for each in fields(BlindStatement)} == {
        *("id", "origin", "key", "article", "text", "quote", "type", "topics", "slots", "caveats", "scale", "built_by"),
        *("population", "intervention", "comparator", "outcome"),
    }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Statements in every state that a second rater can meet."""
    rows = [
        statement("waits", topics=["pain"], grade=graded("low", rater=ANN)),
        statement("mine", grade=graded("low", rater=BOB)),
        statement("ungraded"),
        statement("rated", grade=graded("low", rater=ANN)),
        statement("other scale", grade=graded("B", scale="uspstf", rater=ANN)),
        statement("withdrawn", grade=graded("low", rater=ANN)),
        statement("high", topics=["pain"], grade=graded("high", rater=ANN)),
    ]
    made = filled(tmp_path, rows, WORKS, CAVEATS)
    with made.writing() as session:
        numbers = dict(session.execute(select(Statement.key, Statement.id)).all())
        rate(session, numbers["rated"], Judgement("high"), someone("otherwise", BOB))
        curate.withdraw(session, numbers["withdrawn"], someone("taken back"))
    yield made
    made.close()


def test_what_waits_is_what_somebody_else_graded_in_an_order_that_tells_nothing(store: Store) -> None:
    def keys(rater: str, **narrowed: object) -> list[str]:
        with store.reading() as session:
            return [each.key for each in waiting(session, rater, DAY, **narrowed)]  # type: ignore[arg-type]

    assert keys(BOB) == ["waits", "other scale", "high"]
    assert keys(ANN) == ["mine"]
    assert keys(CID) == ["waits", "mine", "rated", "other scale", "high"]
    assert keys(BOB, topic="pain") == ["waits", "high"]
    assert keys(BOB, topic="nonsense") == keys(BOB, article="nonsense") == []
    assert keys(BOB, limit=1) == ["waits"]
    assert keys(BOB, after=ids(store)["waits"], limit=1) == ["other scale"]


def test_everybody_is_told_whether_it_is_their_turn(store: Store) -> None:
    numbers = ids(store)
    with store.reading() as session:
        turns = {key: turn(session, id_, BOB) for key, id_ in numbers.items() if key != "withdrawn"}
    assert turns == {
        "waits": Turn.OPEN,
        "mine": Turn.FIRST,
        "ungraded": Turn.UNGRADED,
        "rated": Turn.RATED,
        "other scale": Turn.OPEN,
        "high": Turn.OPEN,
    }


def test_only_what_is_published_can_be_rated(store: Store) -> None:
    with store.reading() as session:
        for id_ in (ids(store)["withdrawn"], 0, 99, 2**40):
            with pytest.raises(NotFound):
                read_blind(session, id_, DAY)


def test_an_opinion_stands_beside_the_first_grade_which_stays_in_force(store: Store) -> None:
    id_ = ids(store)["waits"]
    with store.reading() as session:
        seen = read_blind(session, id_, DAY).seen
    with store.writing() as session:
        rate(session, id_, Judgement("high", "supports"), someone("I read them", BOB), seen)
    with store.reading() as session:
        now = read(session, [id_], DAY)[0]
        kinds = session.scalars(select(Grade.kind).where(Grade.statement_id == id_).order_by(Grade.id)).all()
    assert (now.grade.level.id, now.grade.rater) == ("low", ANN)
    assert kinds[-1] == "second"


def test_two_who_rate_at_once_are_both_recorded(store: Store) -> None:
    id_ = ids(store)["waits"]
    with store.reading() as session:
        seen = read_blind(session, id_, DAY).seen
    for rater in (BOB, CID):
        with store.writing() as session:
            rate(session, id_, Judgement("high"), someone("I read them", rater), seen)
    with store.reading() as session:
        assert session.query(Grade).filter_by(statement_id=id_, kind="second").count() == 2


def test_a_new_first_grade_meanwhile_leaves_what_was_seen_as_it_was(store: Store) -> None:
    id_ = ids(store)["waits"]
    with store.reading() as session:
        seen = read_blind(session, id_, DAY).seen
    with store.writing() as session:
        curate.grade(session, id_, Judgement("moderate"), someone("looked again", ANN))
        rate(session, id_, Judgement("high"), someone("I read them", BOB), seen)


def test_a_rating_of_what_was_changed_since_is_refused_and_says_nothing_of_the_grade(store: Store) -> None:
    id_ = ids(store)["waits"]
    with store.reading() as session:
        seen = read_blind(session, id_, DAY).seen
    with store.writing() as session:
        curate.attach_caveat(session, id_, "own", someone("it matters"))
    with pytest.raises(Conflict, match="was changed since you read it") as refused, store.writing() as session:
        rate(session, id_, Judgement("high"), someone("I read them", BOB), seen)
    with pytest.raises(Outdated) as outdated, store.writing() as session:
        rate(session, id_, Judgement("high"), someone("I read them", BOB), version=1)
    for error in (refused.value, outdated.value):
        assert "low" not in str(error)
        assert ANN not in str(error)


def test_an_opinion_that_could_not_be_compared_is_refused(store: Store) -> None:
    numbers = ids(store)
    refused = {
        "other scale": (InputError, "on the scale uspstf"),
        "ungraded": (Conflict, "nothing to be second to"),
        "mine": (InputError, "somebody else's"),
    }
    for key, (kind, words) in refused.items():
        with pytest.raises(kind, match=words), store.writing() as session:
            rate(session, numbers[key], Judgement("low"), someone("I read them", BOB))


def test_the_rubric_explains_every_level_direction_and_domain(store: Store) -> None:
    with store.reading() as session:
        grade = rubric_text(scale_of(read_blind(session, ids(store)["waits"], DAY)))
        uspstf = rubric_text(scale_of(read_blind(session, ids(store)["other scale"], DAY)))
    assert all(level.meaning in grade for level in load_scales().get("grade").levels)
    assert "risk_of_bias" in grade
    assert all(level.meaning in uspstf for level in load_scales().get("uspstf").levels)
    assert "risk_of_bias" not in uspstf
