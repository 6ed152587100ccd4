"""The rules about provenance, P01 to P07: what each finds, what it leaves alone, and what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from kb import curate
from kb.audit.findings import explain
from kb.audit.likeness import groups, normal
from kb.audit.rule import Scope, Severity
from kb.audit.rules import RULES
from kb.ingest.batch import Order, import_file
from kb.model import Article, Meta, Statement
from kb.store import Store
from tests.kb.audit.library import DAY, all_found, bring, filled, found, graded, ids, someone, statement

PICO = {"population": "adults", "intervention": "tea", "outcome": "pain"}
AGAINST = {"direction": "contradicts"}


def related(key: str, kind: str) -> list[dict[str, str]]:
    return [{"other": key, "kind": kind}]


STATEMENTS = (
    # P03
    statement("two clauses", "Tea relieves pain, and it improves sleep.", grade=graded("low")),
    statement("list", "Tea relieves pain, fatigue and nausea, or cramps.", grade=graded("low")),
    statement("one claim", "Tea, hot or cold, relieves pain.", grade=graded("low")),
    statement("two clauses, ungraded", "Coffee relieves pain, and it improves sleep."),
    statement("two clauses, civic", "Milk relieves pain, and it improves sleep.", grade=graded("B", scale="civic")),
    # P04 and P07: the same words
    statement("low", "Tea  helps everybody", grade=graded("low")),
    statement("moderate", "tea helps everybody.", grade=graded("moderate")),
    statement("low again", "Tea helps everybody!", grade=graded("low")),
    statement("ungraded", "Tea helps everybody."),
    statement("other scale", "TEA HELPS EVERYBODY", grade=graded("B", scale="civic")),
    statement("other words", "Tea helps nobody.", grade=graded("high")),
    statement("for", "Salt helps.", grade=graded("low")),
    statement("without effect", "Salt helps.", grade=graded("low", direction="no-effect")),
    statement("not stated", "Salt helps.", grade=graded("low", direction="not-stated")),
    statement("question one", "It helps.", grade=graded("low"), pico={**PICO, "intervention": "rest"}),
    statement("question two", "It helps.", grade=graded("high"), pico={**PICO, "intervention": "sleep"}),
    statement("known", "Rest helps.", grade=graded("low")),
    statement("known twin", "Rest helps.", grade=graded("low"), relations=related("known", "duplicates")),
    # P05: the same question
    statement("pain, for", "Tea acts on pain.", grade=graded("low"), pico=PICO),
    statement(
        "pain, against", "Pain answers to tea.", grade=graded("low", **AGAINST), pico={**PICO, "outcome": "Pain"}
    ),
    statement(
        "pain, others", "Tea works in children.", grade=graded("low", **AGAINST), pico={**PICO, "population": ""}
    ),
    statement("pain, mixed", "Tea works at times.", grade=graded("low", direction="mixed"), pico=PICO),
    statement("pain, civic", "Tea fails.", grade=graded("B", scale="civic", **AGAINST), pico=PICO),
    statement("sleep, reduces", "Tea reduces sleep.", grade=graded("low"), pico={**PICO, "outcome": "sleep"}),
    statement("sleep, more", "Tea increases sleep.", grade=graded("low", **AGAINST), pico={**PICO, "outcome": "sleep"}),
    statement("gout, milk", "A.", grade=graded("low"), pico={**PICO, "outcome": "gout", "comparator": "milk"}),
    statement(
        "gout, beer", "B.", grade=graded("low", **AGAINST), pico={**PICO, "outcome": "gout", "comparator": "beer"}
    ),
    statement("cough, for", "C.", grade=graded("low"), pico={**PICO, "outcome": "cough"}),
    statement(
        "cough, against",
        "D.",
        grade=graded("low", **AGAINST),
        pico={**PICO, "outcome": "cough"},
        relations=related("cough, for", "contradicts"),
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("provenance"), STATEMENTS)
    yield store
    store.close()


def test_p03_finds_several_claims_under_one_grade(store: Store) -> None:
    findings = found(store, "P03")
    assert set(findings) == {"two clauses", "list"}
    assert "two clauses, joined by “and”" in findings["two clauses"]


def test_p04_finds_the_same_words_with_another_grade(store: Store) -> None:
    findings = found(store, "P04")
    number = ids(store)
    assert set(findings) == {"low", "moderate", "low again", "for", "without effect"}
    assert findings["moderate"] == (
        f"Statement {number['low']} says the same and is graded grade:low; this one is grade:moderate."
    )
    assert findings["without effect"] == (
        f"Statement {number['for']} says the same and is graded grade:low, supports; this one is grade:low, no-effect."
    )


def test_p04_shows_the_other_statement_too(store: Store) -> None:
    for each in all_found(store, "P04"):
        assert each.statement is not None
        assert each.other is not None
        assert str(each.other.id) in each.message


def test_p05_finds_opposite_answers_to_one_question(store: Store) -> None:
    findings = found(store, "P05")
    assert set(findings) == {"pain, for", "pain, against"}
    assert (
        f"Statement {ids(store)['pain, against']} answers the same question (tea, pain in adults)"
        in (findings["pain, for"])
    )
    assert "graded contradicts, this one supports" in findings["pain, for"]


def test_p07_finds_later_statements_that_say_the_same(store: Store) -> None:
    findings = found(store, "P07")
    number = ids(store)
    assert set(findings) == {"low again", "ungraded", "other scale", "not stated"}
    assert f"the same as statement {number['low']}," in findings["low again"]
    assert f"the same as statement {number['low']}," in findings["ungraded"]


def test_an_audit_of_one_origin_compares_with_all(tmp_path: Path) -> None:
    rows = [
        statement("S1", "Tea helps.", grade=graded("low"), pico=PICO),
        {**statement("S2", "Tea helps.", grade=graded("high"), pico=PICO), "origin": "elsewhere"},
        {**statement("S3", "Tea is good.", grade=graded("low", **AGAINST), pico=PICO), "origin": "elsewhere"},
    ]
    store = filled(tmp_path, rows)
    for code, count in (("P04", 1), ("P05", 2)):
        here = all_found(store, code, origin="elsewhere")
        assert {each.statement.origin for each in here if each.statement is not None} == {"elsewhere"}
        assert len(here) == count
    assert len(all_found(store, "P04")) == 2
    store.close()


def test_a_withdrawn_statement_is_nobody_s_twin(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement(key, "Tea helps.", grade=graded(key)) for key in ("low", "high")])
    assert len(found(store, "P04")) == 2
    with store.writing() as session:
        curate.withdraw(session, ids(store)["high"], someone("said twice"))
    assert found(store, "P04") == {}
    store.close()


def test_a_pair_is_explained_alone_as_it_was_among_all(store: Store) -> None:
    """A page explains some findings of a kept run, which does not hold the other statement of each."""
    with store.reading() as session:
        for code in ("P04", "P05", "P07"):
            for finding in all_found(store, code):
                assert finding.statement is not None
                chunk = [(finding.statement.id, finding.severity)]
                again = list(explain(session, RULES[code], chunk, {}, Scope(DAY)))
                # Blanks within the first letters are seen too; another partner may be named.
                assert [each.rule for each in again] == [RULES[code]], (code, finding.statement.key)


@pytest.mark.parametrize("same", ["Tea helps", " tea  HELPS. ", "TEA\thelps …", "Tea\u00a0helps!?"])
def test_case_blanks_and_final_punctuation_make_no_other_words(same: str) -> None:
    assert normal(same) == "tea helps"


@pytest.mark.parametrize("other", ["Tea helps me", "Tea, helps", "Tea-helps", "Te a helps"])
def test_other_words_are_other_words(other: str) -> None:
    assert normal(other) != "tea helps"


@given(st.lists(st.sampled_from("abcdef"), max_size=40))
def test_groups_are_all_that_share_something_and_nothing_else(said: list[str]) -> None:
    numbered = list(enumerate(said, 1))
    expected = {word: [id_ for id_, each in numbered if each == word] for word in said}
    assert sorted(groups(numbered)) == sorted(each for each in expected.values() if len(each) > 1)


# Every span counts code points: the emoji is one of them, in four bytes.
ARTICLE = "Kaffee ☕ hilft nicht. 🍵 Tea helps adults. The end."


@pytest.fixture
def quoted(tmp_path: Path) -> Iterator[Store]:
    """An article with two quotes behind letters of several bytes."""
    store = filled(tmp_path, [])
    (tmp_path / "tea.txt").write_text(ARTICLE, encoding="utf-8")
    fields = {"slug": "tea", "title": "Tea", "file": "tea.txt", "sha256": hashlib.sha256(ARTICLE.encode()).hexdigest()}
    fields |= {"rater": "A. Rater", "graded_on": "2026-11-01", "url": "", "author": "", "language": "", "licence": ""}
    lines = [f'{name} = "{value}"' for name, value in fields.items()]
    (tmp_path / "tea.toml").write_text("\n".join([*lines, "caveats = []"]), encoding="utf-8")
    with store.writing() as session:
        import_file(session, Order(tmp_path / "tea.toml", "article"), someone("to be quoted"))
    rows = [quote_of("helps", "Tea helps adults."), quote_of("end", "The end."), statement("no quote", article="tea")]
    bring(store, tmp_path / "rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows), "statements")
    yield store
    store.close()


def quote_of(key: str, words: str) -> dict[str, Any]:
    start = ARTICLE.index(words)
    return statement(key, article="tea", quote=words, span={"start": start, "end": start + len(words)})


def overwrite(store: Store, words: str) -> None:
    with store.writing() as session:
        session.execute(update(Article).values(text=words))


def test_p01_and_p02_are_silent_where_the_text_is_what_it_was(quoted: Store) -> None:
    assert found(quoted, "P01") == {}
    assert found(quoted, "P02") == {}


def test_p01_finds_quotes_that_no_longer_stand_in_their_place(quoted: Store) -> None:
    overwrite(quoted, ARTICLE.replace("The end.", "The  end"))
    assert set(found(quoted, "P01")) == {"end"}
    overwrite(quoted, "x" + ARTICLE)
    assert set(found(quoted, "P01")) == {"helps", "end"}
    overwrite(quoted, ARTICLE[:30])
    assert "which has 30 only" in found(quoted, "P01")["end"]


def test_p01_finds_a_span_that_ends_before_it_begins(quoted: Store) -> None:
    with quoted.writing() as session:
        session.execute(update(Statement).where(Statement.key == "end").values(end=Statement.start - 3))
    assert set(found(quoted, "P01")) == {"end"}


def test_p02_finds_a_changed_text_once_and_says_how_much_rests_on_it(quoted: Store) -> None:
    overwrite(quoted, ARTICLE + " ")
    findings = found(quoted, "P02")
    assert set(findings) == {"article tea"}
    assert "3 statements rest on it" in findings["article tea"]
    assert found(quoted, "P01") == {}


def test_p06_is_silent_on_a_history_that_holds(quoted: Store) -> None:
    with quoted.writing() as session:
        curate.withdraw(session, ids(quoted)["end"], someone("no longer said"))
    assert found(quoted, "P06") == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE revision SET reason = 'another' WHERE seq = 1", "was changed after it was written"),
        ("DELETE FROM revision WHERE seq = 1", "Revision 1: is missing"),
        ("DELETE FROM revision WHERE seq = (SELECT max(seq) FROM revision)", "the end was cut off"),
        ("UPDATE revision SET after = 'no json' WHERE seq = 1", "something else than JSON"),
        ("DELETE FROM meta WHERE name = 'history-head'", "signed head of the history is missing"),
    ],
)
def test_p06_finds_a_history_that_was_tampered_with(quoted: Store, change: str, words: str) -> None:
    with quoted.writing() as session:
        # Whoever can open the file can take the guards away; the chain is what remains.
        for act in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER revision_is_kept_on_{act}"))
        session.execute(text(change))
    findings = all_found(quoted, "P06")
    assert [words in each.message for each in findings] == [True]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].statement is None


def test_p06_finds_a_head_that_another_key_signed(quoted: Store) -> None:
    with quoted.writing() as session:
        head = session.scalars(select(Meta).where(Meta.name == "history-head")).one()
        head.value = head.value.replace('"signature": "', '"signature": "0')
    assert "was not signed" in next(iter(found(quoted, "P06").values()))
