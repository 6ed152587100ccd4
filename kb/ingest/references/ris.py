"""RIS, as reference managers and databases write it: what each tag holds in spite of what the standard says.

Read through rispy (see `tagged`). A record without its type or its end is read all the same, as are tags that are
indented or stand at another distance from their hyphen than two spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rispy.config import TAG_KEY_MAPPING

from kb.errors import Problem
from kb.ingest.formats import Row
from kb.ingest.references.csl import BOOKS, Parts, record
from kb.ingest.references.lines import lines_of
from kb.ingest.references.names import names
from kb.ingest.references.tagged import TaggedParser, Tags, every, first

TYPES = {
    "ABST": "article-journal", "ADVS": "motion_picture", "BLOG": "post-weblog", "BOOK": "book", "CHAP": "chapter",
    "COMP": "software", "CONF": "paper-conference", "CPAPER": "paper-conference", "DATA": "dataset",
    "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book", "EJOUR": "article-journal", "ELEC": "webpage",
    "ENCYC": "entry-encyclopedia", "GOVDOC": "report", "GEN": "document", "INPR": "article-journal",
    "JFULL": "article-journal", "JOUR": "article-journal", "LEGAL": "legislation", "MANSCPT": "manuscript",
    "MGZN": "article-magazine", "NEWS": "article-newspaper", "PAT": "patent", "RPRT": "report", "SLIDE": "speech",
    "STAND": "standard", "STAT": "legislation", "THES": "thesis", "UNPB": "manuscript", "VIDEO": "motion_picture",
    "JOURNAL ARTICLE": "article-journal", "JOURNAL": "article-journal", "WEB": "webpage",
}  # fmt: skip
_KNOWN = "|".join(sorted(tag for tag in TAG_KEY_MAPPING if tag != "UK"))
_PUBMED = re.compile(r"pubmed|medline|\bnlm\b", re.I)
_PMID = re.compile(r"(?:PUBMED|PMID)[:\s]*(\d{1,8})\b", re.I)


class RisLines(TaggedParser):
    """Two spaces and a hyphen after any tag; another distance only after a tag of the standard.

    Text that goes on over a line end may begin like “CT - a scan”, but hardly like “TI - ”.
    """

    LINE = re.compile(r"\s*([A-Z][A-Z0-9])  -(.*)")
    ODD = re.compile(rf"\s*({_KNOWN})[ \t]{{0,4}}-(?=\s|$)(.*)")
    FIRST = frozenset({"TY"})

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """The tag and the value of a line; no tag where it goes on from the line before."""
        found = self.LINE.match(line) or self.ODD.match(line)
        return (found.group(1), found.group(2).strip()) if found else (None, line.strip())


def read(path: Path) -> Iterator[Row | Problem]:
    """The records of a RIS file. Raises InputError where the file is not UTF-8 or UTF-16."""
    for line, tags in RisLines().records(lines_of(path)):
        yield from record(path, line, _parts(tags))


def _parts(tags: Tags) -> Parts:
    kind = TYPES.get(first(tags, "TY").upper(), "document" if first(tags, "TY") else "")
    within = ("T2", "JF", "JO", "BT", "JA", "J2", "JI", "J9", "T3")
    databases = " ".join(every(tags, "DB", "DP"))
    start, end = first(tags, "SP"), first(tags, "EP")
    return Parts(
        type=kind,
        title=first(tags, "TI", "T1", "CT", *(("BT",) if kind == "book" else ()), "ST", "TT"),
        author=names(every(tags, "AU", "A1")),
        # In articles A2 is anything: APA PsycInfo puts the authors of cited works there.
        editor=names(every(tags, "ED", "A2") if kind in BOOKS | {"paper-conference"} else every(tags, "ED")),
        year=first(tags, "PY", "Y1", "YR"),
        dates=every(tags, "DA", "Y1", "PY"),
        container="" if kind == "book" else first(tags, *within),
        collection=first(tags, "T2", "T3") if kind == "book" else "",
        volume=first(tags, "VL", "VO"),
        issue=first(tags, "IS", "CP"),
        pages=pages(start, end) or first(tags, "PG", "C7", "AR"),
        publisher=first(tags, "PB", "PU"),
        place=first(tags, "CY", "PP", "PI"),
        abstract=" ".join(tags.get("AB", []) or tags.get("N2", [])),
        links=every(tags, "UR", "L2", "L3", "LK", "L1"),
        # CINAHL puts the bare DOI where links to figures belong.
        doi=first(tags, "DO", "DI") or next((each for each in every(tags, "L3") if each.startswith("10.")), ""),
        pmid=_pmid(tags, databases),
        pmcid=next((value for value in every(tags, "C2") if value.upper().startswith("PMC")), ""),
        numbers=" ".join(every(tags, "SN")),
        language=first(tags, "LA"),
        note="\n".join(tags.get("N1", [])),
    )


def pages(start: str, end: str) -> str:
    """A range of pages; only its beginning where the end is missing, the same, or a range was written there."""
    start, end = start.strip(), end.strip()
    return f"{start}-{end}" if start and end and start != end and end not in start else start or end


def _pmid(tags: Tags, databases: str) -> str:
    """The PMID, for which RIS has no tag: each database put it elsewhere."""
    if given := first(tags, "PM", "PMID"):
        return given
    for value in every(tags, "AN", "C3", "C1", "C5", "N1"):
        if found := _PMID.search(value):
            return found.group(1)
    # EndNote and Embase write the bare number beside the database's name; Scopus always means it by C2.
    homes = [("AN", _PUBMED.search(databases)), ("C5", re.search("embase|medline|pubmed", databases, re.I))]
    homes.append(("C2", re.search("scopus", databases, re.I)))
    bare = (value for tag, known in homes if known for value in every(tags, tag))
    return next((value for value in bare if re.fullmatch(r"\d{6,8}", value)), "")
