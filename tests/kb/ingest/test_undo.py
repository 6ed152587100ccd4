"""A batch is taken back whole: what everybody sees is what it was, and nothing that came later is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb import curate
from kb.changes import last_change
from kb.cited import read_citation
from kb.curate import By, Judgement
from kb.data import data_folder
from kb.errors import Conflict, NotFound
from kb.graded import read, read_all
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.ingest.undo import batches, undo
from kb.legend import recorded_caveats
from kb.model import Citation
from kb.render.json import as_json
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
FOLDER = data_folder() / "articles" / "kratom-autoimmune"
AT = 24
Bring = Callable[..., Report]


def seen(store: Store) -> list[dict[str, Any]]:
    """What every export says of every published statement; a version counts changes, and so does not go back."""
    with store.reading() as session:
        assert list(faults(session)) == []
        shown = [as_json(each) for each in read_all(session, DAY)]
    for each in shown:
        del each["version"]
        # A grade that was put back says so.
        del each["grade"]["kind"]
    return shown


def take_back(store: Store, batch: int | None, by: Callable[..., By]) -> Any:
    assert batch is not None
    with store.writing() as session:
        return undo(session, batch, by("to see"))


@pytest.fixture
def rows(demo_rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return copy.deepcopy(list(demo_rows))


def everything_changed(rows: list[dict[str, Any]]) -> None:
    row = rows[AT]
    row["text"] = "Other words."
    row["type"] = "safety"
    row["grade"] = {
        "scale": "grade",
        "level": "high",
        "direction": "mixed",
        "rationale": "another",
        "rater": "Z. Other",
    }
    row["slots"] = [{"citation": None, "note": "wanted"}]
    row["caveats"] = ["liver"]
    row["topics"] = ["another topic", "kratom"]
    row["pico"] = {"population": "others"}
    row["remarks"] = ["a remark"]
    row["effect_size"] = "large"
    row["searched"] = {"on": "2020-01-01", "where": "nowhere"}
    row["relations"] = [{"other": rows[0]["key"], "kind": "contradicts"}]
    row["direct_evidence"] = "direct"
    row["reviewed_on"], row["review_due"] = "2026-01-01", "2026-02-01"


def test_what_a_batch_changed_says_again_what_it_said(
    demo: Store, bring: Bring, by: Callable[..., By], rows: list[dict[str, Any]]
) -> None:
    before = seen(demo)
    everything_changed(rows)
    report = bring(demo, rows)
    assert seen(demo) != before
    done = take_back(demo, report.batch, by)
    assert (done.withdrawn, done.restored) == (0, 1)
    assert seen(demo) == before
    with demo.reading() as session:
        (found,) = read(session, [AT + 1], DAY)
        assert [each.rater for each in found.grades].count("Z. Other") == 1, "the history keeps what was taken back"
        assert found.grade.kind == "restored"
    assert bring(demo, rows).changes.keys() >= {"text", "grade.level"}
    assert seen(demo) != before


def test_what_a_batch_created_is_hidden_and_comes_back_with_the_same_file(
    demo: Store, bring: Bring, by: Callable[..., By]
) -> None:
    before = seen(demo)
    new = [{"origin": "there", "key": f"T{n}", "text": f"Claim {n}.", "type": "efficacy"} for n in range(3)]
    new[0]["relations"] = [{"other": "T1", "kind": "contradicts"}]  # type: ignore[assignment]
    new[1]["grade"] = {"level": "low", "rationale": "said"}  # type: ignore[assignment]
    report = bring(demo, new)
    after = seen(demo)
    assert len(after) == 69
    assert take_back(demo, report.batch, by).withdrawn == 3
    assert seen(demo) == before
    preview = bring(demo, new, dry_run=True)
    assert (preview.new, preview.changed, preview.possible_duplicates) == (3, 0, 0)
    assert bring(demo, new).new == 3
    assert seen(demo) == after


def test_a_chain_of_batches_is_taken_back_from_its_end(
    demo: Store, bring: Bring, by: Callable[..., By], rows: list[dict[str, Any]]
) -> None:
    before = seen(demo)
    everything_changed(rows)
    first = bring(demo, rows)
    between = seen(demo)
    rows[AT]["text"] = "Words of a third kind."
    second = bring(demo, [*rows, {"origin": "there", "key": "T", "text": "New.", "type": "safety"}])
    with pytest.raises(Conflict, match=rf"changed since by batch {second.batch}. Undo batch {second.batch} first"):
        take_back(demo, first.batch, by)
    take_back(demo, second.batch, by)
    assert seen(demo) == between
    take_back(demo, first.batch, by)
    assert seen(demo) == before
    with demo.reading() as session:
        assert {each.id: each.state for each in batches(session)}[first.batch or 0] == "undone"


@pytest.mark.parametrize("created", [True, False])
def test_a_later_change_of_somebody_is_not_lost(
    demo: Store, bring: Bring, by: Callable[..., By], rows: list[dict[str, Any]], created: bool
) -> None:
    everything_changed(rows)
    new = [{"origin": "there", "key": "T", "text": "New.", "type": "safety"}]
    report = bring(demo, new if created else rows)
    with demo.writing() as session:
        curate.grade(session, 67 if created else AT + 1, Judgement("moderate"), by("thought about", actor="R. Ater"))
    now = seen(demo)
    with pytest.raises(Conflict, match=r"changed since by R. Ater \(thought about\)"):
        take_back(demo, report.batch, by)
    assert seen(demo) == now


def test_citations_caveats_and_articles_go_back_too(
    demo: Store, bring: Bring, by: Callable[..., By], tmp_path: Path
) -> None:
    before = seen(demo)
    citations = json.loads((FOLDER / "citations.json").read_text("utf-8"))
    for each in citations:
        each["title"] = "Another title"
    caveats = json.loads((data_folder() / "caveats.json").read_text("utf-8"))
    for each in caveats:
        each["text"], each["severity"], each["as_of"] = "Other words.", "note", "2020-01-01"
    article = (FOLDER / "article.toml").read_text("utf-8").replace("title = ", 'author = "Z"\ntitle = ', 1)
    article = "\n".join(line for line in article.splitlines() if not line.startswith('author = ""'))
    (tmp_path / "article.toml").write_text(
        article + '\n[[topic_caveats]]\ntopic = "kratom"\ncaveats = ["liver", "cyp"]\n'
    )
    (tmp_path / "kratom-autoimmune.txt").write_bytes((FOLDER / "kratom-autoimmune.txt").read_bytes())
    done = [bring(demo, citations, "citations").batch, bring(demo, caveats, "caveats").batch]
    with demo.writing() as session:
        done.append(import_file(session, Order(tmp_path / "article.toml", "article"), by()).batch)
    assert seen(demo) != before
    for batch in reversed(done):
        take_back(demo, batch, by)
    assert seen(demo) == before


def test_what_a_table_brought_along_is_hidden_with_it(store: Store, tmp_path: Path, by: Callable[..., By]) -> None:
    (tmp_path / "t.csv").write_text("evidence_id,evidence_statement\n")
    header = (
        "evidence_id,evidence_statement,evidence_type,evidence_direction,evidence_level,rating,disease,therapies,"
        "significance,citation_id,source_type,citation,is_flagged"
    )
    row = "1,A claim.,Predictive,Supports,A,3,Flu,Tea,Response,123,PubMed,A 2001,true"
    (tmp_path / "t.csv").write_text(f"{header}\n{row}\n")
    with store.writing() as session:
        report = import_file(session, Order(tmp_path / "t.csv", "statements", mapping="civic"), by())
    with store.reading() as session:
        assert [each.code for each in recorded_caveats(session)] == ["civic-flagged"]
        citation = session.scalar(select(Citation.id))
        assert citation
        assert read_citation(session, citation, DAY).total == 1
    take_back(store, report.batch, by)
    with store.reading() as session:
        assert recorded_caveats(session) == []
        with pytest.raises(NotFound):
            read_citation(session, citation, DAY)
    with store.writing() as session:
        assert import_file(session, Order(tmp_path / "t.csv", "statements", mapping="civic"), by()).new == 1
    with store.reading() as session:
        assert [each.code for each in recorded_caveats(session)] == ["civic-flagged"]
        assert read_citation(session, citation, DAY).total == 1
        assert list(faults(session)) == []


def test_every_index_hears_of_it(demo: Store, bring: Bring, by: Callable[..., By]) -> None:
    report = bring(demo, [{"origin": "there", "key": "T", "text": "New.", "type": "safety"}])
    with demo.reading() as session:
        before = last_change(session)
    take_back(demo, report.batch, by)
    with demo.reading() as session:
        assert last_change(session) > before


@pytest.mark.parametrize("batch", [0, -1, 99, 2**40])
def test_a_batch_that_is_not_there_is_named(demo: Store, by: Callable[..., By], batch: int) -> None:
    with pytest.raises(NotFound, match="kb batches"):
        take_back(demo, batch, by)


def test_twice_is_refused(demo: Store, bring: Bring, by: Callable[..., By]) -> None:
    report = bring(demo, [{"origin": "there", "key": "T", "text": "New.", "type": "safety"}])
    take_back(demo, report.batch, by)
    with pytest.raises(Conflict, match="undone already"):
        take_back(demo, report.batch, by)
