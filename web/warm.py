"""What the first reader of a process would wait for, done before: templates, queries, libraries loaded late."""

from __future__ import annotations

import logging
import threading

from flask import Flask

from indexer.search import Search, SearchRequest
from kb.render.html import card
from web.serving import serving

log = logging.getLogger(__name__)
TEMPLATES = ("search.html", "statement.html", "home.html", "article.html")


def warm(app: Flask) -> threading.Thread:
    """Begin to do so, beside whatever else the process does; without an index that answers only the templates are made.

    Nothing of it is counted, noted or logged as a request.
    """
    thread = threading.Thread(target=_warm, args=(app,), name="warming up", daemon=True)
    thread.start()
    return thread


def _warm(app: Flask) -> None:
    try:
        for name in TEMPLATES:
            app.jinja_env.get_template(name)
        with app.app_context():
            here = serving()
            found = Search(here.store, here.index()).run(SearchRequest("", limit=5), here.today())
            for hit in found.hits:
                card(hit.statement, hit.marks)
    except Exception:
        # Whoever opens a page meets the same, and is told.
        log.debug("Nothing was made before it was asked for", exc_info=True)
