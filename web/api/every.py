"""All addresses of the API, put into the application."""

from __future__ import annotations

from flask_openapi3.openapi import OpenAPI

from web.api import articles, citations, docs, findings, history, search, statements

PARTS = (search, statements, articles, citations, history, findings)


def register_api(app: OpenAPI) -> None:
    """Answer at these addresses, and gather what they say of themselves."""
    for each in PARTS:
        app.register_api(each.blueprint)
    app.register_blueprint(docs.blueprint)
