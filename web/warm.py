"""What the first reader of a process would wait for, done before: templates, queries, libraries loaded late."""

from __future__ import annotations

import logging

from flask import Flask

from indexer.search import Search, SearchRequest
from kb.identifiers import identifiers_of
from kb.render.html import card
from web.serving import serving

log = logging.getLogger(__name__)
ANY_WORK = {"DOI": "10.1000/182"}
TEMPLATES = ("search.html", "statement.html", "home.html", "article.html")


def warm(app: Flask) -> None:
    """Do so; without an index that answers only the templates are made. Never raises.

    For before a process takes requests: beside the first of them it would take from these the time that it saves.
    Nothing of it is counted, noted or logged as a request.
    """
    try:
        for name in TEMPLATES:
            app.jinja_env.get_template(name)
        identifiers_of(ANY_WORK)
        with app.app_context():
            here = serving()
            found = Search(here.store, here.index()).run(SearchRequest("", limit=5), here.today())
            for hit in found.hits:
                card(hit.statement, hit.marks)
    except Exception:
        # Whoever opens a page meets the same, and is told.
        log.debug("Nothing was made before it was asked for", exc_info=True)
