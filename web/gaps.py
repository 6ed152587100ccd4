"""Searches that found nothing: noted when a reader has searched, and listed for those who can fill the gap."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from indexer.gaps import with_hits
from indexer.search import Results
from kb import misses
from kb.misses import Gap
from web.searching import names_of
from web.serving import serving
from web.signed_in import may_see_gaps

USUAL = 50
MOST = 200
LAST_PAGE = 1_000


def note_gap(results: Results) -> bool:
    """Note a search that found nothing, if it is a reader's and finished; says whether it was noted.

    Whoever fills gaps tries these very words again and again, so their searches count for nothing.
    """
    if request.method != "GET" or "HX-Request" in request.headers or may_see_gaps():
        return False
    return serving().misses.note(results)


@dataclass(frozen=True, slots=True)
class GapPage:
    """One page of gaps, each with what it finds today; `total` is how many there are in all."""

    gaps: tuple[tuple[Gap, int | None], ...]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.limit)

    def query(self, page: int) -> str:
        """The query string of one of these pages, with its question mark; empty for the usual first one."""
        said = {"page": page} if page > 1 else {}
        if self.limit != USUAL:
            said["limit"] = self.limit
        return f"?{urlencode(said)}" if said else ""


def read_gaps() -> GapPage:
    """The page that the address asks for."""
    here = serving()
    page, limit = _number("page", 1, LAST_PAGE), _number("limit", USUAL, MOST)
    with here.store.reading() as session:
        total = misses.how_many(session)
        found = misses.gaps(session, (page - 1) * limit, limit)
    names, _ = names_of(here)
    return GapPage(tuple(with_hits(found, here.engine, names)), total, page, limit)


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, "").strip()
    return min(max(int(given[:9]), 1), most) if given.isascii() and given.isdigit() else default
