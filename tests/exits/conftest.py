"""The traced library for the tests of exits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.exits.library import DAY, TracedLibrary, build
from web.app import create_app


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TracedLibrary]:
    """Statements of every state; made once for a file."""
    made = build(tmp_path_factory.mktemp("traced"))
    yield made
    made.engine.close()
    made.store.close()


@pytest.fixture
def app(library: TracedLibrary) -> Flask:
    """A new application on the library: a test may add routes to it."""
    return create_app(library.settings, library.store, library.engine, today=lambda: DAY)
