"""A search's results as JSON, the same for the page's `.json` and for `kb search --json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from indexer.highlight import Sought, marks
from indexer.search import Results
from indexer.whole import Whole
from kb.graded import GradedStatement
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
        "statements": [hit_json(hit.statement, hit.where) for hit in results.hits],
        "facets": {name: [asdict(value) for value in values] for name, values in results.facets.items()},
        "facet_sizes": dict(results.facet_sizes),
        "ignored": [asdict(ignored) for ignored in results.asked.ignored],
        "synonyms": [asdict(added) for added in results.asked.added],
        "compounds": [{"typed": typed, "parts": list(parts)} for typed, parts in results.asked.split],
        "common": list(results.asked.common),
        "suggestions": [asdict(each) for each in results.offers.spellings],
        "any_of": asdict(results.offers.any_of) if results.offers.any_of else None,
        "fewer_filters": [asdict(each) for each in results.offers.fewer],
        "lag": results.lag,
        "by_index": results.by_index,
        "notes": list(results.notes),
    }


def hit_json(statement: GradedStatement, where: Iterable[str]) -> dict[str, Any]:
    """A statement that was found, whole, and in which of its parts the words stand."""
    return {**as_json(statement), "matched_in": list(where)}


def jsonl_lines(all_of_it: Whole) -> Iterator[str]:
    """All that a search found, one object a line, each as the search's JSON has it."""
    sought = Sought(all_of_it.words)
    for statement in all_of_it.statements():
        found = hit_json(statement, marks(statement, sought))
        yield json.dumps(found, ensure_ascii=False) + "\n"


def remarks(results: Results) -> Iterator[str]:
    """What the search did with the words and what it offers, line by line for a terminal."""
    asked, offers = results.asked, results.offers
    for ignored in asked.ignored:
        yield f"Ignored: {ignored.text} ({ignored.reason})."
    for typed, parts in asked.split:
        yield f"Searched “{typed}” as {' followed by '.join(parts)}."
    if asked.common:
        yield f"In so many statements that they only order what the other words find: {', '.join(asked.common)}."
    for typed, group in groupby(asked.added, key=lambda each: each.typed):
        names = [each.name for each in group if each.used]
        if names:
            yield f"“{typed}” also as: {', '.join(names)}. --no-synonyms searches only what you typed."
    for suggestion in offers.spellings:
        filters = "" if suggestion.filtered else ", without filters"
        yield f"Did you mean: {suggestion.words} ({suggestion.total}{filters})?"
    if offers.any_of is not None:
        yield f"Any of the words: {offers.any_of.words} ({offers.any_of.total})."
    for fewer in offers.fewer:
        yield f"Without {'--' + fewer.facet if fewer.facet else 'filters'}: {fewer.total}."
