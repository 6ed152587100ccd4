"""The web application: wires pages, protections and errors around one store and one index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from jinja2 import StrictUndefined

from indexer.engine import SearchEngine
from kb.claims import topics_text
from kb.labels import value_label
from kb.settings import Settings
from kb.store import Store
from web import metrics
from web.access import ROUTES, refuse_undeclared
from web.api.described import described_app
from web.api.every import register_api
from web.assets import Assets
from web.bodies import limit_bodies
from web.errors import handle_errors
from web.keeper import Keeper
from web.limits import limit_requests
from web.logs import log_requests
from web.metrics import count_requests
from web.misses import Misses
from web.pages import (
    account,
    agreement,
    all_found,
    article,
    article_files,
    attach,
    audit,
    audit_files,
    caveat_to_all,
    changes,
    citation,
    cite,
    edit,
    evidence_map,
    feed,
    flags,
    grade,
    health,
    history,
    imports,
    legend,
    merge,
    misses,
    people,
    person,
    pick,
    rate,
    relations,
    reviewing,
    search,
    signing,
    slots,
    statement,
    suggest,
    undo,
    values,
    waivers,
    what_if,
    work_queue,
)
from web.proxies import BehindProxies
from web.saved import offered
from web.security import secure
from web.serving import KEY, Serving, today_in_utc
from web.signed_in import admit


def create_app(
    settings: Settings,
    store: Store,
    engine: SearchEngine | None = None,
    today: Callable[[], date] = today_in_utc,
    keeper: Keeper | None = None,
    queue: Callable[[], int] = lambda: 0,
    held: Misses | None = None,
) -> Flask:
    """The application on an open store; without an engine search reads the store itself."""
    app = described_app(__name__)
    app.extensions[KEY] = Serving(
        settings, store, engine, today, held or Misses(store, today, on=settings.misses), keeper
    )
    log_requests(app)
    count_requests(app, queue)
    assets = Assets()
    secure(app, settings, assets)
    limit_bodies(app, settings.upload_limit)
    admit(app, private=settings.private)
    app.jinja_env.globals.update(asset=assets, undo_offer=offered, topics_text=topics_text, value_label=value_label)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    records, reading = (
        (statement, cite, changes, article, article_files, citation, legend, person, misses),
        (
            search,
            all_found,
            evidence_map,
            feed,
            values,
            suggest,
            health,
            metrics,
            audit,
            audit_files,
            waivers,
            what_if,
            agreement,
            relations,
        ),
    )
    curating = (edit, slots, attach, grade, merge, pick, work_queue, reviewing, flags, undo, caveat_to_all, history)
    for page in (*reading, *records, *curating, signing, account, people, imports, rate):
        app.register_blueprint(page.blueprint)
    register_api(app)
    refuse_undeclared(app.view_functions, ROUTES)
    limit_requests(app, settings)
    handle_errors(app)
    app.wsgi_app = BehindProxies(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]
    return app
