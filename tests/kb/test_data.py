"""Whether data/ holds all of the first article, and whether everything in it that refers to something finds it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kb.data import data_folder
from kb.scales import load_scales

DATA = data_folder()
ARTICLE = DATA / "articles" / "kratom-autoimmune"
COPIES = {
    "article.toml": ARTICLE / "article.toml",
    "kratom-autoimmune.txt": ARTICLE / "kratom-autoimmune.txt",
    "citations.json": ARTICLE / "citations.json",
    "caveats.json": DATA / "caveats.json",
}
SHA256 = "6cf802ed7bde33c2225857aa7e8d37e9a4001d743f909821a7276de08f8f4556"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def seed(shared: Path) -> Path:
    folder = shared / "seed"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/seed, which data/ was made from, is not beside this checkout")
    return folder


@pytest.fixture(scope="module")
def text() -> str:
    return (ARTICLE / "kratom-autoimmune.txt").read_bytes().decode()


@pytest.fixture(scope="module")
def statements() -> list[dict[str, Any]]:
    return lines(ARTICLE / "statements.jsonl")


@pytest.fixture(scope="module")
def citations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ARTICLE / "citations.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def caveats() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / "caveats.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def article() -> dict[str, Any]:
    return tomllib.loads((ARTICLE / "article.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COPIES)
def test_what_was_given_is_here_byte_for_byte(name: str, seed: Path) -> None:
    assert COPIES[name].read_bytes() == (seed / name).read_bytes()


def test_every_statement_has_all_its_fields_and_says_where_it_is_from(
    seed: Path, statements: list[dict[str, Any]]
) -> None:
    given = lines(seed / "statements.jsonl")
    own = {"origin": "kratom-autoimmune", "article": "kratom-autoimmune"}
    assert statements == [own | statement for statement in given]
    assert [list(statement) for statement in statements] == [[*own, *statement] for statement in given]


def test_the_statements_can_be_read_by_people() -> None:
    raw = (ARTICLE / "statements.jsonl").read_bytes()
    assert b"\\u" not in raw
    assert b"\r" not in raw
    assert raw.endswith(b"}\n")


def test_66_statements_57_citations_and_25_caveats(
    statements: list[dict[str, Any]], citations: list[dict[str, Any]], caveats: list[dict[str, Any]]
) -> None:
    assert [len(statements), len(citations), len(caveats)] == [66, 57, 25]
    slots = [slot for statement in statements for slot in statement["slots"]]
    assert len(slots) == 174
    assert sum(slot["citation"] is None for slot in slots) == 18


def test_the_article_s_text_is_the_one_its_record_describes(article: dict[str, Any], text: str) -> None:
    assert article["file"] == "kratom-autoimmune.txt"
    raw = (ARTICLE / article["file"]).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == article["sha256"] == SHA256
    assert len(text) == 3333


def test_every_quote_is_the_text_of_its_span_and_lies_in_its_sentence(
    statements: list[dict[str, Any]], text: str
) -> None:
    for statement in statements:
        span, sentence = statement["span"], statement["sentence"]
        assert text[span["start"] : span["end"]] == statement["quote"], statement["key"]
        assert sentence["start"] <= span["start"] < span["end"] <= sentence["end"], statement["key"]


def test_what_stands_for_something_stands_for_one_thing(
    statements: list[dict[str, Any]], citations: list[dict[str, Any]], caveats: list[dict[str, Any]]
) -> None:
    for names in (
        [(statement["origin"], statement["key"]) for statement in statements],
        [citation["id"] for citation in citations],
        [caveat["code"] for caveat in caveats],
    ):
        assert len(set(names)) == len(names)


def test_every_citation_that_is_referred_to_is_here(
    statements: list[dict[str, Any]], citations: list[dict[str, Any]], caveats: list[dict[str, Any]]
) -> None:
    known = {citation["id"] for citation in citations}
    cited = {slot["citation"] for statement in statements for slot in statement["slots"]} - {None}
    cited |= {citation for caveat in caveats for citation in caveat["citations"]}
    assert cited <= known


def test_every_caveat_that_is_referred_to_is_here(
    statements: list[dict[str, Any]], caveats: list[dict[str, Any]], article: dict[str, Any]
) -> None:
    used = {code for statement in statements for code in statement["caveats"]} | set(article["caveats"])
    used |= {code for entry in article["topic_caveats"] for code in entry["caveats"]}
    assert used <= {caveat["code"] for caveat in caveats}


def test_every_topic_that_brings_caveats_along_is_the_topic_of_a_statement(
    statements: list[dict[str, Any]], article: dict[str, Any]
) -> None:
    topics = {topic for statement in statements for topic in statement["topics"]}
    assert {entry["topic"] for entry in article["topic_caveats"]} <= topics


def test_every_relation_leads_to_another_statement(statements: list[dict[str, Any]]) -> None:
    keys = {statement["key"] for statement in statements}
    related = [(statement["key"], each["other"]) for statement in statements for each in statement.get("relations", [])]
    assert related
    assert all(other in keys - {key} for key, other in related)


def test_every_grade_is_a_level_of_its_scale(statements: list[dict[str, Any]]) -> None:
    scales = load_scales()
    for statement in statements:
        grade = statement["grade"]
        assert scales.level(grade["scale"], grade["level"]).id == grade["level"]
        assert grade["rationale"].strip(), statement["key"]


def test_every_empty_slot_says_what_is_wanted(statements: list[dict[str, Any]]) -> None:
    empty = [slot for statement in statements for slot in statement["slots"] if slot["citation"] is None]
    assert all(slot["note"].strip() for slot in empty)
    assert all(statement["slots"] for statement in statements)


def test_every_scale_s_file_is_read() -> None:
    files = sorted(path.stem for path in (DATA / "scales").glob("*.toml"))
    assert files == sorted(scale.id for scale in load_scales())
    assert files == ["civic", "grade", "ocebm-2011", "sort", "uspstf", "uspstf-before-2012"]


def test_grades_of_foreign_bases_are_levels_of_their_scales(shared: Path) -> None:
    path = shared / "examples" / "statements" / "uspstf_recommendations.jsonl"
    if not path.is_file():
        pytest.skip("../shared/examples is not beside this checkout")
    scales = load_scales()
    for row in lines(path):
        scale = "uspstf" if row["grade_version"] else "uspstf-before-2012"
        assert scales.level(scale, row["grade"]).symbol == row["grade"]
