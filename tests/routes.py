"""Addresses that only a test has; like every other, they must be declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from web.access import Need
from web.signed_in import DECLARED


def add_route(app: Flask, path: str, view: Callable[..., Any], need: Need = Need.NOTHING, **options: Any) -> None:
    """Add an address to an application that was made already."""
    app.add_url_rule(path, view_func=view, **options)
    app.extensions[DECLARED][options.get("endpoint") or view.__name__] = need
