"""One page of a kind of work: the statements, flags or drafts on it, and which page of how many it is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from kb import flags, waiting
from kb.drafting import DraftStatement, read_drafts
from kb.errors import NotFound
from kb.flags import Flagged
from kb.graded import GradedStatement, read
from kb.waiting import DRAFTS, FLAGS, MISSES, WORKS, Waiting, Work
from web.serving import serving

ON_A_PAGE = 20
MOST_ON_A_PAGE = 100
LISTED = {work.name: work for work in WORKS if work is not MISSES}
"""Searches without hits have a page of their own."""


@dataclass(frozen=True, slots=True)
class WorkPage:
    """What stands on the page. A flag's statement is None where it came with a batch that was taken back."""

    waiting: Waiting
    page: int
    limit: int
    statements: tuple[GradedStatement, ...] = ()
    flags: tuple[tuple[Flagged, GradedStatement | None], ...] = ()
    drafts: tuple[tuple[DraftStatement, tuple[str, str] | None], ...] = ()

    @property
    def work(self) -> Work:
        """Of which kind."""
        return self.waiting.work

    @property
    def pages(self) -> int:
        """How many pages there are, as far as they can be turned over."""
        return -(-(self.waiting.count or 0) // self.limit)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands here."""
        return not (self.statements or self.flags or self.drafts)

    def address(self, page: int) -> str:
        """The address of one of these pages."""
        said = [f"page={page}"] * (page > 1) + [f"limit={self.limit}"] * (self.limit != ON_A_PAGE)
        return f"/queue/{self.work.name}{'?' if said else ''}{'&'.join(said)}"


def work_called(name: str) -> Work:
    """The kind of work of this name. Raises NotFound."""
    if name not in LISTED:
        raise NotFound(f"There is no work called “{name[:40]}”.", cure="/queue lists what waits.")
    return LISTED[name]


def read_page(name: str) -> WorkPage:
    """The page that the address asks for; one beyond the last is the last, because work that was done is gone."""
    work, here = work_called(name), serving()
    limit = _number("limit", ON_A_PAGE, MOST_ON_A_PAGE)
    with here.store.reading() as session:
        found = waiting.counted(session, work, here.today())
        page = min(_number("page", 1, work.most), max(1, -(-(found.count or 0) // limit)))
        ids = waiting.ids_of(session, work, here.today(), (page - 1) * limit, limit)
        if work is DRAFTS:
            articles = waiting.articles_of(session, ids)
            listed = tuple((each, articles.get(each.id)) for each in read_drafts(session, ids))
            return WorkPage(found, page, limit, drafts=listed)
        if work is FLAGS:
            raised = flags.flags(session, ids)
            of = read(session, [each.statement_id for each in raised], here.today())
            shown = {each.id: each for each in of if not each.is_undone}
            return WorkPage(found, page, limit, flags=tuple((each, shown.get(each.statement_id)) for each in raised))
        return WorkPage(found, page, limit, statements=tuple(read(session, ids, here.today())))


def _number(name: str, default: int, most: int) -> int:
    given = request.values.get(name, "").strip()
    return min(max(int(given[:9]), 1), most) if given.isascii() and given.isdigit() else default
