"""Which records are the same work: by a number they share, else by title, year and first author.

Records that give different numbers of one kind are never the same. Nothing is looked up and nothing is kept.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import InputError
from kb.identifiers import parse
from kb.ingest.references.csl import TELLING_WORDS
from kb.reference import year

NUMBERS = ("DOI", "PMID", "PMCID")
BY_TITLE = "same title, year and first author"
# Titles that hundreds of works share; shorter ones never join.
GENERIC = {
    "authors reply to the editor", "book reviews and notices", "conference abstracts and posters",
    "from the editors desk", "in reply to letter", "in the next issue", "in this issue", "letter to editor",
    "letter to the editor", "letters to the editor", "list of contributors", "list of reviewers",
    "note from the editor", "notes from the editor", "reply by the authors", "reply from authors",
    "reply from the authors", "reply of the authors", "reply to comment on", "reply to letter",
    "reply to letter to the editor", "reply to the authors", "reply to the editor", "response from the authors",
    "response to letter", "response to letter to the editor", "response to the editor", "response to the letter",
    "table of contents", "thank you to reviewers", "the author replies", "the authors reply", "the authors respond",
    "to the editor",
}  # fmt: skip


@dataclass(slots=True)
class _Work:
    """An earlier work: its first record's key, and the numbers that its records gave."""

    key: str
    numbers: dict[str, str]


class Works:
    """The works met so far."""

    def __init__(self) -> None:
        self._numbered: dict[tuple[str, str], _Work] = {}
        self._titled: dict[tuple[str, int, str], list[_Work]] = {}
        self.why = ""

    def add(self, csl: Mapping[str, Any], key: str) -> str | None:
        """The key of an earlier record that is the same work as this one; None where it is the first of its work.

        `why` then says by what they were joined; it is empty for a first one. Either way the record is remembered, so
        that a later one may join it by a number that only this one gave.
        """
        numbers = _numbers(csl)
        title = title_key(csl)
        found, self.why = self._same(numbers, title)
        work = found or _Work(key, {})
        for kind, value in numbers.items():
            work.numbers.setdefault(kind, value)
            self._numbered.setdefault((kind, value), work)
        if title:
            known = self._titled.setdefault(title, [])
            if not any(each is work for each in known):
                known.append(work)
        return found.key if found else None

    def _same(
        self, numbers: Mapping[str, str], title: tuple[str, int, str] | None
    ) -> tuple[_Work, str] | tuple[None, str]:
        for kind in NUMBERS:
            work = self._numbered.get((kind, numbers.get(kind, "")))
            if work and not _conflict(work.numbers, numbers):
                return work, f"same {kind}"
        for work in self._titled.get(title, []) if title else []:
            if not _conflict(work.numbers, numbers):
                return work, BY_TITLE
        return None, ""


def _conflict(earlier: Mapping[str, str], later: Mapping[str, str]) -> bool:
    return any(earlier[kind] != value for kind, value in later.items() if kind in earlier)


def _numbers(csl: Mapping[str, Any]) -> dict[str, str]:
    """The record's numbers in their one form; what is none says nothing."""
    found = {}
    for kind in NUMBERS:
        try:
            found[kind] = parse(kind.lower(), str(csl.get(kind) or "")).value
        except InputError:
            continue
    return found


def title_key(csl: Mapping[str, Any]) -> tuple[str, int, str] | None:
    """Title, year and first author, folded; None where one is missing or the title says too little."""
    words = folded(str(csl.get("title") or "")).split()
    issued = year(csl)
    listed = csl.get("author")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) else {}
    # The last word, because one file writes “van den Hoven” and another “Hoven”.
    author = folded(str(first.get("family") or first.get("literal") or "")).split()
    if len(words) < TELLING_WORDS or " ".join(words) in GENERIC or issued is None or not author:
        return None
    return "".join(words), issued, author[-1]


def folded(text: str) -> str:
    """The words of a text without accents, case, punctuation and markup, parted by one space."""
    text = re.sub(r"<[^<>]{1,40}>", "", html.unescape(text))
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    # An apostrophe parts no word: “author's”, “authors”.
    return " ".join(re.findall(r"[^\W_]+", re.sub("['’ʼ`]", "", plain)))
