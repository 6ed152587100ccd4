"""How text becomes words: what meets, what stays apart, and that any string at all is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.text import FINGERPRINT, LONGEST_TERM, chunks, fingerprint, tokens, tokens_of_chunk

# Any code point at all, lone surrogates too, with the characters that cutting turns on made likely.
ANY_TEXT = st.text(st.characters() | st.sampled_from("aI6β’'\u0301\u00ad\u200d\ud800\0漢ไ½ﬁ -"))


def terms(text: str) -> list[str]:
    return [token.term for token in tokens(text)]


def marked(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IL6", "IL-6"),
        ("7-OH", "7OH"),
        ("café", "CAFE"),
        ("naïve", "nai\u0308ve"),
        ("β cells", "beta cell"),
        ("TNFα", "TNF-alpha"),
        ("TGF-β1", "TGF beta 1"),
        ("γδ T cells", "gamma delta T cells"),
        ("5 µg", "5 μg"),
        ("ﬁbrosis", "fibrosis"),
        ("ＩＬ６", "il6"),
        ("Sjögren’s", "sjogren"),
        ("straße", "STRASSE"),
        ("Ærø", "aero"),
        ("immuno\u00adglobulin", "immunoglobulin"),
        ("İstanbul", "istanbul"),
        ("٣", "3"),
        ("각", "\u1100\u1161\u11a8"),
        ("don’t", "don't"),
        ("opioid receptors", "Opioids receptor"),
    ],
)
def test_spellings_that_mean_the_same_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("vitamin c", "vitamin d"), ("omega-3", "omega-6"), ("may not", "may"), ("कि", "की")]
)
def test_words_that_differ_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_no_word_is_too_common_or_too_short() -> None:
    assert terms("may not be a C") == ["may", "not", "be", "a", "c"]


def test_letters_and_digits_part_where_they_meet() -> None:
    assert terms("CYP3A4") == ["cyp", "3", "a", "4"]


def test_greek_words_stay_words() -> None:
    assert terms("Λόγος") == ["λογοσ"]


def test_scripts_without_blanks_give_one_word_a_character() -> None:
    assert marked("漢字がไทย") == ["漢", "字", "が", "ไ", "ท", "ย"]


def test_offsets_point_into_the_original_text() -> None:
    text = "The ﬁnal Café’s TNFα, e\u0301tude"
    assert marked(text) == ["The", "ﬁnal", "Café", "TNF", "α", "e\u0301tude"]


def test_a_word_of_any_length_becomes_a_term_of_bounded_length() -> None:
    (token,) = tokens("x" * 100_000)
    assert (token.start, token.end, len(token.term)) == (0, 100_000, LONGEST_TERM)


@given(ANY_TEXT)
@example("¼\u00ad")
def test_any_string_gives_words_in_order_and_within_bounds(text: str) -> None:
    start = end = 0
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= end or token.start == start  # one character that folds to two words (½) is in both
        assert 0 < len(token.term) <= LONGEST_TERM
        assert token.surface
        token.term.encode()
        start, end = token.start, token.end


@given(ANY_TEXT)
def test_what_is_cut_and_folded_once_stays_as_it_is(text: str) -> None:
    for token in tokens(text):
        assert [again.term for again in tokens(token.surface)] == [token.term]


@given(ANY_TEXT | st.text("a5's’ -"))
@example("A–B's dogs' 'tis α_β\ud800 naïve-ʼs\u00a0x")
def test_the_words_of_a_text_are_those_of_its_chunks(text: str) -> None:
    cut = [token for chunk in chunks(text) for token in tokens_of_chunk(chunk)]
    assert [(each.term, each.surface) for each in cut] == [(each.term, each.surface) for each in tokens(text)]


def test_every_naughty_string_is_taken(shared: Path) -> None:
    for text in json.loads((shared / "examples/strings/naughty-strings.json").read_text("utf-8")):
        assert all(text[token.start : token.end] for token in tokens(text))


def test_the_fingerprint_is_short_and_does_not_change_within_a_run() -> None:
    assert fingerprint() == FINGERPRINT
    assert len(FINGERPRINT) == 12
