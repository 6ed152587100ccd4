"""The audit's engine: a rule that fails says so and the others run, waivers hold, and findings stream in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column, select, text
from sqlalchemy.orm import Session

from kb import curate
from kb.audit import rules as folder
from kb.audit.findings import findings
from kb.audit.hits import Hits, packed, unpacked
from kb.audit.rule import (
    GRAVEST_FIRST,
    HEADINGS,
    AnyRow,
    ByPair,
    ByRun,
    ByStatement,
    ByStore,
    Confidence,
    Found,
    Rows,
    Rule,
    Scope,
    Severity,
)
from kb.audit.rules import RULES, chosen
from kb.audit.rules import table as table_of
from kb.audit.run import Audit, Result, audit
from kb.audit.waivers import end, waive
from kb.errors import Conflict, InputError, NotFound, StoreUnavailable
from kb.model import Statement
from kb.records import LARGEST_ID
from kb.store import Store
from tests.kb.audit.library import DAY, NOW, filled, found, graded, ids, someone, statement

MANUAL = """{code} {name}: A rule of the tests.

Finds
    Something.

Why it matters
    It does not.

Example
    This.

Leaves alone
    The rest.

References
    None.
"""
TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


def rule(code: str, check: Any, severity: Severity = Severity.WARNING) -> Rule:
    name = f"test-{code.lower()}"
    manual = MANUAL.format(code=code, name=name)
    return Rule(code, name, severity, Confidence.HIGH, "Mend it.", check, manual)


def every(scope: Scope) -> Rows:
    """All statements in scope, by key."""
    return select(Statement.id, Statement.key).where(scope.chosen)


def says_so(row: AnyRow) -> Found:
    return Found(f"Found {row.key}.")


def crashes_on_s2(row: AnyRow) -> Found | None:
    if row.key == "S2":
        raise ZeroDivisionError("two is too much\nsecond line")
    return Found(f"Found {row.key}.")


def wrong_column(scope: Scope) -> Rows:
    return select(Statement.id, column("nobody_has_this")).where(scope.chosen)


def fails(_session: Session, _scope: Scope) -> Iterator[Any]:
    raise RuntimeError("the whole check")
    yield


def nothing(_session: Session, pairs: Any) -> Iterator[None]:
    yield from (None for _ in pairs)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    rows = [statement("S1"), statement("S2", grade=graded("low")), statement("S3")]
    store = filled(tmp_path_factory.mktemp("run"), rows)
    yield store
    store.close()


def run(store: Store, *rules: Rule, scope: Scope | None = None) -> Audit:
    with store.reading() as session:
        return audit(session, scope or Scope(DAY), rules)


def told(store: Store, done: Audit, code: str) -> dict[str, str]:
    with store.reading() as session:
        result = next(each for each in done.results if each.rule.code == code)
        return {
            each.place if each.statement is None else each.statement.key: each.message
            for each in findings(session, result, done.scope)
        }


def result_of(done: Audit, code: str) -> Result:
    return next(each for each in done.results if each.rule.code == code)


def test_a_rule_that_crashes_on_one_statement_says_so_and_goes_on(store: Store) -> None:
    done = run(store, rule("G90", ByStatement(every, crashes_on_s2)), rule("G91", ByStatement(every, says_so)))
    assert told(store, done, "G90") == {"S1": "Found S1.", "S3": "Found S3."}
    assert told(store, done, "G91") == {"S1": "Found S1.", "S2": "Found S2.", "S3": "Found S3."}
    assert told(store, done, "A01") == {
        "S2": "G90 failed with ZeroDivisionError: two is too much; what it would have found is not known."
    }
    assert done.worst is Severity.ERROR


@pytest.mark.parametrize(
    "check",
    [
        ByStatement(wrong_column, says_so),
        ByStatement(lambda scope: 1 / 0, says_so),  # type: ignore[arg-type, return-value]
        ByPair(fails, nothing),
        ByStore(fails),
    ],
)
def test_a_rule_that_fails_as_a_whole_says_so_and_the_others_run(check: Any, store: Store) -> None:
    done = run(store, rule("G90", check), rule("G91", ByStatement(every, says_so)))
    assert result_of(done, "G90").count == 0
    assert result_of(done, "G91").count == 3
    crashed = told(store, done, "A01")
    assert list(crashed) == ["G90"]
    assert crashed["G90"].startswith("G90 failed with ")


def test_only_so_many_crashes_of_one_rule_are_kept(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement(f"S{number}") for number in range(30)])

    def crash(_row: AnyRow) -> Found:
        raise ValueError

    done = run(store, rule("G90", ByStatement(every, crash)))
    assert 1 < result_of(done, "A01").count < 30
    store.close()


def test_rules_that_read_the_same_rows_share_one_pass(store: Store) -> None:
    asked: list[Scope] = []

    def counted(scope: Scope) -> Rows:
        asked.append(scope)
        return every(scope)

    done = run(store, *(rule(code, ByStatement(counted, says_so)) for code in ("G90", "G91", "G92")))
    assert [each.count for each in done.results] == [3, 3, 3]
    assert len(asked) == 1


def test_an_audit_of_everything_runs_every_rule(store: Store) -> None:
    heard: list[str] = []
    with store.reading() as session:
        done = audit(session, Scope(DAY), advance=heard.append)
    assert sorted(heard) == sorted(RULES)
    assert [each.rule.code for each in done.results] == sorted(RULES)
    assert done.complete
    assert done.statements == 3
    assert not [crash for result in done.results for crash in result.crashes]


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        (Scope(DAY), {"S1", "S2", "S3"}),
        (Scope(DAY, "rules"), {"S1", "S2", "S3"}),
        (Scope(DAY, "elsewhere"), set()),
        (Scope(DAY, None, (2,)), {"S2"}),
    ],
)
def test_a_part_is_audited_alone_and_is_not_complete(scope: Scope, keys: set[str], store: Store) -> None:
    done = run(store, rule("G90", ByStatement(every, says_so)), scope=scope)
    assert set(told(store, done, "G90")) == keys
    assert not done.complete
    assert done.statements == len(keys)


def test_what_is_about_the_whole_store_is_left_out_of_a_part(store: Store) -> None:
    def check(_session: Session, _scope: Scope) -> Iterator[Found]:
        yield Found("All of it.", place="everywhere")

    whole = rule("G90", ByStore(check))
    assert told(store, run(store, whole), "G90") == {"everywhere": "All of it."}
    assert told(store, run(store, whole, scope=Scope(DAY, "rules")), "G90") == {}


def test_findings_stream_gravest_first_then_by_number(store: Store) -> None:
    grave = {"S1": Severity.NOTE, "S2": Severity.ERROR, "S3": None}

    def judged(row: AnyRow) -> Found:
        return Found(row.key, severity=grave[row.key])

    done = run(store, rule("G90", ByStatement(every, judged)))
    with store.reading() as session:
        stream = findings(session, done.results[0], done.scope)
        assert iter(stream) is stream
        said = [(each.severity, each.message) for each in stream]
        assert said == [(Severity.ERROR, "S2"), (Severity.WARNING, "S3"), (Severity.NOTE, "S1")]
        some = [each.message for each in findings(session, done.results[0], done.scope, limit=2)]
    assert some == ["S2", "S3"]
    assert [done.count_of(severity) for severity in GRAVEST_FIRST] == [1, 1, 1]


def test_every_finding_carries_the_graded_statement(store: Store) -> None:
    done = run(store, rule("G90", ByStatement(every, says_so)))
    with store.reading() as session:
        for each in findings(session, done.results[0], done.scope):
            assert each.statement is not None
            assert each.statement.caveats
            assert each.remedy == "Mend it."
            assert len(each.fingerprint) == 16


def test_a_finding_that_was_mended_meanwhile_is_left_out(tmp_path: Path) -> None:
    store = filled(tmp_path, [statement("S1"), statement("S2")])
    done = run(store, RULES["G01"])
    with store.writing() as session:
        curate.withdraw(session, ids(store)["S1"], someone("mended"))
    assert set(told(store, done, "G01")) == {"S2"}
    store.close()


@pytest.fixture
def waiving(tmp_path: Path) -> Iterator[Store]:
    """Three ungraded statements, to be waived."""
    store = filled(tmp_path, [statement("S1"), statement("S2"), statement("S3", grade=graded("low"))])
    yield store
    store.close()


def accept(store: Store, key: str, until: date, code: str = "G01", at: Any = NOW) -> int:
    with store.writing() as session:
        return waive(session, code, ids(store)[key], until, someone("Known, and waits.", at=at))


def everything(store: Store, day: date = DAY) -> Audit:
    with store.reading() as session:
        return audit(session, Scope(day))


def test_a_waiver_takes_its_finding_out_and_no_other(waiving: Store) -> None:
    assert set(found(waiving, "G01")) == {"S1", "S2"}
    accept(waiving, "S1", TOMORROW)
    done = everything(waiving)
    assert set(told(waiving, done, "G01")) == {"S2"}
    assert result_of(done, "G01").waived == 1
    assert result_of(done, "A02").count == result_of(done, "A03").count == 0


def test_a_waiver_holds_on_its_last_day_and_is_found_the_day_after(waiving: Store) -> None:
    accept(waiving, "S1", TOMORROW)
    assert result_of(everything(waiving, TOMORROW), "G01").waived == 1
    after = everything(waiving, TOMORROW + timedelta(days=1))
    assert set(told(waiving, after, "G01")) == {"S1", "S2"}
    assert told(waiving, after, "A02") == {"S1": f"The waiver of G01 expired on {TOMORROW}."}


def test_an_expired_waiver_that_was_renewed_or_ended_is_not_found(waiving: Store) -> None:
    number = accept(waiving, "S1", YESTERDAY, at=NOW - timedelta(days=2))
    accept(waiving, "S2", YESTERDAY, at=NOW - timedelta(days=2))
    assert set(found(waiving, "A02")) == {"S1", "S2"}
    accept(waiving, "S2", TOMORROW)
    assert set(found(waiving, "A02")) == {"S1"}
    with waiving.writing() as session:
        end(session, number, someone("looked at"))
    assert found(waiving, "A02") == {}


def test_a_waiver_that_waives_nothing_is_found_by_an_audit_of_everything_only(waiving: Store) -> None:
    accept(waiving, "S3", TOMORROW)
    done = everything(waiving)
    assert told(waiving, done, "A03") == {"S3": "The waiver of G01 waives nothing: the rule finds nothing here."}
    assert result_of(done, "A03").rule.severity is Severity.NOTE
    part = run(waiving, RULES["G01"], RULES["A03"])
    assert result_of(part, "A03").count == 0


def test_every_waiver_that_expired_is_named_with_its_own_day(waiving: Store) -> None:
    accept(waiving, "S1", YESTERDAY, at=NOW - timedelta(days=2))
    accept(waiving, "S1", YESTERDAY - timedelta(days=30), "W05", at=NOW - timedelta(days=40))
    days = f"G01 expired on {YESTERDAY}, that of W05 expired on {YESTERDAY - timedelta(days=30)}"
    assert found(waiving, "A02") == {"S1": f"The waiver of {days}."}


def test_a_waiver_of_a_rule_that_failed_is_not_called_unused(waiving: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(waiving, "S3", TOMORROW)
    monkeypatch.setitem(RULES, "G01", rule("G01", ByStatement(every, crashes_on_s2)))  # type: ignore[misc]
    done = everything(waiving)
    assert result_of(done, "A01").count == 1
    assert result_of(done, "A03").count == 0


def test_what_the_audit_says_of_two_rules_on_one_statement_are_two_findings(waiving: Store) -> None:
    for code in ("G03", "G10"):
        accept(waiving, "S1", TOMORROW, code)
    with waiving.reading() as session:
        done = audit(session, Scope(DAY))
        unused = list(findings(session, result_of(done, "A03"), done.scope))
    assert len(unused) == len({each.fingerprint for each in unused}) == 2


def test_an_ended_waiver_waives_nothing(waiving: Store) -> None:
    number = accept(waiving, "S1", TOMORROW)
    with waiving.writing() as session:
        end(session, number, someone("graded after all"))
    assert set(told(waiving, everything(waiving), "G01")) == {"S1", "S2"}
    with pytest.raises(Conflict), waiving.writing() as session:
        end(session, number, someone("twice"))


@pytest.mark.parametrize(
    ("code", "key", "until", "error"),
    [
        ("G01", "S1", YESTERDAY, InputError),
        ("G01", "S1", DAY + timedelta(days=800), InputError),
        ("A01", "S1", TOMORROW, InputError),
        ("G01", "S9", TOMORROW, NotFound),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(
    code: str, key: str, until: date, error: type[Exception], waiving: Store
) -> None:
    number = ids(waiving).get(key, LARGEST_ID)
    with pytest.raises(error), waiving.writing() as session:
        waive(session, code, number, until, someone("no"))


def test_one_waiver_at_a_time(waiving: Store) -> None:
    accept(waiving, "S1", TOMORROW)
    with pytest.raises(Conflict, match="waived on statement"):
        accept(waiving, "S1", TOMORROW)


def test_codes_and_names_stand_once_and_every_file_holds_its_rule() -> None:
    files = {module.name for module in iter_modules(folder.__path__)}
    assert {f"{each.code.lower()}_{each.name.replace('-', '_')}" for each in RULES.values()} == files
    assert len({each.name for each in RULES.values()}) == len(RULES)
    assert list(RULES) == sorted(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_manual_page_says_all_that_it_must(code: str) -> None:
    here = RULES[code]
    assert tuple(here.sections) == HEADINGS
    assert all(here.sections.values())
    assert here.title.endswith(".")
    assert here.remedy.endswith(".")


def test_two_rules_of_one_code_or_name_are_refused() -> None:
    one = rule("G90", ByRun())
    with pytest.raises(ValueError, match="G90"):
        table_of([one, one])


@pytest.mark.parametrize(
    ("code", "manual"),
    [
        ("X01", MANUAL.format(code="X01", name="test")),
        ("G1", MANUAL.format(code="G1", name="test")),
        ("G90", MANUAL.format(code="G91", name="test")),
        ("G90", MANUAL.format(code="G90", name="test").replace("References", "Sources")),
        ("G90", MANUAL.format(code="G90", name="test").replace("    This.\n", "")),
    ],
)
def test_a_rule_out_of_form_is_refused(code: str, manual: str) -> None:
    with pytest.raises(ValueError, match=code):
        Rule(code, "test", Severity.NOTE, Confidence.LOW, "Mend it.", ByRun(), manual)


@pytest.mark.parametrize(
    ("names", "first", "count"), [(["g01"], "G01", 1), (["ungraded"], "G01", 1), (["A"], "A01", 3), ([], "A01", None)]
)
def test_rules_are_chosen_by_code_letter_and_name(names: list[str], first: str, count: int | None) -> None:
    found_rules = chosen(names)
    assert found_rules[0].code == first
    assert len(found_rules) == (len(RULES) if count is None else count)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(NotFound, match="Z99"):
        chosen(["G01", "Z99"])


@given(st.sets(st.integers(1, LARGEST_ID)))
def test_packed_numbers_come_back_as_they_were(numbers: set[int]) -> None:
    assert list(unpacked(packed(numbers))) == sorted(numbers)


@given(st.dictionaries(st.integers(1, 50), st.sampled_from(Severity)), st.sets(st.integers(1, 50)))
def test_hits_are_in_order_and_can_be_taken_out(given_hits: dict[int, Severity], some: set[int]) -> None:
    hits = Hits()
    for id_, severity in given_hits.items():
        hits.add(id_, severity)
    order = [(GRAVEST_FIRST.index(severity), id_) for id_, severity in hits]
    assert order == sorted(order)
    assert len(order) == len(hits) == len(given_hits)
    assert {id_ for id_, _ in hits.without(some)} == given_hits.keys() - some
    assert {id_ for id_, _ in hits.only(some)} == given_hits.keys() & some


def test_a_store_that_cannot_be_read_is_nobody_s_crash(tmp_path: Path) -> None:
    """Were it one, an audit of a locked or damaged store would end as if it had looked."""
    store = filled(tmp_path, [statement("S1")])
    with store.writing() as session:
        session.execute(text("DROP TABLE waiver"))
    with pytest.raises(StoreUnavailable):
        run(store, RULES["A02"])
    store.close()
