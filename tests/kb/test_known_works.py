"""A work is found by what is typed of it, or made known with what nobody has compared; no network is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb.caveats import is_unchecked
from kb.curate import By, SlotFilling, fill_slot
from kb.errors import Conflict, InputError
from kb.graded import read
from kb.known_works import NewWork, known, make, meant
from kb.model import Citation
from kb.quoted import quote_checked
from kb.store import Store
from kb.verify import faults
from tests.kb.conftest import NOW

Who = Callable[..., By]


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("10.1016/J.JCLINEPI.2019.10.014", "doi", "10.1016/j.jclinepi.2019.10.014"),
        (" https://doi.org/10.1016/j.jclinepi.2019.10.014 ", "doi", "10.1016/j.jclinepi.2019.10.014"),
        ("PMID: 34783240", "pmid", "34783240"),
        ("https://pubmed.ncbi.nlm.nih.gov/34783240/", "pmid", "34783240"),
        ("pmc8673317", "pmcid", "PMC8673317"),
    ],
)
def test_an_identifier_is_known_in_every_form(typed: str, kind: str, value: str) -> None:
    found = meant(typed).identifier
    assert found is not None
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    "typed", ["", "  ", "10.1016/", "https://example.org/x", "doi:nonsense", "1234567890", "x" * 3000]
)
def test_what_names_no_work_is_refused_with_what_would(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        meant(typed)
    assert refused.value.cure


def test_the_same_title_is_the_same_work_in_any_alphabet(demo: Store, by: Who) -> None:
    title = "Über Tee und ÄRGER"
    with demo.writing() as session:
        key = make(session, NewWork(meant(title), compared=frozenset({"title"})), by())
        assert [each.key for each in known(session, meant(title))] == [key]


def test_a_known_work_is_found_by_each_of_its_names(demo: Store) -> None:
    with demo.reading() as session:
        row = session.scalars(select(Citation).where(Citation.doi.is_not(None), Citation.pmid.is_not(None))).first()
        assert row is not None
        for typed in (row.doi, row.pmid, row.title.upper()):
            assert typed is not None
            assert row.id in {each.id for each in known(session, meant(typed))}
        assert known(session, meant("10.5555/nobody")) == []


def test_a_new_work_says_what_nobody_has_compared(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        key = make(session, NewWork(meant("10.5555/NEW"), "A new trial", "Doe J; Roe R", year="2024"), by("cited"))
        fill_slot(session, 4, None, SlotFilling(key, "supports"), by("cited"))
    with demo.reading() as session:
        (shown,) = read(session, [4], NOW.date())
        work = shown.slots[-1].citation
        assert work is not None
        assert (work.key, work.title, work.year, work.csl["DOI"]) == (
            "doi:10.5555/new",
            "A new trial",
            2024,
            "10.5555/new",
        )
        assert set(work.unchecked) == {"title", "author", "year", "DOI"}
        assert "citation-unchecked" in {each.code for each in shown.caveats if each.slot == shown.slots[-1].position}
        assert not list(faults(session))


def test_what_was_compared_is_not_called_unchecked_and_what_is_missing_is(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        whole = frozenset({"title", "author", "year", "identifier"})
        make(session, NewWork(meant("10.5555/a"), "A trial", "Doe J", year="2024", compared=whole), by())
        make(session, NewWork(meant("A title alone"), compared=whole), by())
        (first,), (second,) = known(session, meant("10.5555/a")), known(session, meant("a TITLE alone"))
        assert (first.unchecked, is_unchecked(first)) == ((), False)
        assert (second.unchecked, second.key) == (("author",), "title:a-title-alone")


def test_people_and_journal_are_kept_in_their_parts(demo: Store, by: Who) -> None:
    names = "Smith, Jane ; van der Berg, J. P.; WHO Expert Committee; Roe, R., Jr;; , "
    with demo.writing() as session:
        work = NewWork(meant("10.5555/parts"), "A trial", names, journal="Journal  of Trials", year="2024")
        make(session, work, by())
        (made,) = known(session, meant("10.5555/parts"))
        assert made.csl["author"] == [
            {"family": "Smith", "given": "Jane"},
            {"family": "van der Berg", "given": "J. P."},
            {"literal": "WHO Expert Committee"},
            {"literal": "Roe, R., Jr"},
        ]
        assert (made.csl["type"], made.csl["container-title"]) == ("article-journal", "Journal of Trials")
        assert set(made.unchecked) == {"title", "author", "journal", "year", "DOI"}


def test_the_same_work_is_not_made_twice(demo: Store, by: Who) -> None:
    with demo.writing() as session:
        make(session, NewWork(meant("A title alone")), by())
    for again in (NewWork(meant("a title  ALONE")), NewWork(meant("10.5555/b"), "A title alone")):
        with pytest.raises(Conflict, match="known already"), demo.writing() as session:
            make(session, again, by())


@pytest.mark.parametrize("wrong", [{"year": "24"}, {"compared": frozenset({"colour"})}, {"title": "a\x00"}])
def test_a_part_that_cannot_be_kept_is_refused(demo: Store, by: Who, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError), demo.writing() as session:
        make(session, NewWork(meant("10.5555/c"), **wrong), by())  # type: ignore[arg-type]


def test_a_quotation_is_looked_for_in_what_is_known_of_the_work() -> None:
    assert "abstract" in quote_checked("Reduced the PAIN", {"abstract": "<p>It reduced the pain.</p>"})
    assert "does not stand" in quote_checked("art", {"abstract": "Of the heart."})
    assert "not known here" in quote_checked("anything", {"title": "A trial"})
    assert quote_checked("  ", {}) == ""
