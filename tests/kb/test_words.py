"""What text is accepted, how messages show it, what errors carry, and a citation in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb import meanings, model
from kb.errors import CaveatError, InputError, Problem, RejectedRows
from kb.ingest import drafts
from kb.reference import authors, short_reference, year
from kb.words import fault_in, plain

EXIT_CODES = {
    "CaveatError": (3, 500),
    "InputError": (2, 400),
    "RejectedRows": (1, 400),
    "TooLarge": (2, 413),
    "NotFound": (2, 404),
    "NotWhole": (3, 503),
    "Conflict": (1, 409),
    "SignInNeeded": (2, 401),
    "NotAllowed": (2, 403),
    "TooOften": (1, 429),
    "StoreUnavailable": (3, 503),
    "IndexUnavailable": (3, 503),
    "CaveatLeftBehind": (3, 500),
}


@given(some.text())
def test_text_without_a_nul_can_be_kept_and_other_text_cannot(text: str) -> None:
    assert (fault_in(text) is None) == ("\x00" not in text)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ude00\ud83d"])
def test_half_a_surrogate_pair_cannot_be_kept(text: str) -> None:
    assert "surrogate" in str(fault_in(text))


@given(some.text(some.characters()))
def test_a_message_is_one_line_that_can_be_printed(text: str) -> None:
    assert plain(text).isprintable()
    assert plain(text).encode().decode() == plain(text)
    if text.isprintable():
        assert plain(text) == text


def tree(above: type[CaveatError]) -> Iterator[type[CaveatError]]:
    yield above
    for below in above.__subclasses__():
        yield from tree(below)


def test_every_error_has_its_exit_code_and_its_http_status() -> None:
    ours = {each.__name__: (each.exit_code, each.http_status) for each in tree(CaveatError)}
    assert {name: ours[name] for name in EXIT_CODES} == EXIT_CODES
    others = {name: codes for name, codes in ours.items() if name not in EXIT_CODES}
    assert set(others.values()) <= set(EXIT_CODES.values())


def test_the_tree_of_errors_is_drawn_whole() -> None:
    drawn = CaveatError.__init__.__globals__["__doc__"]
    assert [name for name in EXIT_CODES if name not in drawn] == []


def test_an_error_says_place_what_and_cure() -> None:
    error = InputError("It is broken.", place="file:3", cure="Mend it.")
    assert str(error) == "file:3: It is broken. Mend it."
    assert str(InputError("It is broken.")) == "It is broken."


def test_a_problem_says_file_line_field_value_what_and_cure() -> None:
    problem = Problem("a.jsonl", 7, "grade.level", "gr\x1beat", "unknown-level", "No such level.", "Use low.")
    assert str(problem) == "a.jsonl:7: grade.level = 'gr\\x1beat': No such level. Use low."
    assert str(Problem("a.toml", None, "", "", "x", "It is empty.", "")) == "a.toml: It is empty."


def test_rejected_rows_count_errors_and_not_warnings() -> None:
    error = Problem("f", 1, "", "", "x", "m", "c")
    warning = Problem("f", 2, "", "", "x", "m", "c", "warning")
    assert RejectedRows([error, warning]).problems == (error,)


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        (meanings.DIRECTIONS, model.DIRECTIONS),
        (meanings.CLAIM_TYPES, model.CLAIM_TYPES),
        (meanings.STANCES, model.STANCES),
        (meanings.STANDINGS, model.STANDINGS),
        (meanings.SEVERITIES, model.SEVERITIES),
        (meanings.DIRECT_EVIDENCE, model.DIRECT_EVIDENCE),
        (meanings.RELATIONS, model.RELATION_KINDS),
    ],
    ids=["directions", "types", "stances", "standings", "severities", "evidence", "relations"],
)
def test_every_word_of_the_tables_has_a_meaning_and_no_other_has(table: Any, allowed: tuple[str, ...]) -> None:
    assert tuple(table) == allowed


def test_files_and_tables_know_the_same_words() -> None:
    assert get_args(drafts.ClaimType) == model.CLAIM_TYPES
    assert get_args(drafts.Direction) == model.DIRECTIONS
    assert get_args(drafts.Stance) == model.STANCES
    assert get_args(drafts.DirectEvidence) == model.DIRECT_EVIDENCE
    assert get_args(drafts.RelationDraft.model_fields["kind"].annotation) == model.RELATION_KINDS
    assert get_args(drafts.CaveatDraft.model_fields["severity"].annotation) == model.SEVERITIES
    assert get_args(drafts.CaveatDraft.model_fields["kind"].annotation) == model.CAVEAT_KINDS


WORK = {
    "id": "smith2020",
    "title": "Does it help?",
    "author": [{"family": "Smith", "given": "Ann-Marie B."}, {"literal": "WHO"}, {"family": "Li"}, {"family": "Wu"}],
    "issued": {"date-parts": [[2020, 1]]},
    "container-title": "BMJ",
    "volume": "3",
    "issue": "4",
    "page": "5-9",
}


def test_a_reference_has_authors_title_and_place() -> None:
    assert short_reference(WORK) == "Smith AMB, WHO, Li, et al. Does it help? BMJ 2020;3(4):5-9."


def test_what_a_record_lacks_is_left_out() -> None:
    assert short_reference({"id": "x"}) == "x."
    assert short_reference({}) == "untitled."
    assert short_reference({"title": "T", "page": "5"}) == "T. 5."


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = some.sampled_from(["title", "author", "issued", "container-title", "publisher", "volume", "issue", "page"])


@given(some.dictionaries(names, anything))
def test_no_record_is_too_odd_for_a_reference(record: dict[str, Any]) -> None:
    assert short_reference(record).strip()
    assert isinstance(authors(record), str)
    assert year(record) is None or abs(year(record) or 0) <= 9999


@pytest.mark.parametrize("part", [10**10, "soon", None, float("inf"), float("nan"), [], {}])
def test_a_year_that_is_none_is_left_out(part: Any) -> None:
    assert year({"issued": {"date-parts": [[part]]}}) is None
