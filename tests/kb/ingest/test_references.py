"""Reference files of many tools: every record that a file holds is read, and every identifier that is none is told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.errors import InputError, Problem
from kb.ingest.drafts import CitationDraft
from kb.ingest.formats import Row
from kb.ingest.references import bibtex, endnote, listed, nbib, ris, webofscience
from kb.ingest.references.dates import issued
from kb.ingest.references.found import reader_of, references
from kb.ingest.references.names import name, names, names_in_cell
from kb.ingest.references.same_work import folded

Read = Callable[..., list[Row | Problem]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(content)` gives what a file of that content holds; the file's name tells nothing."""

    def run(content: str | bytes) -> list[Row | Problem]:
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = list(references(path))
        for each in found:
            if isinstance(each, Row):
                CitationDraft.model_validate(each.value)
        return found

    return run


def records(found: list[Row | Problem]) -> list[dict[str, Any]]:
    return [each.value for each in found if isinstance(each, Row)]


def problems(found: list[Row | Problem]) -> list[Problem]:
    return [each for each in found if isinstance(each, Problem)]


RIS = """TY  - JOUR
AU  - Doe, Jane
AU  - Smith, John A., Jr.
TI  - Kratom and pain
PY  - 2020/07/03
JF  - Journal of Pain
JA  - J Pain
VL  - 27
IS  - 3
SP  - 379
EP  - 423
SN  - 0378-5955
DO  - https://doi.org/10.1000/ABC.1
UR  - https://example.org/a;b
LA  - English
PB  - Press
AB  - First line
N1  - A note
ER  -
"""


def test_a_ris_record_becomes_csl_with_all_that_it_holds(read: Read) -> None:
    (row,) = read(RIS)
    assert row == Row(
        1,
        {
            "id": "doi:10.1000/abc.1",
            "type": "article-journal",
            "title": "Kratom and pain",
            "author": [{"family": "Doe", "given": "Jane"}, {"family": "Smith", "given": "John A.", "suffix": "Jr."}],
            "issued": {"date-parts": [[2020, 7, 3]]},
            "container-title": "Journal of Pain",
            "volume": "27",
            "issue": "3",
            "page": "379-423",
            "publisher": "Press",
            "abstract": "First line",
            "URL": "https://example.org/a;b",
            "language": "English",
            "note": "A note",
            "DOI": "10.1000/abc.1",
            "ISSN": "0378-5955",
            "custom": {"unchecked_fields": ["title", "author", "DOI"]},
        },
    )


LAYOUTS: dict[str, Callable[[str], str | bytes]] = {
    "a byte-order mark": lambda text: "\ufeff" + text,
    "UTF-16, little end first": lambda text: ("\ufeff" + text).encode("utf-16-le"),
    "UTF-16, big end first": lambda text: ("\ufeff" + text).encode("utf-16-be"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "line ends of old Macs": lambda text: text.replace("\n", "\r"),
    "nothing after the hyphen": lambda text: text.replace("  - ", "  -"),
    "one space before it": lambda text: text.replace("  - ", " - "),
    "three spaces before it": lambda text: text.replace("  - ", "   - "),
    "two spaces after it": lambda text: text.replace("  - ", "  -  "),
    "no end": lambda text: text.replace("ER  -\n", ""),
    "a value over two lines": lambda text: text.replace("First line", "First\nline"),
    "a value with a blank line": lambda text: text.replace("First line", "First\n\n      line"),
    "a preamble": lambda text: "Provider: someone\nContent: text/plain\n\n1.\n" + text,
    "indented": lambda text: re.sub("^", "  ", text, flags=re.M),
    "blank lines at the end": lambda text: text + "\n\n",
}


@pytest.mark.parametrize("change", LAYOUTS.values(), ids=LAYOUTS)
def test_ris_is_read_the_same_however_a_tool_lays_it_out(read: Read, change: Callable[[str], str | bytes]) -> None:
    assert records(read(change(RIS))) == records(read(RIS))


def test_a_record_without_type_or_end_is_not_lost(read: Read) -> None:
    found = records(
        read(f"{RIS}AU  - Roe, A\nTI  - Nobody gave a type to this\nER  - \n{RIS}TY  - BOOK\nTI  - Open end")
    )
    assert [(each["type"], each["title"]) for each in found] == [
        ("article-journal", "Kratom and pain"),
        ("document", "Nobody gave a type to this"),
        ("article-journal", "Kratom and pain"),
        ("book", "Open end"),
    ]
    missing_end = records(read(RIS.replace("ER  -\n", "") + RIS))
    assert len(missing_end) == 2


def test_text_that_looks_like_a_tag_stays_text(read: Read) -> None:
    (csl,) = records(read(RIS.replace("First line", "We saw in\nCT - and MRI - scans\nXX of it, ER then more")))
    assert csl["abstract"] == "We saw in CT - and MRI - scans XX of it, ER then more"


def test_each_record_is_told_by_the_line_it_begins_on(read: Read) -> None:
    assert [each.line for each in read(f"\n{RIS}\n{RIS}")] == [2, 22]


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        ("DB  - Medline\nAN  - 12345678", "12345678"),
        ("DB  - Scopus\nC2  - 12345678", "12345678"),
        ("DB  - Embase\nC5  - 12345678", "12345678"),
        ("C3  - PUBMED 12345678,EMBASE 9", "12345678"),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/12345678/", "12345678"),
        ("AN  - 12345678", None),
        ("C2  - 12345678", None),
        ("L2  - http://www.ncbi.nlm.nih.gov/pubmed/1\nL2  - http://www.ncbi.nlm.nih.gov/pubmed/2", None),
    ],
)
def test_a_pmid_is_found_where_each_database_puts_it(read: Read, lines: str, pmid: str | None) -> None:
    (csl,) = records(read(RIS.replace("ER  -", f"{lines}\nER  -")))
    assert csl.get("PMID") == pmid
    assert ("PMID" in csl["custom"]["unchecked_fields"]) == (pmid is not None)


# --- identifiers and keys


def test_an_identifier_that_is_none_is_told_and_the_record_is_taken(read: Read) -> None:
    found = read(RIS.replace("https://doi.org/10.1000/ABC.1", "doi:eleven").replace("ER  -", "PM  - 12x\nER  -"))
    (csl,) = records(found)
    assert "DOI" not in csl
    assert "PMID" not in csl
    assert csl["id"] == "doe-2020-kratom-and-pain"
    assert [(each.line, each.column, each.value, each.code, each.severity) for each in problems(found)] == [
        (1, "DOI", "doi:eleven", "identifier", "warning"),
        (1, "PMID", "12x", "identifier", "warning"),
    ]
    assert all(each.cure for each in problems(found))


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("10.1000/a     LK  - https://example.org/?id=doi:10.1000%2Fa", "10.1000/a"),
        ("https://dx.doi.org/10.1000/a(b)c<1>", "10.1000/a(b)c<1>"),
        ("DOI: 10.1000/A.", "10.1000/a"),
        ("10.1000/a [doi]", "10.1000/a"),
        ("n/a", None),
        ("-", None),
    ],
)
def test_a_doi_is_found_in_what_tools_put_around_it(read: Read, given: str, read_as: str | None) -> None:
    found = read(RIS.replace("https://doi.org/10.1000/ABC.1", given))
    assert records(found)[0].get("DOI") == read_as
    assert problems(found) == []


def test_a_key_says_the_same_in_every_file_and_is_never_too_long(read: Read) -> None:
    bare = "TY  - JOUR\nAU  - Ёлкин, А\nPY  - 2001\nTI  - {}\nJO  - Журнал\nSP  - 7\nER  - \n"
    keys = [records(read(bare.format(title)))[0]["id"] for title in ("Один два три", "Editorial", "word " * 200)]
    assert keys[0] == "ёлкин-2001-один-два-три"
    # What says little is told apart by where it stands.
    assert keys[1] == "ёлкин-2001-editorial-журнал-7"
    assert len(keys[2]) == 200
    assert keys[2] != records(read(bare.format("word " * 201)))[0]["id"]


def test_records_without_a_title_have_keys_of_their_own(read: Read) -> None:
    first, second = records(read("TY  - JOUR\nAB  - One\nER  - \nTY  - JOUR\nAB  - Two\nER  - \n"))
    assert first["id"] != second["id"]


def test_a_record_that_says_nothing_is_a_problem(read: Read) -> None:
    (problem,) = read("TY  - JOUR\nKW  - word\nER  - \n")
    assert isinstance(problem, Problem)
    assert (problem.line, problem.code, problem.severity) == (1, "empty-record", "error")


# --- the other formats


MEDLINE = """
PMID- 28754806
OWN - NLM
IS  - 1759-8486 (Electronic)
VI  - 10
IP  - 4
DP  - 2018 Jan-Feb
TI  - Impact of balloon guide catheter: a systematic
      review.
PG  - 335-9
LID - 18
LID - e1 [pii]
LID - 10.1136/neurintsurg-2017-013179 [doi]
AB  - Line one
      TI - is no tag here.
FAU - Brinjikji, Waleed
AU  - Brinjikji W
CN  - The Very Long Named
      Study Group
LA  - eng
PT  - Journal Article
JT  - Journal of neurointerventional surgery
PMC - PMC6055010
ZZZZ- a tag that nobody knows
this line has no shape at all
DEP - 20170728
"""


def test_medline_keeps_what_the_format_holds(read: Read) -> None:
    first, second = records(read(f"{MEDLINE}\nPMID- 2\nDP  - 2001 Spring\nTI  - Another one here\nAU  - Doe JA\n"))
    assert first["id"] == "doi:10.1136/neurintsurg-2017-013179"
    assert (first["PMID"], first["PMCID"], first["ISSN"]) == ("28754806", "PMC6055010", "1759-8486")
    assert first["title"] == "Impact of balloon guide catheter: a systematic review."
    assert first["author"] == [
        {"family": "Brinjikji", "given": "Waleed"},
        {"literal": "The Very Long Named Study Group"},
    ]
    assert first["issued"] == {"date-parts": [[2018]]}
    assert first["abstract"] == "Line one TI - is no tag here."
    assert second["id"] == "pmid:2"
    assert second["author"] == [{"family": "Doe", "given": "JA"}]


def test_medline_from_pubmed_central_begins_records_with_its_own_number(read: Read) -> None:
    one = "PMC - PMC{0}\nPMID- {0}\nTI  - Title number {0} here\n\n"
    without = "PMC - PMC7\nTI  - It has no other number\n\n"
    assert [each["PMCID"] for each in records(read(one.format(5) + without + one.format(6)))] == [
        "PMC5",
        "PMC7",
        "PMC6",
    ]


WEB_OF_SCIENCE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, J
   Roe, RA
TI Interactions stabilizing
   the core
SO BIOCHEMISTRY
SN 0378-5955
PD JUN 8
PY 2004
BP 7003
EP 7016
DI 10.1021/bi049798f
PM 15170338
ER

EF
"""


def test_a_value_may_begin_on_the_line_after_its_tag(read: Read) -> None:
    for text in (RIS.replace("- Kratom", "-\n      Kratom"), RIS.replace("- Kratom", "-\nKratom")):
        assert records(read(text)) == records(read(RIS))
    moved = MEDLINE.replace("TI  - Impact", "AB  - An abstract\nTI  -\n      Impact").replace(
        "AB  - Line", "AB  -\n      Line"
    )
    assert records(read(moved))[0]["title"] == "Impact of balloon guide catheter: a systematic review."
    (csl,) = records(read(WEB_OF_SCIENCE.replace("AU Doe, J", "AU\n   Doe, J")))
    assert [each["family"] for each in csl["author"]] == ["Doe", "Roe"]


def test_web_of_science_is_read(read: Read) -> None:
    (csl,) = records(read(WEB_OF_SCIENCE))
    assert csl["author"] == [{"family": "Doe", "given": "J"}, {"family": "Roe", "given": "RA"}]
    assert (csl["title"], csl["page"], csl["PMID"]) == ("Interactions stabilizing the core", "7003-7016", "15170338")
    assert csl["issued"] == {"date-parts": [[2004, 6, 8]]}


BIBTEX = r"""% Made by a person
@string{jp = "Journal of Pain"}
@comment{nothing}
@Article{doe2020,
  author = {Doe, Jane and G{\"o}del, Kurt and van der Berg, Jan and {World Health Organization} and others},
  title = {{Kratom} and \emph{pain}: 5\% of {\'e}tudes},
  journal = jp, year = 2020, month = jul, number = {3}, pages = {379--423},
  doi = {10.1000/a\_b}, url = "https://example.org/a_b%20c", pmid = {12345678},
}
@article{doe2020, title = {The same key again}, year = {2021}, year = {2022}}
@book{open, title = {Never closed
@inproceedings{roe, author = "Richard Roe", title = "At a meeting", booktitle = "Proceedings", date = "2019-05-04"}
"""


def test_bibtex_is_read_with_its_letters_and_a_broken_entry_is_told(read: Read) -> None:
    found = read(BIBTEX)
    first, second, last = records(found)
    assert first["author"] == [
        {"family": "Doe", "given": "Jane"},
        {"family": "Gödel", "given": "Kurt"},
        {"family": "van der Berg", "given": "Jan"},
        {"literal": "World Health Organization"},
    ]
    assert first["title"] == "Kratom and pain: 5% of études"
    assert (first["container-title"], first["page"], first["issue"]) == ("Journal of Pain", "379-423", "3")
    assert (first["DOI"], first["PMID"], first["URL"]) == ("10.1000/a_b", "12345678", "https://example.org/a_b%20c")
    assert first["issued"] == {"date-parts": [[2020, 7]]}
    assert second["title"] == "The same key again"
    assert (last["type"], last["container-title"]) == ("paper-conference", "Proceedings")
    assert last["issued"] == {"date-parts": [[2019, 5, 4]]}
    (problem,) = problems(found)
    assert (problem.line, problem.code) == (11, "broken-bibtex")
    assert "Never closed" in problem.value


ENDNOTE = """<?xml version="1.0" encoding="UTF-8" ?><xml><records>
<record><ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Doe, J. A.</style></author><author>Roe, R</author></authors></contributors>
<titles><title><style>Zinc &amp; </style><style face="italic">copper</style></title>
<secondary-title>J Pain</secondary-title></titles>
<dates><year>2018</year><pub-dates><date>Jan 5</date></pub-dates></dates><pages>53-60</pages><volume>7</volume>
<number>1</number><isbn>0378-5955&#xD;2213-4220</isbn><accession-num>18176681</accession-num>
<remote-database-provider>NLM</remote-database-provider><custom2>PMC123</custom2><unheard-of>x</unheard-of>
<electronic-resource-num>10.1000/x</electronic-resource-num><urls><related-urls><url>https://example.org/z</url>
</related-urls></urls></record>
<record><titles><title>The second record here</title></titles></record></records></xml>
"""


def test_endnote_is_read_with_its_styles_taken_off(read: Read) -> None:
    found = read(ENDNOTE)
    first, second = records(found)
    assert [each.line for each in found if isinstance(each, Row)] == [2, 11]
    assert first["title"] == "Zinc & copper"
    assert first["author"] == [{"family": "Doe", "given": "J. A."}, {"family": "Roe", "given": "R"}]
    assert (first["DOI"], first["PMID"], first["PMCID"]) == ("10.1000/x", "18176681", "PMC123")
    assert (first["ISSN"], first["page"], first["container-title"]) == ("0378-5955", "53-60", "J Pain")
    assert first["issued"] == {"date-parts": [[2018, 1, 5]]}
    assert second["type"] == "document"


def test_broken_xml_is_told_and_what_stands_before_is_read(read: Read) -> None:
    found = read(ENDNOTE.replace("<title>The second", "<titel>The second"))
    assert len(records(found)) == 1
    assert [(each.line, each.code) for each in problems(found)] == [(11, "broken-xml")]


@pytest.mark.parametrize("outside", ['"ha"', 'SYSTEM "file:///etc/passwd"'])
def test_xml_entities_are_refused(read: Read, outside: str) -> None:
    laughs = f"<!DOCTYPE xml [<!ENTITY a {outside}>]>"
    with pytest.raises(InputError, match="declares XML entities") as refused:
        read(ENDNOTE.replace("<xml>", laughs + "<xml>").replace("J Pain", "&a;"))
    assert refused.value.cure


# --- lists


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_list_is_read_by_the_names_of_its_columns(read: Read, delimiter: str) -> None:
    header = ["PMID", "Title", "Authors", "Journal/Book", "Publication Year", "PMCID", "DOI", "Own remarks"]
    row = ["1", '"Pain, gain; and | all"', '"Griffin DK, O\'Connor RE."', "Pain", "2020", "", "10.1000/a", "x"]
    (csl,) = records(read("\ufeff" + "\r\n".join([delimiter.join(header), delimiter.join(row)])))
    assert csl["author"] == [{"family": "Griffin", "given": "DK"}, {"family": "O'Connor", "given": "RE"}]
    assert (csl["title"], csl["container-title"], csl["PMID"]) == ("Pain, gain; and | all", "Pain", "1")


def test_what_stands_above_the_header_is_passed_over_and_lines_are_counted(read: Read) -> None:
    found = read(
        '"SEARCH QUERY","pain:ti"\n-----\n\nTitle,Year,Notes,Notes\n\n"Over\ntwo lines",2001,a,b\nAnother one,2002\n'
    )
    assert [(each.line, each.value["title"]) for each in found if isinstance(each, Row)] == [
        (6, "Over two lines"),
        (8, "Another one"),
    ]


def test_a_row_with_more_cells_than_the_header_and_an_open_quote_are_told(read: Read) -> None:
    found = read('Title,Year\nA title, unquoted,2001\nGood one,2002\n"Open,2003\nLost,2004\n')
    assert [each["title"] for each in records(found)] == ["Good one"]
    assert [(each.line, each.code) for each in problems(found)] == [(2, "cells"), (4, "broken-quoting")]


def test_cells_that_were_kept_from_a_spreadsheet_are_read(read: Read) -> None:
    (csl,) = records(read('Article Title,ISSN,Publication Date,DOI\nA title,="03785955",="4/3/2024",\'10.1000/a\n'))
    assert (csl["ISSN"], csl["issued"]) == ("0378-5955", {"date-parts": [[2024]]})


@pytest.mark.parametrize(
    ("header", "cell", "author"),
    [
        ("Author/s", "Björn A. Blomberg; Remco de Bree", [("Blomberg", "Björn A."), ("de Bree", "Remco")]),
        ("authorships.author.display_name", "Alba Vicente|Josep Sanjuan", [("Vicente", "Alba"), ("Sanjuan", "Josep")]),
        ("Author full names", "Wilson, Lauren N. (58975547800)", [("Wilson", "Lauren N.")]),
        ("authors", "Yang, Z. and Jiang, B.", [("Yang", "Z."), ("Jiang", "B.")]),
        ("authors", "Yang, Z.\n and Jiang, B.\n", [("Yang", "Z."), ("Jiang", "B.")]),
        ("Authors, Primary", "van den Hoven,null;Smits,Jan", [("van den Hoven", None), ("Smits", "Jan")]),
        ("Author Names", "Yang Z., Dos Santos H.B.", [("Yang", "Z."), ("Dos Santos", "H.B.")]),
        ("Authors", "Doe, J., Roe, R.A.", [("Doe", "J."), ("Roe", "R.A.")]),
        ("Author", "Doe, Jane", [("Doe", "Jane")]),
        ("Authors", "World Health Organization", ["World Health Organization"]),
    ],
)  # fmt: skip
def test_authors_are_parted_as_each_tool_joins_them(read: Read, header: str, cell: str, author: list[Any]) -> None:
    (csl,) = records(read(f'Title,Year,"{header}"\nA title,2001,"{cell}"\n'))
    found = [each.get("literal") or (each["family"], each.get("given")) for each in csl["author"]]
    assert found == author


def test_a_spreadsheet_of_references_is_read_by_its_content(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    cells = [["a search"], ["Title", "Year", "DOI"], ["A title", "2001", "10.1000/a"]]
    rows = "".join(
        f'<row r="{line}">'
        + "".join(f'<c r="{"ABC"[at]}{line}" t="inlineStr"><is><t>{cell}</t></is></c>' for at, cell in enumerate(row))
        + "</row>"
        for line, row in enumerate(cells, 1)
    )
    path = tmp_path / "references.ris"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{links}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{links}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    (row,) = references(path)
    assert isinstance(row, Row)
    assert (row.line, row.value["id"], row.value["title"]) == (3, "doi:10.1000/a", "A title")


# --- which format it is, and files of none


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (RIS, ris.read),
        ("T1  - A title\nAU  - Doe, J\nER  - \n", ris.read),
        (RIS.replace("First line", "@article{x, and\nPMID- 12345678 and\nTitle,Year"), ris.read),
        (MEDLINE, nbib.read),
        (MEDLINE.replace("\n", "\r\n"), nbib.read),
        (WEB_OF_SCIENCE, webofscience.read),
        (BIBTEX, bibtex.read),
        (ENDNOTE, endnote.read),
        ("Title,Year\na,1\n", listed.read_table),
    ],
)
def test_the_format_is_told_from_the_content(tmp_path: Path, content: str, reader: Any) -> None:
    path = tmp_path / "references.bib"
    path.write_bytes(content.encode())
    assert reader_of(path) is reader


def test_csl_json_is_read_as_it_is(read: Read) -> None:
    assert read('[{"id": "a", "type": "book"}]') == [Row(1, {"id": "a", "type": "book"})]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"Some words about nothing.\n", "of no format that is known"),
        (b'{"items": []}', "of no format that is known"),
        (b"a,b\n1,2\n", "of no format that is known"),
        (bytes(range(256)) * 9, "of no format that is known"),
        (b"PK\x03\x04 and nothing", "of no format that is known"),
        (b"<html><body>Sign in</body></html>", "of no format that is known"),
        (b"<?xml version='1.0'?><PubmedArticleSet/>", "holds no EndNote records"),
        (RIS.replace("Jane", "Jané").encode("cp1252"), "not UTF-8: line 2 has the byte 0xE9"),
        (BIBTEX.replace("Jane", "Jané").encode("cp1252"), "not UTF-8"),
        (b"Title,Year\ncaf\xe9,2001\n", "not UTF-8: line 2"),
        (RIS.encode("utf-16")[:-1], "breaks off"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_would_help(read: Read, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read(content)
    assert refused.value.cure
    assert "file" in refused.value.place


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(references(tmp_path / "none"))


def test_ris_is_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "long.ris"
    path.write_text(RIS * 3 + "caf\udce9", encoding="utf-8", errors="surrogateescape")
    rows = references(path)
    assert isinstance(next(rows), Row)
    with pytest.raises(InputError, match="not UTF-8"):
        list(rows)


# --- names and dates


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Shannon,Claude E.", {"family": "Shannon", "given": "Claude E."}),
        ("Brownstein C D", {"family": "Brownstein", "given": "C D"}),
        ("Fanning E.", {"family": "Fanning", "given": "E."}),
        ("de la Cruz JM", {"family": "de la Cruz", "given": "JM"}),
        ("Ng J.-P.", {"family": "Ng", "given": "J.-P."}),
        ("King, Martin Luther, Jr.", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("Plato", {"literal": "Plato"}),
        ("NICE", {"literal": "NICE"}),
        ("Jane Doe", {"literal": "Jane Doe"}),
        ("Верхотуров, А", {"family": "Верхотуров", "given": "А"}),
        ("null", None),
        (" , ", None),
        ("et al.", None),
    ],
)
def test_a_name_is_taken_apart_only_where_it_says_how(text: str, read_as: dict[str, str] | None) -> None:
    assert name(text) == read_as


def test_names_in_a_cell_end_where_the_cell_ends() -> None:
    assert names(names_in_cell("Barrett, Paul M; Willis, Katherine J; ")) == [
        {"family": "Barrett", "given": "Paul M"},
        {"family": "Willis", "given": "Katherine J"},
    ]
    assert names(names_in_cell("")) == []


@pytest.mark.parametrize(
    ("year", "dates", "parts"),
    [
        ("1948/07//", [], [1948, 7]),
        ("2024///", [], [2024]),
        ("2024", ["2024-02-01"], [2024, 2, 1]),
        ("2010", ["SEP 22"], [2010, 9, 22]),
        ("2018 Apr", [], [2018, 4]),
        ("2018 Jan-Feb", [], [2018]),
        ("2018 Spring", [], [2018]),
        ("", ["20170728"], [2017, 7, 28]),
        ("", ["1 Dec 2024"], [2024, 12, 1]),
        ("", ["4/3/2024"], [2024]),
        ("", ["25/3/2024"], [2024, 3, 25]),
        ("", ["3/25/2024"], [2024, 3, 25]),
        ("", ["2024-13-01"], [2024]),
        ("", ["2024-02-01 10:20:30"], [2024, 2, 1]),
        ("2020", ["2019-12-31"], [2020]),
        ("2012.0", [], [2012]),
        ("in press", [""], None),
        ("99999", [], None),
    ],
)
def test_a_date_says_no_more_than_is_certain(year: str, dates: list[str], parts: list[int] | None) -> None:
    assert issued(year, dates) == ({"date-parts": [parts]} if parts else None)


# --- the real files

# By counting what begins a record in each file: TY, PMID, PT, <record>, or the rows of a table.
HELD = {
    "endnote-copper-duplicates-marked.xml": 505,
    "pmc_medlars.txt": 5,
    "pubmed-balloongui-set.nbib": 75,
    "single.nbib": 1,
    "_baseline.csv": 100,
    "_baseline.tsv": 100,
    "_baseline.xlsx": 100,
    "_baseline_refworks.tsv": 100,
    "_baseline_embase.csv": 10,
    "_baseline_excel.csv": 10,
    "_baseline_embase.xlsx": 10,
    "_baseline_eppireviewer.xlsx": 10,
    "_baseline_abstrackr.csv": 10,
    "_baseline_cinahl.csv": 10,
    "_baseline_cochrane.csv": 3,
    "_baseline_covidence.csv": 10,
    "_baseline_googlescholar.csv": 10,
    "_baseline_openalex.csv": 9,
    "_baseline_pubmed.csv": 10,
    "_baseline_rayyan.csv": 10,
    "_baseline_scopus.csv": 10,
    "_baseline_zotero.csv": 10,
    "_baseline_pubmed.ris": 50,
    "example_wos.ris": 2,
}


def test_every_record_of_the_real_files_is_read(shared: Path) -> None:
    folder = shared / "examples" / "citations"
    files = [path for path in sorted(folder.rglob("*")) if path.suffix and path.is_file() and path.suffix != ".md"]
    assert len(files) > 50
    for path in files:
        held = HELD.get(path.name) or len(re.findall(r"^(?:\ufeff)?TY  -", path.read_text("utf-8"), re.M))
        found = list(references(path))
        assert [str(each) for each in found if isinstance(each, Problem)] == [], path.name
        drafts = [CitationDraft.model_validate(each.value) for each in found if isinstance(each, Row)]
        assert len(drafts) == held, path.name


@pytest.mark.parametrize(
    "place", ["RIS/_baseline.ris", "RIS/_baseline_citavi.ris", "TSV/_baseline.tsv", "XLSX/_baseline.xlsx"]
)
def test_the_same_hundred_references_come_out_of_every_format(shared: Path, place: str) -> None:
    folder = shared / "examples" / "citations" / "hundred-by-tool"

    def told(name: str) -> set[tuple[Any, ...]]:
        rows = [each.value for each in references(folder / name) if isinstance(each, Row)]
        # Citavi takes the point off a title's end.
        return {(each["DOI"], folded(each["title"]), each["issued"]["date-parts"][0][0]) for each in rows}

    assert told(place) == told("CSV/_baseline.csv")
