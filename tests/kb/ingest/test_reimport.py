"""A second import of a changed file changes what differs, says in which field, and keeps what was there before."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kb import curate
from kb.changes import changed_after, last_change
from kb.curate import By, withdraw
from kb.data import data_folder
from kb.graded import GradedStatement, read, read_all
from kb.history import statement_history
from kb.ingest.reading import Report
from kb.model import Batch, Change, Grade, Revision
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
FOLDER = data_folder() / "articles" / "kratom-autoimmune"
ROWS = [json.loads(line) for line in (FOLDER / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
# S01.4: an effect, with everything that a statement can have but remarks and relations.
AT = 3
ID = 4
OTHER_PROFILE = {"start": "low", "start_reason": "", "domains": []}

Edit = Callable[[dict[str, Any]], Any]
EDITS: dict[str, tuple[str, Edit]] = {
    "text": ("text", lambda row: row.update(text="Kratom may offer symptom relief.")),
    "span and quote": ("quote", lambda row: row.update(span={"start": 131, "end": 139}, quote="offering")),
    "type": ("type", lambda row: row.update(type="safety")),
    "sentence": ("sentence", lambda row: row.update(sentence={"start": 0, "end": 176})),
    "level": ("grade", lambda row: row["grade"].update(level="low", profile=OTHER_PROFILE)),
    "direction": ("grade", lambda row: row["grade"].update(direction="supports")),
    "rationale": ("grade", lambda row: row["grade"].update(rationale="On reflection.")),
    "rating": ("grade", lambda row: row["grade"].update(rating=2)),
    "profile": ("grade", lambda row: row["grade"]["profile"].update(start_reason="One trial.")),
    "scale": ("grade", lambda row: row.update(grade={"scale": "civic", "level": "C"})),
    "stance": ("slots", lambda row: row["slots"][0].update(stance="refutes")),
    "note": ("slots", lambda row: row["slots"][0].update(note="page 4")),
    "emptied slot": ("slots", lambda row: row["slots"][0].update(citation=None)),
    "no slots": ("slots", lambda row: row.update(slots=[])),
    "caveats": ("caveats", lambda row: row.update(caveats=["time-sensitive"])),
    "topics": ("topics", lambda row: row["topics"].append("tea")),
    "pico": ("pico", lambda row: row.update(pico={"outcome": "pain"})),
    "effect size": ("effect_size", lambda row: row.update(effect_size="large")),
    "direct evidence": ("direct_evidence", lambda row: row.update(direct_evidence="indirect")),
    "where was searched": ("searched", lambda row: row.update(searched={"where": "PubMed"})),
    "remarks": ("remarks", lambda row: row.update(remarks=["The source says nature."])),
    "relations": ("relations", lambda row: row.update(relations=[{"other": "S01.1", "kind": "contradicts"}])),
}


def look(store: Store, id_: int = ID) -> GradedStatement:
    with store.reading() as session:
        return read(session, [id_], DAY)[0]


@pytest.mark.parametrize("name", EDITS)
def test_one_changed_field_is_counted_and_leaves_one_revision(
    demo: Store, bring: Callable[..., Report], name: str
) -> None:
    field, edit = EDITS[name]
    rows = copy.deepcopy(ROWS)
    edit(rows[AT])
    dry = bring(demo, rows, dry_run=True)
    report = bring(demo, rows)
    assert (report.new, report.changed, report.unchanged) == (0, 1, 65)
    fields = {name.partition(".")[0] for name in report.changes}
    # A quote moves with its span, and with nothing else.
    assert fields in ({field}, {field, "span"} if field == "quote" else {field})
    assert set(report.changes.values()) == {1}
    assert (dry.changed, dry.changes, dry.batch) == (report.changed, report.changes, None)
    with demo.reading() as session:
        own = [each for each in statement_history(session, ID) if each.subject == f"statement:{ID}"]
        assert [(each.action, each.batch_id) for each in own] == [("import", report.batch)]
        assert list(faults(session)) == []
        assert session.scalar(select(func.count()).select_from(Batch)) == 5
    assert look(demo).version == 2


@pytest.mark.parametrize("name", EDITS)
def test_going_back_to_the_first_file_shows_what_was_shown_first(
    demo: Store, bring: Callable[..., Report], name: str
) -> None:
    def shown() -> tuple[Any, ...]:
        found = look(demo)
        first = [slot.citation.key if slot.citation else None for slot in found.slots]
        grade = (found.grade.level, found.grade.direction, found.grade.rationale, found.grade.profile)
        return (found.text, found.quote, found.topics, grade, first, [caveat.text for caveat in found.caveats])

    before = shown()
    rows = copy.deepcopy(ROWS)
    EDITS[name][1](rows[AT])
    bring(demo, rows)
    # What a row leaves out stays as it is; what is to be empty again is said to be.
    first = copy.deepcopy(ROWS)
    empty: dict[str, Any] = {"effect_size": None, "remarks": [], "relations": [], "pico": {}, "searched": {}}
    first[AT] = {**empty, **first[AT]}
    assert bring(demo, first).changed == 1
    assert shown() == before
    assert bring(demo, FOLDER / "statements.jsonl").unchanged == 66


def test_a_row_that_leaves_fields_out_takes_nothing_away(demo: Store, bring: Callable[..., Report]) -> None:
    before = [look(demo, id_) for id_ in range(1, 67)]
    bare = [{name: row[name] for name in ("origin", "key", "text", "type")} for row in ROWS]
    report = bring(demo, bare)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 66)
    bare[AT]["text"] = "Said in other words."
    assert bring(demo, bare).changes == {"text": 1}
    after = [look(demo, id_) for id_ in range(1, 67)]
    assert [each.caveats for each in after] == [each.caveats for each in before]
    assert [each.slots for each in after] == [each.slots for each in before]
    assert after[AT].quote == before[AT].quote


def test_an_empty_field_empties(demo: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    assert rows[AT]["caveats"]
    rows[AT]["caveats"] = []
    assert bring(demo, rows).changes == {"caveats": 1}


def test_a_file_nobody_touched_takes_no_newer_judgement_back(demo: Store, bring: Callable[..., Report]) -> None:
    with demo.writing() as session:
        curate.grade(
            session,
            ID,
            curate.Judgement("high"),
            By("somebody else", "a new trial", datetime(2026, 11, 23, tzinfo=UTC)),
        )
    assert bring(demo, FOLDER / "statements.jsonl").unchanged == 66
    assert look(demo).grade.level.id == "high"
    rows = copy.deepcopy(ROWS)
    rows[AT]["grade"] = {**rows[AT]["grade"], "rationale": "The same rater has thought again."}
    assert "grade.rationale" in bring(demo, rows).changes
    assert look(demo).grade.rationale == "The same rater has thought again."


@pytest.mark.parametrize("name", [name for name, (field, _) in EDITS.items() if field == "grade"])
def test_a_changed_grade_supersedes_the_old_one_which_is_kept(
    demo: Store, bring: Callable[..., Report], name: str
) -> None:
    rows = copy.deepcopy(ROWS)
    EDITS[name][1](rows[AT])
    bring(demo, rows)
    with demo.reading() as session:
        old, new = session.scalars(select(Grade).where(Grade.statement_id == ID).order_by(Grade.id)).all()
        assert (old.scale, old.level, old.rationale) == ("grade", "very-low", ROWS[AT]["grade"]["rationale"])
        assert new.supersedes_id == old.id


@pytest.mark.parametrize("name", [name for name, (field, _) in EDITS.items() if field != "grade"])
def test_a_change_elsewhere_makes_no_new_grade(demo: Store, bring: Callable[..., Report], name: str) -> None:
    rows = copy.deepcopy(ROWS)
    EDITS[name][1](rows[AT])
    bring(demo, rows)
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grade).where(Grade.statement_id == ID)) == 1


def test_dates_alone_change_nothing(demo: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    rows[2]["searched"]["on"] = "2026-11-30"
    rows[2]["reviewed_on"] = "2026-11-30"
    rows[2]["grade"]["made_on"] = "2026-11-30"
    assert bring(demo, rows).unchanged == 66


def test_a_row_without_a_grade_takes_none_away(demo: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    del rows[AT]["grade"]
    assert bring(demo, rows).unchanged == 66
    rows[AT]["text"] = "Other words."
    assert bring(demo, rows).changes == {"text": 1}
    assert look(demo).grade.level.name == "grade:very-low"


def test_what_a_file_says_twice_counts_once(demo: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    rows[AT]["topics"] *= 2
    rows[AT]["caveats"] *= 2
    assert bring(demo, rows).unchanged == 66
    twice = [{"other": "S01.1", "kind": "contradicts"}] * 2
    rows[AT]["relations"] = twice
    assert bring(demo, rows).changes == {"relations": 1}
    new = {"origin": "o", "key": "k", "text": "New.", "type": "safety", "topics": ["a", "a"]}
    new["relations"] = [{**each, "origin": "kratom-autoimmune"} for each in twice]
    assert bring(demo, [new]).new == 1
    assert bring(demo, [new]).unchanged == 1


def test_missing_keys_are_counted_and_left_as_they_are(demo: Store, bring: Callable[..., Report]) -> None:
    report = bring(demo, ROWS[:60])
    assert (report.unchanged, report.missing) == (60, 6)
    with demo.reading() as session:
        assert len(list(read_all(session, DAY))) == 66


def test_statements_that_say_what_another_says_are_counted(demo: Store, bring: Callable[..., Report]) -> None:
    rows = [
        {"origin": "o", "key": "1", "text": ROWS[0]["text"].upper(), "type": "background"},
        {"origin": "o", "key": "2", "text": "All  new.", "type": "background"},
        {"origin": "o", "key": "3", "text": "all new.", "type": "background"},
    ]
    assert bring(demo, rows, dry_run=True).possible_duplicates == 2
    assert bring(demo, rows).possible_duplicates == 2


def test_a_withdrawn_statement_stays_withdrawn_and_the_report_says_so(
    demo: Store, bring: Callable[..., Report], by: Callable[..., By]
) -> None:
    with demo.writing() as session:
        withdraw(session, ID, by("misread"))
    rows = copy.deepcopy(ROWS)
    rows[AT]["text"] = "Other words."
    report = bring(demo, rows)
    assert (report.changed, report.rejected, report.batch) == (0, 0, None)
    (problem,) = report.problems
    assert (problem.line, problem.code, problem.severity) == (4, "left-alone", "warning")
    assert "misread" in problem.message
    assert look(demo).text == ROWS[AT]["text"]


def told_after(store: Store, seq: int) -> set[int]:
    with store.reading() as session:
        return {id_ for chunk in changed_after(session, seq, last_change(session)) for id_ in chunk}


def test_a_new_statement_that_contradicts_an_old_one_announces_both(demo: Store, bring: Callable[..., Report]) -> None:
    row = {"origin": "o", "key": "k", "text": "It is a shrub.", "type": "background"}
    row["relations"] = [{"other": "S01.1", "origin": "kratom-autoimmune", "kind": "contradicts"}]
    bring(demo, [row])
    assert told_after(demo, 1) == {1, 67}
    assert "disputed" in [caveat.code for caveat in look(demo, 1).caveats]


def test_a_relation_that_is_taken_back_announces_both(demo: Store, bring: Callable[..., Report]) -> None:
    at, row = next((at, row) for at, row in enumerate(ROWS) if row.get("relations"))
    rows = copy.deepcopy(ROWS)
    rows[at]["relations"] = []
    bring(demo, rows)
    other = next(n for n, each in enumerate(ROWS, 1) if each["key"] == row["relations"][0]["other"])
    assert told_after(demo, 1) == {at + 1, other}


def test_a_changed_citation_announces_what_cites_it(
    demo: Store, bring: Callable[..., Report], written: Callable[..., Path]
) -> None:
    records = json.loads((FOLDER / "citations.json").read_text(encoding="utf-8"))
    records[0]["title"] = "Another title"
    report = bring(demo, written(records, "citations"), "citations")
    assert (report.changed, report.changes) == (1, {"csl": 1})
    citing = {at for at, row in enumerate(ROWS, 1) if records[0]["id"] in [s["citation"] for s in row["slots"]]}
    assert citing
    assert told_after(demo, 1) == citing
    with demo.reading() as session:
        assert list(faults(session)) == []


def test_a_changed_caveat_announces_what_carries_it(demo: Store, bring: Callable[..., Report]) -> None:
    records = json.loads((data_folder() / "caveats.json").read_text(encoding="utf-8"))
    (liver,) = [each for each in records if each["code"] == "liver"]
    liver["severity"] = "note"
    liver["text"] = "Changed."
    report = bring(demo, records, "caveats")
    assert report.changes == {"severity": 1, "text": 1}
    with demo.reading() as session:
        carrying = {s.id for s in read_all(session, DAY) if "Changed." in [caveat.text for caveat in s.caveats]}
        assert list(faults(session)) == []
    assert carrying
    assert told_after(demo, 1) >= carrying


def article_beside(tmp_path: Path, **changes: str) -> Path:
    """The demo's article, its record with some lines changed."""
    record = (FOLDER / "article.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        line = next(line for line in record.splitlines() if line.startswith(f"{old} ="))
        record = record.replace(line, new)
    (tmp_path / "kratom-autoimmune.txt").write_bytes((FOLDER / "kratom-autoimmune.txt").read_bytes())
    path = tmp_path / "article.toml"
    path.write_text(record, encoding="utf-8")
    return path


def test_a_changed_article_keeps_its_statements_and_announces_them(
    demo: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    report = bring(demo, article_beside(tmp_path, title='title = "Kratom"'), "article")
    assert (report.changed, report.changes) == (1, {"title": 1})
    assert told_after(demo, 1) == set(range(1, 67))
    assert look(demo).article.title == "Kratom"  # type: ignore[union-attr]
    with demo.reading() as session:
        assert list(faults(session)) == []


def test_a_new_topic_caveat_is_added_and_none_is_taken_away(
    demo: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    path = article_beside(tmp_path)
    record = path.read_text(encoding="utf-8")
    path.write_text(record + '\n[[topic_caveats]]\ntopic = "legal status"\ncaveats = ["marketing"]\n', "utf-8")
    assert bring(demo, path, "article").changes == {"topic_caveats": 1}
    with demo.reading() as session:
        legal = [each for each in read_all(session, DAY) if "legal status" in each.topics]
        assert all({"marketing", "time-sensitive"} <= {c.code for c in each.caveats} for each in legal)
        assert list(faults(session)) == []
    assert told_after(demo, 1) == {each.id for each in legal}
    assert bring(demo, path, "article").unchanged == 1


def test_a_caveat_named_twice_by_an_article_is_no_change_for_ever(
    demo: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    path = article_beside(tmp_path, caveats='caveats = ["marketing", "marketing"]')
    assert bring(demo, path, "article").changed == 1
    assert bring(demo, path, "article").unchanged == 1


def test_a_batch_of_changes_only_needs_no_line_of_its_own_in_the_log(demo: Store, bring: Callable[..., Report]) -> None:
    rows = copy.deepcopy(ROWS)
    rows[AT]["text"] = "Other words."
    report = bring(demo, rows)
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Change).where(Change.batch_id == report.batch)) == 0
        (own,) = session.scalars(select(Revision).where(Revision.subject == f"batch:{report.batch}")).all()
        assert own.after is not None
        assert own.after["created"] == {}
