"""Citations of a statement: version, day and grade in each, and the words never without every caveat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from kb.graded import GradedStatement, read
from kb.render.cite import cite_block, cited_bibtex, cited_csl, cited_ris, cited_text, cited_whole
from kb.store import Store

DAY = date(2026, 11, 23)
ROOT = "https://kb.example"
HOSTILE = "50 % of {A} & B_1 # $5 \\alpha ~ ^ “x”\r\nER  - \n\n}@misc{evil, title={gone"
# What `LONGER` holds stands on one line in every record.
RECORDS: dict[str, Callable[[GradedStatement, str], Any]] = {
    "whole": cited_whole,
    "bibtex": cited_bibtex,
    "ris": cited_ris,
    "csl": lambda statement, root: cited_csl(statement, root)["abstract"],
}


def statement(store: Store, id_: int) -> GradedStatement:
    with store.reading() as session:
        (found,) = read(session, [id_], DAY)
    return found


@pytest.fixture
def hostile(store: Store, bring: Callable[..., Any]) -> GradedStatement:
    """A statement with everything in its words that a format could take for its own."""
    bring(store, [{"origin": "made", "key": "a_{b}", "text": HOSTILE, "type": "efficacy", "topics": ["A & B"]}])
    return statement(store, 1)


def test_the_line_for_a_text_has_version_day_grade_and_caveats_in_short_and_no_words(demo: Store) -> None:
    line = cited_text(statement(demo, 25), ROOT)
    assert line == (
        "Caveat. Statement 25 (kratom-autoimmune S07.3), version 1, as it stood on 23 November 2026. Graded ∅ No"
        " evidence (GRADE certainty of evidence); direction: not stated. Caveats: 7 warnings, 2 cautions, 1 note"
        " (dependence, liver, cyp, contamination, not approved, do not replace, no evidence, no autoimmune trial,"
        " citation needed, single rater). https://kb.example/s/25?version=1"
    )


@pytest.mark.parametrize("form", RECORDS)
def test_where_the_words_are_there_are_grade_and_every_caveat(demo: Store, form: str) -> None:
    for id_ in (4, 25, 60):
        cited = statement(demo, id_)
        record = RECORDS[form](cited, ROOT).replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
        record = record.replace("\\$", "$").replace("\\_", "_")
        assert cited.text in record
        assert f"{cited.grade.level.symbol} {cited.grade.level.label}" in record
        for caveat in cited.caveats:
            assert caveat.text in record


def test_a_bibtex_reader_takes_the_record_as_it_was_meant(demo: Store, hostile: GradedStatement) -> None:
    (entry,) = parse_string(cited_bibtex(statement(demo, 25), ROOT)).entries
    assert entry.entry_type == "misc"
    assert entry.key == "caveat-25-v1"
    values = {name: field.value for name, field in entry.fields_dict.items()}
    assert (values["year"], values["version"], values["urldate"]) == ("2026", "1", "2026-11-23")
    assert values["title"].startswith("{Statement 25")
    assert "∅ No evidence" in values["note"]
    library = parse_string(cited_bibtex(hostile, ROOT))
    assert not library.failed_blocks
    (entry,) = library.entries
    assert entry.key == "caveat-1-v1"
    for value in entry.fields:
        assert value.value.count("{") == value.value.count("}")
    assert r"50 \% of \textbraceleft{}A\textbraceright{} \& B\_1 \# \$5" in entry.fields_dict["abstract"].value


def test_a_ris_reader_takes_the_record_as_it_was_meant(demo: Store, hostile: GradedStatement) -> None:
    record = cited_ris(statement(demo, 25), ROOT)
    assert record.startswith("TY  - ELEC\n")
    (entry,) = rispy.loads(record)
    assert entry["title"].startswith("Statement 25")
    assert entry["edition"] == "version 1"
    assert entry["urls"] == ["https://kb.example/s/25?version=1"]
    assert len(rispy.loads(cited_ris(hostile, ROOT))) == 1


def test_csl_json_has_the_names_of_csl_and_the_rest_under_custom(demo: Store) -> None:
    record = cited_csl(statement(demo, 25), ROOT)
    names = {"id", "type", "author", "title", "container-title", "version", "issued", "accessed", "note", "abstract"}
    assert record.keys() == names | {"URL", "custom"}
    assert record["issued"] == {"date-parts": [[2026, 11, 23]]}
    assert record["custom"]["grade"]["name"] == "grade:no-evidence"
    assert len(record["custom"]["caveats"]) == 10


def test_the_page_shows_words_as_words(hostile: GradedStatement) -> None:
    block = cite_block(hostile, ROOT)
    assert "{A} &amp; B_1" in block
    assert 'href="/s/1.bib"' in block
