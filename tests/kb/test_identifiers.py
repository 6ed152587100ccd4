"""Whether identifiers are read in all the ways people write them, and lead nowhere but where they belong."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.data import data_folder
from kb.errors import InputError
from kb.identifiers import KINDS, Identifier, InvalidIdentifier, identifiers_of, parse

HOSTS = {
    "doi": "doi.org",
    "pmid": "pubmed.ncbi.nlm.nih.gov",
    "pmcid": "pmc.ncbi.nlm.nih.gov",
    "isbn": "openlibrary.org",
    "issn": "portal.issn.org",
    "nct": "clinicaltrials.gov",
    "isrctn": "www.isrctn.com",
}


def isbn10(nine: str) -> str:
    rest = -sum((10 - at) * int(digit) for at, digit in enumerate(nine)) % 11
    return nine + ("X" if rest == 10 else str(rest))


digits = st.text("0123456789", min_size=8, max_size=8)
# Ten noughts have the right check digit and stand for "none" wherever they are met.
nine_digits = st.text("0123456789", min_size=9, max_size=9).filter(lambda nine: nine != "0" * 9)
suffixes = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)
dois = st.builds("10.{}/{}".format, st.integers(1000, 99999), suffixes)
anything = st.one_of(
    st.text(),
    st.text("0123456789Xx-./: PMCIDOIhtps"),
    st.sampled_from(["javascript:", "data:", "http://", "https://", "//", "10.1/"]).flatmap(
        lambda start: st.text().map(lambda rest: start + rest)
    ),
)


@pytest.mark.parametrize(
    ("kind", "text", "value", "url"),
    [
        ("doi", "10.1021/JACS.6b00360", "10.1021/jacs.6b00360", "https://doi.org/10.1021/jacs.6b00360"),
        ("doi", " doi: 10.1/A ", "10.1/a", "https://doi.org/10.1/a"),
        ("doi", "DOI 10.1/a", "10.1/a", "https://doi.org/10.1/a"),
        ("doi", "doi:https://doi.org/10.1/a", "10.1/a", "https://doi.org/10.1/a"),
        ("doi", "http://dx.doi.org/10.1/a", "10.1/a", "https://doi.org/10.1/a"),
        ("doi", "HTTPS://WWW.DOI.ORG/10.1/a", "10.1/a", "https://doi.org/10.1/a"),
        ("doi", "doi.org/10.1000.5/a", "10.1000.5/a", "https://doi.org/10.1000.5/a"),
        (
            "doi",
            "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2#",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2#",
            "https://doi.org/10.1002/(sici)1097-0258(19980815)17:15%3C1661::aid-sim968%3E3.0.co;2-2%23",
        ),
        ("doi", "https://doi.org/10.1/a%3Cb", "10.1/a<b", "https://doi.org/10.1/a%3Cb"),
        ("pmid", "34783240", "34783240", "https://pubmed.ncbi.nlm.nih.gov/34783240/"),
        ("pmid", "PMID: 00123", "123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/123/", "123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("pmcid", "pmc8673317", "PMC8673317", "https://pmc.ncbi.nlm.nih.gov/articles/PMC8673317/"),
        ("pmcid", "PMCID: PMC1", "PMC1", "https://pmc.ncbi.nlm.nih.gov/articles/PMC1/"),
        (
            "pmcid",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/",
            "PMC1",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC1/",
        ),
        ("isbn", "978-3-16-148410-0", "9783161484100", "https://openlibrary.org/isbn/9783161484100"),
        ("isbn", "ISBN-10: 0-8044-2957-x", "9780804429573", "https://openlibrary.org/isbn/9780804429573"),
        ("isbn", "0306406152", "9780306406157", "https://openlibrary.org/isbn/9780306406157"),
        ("issn", "08954356", "0895-4356", "https://portal.issn.org/resource/ISSN/0895-4356"),
        ("issn", "ISSN 2434-561x", "2434-561X", "https://portal.issn.org/resource/ISSN/2434-561X"),
        ("nct", "nct04392011", "NCT04392011", "https://clinicaltrials.gov/study/NCT04392011"),
        (
            "nct",
            "https://clinicaltrials.gov/ct2/show/NCT04392011",
            "NCT04392011",
            "https://clinicaltrials.gov/study/NCT04392011",
        ),
        ("isrctn", "ISRCTN12345678", "ISRCTN12345678", "https://www.isrctn.com/ISRCTN12345678"),
        (
            "url",
            "https://www.fda.gov/a?b=1&c=d#e",
            "https://www.fda.gov/a?b=1&c=d#e",
            "https://www.fda.gov/a?b=1&c=d#e",
        ),
        ("url", 'http://example.org/ä"<', "http://example.org/%C3%A4%22%3C", "http://example.org/%C3%A4%22%3C"),
    ],
)
def test_an_identifier_is_brought_into_one_form(kind: str, text: str, value: str, url: str) -> None:
    assert parse(kind, text) == Identifier(kind, value, url)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("doi", ""),
        ("doi", "10.1021"),
        ("doi", "10.1021/"),
        ("doi", "10.x/a"),
        ("doi", "11.1/a"),
        ("doi", "10.1/a b"),
        ("doi", "10.1/a\x00"),
        ("doi", "https://doi.org/10.1/a%00"),
        ("doi", "https://evil.example/10.1/a"),
        ("doi", "10.١/a"),
        ("doi", "34783240"),
        ("pmid", "0"),
        ("pmid", "00000000"),
        ("pmid", "123456789"),
        ("pmid", "-1"),
        ("pmid", "12.0"),
        ("pmid", "١٢٣"),
        ("pmid", "PMC123"),
        ("pmid", "unavailable"),
        ("pmcid", "8673317"),
        ("pmcid", "PMC"),
        ("pmcid", "PMC12a"),
        ("isbn", "9783161484101"),
        ("isbn", "0306406153"),
        ("isbn", "9773161484100"),
        ("isbn", "978316148410X"),
        ("isbn", "٣"),
        ("isbn", "0000000000"),
        ("issn", "0895-4357"),
        ("issn", "0895"),
        ("nct", "NCT0439201"),
        ("nct", "04392011"),
        ("isrctn", "ISRCTN123"),
        ("url", "javascript:alert(1)"),
        ("url", "JaVaScRiPt:alert(1)"),
        ("url", "java\nscript:alert(1)"),
        ("url", "data:text/html,x"),
        ("url", "ftp://example.org/"),
        ("url", "//example.org/"),
        ("url", "/local"),
        ("url", "example.org"),
        ("url", "http://"),
        ("url", "https:///path"),
        ("url", "https://user:secret@example.org/"),
        ("url", "https://good.example@evil.example/"),
        ("url", "https://good.example\\@evil.example/"),
        ("url", "https://example.org:99999999/"),
        ("url", "https://[::1"),
        ("url", "https://example.org/a b"),
    ],
)
def test_what_is_none_is_refused_with_an_example(kind: str, text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="It looks like") as refused:
        parse(kind, text)
    assert isinstance(refused.value, InputError)


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidIdentifier, match="doi, pmid, pmcid"):
        parse("arxiv", "2101.00001")


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_can_be_read(kind: str) -> None:
    example = KINDS[kind].example.split(",")[0].split(";")[0]
    assert parse(kind, example).url


@given(dois)
def test_a_doi_survives_its_own_link(doi: str) -> None:
    identifier = parse("doi", doi)
    assert parse("doi", str(identifier.url)) == identifier == parse("doi", identifier.value)


@given(dois)
def test_the_case_of_ascii_letters_makes_no_other_doi(doi: str) -> None:
    ascii_upper = "".join(letter.upper() if letter.isascii() else letter for letter in doi)
    assert parse("doi", ascii_upper) == parse("doi", doi)


@given(st.integers(1, 99_999_999))
def test_a_pmid_survives_its_own_link(number: int) -> None:
    identifier = parse("pmid", str(number))
    assert identifier.value == str(number)
    assert parse("pmid", str(identifier.url)) == identifier


@given(digits)
def test_trials_and_pmc_articles_survive_their_own_links(number: str) -> None:
    for kind, prefix in (("nct", "NCT"), ("isrctn", "ISRCTN"), ("pmcid", "PMC")):
        identifier = parse(kind, prefix + number)
        assert identifier.value == prefix + number
        assert parse(kind, str(identifier.url)) == identifier


@given(nine_digits)
def test_an_old_isbn_becomes_the_new_one_and_survives_its_own_link(nine: str) -> None:
    identifier = parse("isbn", isbn10(nine))
    assert identifier.value.startswith(f"978{nine}")
    assert parse("isbn", identifier.value) == identifier == parse("isbn", str(identifier.url))


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_makes_no_isbn(nine: str, at: int, change: int) -> None:
    right = parse("isbn", isbn10(nine)).value
    place = at + 3
    wrong = right[:place] + str((int(right[place]) + change) % 10) + right[place + 1 :]
    with pytest.raises(InvalidIdentifier):
        parse("isbn", wrong)


@given(st.sampled_from(sorted(KINDS)), anything)
def test_whatever_is_typed_is_an_identifier_with_a_safe_link_or_refused(kind: str, text: str) -> None:
    try:
        identifier = parse(kind, text)
    except InvalidIdentifier:
        return
    address = urlsplit(str(identifier.url))
    assert address.scheme in ("http", "https")
    assert address.hostname == HOSTS.get(kind, address.hostname)
    assert not set(str(identifier.url)) & set(" \t\r\n<>\"'\\`") - set("'")
    assert parse(kind, str(identifier.url)) == identifier


def test_a_record_is_known_by_all_its_identifiers_in_order() -> None:
    csl = {
        "id": "x",
        "URL": "https://example.org/",
        "PMCID": "PMC1",
        "PMID": 123,
        "DOI": "10.1/A",
        "ISBN": "0306406152",
        "ISSN": "0895-4356",
        "number": "NCT04392011",
    }
    assert [(identifier.label, identifier.value) for identifier in identifiers_of(csl)] == [
        ("DOI", "10.1/a"),
        ("PMID", "123"),
        ("PMCID", "PMC1"),
        ("ISBN", "9780306406157"),
        ("NCT", "NCT04392011"),
        ("URL", "https://example.org/"),
    ]


def test_an_address_that_another_identifier_leads_to_is_not_shown_twice() -> None:
    csl = {"DOI": "10.1/a", "URL": "https://doi.org/10.1/a"}
    assert [identifier.kind for identifier in identifiers_of(csl)] == ["doi"]


def test_what_cannot_be_read_is_kept_without_a_link() -> None:
    csl = {"DOI": "see below", "PMID": "n/a", "URL": "javascript:alert(1)", "number": "E/CN.7/2021/CRP.12"}
    assert identifiers_of(csl) == (
        Identifier("doi", "see below", None),
        Identifier("pmid", "n/a", None),
        Identifier("url", "javascript:alert(1)", None),
    )


def test_what_is_empty_is_left_out() -> None:
    assert identifiers_of({"DOI": "", "PMID": None, "PMCID": " ", "URL": False}) == ()
    assert identifiers_of({}) == ()


@given(
    st.dictionaries(
        st.sampled_from(["DOI", "PMID", "PMCID", "ISBN", "URL", "number", "title"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything, st.just("\ud800")),
            lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
            max_leaves=5,
        ),
    )
)
def test_no_record_is_too_odd_to_be_shown(csl: dict[str, Any]) -> None:
    for identifier in identifiers_of(csl):
        assert identifier.value.encode()
        assert identifier.url is None or urlsplit(identifier.url).scheme in ("http", "https")


def test_every_identifier_of_the_article_s_citations_has_a_link() -> None:
    path = data_folder() / "articles" / "kratom-autoimmune" / "citations.json"
    citations = json.loads(path.read_text(encoding="utf-8"))
    found = [identifier for citation in citations for identifier in identifiers_of(citation)]
    assert all(identifier.url for identifier in found)
    kinds = [identifier.kind for identifier in found]
    assert [kinds.count(kind) for kind in ("doi", "pmid", "pmcid")] == [40, 14, 13]
