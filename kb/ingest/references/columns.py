"""The names that databases and tools give to the columns of a reference list; the first that holds something wins.

Names are compared without regard to case, spaces and punctuation. Known are those of PubMed, Scopus, Embase, CINAHL,
Cochrane, Covidence, Rayyan, Zotero, OpenAlex, Lens, Google Scholar and Publish or Perish, EPPI-Reviewer, RefWorks,
abstrackr, Web of Science and what people call their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "article title", "document title", "title primary", "primary title", "paper title", "ti",
        "display name",
    ),
    "author": (
        "author full names", "authors", "author", "author names", "author(s)", "authors primary", "author name",
        "authorships.author.display_name", "authorships.raw_author_name", "af", "au", "first author",
    ),
    "editor": ("editors", "editor"),
    "year": ("year", "publication year", "pub year", "published year", "year published", "publication_year", "py"),
    "month": ("month", "published month", "pub month", "publication month"),
    "day": ("day",),
    "date": (
        "date published", "publication date", "date of publication", "date", "pub date", "publication_date", "issued",
        "pub month & day", "pub date free from", "pd",
    ),
    "container": (
        "source title", "journal title", "journal", "publication title", "periodical full", "journal/book",
        "primary_location.source.display_name", "host_venue.display_name", "publication", "journal name",
        "container title", "journal abbreviation", "periodical abbrev", "so", "source",
    ),
    "volume": ("volume", "vol", "biblio.volume", "vl"),
    "issue": ("issue", "issue number", "biblio.issue", "number", "no", "is"),
    "start": ("start page", "first page", "page start", "biblio.first_page", "bp"),
    "end": ("end page", "last page", "page end", "biblio.last_page", "other pages", "ep"),
    "pages": ("pages", "page", "page range", "page(s)"),
    "article": ("art. no.", "article number", "article no", "ar"),
    "publisher": ("publisher", "book publisher", "primary_location.source.host_organization_name", "pu"),
    "place": ("publisher location", "place", "place of publication"),
    "abstract": ("abstract", "abstract note", "abstract text", "ab"),
    "links": (
        "url", "link", "plink", "article url", "external url", "primary_location.landing_page_url", "source urls",
        "links", "embase link",
    ),
    "doi": ("doi", "ids.doi", "digital object identifier", "doi link", "di"),
    "pmid": ("pmid", "pubmed id", "pubmed_id", "medline pmid", "ids.pmid", "pm"),
    "pmcid": ("pmcid", "pmc id", "pmc_id", "pmc", "ids.pmcid"),
    "numbers": (
        "issn", "issns", "issn/isbn", "primary_location.source.issn", "print issn", "eissn", "isbn", "isbns", "sn",
    ),
    "language": ("language", "article language", "language of original document", "output language", "la"),
    "note": ("note", "notes"),
    "type": ("item type", "publication type", "document type", "doctype", "reference type", "type_crossref", "type"),
}  # fmt: skip
# These tools write “Jane van Doe”; elsewhere a name without a comma is not taken apart.
GIVEN_FIRST = ("author/s", "authorships.author.display_name", "authorships.raw_author_name")
# Ways to know a work beside its title: with none of them the row is a list of something else.
_TELLING = ("author", "year", "date", "doi", "pmid", "pmcid", "container", "abstract")


def plain_name(column: str) -> str:
    """A column's name as it is compared."""
    return re.sub(r"[\W_]+", "", column).casefold()


_PARTS = {part: tuple(dict.fromkeys(plain_name(name) for name in names)) for part, names in NAMES.items()}
_KNOWN = {name: part for part, names in _PARTS.items() for name in names}


def is_header(cells: Sequence[str]) -> bool:
    """Whether these cells name the columns of a reference list: a title, and something to know a work by."""
    parts = {_KNOWN[name] for cell in cells if (name := plain_name(cell)) in _KNOWN}
    return "title" in parts and bool(parts.intersection(_TELLING))


class Columns:
    """Where each part of a record stands in the rows below a header; of two columns of one name, the first counts."""

    def __init__(self, header: Sequence[str]) -> None:
        places: dict[str, int] = {}
        for at, cell in enumerate(header):
            places.setdefault(plain_name(cell), at)
        self._places = {part: [places[name] for name in names if name in places] for part, names in _PARTS.items()}
        self._given_first = {places[name] for each in GIVEN_FIRST if (name := plain_name(each)) in places}
        if not any(cell.strip().casefold() == "author/s" for cell in header):
            self._given_first.discard(places.get("authors", -1))

    def all_of(self, part: str, row: Sequence[str]) -> list[str]:
        """Every cell of the row that holds this part, the likeliest first."""
        return [text for at in self._places[part] if at < len(row) and (text := row[at].strip())]

    def one_of(self, part: str, row: Sequence[str]) -> str:
        """The likeliest cell of the row that holds this part; empty where none does."""
        return next(iter(self.all_of(part, row)), "")

    def given_first(self, row: Sequence[str]) -> bool:
        """Whether the row's authors are written with their given names first."""
        filled = (at for at in self._places["author"] if at < len(row) and row[at].strip())
        return next(filled, -1) in self._given_first
