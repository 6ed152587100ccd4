"""How text becomes words to search: one analyser for every engine, for the query and for the marks in a hit.

Nothing is dropped: no stop words, no minimum length ("may", "not" and the "c" of "vitamin c" carry meaning
here). A word is cut where letters meet digits, so `IL6`, `IL-6` and `IL 6` are all the words `il`, `6`. How
characters are folded is in `indexer.folding`; this file cuts, stems and keeps the offsets.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from importlib import import_module
from importlib.metadata import version
from typing import Any, NamedTuple

from indexer.folding import APOSTROPHES, GREEK_NAMES, IGNORABLE, MARKS, Kind, fold, kind_of

try:
    _snowball: Any = import_module("Stemmer")
    _STEMMER = f"PyStemmer {version('PyStemmer')}"
    # Its own cache is switched off: `stem` has one.
    _new_stemmer: Callable[[], Any] = partial(_snowball.Stemmer, "english", 0)
except ImportError:
    # The same algorithm in pure Python, where PyStemmer has no wheel.
    _snowball = import_module("snowballstemmer")
    _STEMMER = f"snowballstemmer {version('snowballstemmer')}"
    _new_stemmer = partial(_snowball.stemmer, "english")

ANALYSER_VERSION = 2
"""Raise this whenever the same text would give other words: indexes made before are then rebuilt."""
LONGEST_TERM = 64

# Possessive quantifiers: one pass over a megabyte of anything, with nothing to come back to.
_CHUNK = re.compile(rf"[^\W_](?:[^\W_]++|[{MARKS}{IGNORABLE}]++|[{APOSTROPHES}](?=[^\W_]))*+")
# Bytes that are no part of any word become blanks: cutting there takes a third of what a pattern takes.
_SEPARATED = bytes(
    32 if chr(byte).isascii() and not chr(byte).isalnum() and byte != ord("'") else byte for byte in range(256)
)
_PLAIN_WORD = re.compile("[a-z]++(?:'[a-z]++)*+|[0-9]++")
_POSSESSIVE_MARKS = f"{APOSTROPHES}ʼ"
_SHORT = 64


class Token(NamedTuple):
    """One word. `start` and `end` count code points of the original text; `term` is what is indexed;
    `surface` is the same word folded but not stemmed, as suggestions and prefixes want it."""

    term: str
    start: int
    end: int
    surface: str


class _Letter(NamedTuple):
    text: str
    place: int
    kind: Kind


_stemmers = threading.local()


@lru_cache(maxsize=1 << 17)
def stem(surface: str) -> str:
    """The indexed form of a folded word (Snowball English; what is not English stays as it is)."""
    stemmer = getattr(_stemmers, "stemmer", None)
    if stemmer is None:  # PyStemmer's objects must not be shared between threads
        stemmer = _stemmers.stemmer = _new_stemmer()
    return str(stemmer.stemWord(surface))


def tokens(text: str) -> Iterator[Token]:
    """The words of any string, in order. Takes time in proportion to the text and never raises."""
    for base, (term, start, end, surface) in placed(text):
        yield Token(term, base + start, base + end, surface)


def placed(text: str) -> Iterator[tuple[int, Token]]:
    """The same, each with the code points that lie before what its `start` and `end` count from."""
    for found in _CHUNK.finditer(text):
        base, chunk = found.start(), found.group()
        for each in _pieces(chunk) if len(chunk) <= _SHORT else _cut(chunk):
            yield base, each


def chunks(text: str) -> list[bytes]:
    """The text cut, as UTF-8, wherever ASCII has neither a letter nor a digit nor an apostrophe. Its words are those of
    its chunks, and most chunks come again and again."""
    found = text.encode("utf-8", "surrogatepass").translate(_SEPARATED).split()
    if text.isascii() or all(len(each) <= _SHORT for each in found):
        return found
    # Scripts without blanks would give whole paragraphs, none of which comes again.
    return [part for each in found for part in ((each,) if len(each) <= _SHORT else _parts(each))]


def _parts(chunk: bytes) -> list[bytes]:
    return [part.encode() for part in _CHUNK.findall(chunk.decode("utf-8", "surrogatepass"))]


def tokens_of_chunk(chunk: bytes) -> Iterator[Token]:
    """The words of a chunk, in order; their offsets are of no use."""
    text = chunk.decode("utf-8", "surrogatepass").strip("'")
    plain = text.isascii() and len(text) <= _SHORT and "''" not in text
    return _cut_plain(text) if plain else tokens(text)


def fingerprint() -> str:
    """A short name for how text becomes words here; two indexes with different ones do not mix."""
    return FINGERPRINT


@lru_cache(maxsize=1 << 16)
def _pieces(chunk: str) -> tuple[Token, ...]:
    return tuple(_cut_plain(chunk) if chunk.isascii() else _cut(chunk))


def _cut_plain(chunk: str) -> Iterator[Token]:
    """What `_cut` finds in a short chunk of ASCII, in a quarter of the time."""
    while len(chunk) > 2 and chunk[-2:] in ("'s", "'S"):
        chunk = chunk[:-2]
    for found in _PLAIN_WORD.finditer(chunk.lower()):
        surface = found.group()
        while len(surface) > 2 and surface.endswith("'s"):
            surface = surface[:-2]
        term = surface if surface[0] <= "9" else stem(surface)
        yield Token(term or surface, found.start(), found.end(), surface)


def _cut(chunk: str) -> Iterator[Token]:
    """The words in a run of letters, digits, marks and inner apostrophes; offsets from its start."""
    end = len(chunk)
    while end > 2 and chunk[end - 1] in "sS" and chunk[end - 2] in _POSSESSIVE_MARKS:
        end -= 2
    chunk = chunk[:end]
    for run in _runs(_letters(chunk)):
        kind = run[0].kind
        if kind is Kind.GREEK and _spelled_out(run):
            yield from _greek(run, chunk)
        else:
            yield _token(run, chunk)


def _letters(chunk: str) -> Iterator[_Letter]:
    for place, character in enumerate(chunk):
        for folded in fold(character):
            yield _Letter(folded, place, kind_of(folded))


def _runs(letters: Iterable[_Letter]) -> Iterator[list[_Letter]]:
    """Letters that make one word; marks stay with what they stand on, apostrophes between letters."""
    run: list[_Letter] = []
    for letter in letters:
        joins = run and (
            letter.kind in (Kind.MARK, Kind.DROPPED_MARK)
            or (letter.kind is Kind.APOSTROPHE and run[0].kind is Kind.WORD and run[-1].kind is not Kind.APOSTROPHE)
            or (letter.kind is run[0].kind and letter.kind is not Kind.SINGLE)
        )
        if joins:
            run.append(letter)
            continue
        if run:
            yield run
        run = [letter] if letter.kind in (Kind.WORD, Kind.GREEK, Kind.DIGIT, Kind.SINGLE) else []
    if run:
        yield run


def _token(run: list[_Letter], chunk: str) -> Token:
    while run[-1].kind is Kind.APOSTROPHE:
        run = run[:-1]
    base = run[0].kind
    kept = [x.text for x in run[: LONGEST_TERM * 4] if x.kind is not Kind.DROPPED_MARK]
    surface = unicodedata.normalize("NFC", "".join(kept))[:LONGEST_TERM]
    while len(surface) > 2 and surface.endswith("'s"):  # also where folding made one: ’ś
        surface = surface[:-2]
    term = stem(surface) if base is Kind.WORD else surface
    return Token(term or surface, run[0].place, _end(run[-1].place, chunk), surface)


def _spelled_out(run: list[_Letter]) -> bool:
    return sum(letter.kind is Kind.GREEK for letter in run) <= 2


def _greek(run: list[_Letter], chunk: str) -> Iterator[Token]:
    """Greek letters used as names (β, TNFα, γδ): each spelled out, with the marks that stand on it."""
    starts = [i for i, letter in enumerate(run) if letter.kind is Kind.GREEK]
    for start, end in zip(starts, [*starts[1:], len(run)], strict=True):
        name = GREEK_NAMES.get(run[start].text, run[start].text)
        yield Token(stem(name), run[start].place, _end(run[end - 1].place, chunk), name)


def _end(place: int, chunk: str) -> int:
    """One past the character at `place` and whatever belongs to it but was folded away."""
    end = place + 1
    while end < len(chunk) and not fold(chunk[end]):
        end += 1
    return end


FINGERPRINT = hashlib.sha256(
    f"{ANALYSER_VERSION}:{LONGEST_TERM}:{_STEMMER}:{unicodedata.unidata_version}".encode()
).hexdigest()[:12]
