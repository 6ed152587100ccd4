"""A statement cannot leave the store without the caveats that its facts require, inherited ones included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb.articles import read_article
from kb.curate import By, withdraw
from kb.errors import CaveatLeftBehind
from kb.graded import GradedStatement, read, read_all
from kb.model import Statement
from kb.records import LARGEST_ID
from kb.store import Store, open_store

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def read_only(demo_file: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{demo_file}", b"a key for tests")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def statements(read_only: Store) -> list[GradedStatement]:
    with read_only.reading() as session:
        return list(read_all(session, DAY))


def test_a_graded_statement_cannot_be_built_by_hand(statements: list[GradedStatement]) -> None:
    facts = {field.name: getattr(statements[0], field.name) for field in fields(statements[0])}
    with pytest.raises(CaveatLeftBehind, match="built by kb"):
        GradedStatement(**{**facts, "built_by": None})
    with pytest.raises(CaveatLeftBehind, match="built by kb"):
        GradedStatement(**{**facts, "built_by": object()})


def test_a_graded_statement_is_frozen(statements: list[GradedStatement]) -> None:
    with pytest.raises(AttributeError):
        statements[0].caveats = ()  # type: ignore[misc]


def test_a_statement_refuses_to_exist_with_any_one_caveat_missing(statements: list[GradedStatement]) -> None:
    for statement in statements:
        for left_out in range(len(statement.caveats)):
            fewer = statement.caveats[:left_out] + statement.caveats[left_out + 1 :]
            with pytest.raises(CaveatLeftBehind, match=statement.caveats[left_out].code):
                replace(statement, caveats=fewer)


@pytest.mark.parametrize("milder", [{"severity": "note"}, {"text": "Never mind."}, {"place": "slot"}, {"slot": 99}])
def test_a_statement_refuses_a_caveat_that_was_made_milder(
    statements: list[GradedStatement], milder: dict[str, Any]
) -> None:
    (statement,) = [each for each in statements if each.key == "S01.4"]
    first, *others = statement.caveats
    assert first.severity == "warning"
    with pytest.raises(CaveatLeftBehind, match=first.code):
        replace(statement, caveats=(replace(first, **milder), *others))


def test_a_statement_refuses_when_a_fact_changes_that_wants_another_caveat(
    statements: list[GradedStatement],
) -> None:
    with pytest.raises(CaveatLeftBehind, match="withdrawn"):
        replace(statements[0], state="withdrawn")


def test_more_caveats_than_required_do_no_harm(statements: list[GradedStatement]) -> None:
    first, second = statements[0], statements[3]
    assert replace(first, caveats=(*first.caveats, *second.caveats)).text == first.text


def test_no_statement_is_without_a_caveat_and_codes_stand_once_in_each_slot(
    statements: list[GradedStatement],
) -> None:
    assert len(statements) == 66
    for statement in statements:
        places = [(caveat.code, caveat.slot) for caveat in statement.caveats]
        assert places
        assert len(places) == len(set(places))


def test_every_caveat_is_shown_at_exactly_one_place(statements: list[GradedStatement]) -> None:
    for statement in statements:
        places: list[tuple[str, int | None]] = [("statement", None), ("grade", None)]
        places += [("slot", slot.position) for slot in statement.slots]
        shown = [caveat for place, slot in places for caveat in statement.caveats_at(place, slot)]
        assert sorted(each.text for each in shown) == sorted(each.text for each in statement.caveats)


def test_a_topic_brings_its_caveats_to_its_own_claim_types_only(statements: list[GradedStatement]) -> None:
    brought = {"liver", "dependence", "cyp", "contamination", "not-approved"}
    about_kratom = [each for each in statements if "kratom" in each.topics]
    for statement in about_kratom:
        inherited = {caveat.code for caveat in statement.caveats if caveat.source == "topic"}
        own = {caveat.code for caveat in statement.caveats if caveat.source == "attached"}
        if statement.type in ("efficacy", "mechanism"):
            assert inherited | own >= brought
        elif "legal status" not in statement.topics:
            assert inherited == set()
    assert {each.type for each in about_kratom} > {"efficacy", "mechanism"}


def test_a_topic_without_claim_types_brings_its_caveats_to_all(statements: list[GradedStatement]) -> None:
    legal = [each for each in statements if "legal status" in each.topics]
    assert legal
    for statement in legal:
        assert "time-sensitive" in {caveat.code for caveat in statement.caveats}


def test_a_caveat_that_is_attached_and_inherited_stands_once_as_attached(statements: list[GradedStatement]) -> None:
    both = [
        caveat
        for each in statements
        if "kratom" in each.topics and each.type in ("efficacy", "mechanism")
        for caveat in each.caveats
        if caveat.code == "liver"
    ]
    assert {caveat.source for caveat in both} <= {"attached", "topic"}


def test_every_statement_of_an_article_inherits_its_caveats(
    demo: Store, bring: Callable[..., Any], tmp_path: Path
) -> None:
    folder = Path(__file__).parents[2] / "data" / "articles" / "kratom-autoimmune"
    text = (folder / "kratom-autoimmune.txt").read_bytes()
    (tmp_path / "kratom-autoimmune.txt").write_bytes(text)
    record = (folder / "article.toml").read_text(encoding="utf-8")
    assert "\ncaveats = []\n" in record
    (tmp_path / "article.toml").write_text(
        record.replace("\ncaveats = []\n", '\ncaveats = ["marketing"]\n'), encoding="utf-8"
    )
    report = bring(demo, tmp_path / "article.toml", "article")
    assert (report.changed, report.changes) == (1, {"caveats": 1})
    with demo.reading() as session:
        for statement in read_all(session, DAY):
            (caveat,) = [each for each in statement.caveats if each.code == "marketing"]
            assert caveat.source in ("article", "attached")


def test_the_caveats_that_came_with_a_statement_say_what_they_rest_on(statements: list[GradedStatement]) -> None:
    resting = {c.code: [w.key for w in c.citations] for each in statements for c in each.caveats if c.citations}
    assert resting["no-autoimmune-trial"] == ["prevete2022"]


def test_reading_keeps_the_order_and_leaves_out_unknown_ids(read_only: Store) -> None:
    with read_only.reading() as session:
        found = read(session, [3, 999, 1, -1, 0, LARGEST_ID + 1, 2**70], DAY)
    assert [each.id for each in found] == [3, 1]


def test_an_ungraded_statement_has_a_grade_to_show(store: Store, bring: Callable[..., Any]) -> None:
    bring(store, [{"origin": "o", "key": "k", "text": "Words.", "type": "background"}])
    with store.reading() as session:
        (statement,) = read(session, [1], DAY)
    assert (statement.grade.level.name, statement.grade.direction) == ("ungraded", "not-stated")
    assert [caveat.code for caveat in statement.caveats] == ["ungraded", "citation-needed"]


def test_reading_all_passes_over_what_is_not_published_unless_asked(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        withdraw(session, 5, by("wrong"))
    with demo.reading() as session:
        assert 5 not in [each.id for each in read_all(session, DAY)]
        assert 5 in [each.id for each in read_all(session, DAY, published_only=False)]
        assert "withdrawn" in [each.code for each in read(session, [5], DAY)[0].caveats]


def test_an_article_shows_no_withdrawn_statement_as_if_it_stood(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        withdraw(session, 5, by("wrong"))
    with demo.reading() as session:
        article = read_article(session, "kratom-autoimmune", DAY)
        assert 5 not in [each.id for each in article.statements]
        assert session.scalar(select(Statement.state).where(Statement.id == 5)) == "withdrawn"
