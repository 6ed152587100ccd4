"""Finds in an answer every piece that a reader could lift out and that leaves caveats behind.

A piece is: of HTML, the innermost record (an article, list item, table row, option, definition, or an element that says
by `data-statement` or `data-statements` whose it is), or the whole page where words stand outside of any; of a feed or
a picture, an element that readers are shown by itself, such as a title; of JSON, an object; of CSV, a row; of plain
text, a block between blank lines; of a header, its value. See tests/exits/cutting.py.

One word of a statement is enough to make a piece its own, in whatever dress: in an attribute, a key, a script, cut by
a mark, in capitals, percent-encoded. What must stand beside it, its grade and every caveat it must carry, counts only
where a reader sees it, and not where it stands in the record of another statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.blind import WITHHELD
from kb.drafting import WHAT_IT_IS
from tests.exits.cutting import Piece, cut
from tests.exits.library import DRAFT, FORMER, FORMER_WORDS, OUTER_QUOTE, STATEMENTS, WITHDRAWN, Traced
from tests.exits.words import plain

# Where a rater rates blind, the grade must not stand, and the piece must say so.
BLIND = re.compile(r"\w+ /rate(?![^/?.])(?!/[0-9]+/consensus)|kb rate |kb grade .*--as second.* \(errors\)$")
# Derived caveats that follow from a slot alone, by their words in the traced library.
OF_SLOTS = {"was retracted", "Citation needed"}
# Between a symbol and its word stand spaces, and in JSON and CSV nothing but their own cells.
APART = r"[\s|]{1,3}"


@dataclass(frozen=True)
class Leak:
    """Words that left without something: where, whose, and what is missing."""

    exit: str
    piece: str
    statement: int
    missing: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Claim:
    """Words by which a piece is known to be a statement's."""

    traced: Traced
    pattern: re.Pattern[str]

    def stands_in(self, words: str) -> bool:
        return self in standing_in(words)


@lru_cache(maxsize=100_000)
def standing_in(words: str) -> frozenset[Claim]:
    """The claims whose words stand here; the same pieces come back on many pages."""
    return frozenset(claim for claim in CLAIMS if claim.pattern.search(words))


def leaks(exit_: str, content_type: str, body: str, headers: Sequence[tuple[str, str]] = ()) -> list[Leak]:
    """What an answer leaves behind; nothing where every piece is whole."""
    found = []
    for piece in [*cut(content_type, body), *(Piece(f"header {name}", value) for name, value in headers)]:
        for each in piece.walk():
            found += _left_behind(exit_, each)
    return found


def seen(body: str) -> set[int]:
    """The statements whose own words stand in an answer: a guard that sees none guards nothing."""
    flat = plain(body)
    return {traced.number for traced in STATEMENTS if plain(traced.words) in flat}


def _left_behind(exit_: str, piece: Piece) -> Iterator[Leak]:
    own = piece.claimed.replace(plain(OUTER_QUOTE), "")
    whose = {claim.traced.number for claim in standing_in(own)}
    for claim in CLAIMS:
        if not claim.stands_in(own):
            continue
        missing = [*_missing(claim.traced, piece)]
        if BLIND.match(exit_):
            missing = [*_unblinded(claim.traced, piece)]
        if claim.traced.number == DRAFT:
            missing = [*_unmarked(claim.traced, piece)]
        if len(whose) > 1 and not piece.shared:
            missing.append(f"a piece of its own: the words of {sorted(whose)} stand in one")
        if missing:
            yield Leak(exit_, piece.kind, claim.traced.number, tuple(missing))


def _unmarked(traced: Traced, piece: Piece) -> Iterator[str]:
    """Of a draft, which nobody has graded, what must stand beside its words is what it is."""
    if WHAT_IT_IS not in piece.shown_beside(lambda words: _others(traced, words)):
        yield f"the words “{WHAT_IT_IS}”"


def _unblinded(traced: Traced, piece: Piece) -> Iterator[str]:
    """What is wrong with a piece of which a second rater must see the words and not the grade."""
    shown = piece.shown_beside(lambda words: _others(traced, words))
    if plain(WITHHELD) not in plain(shown):
        yield f"the words “{WITHHELD}”"
    yield from (each for each in traced.caveats if each not in traced.derived and each not in shown)
    if betrayed := [each for each in traced.derived if each in shown and each not in OF_SLOTS]:
        yield f"silence about {betrayed}"
    if any(re.search(grade, shown) for grade in _grades(traced, piece.kind)):
        yield "silence about its grade"


def _missing(traced: Traced, piece: Piece) -> Iterator[str]:
    shown = piece.shown_beside(lambda words: _others(traced, words))
    if not any(re.search(grade, shown) for grade in _grades(traced, piece.kind)):
        yield f"the grade {traced.symbol} {traced.label}"
    for caveat in traced.caveats:
        if caveat not in shown:
            yield caveat


def _grades(traced: Traced, kind: str) -> Iterator[str]:
    """The grade, in the ways it may be said. CSV names the level and has no symbol: a spreadsheet sorts it."""
    symbol, label = re.escape(traced.symbol), re.escape(traced.label)
    if kind == "row":
        yield rf"(?<![\w:]){re.escape(traced.level)}(?![\w-])"
    elif kind.startswith("object"):
        yield rf'"label": "{label}"[^{{}}]*"symbol": "{symbol}"'
        yield rf'"symbol": "{symbol}"[^{{}}]*"label": "{label}"'
    if kind != "row":
        # A text says both side by side, also one that stands in an object: a message of SARIF has no other parts.
        yield rf"(?<!\S){symbol}{APART}{label}(?![\w-])"


def _others(traced: Traced, words: str) -> bool:
    """Whether words of another statement than this one stand here: then what is beside them is theirs."""
    return any(claim.traced.number != traced.number for claim in standing_in(words))


def _claims() -> Iterator[Claim]:
    for traced in STATEMENTS:
        yield _claim(traced, traced.words)
        # Where no published statement marks it, the source's text is its own, and says "not assessed".
        if traced.number not in (WITHDRAWN, DRAFT):
            yield _claim(traced, traced.quote)
    yield _claim(FORMER, FORMER_WORDS)


def _claim(traced: Traced, words: str) -> Claim:
    return Claim(traced, re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, plain(words).split()))})(?![a-z0-9])"))


CLAIMS = tuple(_claims())
