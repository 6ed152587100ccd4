"""The data that comes with Caveat is in the store whole: every field of every row of every file is found again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kb.curate import By
from kb.data import data_folder
from kb.graded import GradedStatement, read_all
from kb.ingest.batch import import_file
from kb.ingest.demo import demo_orders, load_demo
from kb.model import Article, Batch, Caveat, CaveatCitation, Citation, Person, Topic, TopicCaveat
from kb.store import Store, open_store

DAY = date(2026, 11, 23)
FOLDER = data_folder() / "articles" / "kratom-autoimmune"


@pytest.fixture(scope="module")
def store(demo_file: Path) -> Iterator[Store]:
    """The demo; tests only read it."""
    opened = open_store(f"sqlite:///{demo_file}", b"a key for tests")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def statements(store: Store) -> dict[str, GradedStatement]:
    with store.reading() as session:
        return {each.key: each for each in read_all(session, DAY)}


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "article.toml").read_text(encoding="utf-8"))


def test_the_demo_has_66_statements_57_citations_25_caveats_and_an_article(store: Store) -> None:
    with store.reading() as session:
        counts = [batch.counts["new"] for batch in session.scalars(select(Batch).order_by(Batch.id))]
        assert counts == [57, 25, 1, 66]
        tables = (Citation, Caveat, Article)
        assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == [57, 25, 1]


def as_row(statement: GradedStatement, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the store holds, in the form of the file, with the fields that the file's row names."""
    grade = statement.grade
    shown: dict[str, Any] = {
        "origin": statement.origin,
        "article": statement.article.slug if statement.article else None,
        "key": statement.key,
        "text": statement.text,
        "type": statement.type,
        "sentence": {"start": statement.sentence_start, "end": statement.sentence_end},
        "span": {"start": statement.start, "end": statement.end},
        "quote": statement.quote,
        "grade": {
            "scale": grade.level.scale,
            "level": grade.level.id,
            "rationale": grade.rationale,
            "direction": grade.direction,
            "profile": grade.profile,
        },
        "direct_evidence": statement.direct_evidence,
        "slots": [
            {"citation": slot.citation.key if slot.citation else None, "stance": slot.stance, "note": slot.note}
            for slot in statement.slots
        ],
        "caveats": [each.code for each in statement.caveats if each.source == "attached"],
        "topics": list(statement.topics),
        "pico": {
            name: getattr(statement, name)
            for name in ("population", "intervention", "comparator", "outcome")
            if name in wanted.get("pico", {})
        },
        "searched": {"on": str(statement.searched_on), "where": statement.searched_where},
        "remarks": list(statement.remarks),
        "relations": [{"other": r.other_key, "kind": r.kind} for r in statement.relations if not r.inverse],
    }
    if "profile" not in wanted["grade"]:
        assert shown["grade"].pop("profile") is None
    return {name: shown[name] for name in wanted}


def in_any_order(row: dict[str, Any]) -> dict[str, Any]:
    lists = ("caveats", "topics", "relations")
    return {name: sorted(value, key=str) if name in lists else value for name, value in row.items()}


def test_every_field_of_every_statement_is_in_the_store(
    statements: dict[str, GradedStatement], demo_rows: list[dict[str, Any]]
) -> None:
    assert list(statements) == [row["key"] for row in demo_rows]
    for row in demo_rows:
        assert in_any_order(as_row(statements[row["key"]], row)) == in_any_order(row)


def test_what_a_row_does_not_say_is_empty(
    statements: dict[str, GradedStatement], demo_rows: list[dict[str, Any]]
) -> None:
    for row in demo_rows:
        statement = statements[row["key"]]
        assert ("searched" in row) == (statement.searched_where is not None)
        assert ("remarks" in row) == bool(statement.remarks)
        assert ("pico" in row) == (statement.outcome is not None or statement.intervention is not None)
        assert statement.state == "published"
        assert statement.version == 1


def test_every_grade_names_the_rater_and_the_day_of_the_article(
    statements: dict[str, GradedStatement], record: dict[str, Any]
) -> None:
    for statement in statements.values():
        assert statement.grade.rater == record["rater"]
        assert statement.grade.made_at == f"{record['graded_on']}T00:00:00+00:00"
        assert statement.grade.kind == "first"
        assert "single-rater" in [caveat.code for caveat in statement.caveats]


def test_every_span_is_the_quote_of_its_article(store: Store, statements: dict[str, GradedStatement]) -> None:
    with store.reading() as session:
        text = session.scalars(select(Article.text)).one()
    for statement in statements.values():
        assert text[statement.start : statement.end] == statement.quote


def test_the_article_is_whole(store: Store, record: dict[str, Any]) -> None:
    with store.reading() as session:
        article = session.scalars(select(Article)).one()
        rater = session.get_one(Person, article.rater_id).name
        found = (article.slug, article.title, article.language, article.sha256, rater, str(article.graded_on))
        assert found == tuple(record[name] for name in ("slug", "title", "language", "sha256", "rater", "graded_on"))
        assert (article.url, article.licence, article.published_on) == (None, None, None)
        assert article.text.encode() == (FOLDER / record["file"]).read_bytes()


def test_topics_bring_what_the_record_says(store: Store, record: dict[str, Any]) -> None:
    wanted = {
        (each["topic"], code, type_)
        for each in record["topic_caveats"]
        for code in each["caveats"]
        for type_ in each.get("types", ["*"])
    }
    with store.reading() as session:
        query = select(Topic.name, Caveat.code, TopicCaveat.type).select_from(TopicCaveat)
        query = query.join(Topic, Topic.id == TopicCaveat.topic_id).join(Caveat, Caveat.id == TopicCaveat.caveat_id)
        assert {tuple(row) for row in session.execute(query)} == wanted


def test_every_field_of_every_citation_is_in_the_store(store: Store) -> None:
    rows = json.loads((FOLDER / "citations.json").read_text(encoding="utf-8"))
    with store.reading() as session:
        found = {each.key: each for each in session.scalars(select(Citation))}
        assert {key: each.csl for key, each in found.items()} == {row["id"]: row for row in rows}
        for row in rows:
            each = found[row["id"]]
            assert each.title == row["title"]
            assert each.study_design == row["custom"]["study_design"]
            assert each.unchecked == row["custom"].get("unchecked_fields", [])
            assert (each.doi or "") == row.get("DOI", "").lower()
            assert (each.pmid, each.pmcid) == (row.get("PMID"), row.get("PMCID"))
            assert each.year == (row["issued"]["date-parts"][0][0] if "issued" in row else None)
            assert each.standing == "ok"


def test_every_field_of_every_caveat_is_in_the_store(store: Store) -> None:
    rows = json.loads((data_folder() / "caveats.json").read_text(encoding="utf-8"))
    with store.reading() as session:
        query = select(Caveat.code, Citation.key).select_from(CaveatCitation)
        query = query.join(Caveat, Caveat.id == CaveatCitation.caveat_id)
        query = query.join(Citation, Citation.id == CaveatCitation.citation_id).order_by(CaveatCitation.position)
        rests_on = session.execute(query).all()
        found = [
            {
                "code": each.code,
                "severity": each.severity,
                "kind": each.kind,
                "text": each.text,
                "as_of": str(each.as_of) if each.as_of else None,
                "citations": [key for code, key in rests_on if code == each.code],
            }
            for each in session.scalars(select(Caveat).order_by(Caveat.id))
        ]
    assert found == [{"as_of": None, "citations": [], **row} for row in rows]


def test_importing_the_same_files_again_changes_nothing(demo: Store, by: Callable[..., By], everything: Any) -> None:
    before = everything(demo)
    for order in demo_orders(data_folder()):
        with demo.writing() as session:
            report = import_file(session, order, by("again"))
        assert (report.new, report.changed, report.missing, report.batch) == (0, 0, 0, None)
        assert report.unchanged in (57, 25, 1, 66)
        assert report.problems == ()
    assert everything(demo) == before


def test_a_store_that_has_had_an_import_is_not_given_the_demo_again(
    demo: Store, by: Callable[..., By], everything: Any
) -> None:
    before = everything(demo)
    with demo.writing() as session:
        assert load_demo(session, data_folder(), by()) == []
    assert everything(demo) == before
