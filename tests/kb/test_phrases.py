"""Lists of phrases: what an entry stands for, and that one pass finds what a search for each phrase would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.phrases import Cue, PhraseBook, Words


def found(book: PhraseBook, text: str) -> dict[str, list[str]]:
    return {name: [cue.words for cue in cues] for name, cues in book.find(Words(text)).items()}


def test_braces_stand_for_either_part_and_an_angle_for_a_list_of_names() -> None:
    book = PhraseBook(
        {"list": ["{very ,}{low,poor} <what>", "reduc{e,es{ a lot,}}"]}, {"what": ["evidence", "proof{,s}"]}
    )
    assert found(book, "Very low evidence, poor proofs; it reduces a lot and reduce.") == {
        "list": ["Very low evidence", "poor proofs", "reduces a lot", "reduce"]
    }


def test_a_star_stands_for_one_word() -> None:
    book = PhraseBook({"list": ["buy * online", "* for sale"]})
    assert found(book, "Buy it online. Tea for sale! Buy online.") == {"list": ["Buy it online", "Tea for sale"]}
    assert found(book, "for sale") == {}


def test_white_space_hyphens_and_apostrophes_may_stand_between_words_and_nothing_else() -> None:
    book = PhraseBook({"list": ["low certainty", "don t know"]})
    assert found(book, "Low-certainty, low\n certainty, low–certainty; we don’t know.") == {
        "list": ["Low-certainty", "low\n certainty", "low–certainty", "don’t know"]
    }
    assert found(book, "low, certainty. Lowcertainty, low (certainty).") == {}


def test_the_longest_phrase_takes_its_words_from_every_other_list() -> None:
    book = PhraseBook({"hedge": ["likely"], "none": ["more likely", "likely to be more likely"]})
    assert found(book, "Likely, it is more likely.") == {"hedge": ["Likely"], "none": ["more likely"]}
    assert found(book, "likely to be more likely") == {"none": ["likely to be more likely"]}


def test_a_word_that_is_named_comes_before_any_word() -> None:
    book = PhraseBook({"a low": ["is * low"], "b very low": ["is very low"]})
    assert found(book, "It is very low.") == {"b very low": ["is very low"]}
    book = PhraseBook({"inserted": ["best * *"], "none": ["best fit"]})
    assert found(book, "best fit model, best tea here") == {"none": ["best fit"], "inserted": ["best tea here"]}


def test_places_are_those_of_the_text_even_where_small_letters_are_longer() -> None:
    book = PhraseBook({"list": ["may"]})
    assert book.find(Words("İİ MAY")) == {"list": (Cue(3, 6, "MAY"),)}


@pytest.mark.parametrize("entry", ["", "{a,} {b,}", "* *", "{a", "<unknown> a"])
def test_an_entry_that_means_nothing_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="“"):
        PhraseBook({"list": [entry]})


PHRASES = {"a": ["may", "may not", "not * may"], "b": ["is not", "may be {low,not low}"], "none": ["in may", "be low"]}
WORDS = ("may", "not", "is", "be", "low", "in", "tea", "Mayor", "MAY", "é")
GLUE = (" ", "  ", "-", ", ", ". ", "’", "\n", " (")


def searched(text: str) -> list[tuple[int, int, str]]:
    """The same by a regular expression a phrase, tried at every place."""
    between = r"(?![\w%])\s*[-‐‑–'’]?\s*(?<![\w%])"
    phrases = {
        "a": ["may", "may not", "not * may"],
        "b": ["is not", "may be low", "may be not low"],
        "none": ["in may", "be low"],
    }
    standing = []
    for name, entries in phrases.items():
        for entry in entries:
            words = [r"[\w%]+" if word == "*" else word for word in entry.split()]
            pattern = re.compile(rf"(?<![\w%]){between.join(words)}(?![\w%])", re.IGNORECASE)
            for at in range(len(text)):
                if (match := pattern.match(text, at)) is not None:
                    standing.append((match.start(), "*" in entry, -match.end(), name))
    kept, taken = [], 0
    for start, _, minus_end, name in sorted(standing):
        if start >= taken:
            taken = -minus_end
            kept.append((start, taken, name))
    return kept


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GLUE)), max_size=12))
def test_one_pass_finds_what_a_search_for_each_phrase_finds(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + glue for word, glue in parts)
    book = PhraseBook(PHRASES, {"common": ["low"]})
    kept = sorted((cue.start, cue.end, name) for name, cues in book.find(Words(text)).items() for cue in cues)
    assert kept == searched(text)
