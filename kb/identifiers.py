"""The numbers by which the literature is known: read, brought into one form, and made into links.

An identifier is always read with its kind known: eight digits are a PMID because a field called PMID holds
them. (idutils, which knows prefixes and check digits, would take any integer for one when asked to guess.)
Forms: DOI `10.…/…`, compared without regard to case; PMID of 1 to 8 digits; PMCID `PMC…`; ISBN and ISSN with
their check digits, ISBN-10 turned into ISBN-13; NCT and ISRCTN with eight digits; URL with http or https.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from kb.errors import InputError
from kb.late import Late

# A third of a second to load, which whoever opens no identifier need not wait for.
is_doi, is_isbn10, is_isbn13, is_issn, normalize_doi, normalize_issn = (
    Late(f"idutils:{name}")
    for name in ("is_doi", "is_isbn10", "is_isbn13", "is_issn", "normalize_doi", "normalize_issn")
)


class InvalidIdentifier(InputError):
    """What was given is no identifier of its kind."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in its one form. `url` is None where the value could not be read and stands as it was."""

    kind: str
    value: str
    url: str | None

    @property
    def label(self) -> str:
        """The kind as people write it, such as DOI."""
        return self.kind.upper()


def parse(kind: str, text: str) -> Identifier:
    """The identifier in `text`, which may carry its prefix (`doi:`, `PMID:`) or be its own link.

    Raises InvalidIdentifier, which says what the kind looks like; also for a kind that there is not.
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise InvalidIdentifier(f"{kind!r} is no kind of identifier.", cure=f"The kinds are {known}.")
    rules = KINDS[kind]
    text = text.strip()
    value = rules.read(text) if text.isprintable() else None
    if value is None:
        cure = f"It looks like {rules.example}."
        raise InvalidIdentifier(f"{text[:200]!r} is no {kind.upper()}.", cure=cure)
    return Identifier(kind, value, rules.link(value))


def identifiers_of(csl: Mapping[str, Any]) -> tuple[Identifier, ...]:
    """What a CSL-JSON record is known by: DOI, PMID, PMCID, ISBN, trial number, URL, in this order.

    Never raises. A value that cannot be read becomes an identifier without a link; an address that another
    identifier leads to already is left out. (The ISSN names the journal and is not among them.)
    """
    found: list[Identifier] = []
    for key, kind in CSL_KINDS:
        text = _text(csl.get(key))
        if not text:
            continue
        try:
            identifier = parse(kind, text)
        except InvalidIdentifier:
            # `number` holds what a report or a law is numbered by: a trial's number only when it reads so.
            if key == "number":
                continue
            identifier = Identifier(kind, text, None)
        if identifier.url is None or identifier.url not in {other.url for other in found}:
            found.append(identifier)
    return tuple(found)


CSL_KINDS = (
    ("DOI", "doi"),
    ("PMID", "pmid"),
    ("PMCID", "pmcid"),
    ("ISBN", "isbn"),
    ("number", "nct"),
    ("number", "isrctn"),
    ("URL", "url"),
)


def _text(value: object) -> str:
    """A field as text. Records give PMIDs as numbers too; half a surrogate pair cannot go on any page."""
    if value is None or isinstance(value, bool):
        return ""
    return str(value).encode(errors="replace").decode().strip()


def _doi(text: str) -> str | None:
    """The DOI system compares ASCII letters without regard to case (ISO 26324); lower case is our one form."""
    text = _after(r"doi:?\s*(?=https?:|www\.|10\.)", text)
    if re.match(r"https?://", text, re.I):
        text = unquote(text)
    text = _after(r"(?:https?://)?www\.doi\.org/", text)
    if not text.isprintable() or not is_doi(text):
        return None
    value = str(normalize_doi(text)).translate(_ASCII_LOWER)
    return value if re.fullmatch(r"10\.[0-9]+(\.[0-9]+)*/\S+", value) else None


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _doi_link(value: str) -> str:
    """DOIs hold signs that end or change an address (`#`, `<`, `?`), which idutils leaves as they are."""
    return f"https://doi.org/{quote(value, safe='/:;()')}"


def _pmid(text: str) -> str | None:
    number = _after(r"pmid:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/", text, "/")
    return number.lstrip("0") or None if re.fullmatch(r"[0-9]{1,8}", number) else None


def _pmcid(text: str) -> str | None:
    own = r"pmcid:?\s*|https?://(?:www\.ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/"
    value = _after(own, text, "/").upper()
    return value if re.fullmatch(r"PMC[0-9]+", value) else None


def _isbn(text: str) -> str | None:
    """ISBN-13 without hyphens; an ISBN-10 is the same book's number before 2007."""
    own = _after(r"isbn(?:-?1[03])?:?\s*|https?://openlibrary\.org/isbn/", text)
    digits = re.sub(r"[\s‐-]", "", own).upper()
    if re.fullmatch(r"97[89][0-9]{10}", digits) and is_isbn13(digits):
        return digits
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits) and is_isbn10(digits):
        first = f"978{digits[:9]}"
        weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(first))
        return f"{first}{-weighted % 10}"
    return None


def _issn(text: str) -> str | None:
    value = _after(r"issn:?\s*|https?://portal\.issn\.org/resource/issn/", text).upper()
    if not re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9X]", value) or not is_issn(value):
        return None
    return str(normalize_issn(value))


def _nct(text: str) -> str | None:
    value = _after(r"https?://(?:www\.)?clinicaltrials\.gov/(?:ct2/show|study)/", text, "/").upper()
    return value if re.fullmatch(r"NCT[0-9]{8}", value) else None


def _isrctn(text: str) -> str | None:
    value = _after(r"https?://(?:www\.)?isrctn\.com/", text, "/").upper()
    return value if re.fullmatch(r"ISRCTN[0-9]{8}", value) else None


def _url(text: str) -> str | None:
    """An address a page may link to: a host, no name and password, nothing that browsers read in two ways."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it raises ValueError where it is no number
    except ValueError:
        return None
    plain = bool(parts.hostname) and "@" not in parts.netloc and "\\" not in text
    if parts.scheme.lower() not in ("http", "https") or not plain or re.search(r"\s", text):
        return None
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~")


def _after(prefix: str, text: str, end: str = "") -> str:
    """The text without one of the prefixes (a pattern, in any case) and without what links may end in."""
    return re.sub(rf"^(?:{prefix})", "", text, flags=re.I).rstrip(end)


def _at(before: str, after: str = "") -> Callable[[str], str]:
    return lambda value: before + value + after


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is read (None: it is none), where it leads, and what it looks like."""

    read: Callable[[str], str | None]
    link: Callable[[str], str]
    example: str


KINDS: Mapping[str, Kind] = {
    "doi": Kind(_doi, _doi_link, "10.1016/j.jclinepi.2019.10.014"),
    "pmid": Kind(_pmid, _at("https://pubmed.ncbi.nlm.nih.gov/", "/"), "34783240, one to eight digits"),
    "pmcid": Kind(_pmcid, _at("https://pmc.ncbi.nlm.nih.gov/articles/", "/"), "PMC8673317"),
    "isbn": Kind(_isbn, _at("https://openlibrary.org/isbn/"), "978-0-306-40615-7; the last is a check digit"),
    "issn": Kind(_issn, _at("https://portal.issn.org/resource/ISSN/"), "0895-4356; the last is a check digit"),
    "nct": Kind(_nct, _at("https://clinicaltrials.gov/study/"), "NCT04392011"),
    "isrctn": Kind(_isrctn, _at("https://www.isrctn.com/"), "ISRCTN12345678"),
    "url": Kind(_url, str, "https://example.org/page, without a user's name"),
}
