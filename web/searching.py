"""One search as the pages make it: by the index, or where that cannot answer, by reading the store."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from indexer.engine import SORTS, Sort
from indexer.evidence_map import COLUMNS, ROWS, EvidenceMap, MapRequest, evidence_map, read_map
from indexer.names import NO_NAMES, Names, load_names
from indexer.search import Results, Search, SearchRequest, search_store
from indexer.values import Values, ValuesRequest, facet_values, read_values
from indexer.whole import Whole, whole
from kb.errors import IndexUnavailable, InputError, NotWhole
from web.keeper import Keeper
from web.links import SearchAddress
from web.logs import note
from web.mapped import MapAddress
from web.metrics import LAG, SEARCHES
from web.serving import Serving, serving

log = logging.getLogger(__name__)
TRY_AGAIN = "Try again when the search is back; the page says when it is."
NAMES_TROUBLE = "Other names of your words are not searched just now: the file that lists them has an error."


def wanted_by(address: SearchAddress) -> SearchRequest:
    """The address as the search takes it."""
    sort: Sort = next(each for each in SORTS if each == address.sort)
    return SearchRequest(
        address.words, address.selected, sort, address.page, address.limit, address.widen, address.without
    )


def run(address: SearchAddress) -> Results:
    """Search the store as it is today: by the index, or where that cannot answer, by reading."""
    return run_request(wanted_by(address))


def run_request(wanted: SearchRequest) -> Results:
    """The same for what is not asked by an address of a page."""
    here = serving()
    began = time.perf_counter()
    found = _found(here, wanted)
    SEARCHES.labels("index" if found.by_index else "reading").observe(time.perf_counter() - began)
    LAG.set(found.lag)
    note(hits=found.total, lag=found.lag, by_index=found.by_index)
    return found


@contextmanager
def run_whole(address: SearchAddress) -> Iterator[Whole]:
    """Everything that the search finds. Raises NotWhole or IndexUnavailable where that cannot be had.

    Without an index the store could be read as far as a page waits for it, and that is not everything.
    """
    here = serving()
    began = time.perf_counter()
    names, _ = names_of(here)
    with ExitStack() as opened:
        try:
            found = opened.enter_context(whole(here.store, here.index(), names, wanted_by(address), here.today()))
        except (IndexUnavailable, NotWhole) as error:
            if here.keeper is not None:
                here.keeper.wake()
            if isinstance(error, NotWhole):
                raise
            why = f"The search index {_state(here.keeper)} just now, so not all that this search finds can be given."
            raise IndexUnavailable(why, cure=TRY_AGAIN) from error
        SEARCHES.labels("index").observe(time.perf_counter() - began)
        note(hits=len(found.ids), whole=True)
        yield found


def run_after(wanted: SearchRequest, last: int) -> Results:
    """What follows statement `last`, which stood before `wanted.start`; it may have moved since then."""
    here = serving()
    names, _ = names_of(here)
    try:
        start = Search(here.store, here.index(), names).place_after(wanted, last)
    except IndexUnavailable:
        # The store is read in order of id; nothing moves there but by what comes and goes.
        start = wanted.offset
    return run_request(replace(wanted, start=start, page=start // wanted.limit + 1))


def run_values(address: SearchAddress, wanted: ValuesRequest) -> Values:
    """One facet's values under the search: by the index, or where that cannot answer, by reading."""
    here = serving()
    names, _ = names_of(here)
    search = wanted_by(address)
    try:
        return facet_values(here.store, here.index(), names, search, wanted)
    except IndexUnavailable:
        if here.keeper is not None:
            here.keeper.wake()
        return read_values(here.store, search, wanted, here.today(), _why(here.keeper), names)


def run_map(address: MapAddress) -> EvidenceMap:
    """The evidence map of a search as the store is today: by the index, or where that cannot answer, by reading."""
    here = serving()
    began = time.perf_counter()
    names, trouble = names_of(here)
    rows = next(each for each in ROWS if each == address.rows)
    columns = next(each for each in COLUMNS if each == address.columns)
    wanted = MapRequest(wanted_by(address.searched), rows, columns, address.page, address.across)
    try:
        found = evidence_map(here.store, here.index(), names, wanted, here.today())
    except IndexUnavailable:
        if here.keeper is not None:
            here.keeper.wake()
        found = read_map(here.store, wanted, here.today(), _why(here.keeper), names)
    SEARCHES.labels("index" if found.by_index else "reading").observe(time.perf_counter() - began)
    note(hits=found.total, lag=found.lag, by_index=found.by_index)
    return replace(found, notes=(*trouble, *found.notes)) if trouble else found


def names_of(here: Serving) -> tuple[Names, tuple[str, ...]]:
    """The names people use, and a sentence for the reader where they cannot be read: a search goes on without them."""
    try:
        return load_names(here.settings.home), ()
    except InputError as error:
        log.error("Searches go without other names: %s", error)
        return NO_NAMES, (NAMES_TROUBLE,)


def _found(here: Serving, wanted: SearchRequest) -> Results:
    names, trouble = names_of(here)
    try:
        found = Search(here.store, here.index(), names).run(wanted, here.today())
    except IndexUnavailable as error:
        if here.keeper is not None:
            here.keeper.wake()
        log.info("Read from the store: %s", error)
        found = search_store(here.store, wanted, here.today(), _why(here.keeper), names)
    return replace(found, notes=(*trouble, *found.notes)) if trouble else found


def _why(keeper: Keeper | None) -> str:
    """What a reader is told of an index that does not answer."""
    return f"The search index {_state(keeper)} just now, so the statements themselves were read, one by one."


def _state(keeper: Keeper | None) -> str:
    return "cannot be used" if keeper is None or keeper.trouble else "is being built"
