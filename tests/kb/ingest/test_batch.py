"""An import happens whole or not at all, does what its dry run said, and takes any size, any JSON and company."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import event, func, select

from kb.changes import last_change
from kb.curate import By
from kb.data import data_folder
from kb.errors import CaveatError, InputError
from kb.graded import read, read_all
from kb.history import digest
from kb.ingest import formats
from kb.ingest.batch import Order, import_file
from kb.ingest.demo import demo_orders
from kb.ingest.reading import Report
from kb.model import Batch, Person, Revision, Statement
from kb.records import CHUNK
from kb.store import Store, open_store
from kb.verify import faults

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = 60
FOLDER = data_folder() / "articles" / "kratom-autoimmune"
CITATIONS = [each["id"] for each in json.loads((FOLDER / "citations.json").read_text(encoding="utf-8"))]


def generated(count: int, origin: str = "made") -> list[dict[str, Any]]:
    """Statements of every sort: graded on two scales or not at all, with and without slots, topics and relations."""
    grades = [
        {"level": "low", "direction": "supports", "rationale": "few"},
        {"scale": "civic", "level": "B", "rating": 3},
        {"level": "very-low", "profile": {"start": "low", "domains": [{"domain": "imprecision", "step": -1}]}},
        None,
    ]
    rows = []
    for at in range(count):
        row = {
            "origin": origin,
            "key": f"k{at}",
            "text": f"Statement number {at} of {origin}.",
            "type": ("efficacy", "safety", "mechanism")[at % 3],
            "topics": [f"topic {at % 7}", "all"],
            "caveats": ["liver"] if at % 5 == 0 else [],
            "slots": [{"citation": CITATIONS[at % 57], "stance": "supports"}, {"citation": None}][: at % 3],
            "grade": grades[at % 4],
        }
        if at % 10 == 1:
            row["relations"] = [{"other": f"k{(at * 7) % count}", "kind": "same-evidence"}]
        rows.append(row)
    return rows


def test_five_thousand_statements_arrive_whole_and_sealed(demo: Store, bring: Callable[..., Report]) -> None:
    rows = generated(5000)
    report = bring(demo, rows)
    assert (report.new, report.rejected, report.possible_duplicates) == (5000, 0, 0)
    with demo.reading() as session:
        assert list(faults(session)) == []
        query = select(Statement.id, Statement.content_hash).where(Statement.batch_id == report.batch)
        sealed = session.execute(query.order_by(Statement.id)).all()
        (act,) = session.scalars(select(Revision).where(Revision.subject == f"batch:{report.batch}")).all()
        assert act.after is not None
        assert act.after["created"] == {"statement": {"count": 5000, "digest": digest(map(tuple, sealed))}}
        found = {each.key: each for each in read_all(session, DAY) if each.origin == "made"}
    for row in rows:
        statement = found[row["key"]]
        level = f"{row['grade'].get('scale', 'grade')}:{row['grade']['level']}" if row["grade"] else "ungraded"
        cited = [slot.citation.key if slot.citation else None for slot in statement.slots]
        assert (statement.text, statement.grade.level.name) == (row["text"], level)
        assert cited == ([slot["citation"] for slot in row["slots"]] or [None])
        assert set(statement.topics) == set(row["topics"])
        assert [r.other_key for r in statement.relations if not r.inverse] == [
            relation["other"] for relation in row.get("relations", [])
        ]


def questions(store: Store, act: Callable[[], Any]) -> int:
    """How many times the database is asked or told something."""
    count = 0

    def one_more(*_: Any) -> None:
        nonlocal count
        count += 1

    engine = store._engine
    event.listen(engine, "before_cursor_execute", one_more)
    act()
    event.remove(engine, "before_cursor_execute", one_more)
    return count


def test_new_rows_are_not_asked_for_one_by_one(demo: Store, bring: Callable[..., Report]) -> None:
    chunks = 4
    few = questions(demo, lambda: bring(demo, generated(CHUNK, "few")))
    many = questions(demo, lambda: bring(demo, generated(CHUNK * chunks, "many")))
    assert many < few * chunks
    assert many < 100 * chunks


def test_a_dry_run_writes_nothing_and_says_what_would_be(
    demo: Store, bring: Callable[..., Report], everything: Any
) -> None:
    before = everything(demo)
    dry = bring(demo, generated(700), dry_run=True)
    assert everything(demo) == before
    real = bring(demo, generated(700))
    assert {**real.to_json(), "batch": None} == dry.to_json()


def test_a_dry_run_of_each_kind_writes_nothing(
    demo: Store, store: Store, bring: Callable[..., Report], everything: Any
) -> None:
    before, empty_before = everything(demo), everything(store)
    for order in demo_orders(data_folder()):
        bring(demo, order.path, order.kind, dry_run=True)
        bring(store, order.path, order.kind, dry_run=True)
    assert everything(demo) == before
    assert everything(store) == empty_before


def test_a_report_is_json_with_whole_numbers(demo: Store, bring: Callable[..., Report]) -> None:
    report = json.loads(json.dumps(bring(demo, generated(4), dry_run=True).to_json()))
    assert set(report) == {
        *("new", "changed", "unchanged", "missing", "rejected", "possible_duplicates", "changes", "problems", "batch"),
    }
    assert all(
        type(report[name]) is int
        for name in ("new", "changed", "unchanged", "missing", "rejected", "possible_duplicates")
    )
    problems = bring(demo, [{"origin": "o"}], dry_run=True).to_json()["problems"]
    assert set(problems[0]) >= {"file", "line", "column", "value", "code", "message"}


def test_an_import_of_new_statements_is_one_revision_and_one_line_in_the_log(
    demo: Store, bring: Callable[..., Report]
) -> None:
    with demo.reading() as session:
        revisions, seq = session.scalar(select(func.count()).select_from(Revision)), last_change(session)
    bring(demo, [{**row, "relations": []} for row in generated(600)])
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == revisions + 1
        assert last_change(session) == seq + 1


def test_a_batch_names_its_file_and_who_brought_it(
    demo: Store, bring: Callable[..., Report], by: Callable[..., By]
) -> None:
    report = bring(demo, generated(4), who=by("why not", "Ann"))
    with demo.reading() as session:
        batch = session.get_one(Batch, report.batch)
        found = (batch.file, batch.kind, batch.actor, batch.at, batch.counts)
        assert found == ("rows.jsonl", "statements", "Ann", NOW, {"new": 4, "changed": 0, "unchanged": 0})


def test_what_the_command_line_says_holds_for_rows_that_do_not_say_it(
    demo: Store, written: Callable[..., Path], by: Callable[..., By]
) -> None:
    rows: list[dict[str, Any]] = [
        {"key": "1", "text": "One.", "type": "safety"},
        {"key": "2", "text": "Two.", "type": "safety", "origin": "theirs", "article": None},
    ]
    order = Order(written(rows), "statements", origin="ours", article="kratom-autoimmune")
    with demo.writing() as session:
        import_file(session, order, by())
    with demo.reading() as session:
        first, second = read(session, [67, 68], DAY)
    assert (first.origin, first.article.slug if first.article else None) == ("ours", "kratom-autoimmune")
    assert (second.origin, second.article) == ("theirs", None)


def test_a_grade_is_the_raters_or_the_articles_or_the_importers(
    demo: Store, bring: Callable[..., Report], by: Callable[..., By]
) -> None:
    plain = {"origin": "o", "text": "Words.", "type": "safety"}
    rows = [
        {**plain, "key": "1", "grade": {"level": "low", "rater": "Bea", "made_on": "2020-02-29"}},
        {**plain, "key": "2", "grade": {"level": "low"}, "article": "kratom-autoimmune"},
        {**plain, "key": "3", "grade": {"level": "low"}},
    ]
    bring(demo, rows, who=by("why", "Ann"))
    with demo.reading() as session:
        grades = [each.grade for each in read(session, [67, 68, 69], DAY)]
    assert [(grade.rater, grade.made_at[:10], grade.kind) for grade in grades] == [
        ("Bea", "2020-02-29", "first"),
        ("seed rater (single reader, abstracts only)", "2026-11-22", "first"),
        ("Ann", "2026-11-23", "imported"),
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(
    demo: Store, written: Callable[..., Path], by: Callable[..., By], everything: Any
) -> None:
    path = written(generated(4))

    def change_the_file(*_: Any) -> None:
        path.write_text(json.dumps({**generated(1)[0], "text": "Slipped in."}), encoding="utf-8")

    before = everything(demo)
    event.listen(Batch, "after_insert", change_the_file)
    with pytest.raises(InputError, match="changed while it was being read"), demo.writing() as session:
        import_file(session, Order(path, "statements"), by())
    event.remove(Batch, "after_insert", change_the_file)
    assert everything(demo) == before


def test_a_failure_in_the_middle_leaves_nothing(
    demo: Store, written: Callable[..., Path], by: Callable[..., By], everything: Any
) -> None:
    path, before = written(generated(11_000)), everything(demo)
    inserted = 0

    def fail_late(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal inserted
        inserted += statement.startswith("INSERT INTO statement ")
        if inserted == 3:
            raise RuntimeError("power cut")

    event.listen(demo._engine, "before_cursor_execute", fail_late)
    with pytest.raises(RuntimeError, match="power cut"), demo.writing() as session:
        import_file(session, Order(path, "statements"), by())
    event.remove(demo._engine, "before_cursor_execute", fail_late)
    assert inserted == 3
    assert everything(demo) == before


def import_in_a_process(database: Path, file: Path, actor: str) -> None:
    """What one of two people does at the same moment; ends with 3 where it is told so in one of our errors."""
    store = open_store(f"sqlite:///{database}", b"a key for tests")
    try:
        with store.writing() as session:
            import_file(session, Order(file, "statements"), By(actor, "at once", NOW))
    except CaveatError:
        sys.exit(3)
    finally:
        store.close()


def at_once(arguments: list[tuple[Any, ...]]) -> list[int | None]:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=import_in_a_process, args=each) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(LONG)
        if process.is_alive():
            process.kill()
    return [process.exitcode for process in processes]


def test_two_people_may_import_at_once(demo: Store, written: Callable[..., Path], tmp_path: Path) -> None:
    database = tmp_path / "demo.sqlite3"
    files = [written(generated(600, origin), name=origin) for origin in ("one", "two")]
    assert at_once([(database, file, file.stem) for file in files]) == [0, 0]
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Statement)) == 66 + 1200
        assert {"one", "two"} <= set(session.scalars(select(Person.name)))
        assert list(faults(session)) == []


def test_one_file_imported_twice_at_once_arrives_once(
    demo: Store, written: Callable[..., Path], tmp_path: Path
) -> None:
    database, file = tmp_path / "demo.sqlite3", written(generated(600))
    assert at_once([(database, file, "Ann"), (database, file, "Bob")]) == [0, 0]
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Statement)) == 66 + 600
        assert session.scalar(select(func.count()).select_from(Batch)) == 5
        assert list(faults(session)) == []


words = some.text(max_size=12)
scalars = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | words
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3), max_leaves=8
)
FIELDS = {
    "statements": [
        *("origin", "article", "key", "text", "type", "sentence", "span", "quote", "grade", "direct_evidence"),
        *("searched", "slots", "caveats", "topics", "pico", "effect_size", "remarks", "relations", "reviewed_on"),
    ],
    "citations": ["id", "type", "title", "author", "issued", "DOI", "PMID", "PMCID", "custom", "URL"],
    "caveats": ["code", "severity", "kind", "text", "as_of", "citations"],
}
GOOD: dict[str, dict[str, Any]] = {
    "statements": {
        "origin": "o",
        "key": "k",
        "text": "Words.",
        "type": "safety",
        "grade": {"level": "low", "profile": {"start": "high", "domains": [{"domain": "imprecision", "step": -2}]}},
        "slots": [{"citation": CITATIONS[0], "stance": "supports"}],
        "relations": [{"other": "S01.1", "origin": "kratom-autoimmune", "kind": "contradicts"}],
    },
    "citations": {"id": "c", "type": "book", "title": "T", "issued": {"date-parts": [[2020]]}},
    "caveats": {"code": "c", "severity": "note", "kind": "legal", "text": "T"},
}


def altered(kind: str) -> some.SearchStrategy[Any]:
    """A good record with some of its fields replaced by anything."""
    fields = some.dictionaries(some.sampled_from(FIELDS[kind]), values, max_size=3)
    return fields.map(lambda changes: {**GOOD[kind], **changes})


@pytest.fixture(scope="module")
def scratch(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A database and a file to be written to again and again."""
    folder = tmp_path_factory.mktemp("scratch")
    (folder / "demo.sqlite3").write_bytes(demo_file.read_bytes())
    return folder / "demo.sqlite3", folder / "rows.json"


@pytest.mark.parametrize("kind", FIELDS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_any_json_is_taken_or_refused_in_one_of_our_errors(
    kind: str, data: some.DataObject, scratch: tuple[Path, Path]
) -> None:
    rows = data.draw(some.lists(values | altered(kind), min_size=1, max_size=3))
    database, path = scratch
    lines = kind == "statements"
    path.write_text("\n".join(json.dumps(row) for row in rows) if lines else json.dumps(rows), encoding="utf-8")
    store = open_store(f"sqlite:///{database}", b"a key for tests")
    refused = ""
    with contextlib.closing(store), store.writing() as session:
        try:
            report = import_file(session, Order(path, kind), By("a tester", "anything", NOW))
        except CaveatError as error:
            refused = str(error)
        else:
            # Whatever was taken can be read and vouched for.
            assert list(faults(session)) == []
            assert len(list(read_all(session, DAY))) == 66 + (report.new if lines else 0)
        session.rollback()
    assert refused.isprintable()


@settings(max_examples=200, deadline=None)
@given(content=some.binary(max_size=60) | some.text(alphabet='[]{}",:1e\\u\n ', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_problems_or_an_input_error(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-bytes"
    path.write_bytes(content)
    for reader in (formats.json_lines, formats.json_array):
        with contextlib.suppress(InputError):
            for row in reader(path):
                assert row.line is not None
                assert 1 <= row.line <= content.count(b"\n") + 1
    with contextlib.suppress(InputError):
        formats.toml(path)
