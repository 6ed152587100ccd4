"""A library for tests that only read, and one for each test that changes something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.indexer.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """For tests that only read."""
    made = Library(tmp_path_factory.mktemp("library"))
    yield made
    made.close()


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """For tests that change something."""
    made = Library(tmp_path)
    yield made
    made.close()
