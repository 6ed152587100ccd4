"""`/api/v1/search`: the page's search, a page of whole statements at a time."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from flask import Response, g

from indexer.engine import FILTERS
from web.api.answers import answer, comparable
from web.api.asked import SearchAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Found
from web.found import search_json
from web.gaps import note_gap
from web.links import SearchAddress
from web.searching import run_after, run_request, wanted_by

blueprint = part("search", "Find statements by words and filters.")
comparable(blueprint, by_index=True)


@blueprint.get("/search", operation_id="search", summary="Find statements", responses={"200": Found})
def found(query: SearchAsked) -> Response:
    """What the page of the search finds, in its order; others may add and withdraw statements meanwhile."""
    selected = {name: tuple(values) for name in FILTERS if (values := getattr(query, name))}
    address = SearchAddress(
        query.q.replace("\x00", "\N{REPLACEMENT CHARACTER}").strip(),
        selected,
        query.sort,
        limit=query.limit,
        widen=query.synonyms == "on",
        without=tuple(query.without),
    )
    wanted = wanted_by(address)
    # Of another search a cursor would lead anywhere.
    search = hashlib.sha256(replace(address, limit=SearchAddress.DEFAULT_LIMIT).to("").encode()).hexdigest()[:12]
    where = parts_of(query.cursor, f"search {search}", int, int)
    if where is None:
        results = run_request(wanted)
        note_gap(results)
        last = 0
    else:
        start, last = (int(each) for each in where)
        results = run_after(replace(wanted, start=start), last)
    if results.notes or not results.by_index:
        g.tag = None  # nobody is to be told that a page which was cut, or read without the index, still holds
    after = results.request.offset + query.limit
    if results.hits:
        last = results.hits[-1].statement.id
    follows = cursor(f"search {search}", after, last) if after < results.total else None
    return answer({**search_json(results), "next": follows}, follows)
