"""Words picked in an article become statements with their exact span; where they stand twice, nobody guesses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kb import drafting
from kb.claims import Claim
from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.graded import read
from kb.ingest.batch import Order, import_file
from kb.picked import add, find, places
from kb.store import Store
from kb.succession import Seen, merge
from kb.verify import faults
from tests.kb.conftest import NOW

Who = Callable[..., By]
TEXT = "Tea 🍵 may reduce pain. It may cause nausea.\n\nTea may reduce pain in the café. Buy now."
CLAIM = Claim("Tea may reduce pain.", "efficacy")


@pytest.fixture
def article(demo: Store, by: Who, tmp_path: Path) -> Store:
    """The demo store with an article of four drafts, 67 to 70."""
    path = tmp_path / "tea.txt"
    path.write_text(TEXT)
    with demo.writing() as session:
        import_file(session, Order(path, "article", title="Tea"), by())
    return demo


def spans(store: Store, words: str) -> list[tuple[int, int]]:
    with store.reading() as session:
        return [(each.start, each.end) for each in places(session, "tea", words, NOW.date())]


def test_spans_count_code_points_and_blanks_may_differ(article: Store) -> None:
    (where,) = spans(article, "in  the\ncafé")
    assert TEXT[slice(*where)] == "in the café"
    assert [TEXT[slice(*each)] for each in spans(article, "may reduce pain")] == ["may reduce pain"] * 2
    assert find(TEXT, "Tea … pain") == [(0, 21), (45, 64)]
    assert find(TEXT, "Tea 🍵 … nausea") == [(0, 42)]


def test_many_gaps_cost_no_more_than_few() -> None:
    text = "every one of these letters is there " * 200
    assert find(text, " … ".join(["e"] * 12 + ["zzq"])) == []
    assert len(find(text, " … ".join(["e"] * 12))) > 100


@pytest.mark.parametrize("words", ["", "…", "coffee", "reduce … nothing", "x" * 30_000])
def test_words_that_stand_nowhere_are_refused_with_a_cure(article: Store, words: str) -> None:
    with pytest.raises(InputError, match="do not stand"):
        spans(article, words)


def test_an_unknown_article_has_no_words(article: Store) -> None:
    with pytest.raises(NotFound), article.reading() as session:
        places(session, "coffee", "x", NOW.date())


def test_what_was_picked_is_a_draft_with_its_place_and_sentence(article: Store, by: Who) -> None:
    with article.writing() as session:
        made = add(session, "tea", (44, 65), "\nTea may reduce pain ", CLAIM, by("missed by the import"))
    with article.reading() as session:
        (draft,) = [each for each in drafting.drafts_of(session, "tea") if each.id == made]
        assert (draft.key, draft.quote, draft.start, draft.text) == ("M45-64", "Tea may reduce pain", 45, CLAIM.text)
        assert not list(faults(session))
    with article.writing() as session:
        second = add(session, "tea", (23, 43), "It may cause nausea.", CLAIM, by(), published=True)
    with article.reading() as session:
        (shown,) = read(session, [second], NOW.date())
        assert (shown.key, shown.origin, shown.state, shown.sentence_start) == ("M23-43", "tea", "published", 23)
        assert {"ungraded", "citation-needed"} <= {each.code for each in shown.caveats}
        assert not list(faults(session))


@pytest.mark.parametrize("span", [(-1, 4), (5, 5), (0, 10_000), (43, 45)])
def test_a_place_that_is_none_is_refused(article: Store, by: Who, span: tuple[int, int]) -> None:
    with pytest.raises(InputError), article.writing() as session:
        add(session, "tea", span, "Tea", CLAIM, by())


def test_words_that_stand_elsewhere_are_not_taken_for_those_at_the_place(article: Store, by: Who) -> None:
    with pytest.raises(Conflict), article.writing() as session:
        add(session, "tea", (0, 8), "Buy now", CLAIM, by())


def test_drafts_that_follow_each_other_are_merged_with_the_words_of_both(article: Store, by: Who) -> None:
    with article.writing() as session:
        merge(
            session, Seen(67, 1), [Seen(68, 1)], Claim("Tea may reduce pain and cause nausea.", "safety"), by(), False
        )
    with article.reading() as session:
        first, second = read(session, [67, 68], NOW.date())
        assert (first.state, first.quote) == ("draft", TEXT[:43])
        assert (second.state, second.withdrawn_reason) == ("withdrawn", "replaced by statement 67: for a test")
        assert not list(faults(session))


def test_drafts_with_words_between_keep_the_place_of_the_first(article: Store, by: Who) -> None:
    with article.writing() as session:
        merge(session, Seen(67), [Seen(70)], CLAIM, by(), False)
    with article.reading() as session:
        assert read(session, [67], NOW.date())[0].quote == TEXT[:22]


def test_a_published_statement_does_not_go_into_a_draft(article: Store, by: Who) -> None:
    with pytest.raises(Conflict), article.writing() as session:
        merge(session, Seen(67), [Seen(1)], CLAIM, by(), False)
