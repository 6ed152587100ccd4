"""A search's results as JSON, the same for the page's `.json` and for `kb search --json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from indexer.search import Results
from kb.render.json import as_json


def search_json(results: Results) -> dict[str, Any]:
    """The page of statements, each whole, with facets and with what the search ignored and could offer."""
    request = results.request
    return {
        "query": request.words,
        "selected": {name: list(values) for name, values in request.selected.items()},
        "sort": request.sort,
        "limit": request.limit,
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "statements": [{**as_json(hit.statement), "matched_in": list(hit.where)} for hit in results.hits],
        "facets": {name: [asdict(value) for value in values] for name, values in results.facets.items()},
        "ignored": [asdict(ignored) for ignored in results.ignored],
        "suggestions": [asdict(each) for each in results.suggestions],
        "any_of": asdict(results.any_of) if results.any_of else None,
        "lag": results.lag,
        "by_index": results.by_index,
        "notes": list(results.notes),
    }
