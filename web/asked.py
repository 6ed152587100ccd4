"""What the address of a search asks for, and what of it made no sense, in words for the reader."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from flask import request

from indexer.engine import FILTERS, SORTS
from indexer.query import LONGEST_QUERY
from indexer.values import ORDERS, ValuesRequest
from web.links import SearchAddress

MOST_ON_A_PAGE = 200
LAST_PAGE = 1_000_000
MOST_CHOSEN = 100
"""Values that an address may choose, of all facets together: each has its line, and each line an address with all."""
MOST_UNKNOWN = 5
"""Parameters of which the reader is told one by one that they mean nothing."""
MOST_WITHOUT = 100
"""Other names that an address may switch off one by one."""
OF_VALUES = {"facet", "find", "by"}
FACET = "topic"
"""Whose values are listed where an address does not say."""
LONGEST_FIND = 200
PARAMETERS = {"q", "sort", "page", "limit", "synonyms", "without", *FILTERS}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and what of it made no sense, in words."""

    address: SearchAddress
    remarks: tuple[str, ...]


def read_address(others: Collection[str] = ()) -> Asked:
    """What the query string says; a part that makes no sense takes its default and is remarked on.

    `others` are parameters that whoever asks reads by itself.
    """
    remarks: list[str] = []
    sort = request.args.get("sort") or "relevance"
    if sort not in SORTS:
        remarks.append(f"“{_short(sort)}” is no order; the list is sorted by relevance.")
        sort = "relevance"
    unknown = (name for name in request.args if name not in PARAMETERS and name not in others)
    for name in islice(unknown, MOST_UNKNOWN):
        remarks.append(f"“{_short(name)}” is no filter; it was ignored. Filters are {', '.join(FILTERS)}.")
    address = SearchAddress(
        # A little more than is read, so that the reader is told that it was cut.
        words=request.args.get("q", "").replace("\x00", "\N{REPLACEMENT CHARACTER}").strip()[: 2 * LONGEST_QUERY],
        selected=_selected(remarks),
        sort=sort,
        page=whole_number("page", 1, LAST_PAGE, remarks),
        limit=whole_number("limit", SearchAddress.DEFAULT_LIMIT, MOST_ON_A_PAGE, remarks),
        widen=_widen(remarks),
        without=tuple(dict.fromkeys(name for name in request.args.getlist("without") if name))[:MOST_WITHOUT],
    )
    return Asked(address, tuple(remarks))


def read_values() -> tuple[Asked, ValuesRequest]:
    """What the query string says of one facet's values, and of the search that they are counted under."""
    asked = read_address(OF_VALUES)
    remarks = list(asked.remarks)
    facet, by = request.args.get("facet") or FACET, request.args.get("by") or ORDERS[0]
    if facet not in FILTERS:
        remarks.append(
            f"“{_short(facet)}” is no filter; those of {FACET} are listed. Filters are {', '.join(FILTERS)}."
        )
        facet = FACET
    order = next((each for each in ORDERS if each == by), None)
    if order is None:
        remarks.append(f"“{_short(by)}” is no order; the values are listed by {ORDERS[0]}.")
    find = request.args.get("find", "").replace("\x00", "").strip()[:LONGEST_FIND]
    wanted = ValuesRequest(facet, find, order or ORDERS[0], asked.address.page)
    return Asked(asked.address.at(1), tuple(remarks)), wanted


def _selected(remarks: list[str]) -> dict[str, tuple[str, ...]]:
    chosen = {facet: [value for value in dict.fromkeys(request.args.getlist(facet)) if value] for facet in FILTERS}
    if sum(map(len, chosen.values())) > MOST_CHOSEN:
        remarks.append(f"More than {MOST_CHOSEN} filters were chosen; the first {MOST_CHOSEN} are in use.")
    selected, left = {}, MOST_CHOSEN
    for facet, values in chosen.items():
        if kept := tuple(values[:left]):
            selected[facet] = kept
            left -= len(kept)
    return selected


def whole_number(name: str, default: int, most: int, remarks: list[str]) -> int:
    """A number from 1 to `most` out of the address; what makes no sense is remarked on and takes the default."""
    given = request.args.get(name, "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or int(given[:12]) < 1:
        remarks.append(f"“{_short(given)}” is no {name}; {name} {default} is shown.")
        return default
    number = int(given[:12])
    if number > most:
        remarks.append(f"The largest {name} is {most}.")
    return min(number, most)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _widen(remarks: list[str]) -> bool:
    given = request.args.get("synonyms", "on").strip().casefold()
    if given not in ("on", "off", ""):
        remarks.append(f"synonyms is on or off, not “{_short(given)}”; other names are searched.")
    return given != "off"
