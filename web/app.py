"""The web application: wires pages, protections and errors around one store and one index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from jinja2 import StrictUndefined

from indexer.engine import SearchEngine
from kb.settings import Settings
from kb.store import Store
from web.assets import Assets
from web.errors import handle_errors
from web.pages import article, citation, health, legend, search, statement
from web.security import secure
from web.serving import KEY, Serving, today_in_utc


def create_app(
    settings: Settings,
    store: Store,
    engine: SearchEngine | None = None,
    today: Callable[[], date] = today_in_utc,
) -> Flask:
    """The application on an open store; without an engine every page but search works."""
    app = Flask(__name__)
    app.extensions[KEY] = Serving(settings, store, engine, today)
    assets = Assets()
    secure(app, settings, assets)
    app.jinja_env.globals["asset"] = assets
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for page in (search, statement, article, citation, legend, health):
        app.register_blueprint(page.blueprint)
    handle_errors(app)
    return app
