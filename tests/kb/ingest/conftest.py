"""A store in which nothing may change, for tests of what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.store import Store, open_store


@pytest.fixture(scope="session")
def demo_dump(demo_file: Path, everything: Any) -> Any:
    """Every row of every table of the demo."""
    store = open_store(f"sqlite:///{demo_file}", b"a key for tests")
    found = everything(store)
    store.close()
    return found


@pytest.fixture
def unharmed(demo: Store, everything: Any, demo_dump: Any) -> Iterator[Store]:
    """The demo, in which nothing at all may have changed when the test is over."""
    yield demo
    assert everything(demo) == demo_dump
