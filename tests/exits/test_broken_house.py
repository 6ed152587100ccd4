"""Nothing leaks where something is broken: every route again, without an index, with a damaged one, and with pages that
fail while they work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from indexer.engine import SearchEngine
from indexer.open import open_engine
from tests.exits.library import DAY, STATEMENTS, TracedLibrary
from tests.exits.walk import bytes_of, walked
from web.app import create_app


def no_index(library: TracedLibrary, folder: Path) -> tuple[SearchEngine | None, Callable[[], date]]:
    """No index could be opened at all."""
    return None, lambda: DAY


def empty_index(library: TracedLibrary, folder: Path) -> tuple[SearchEngine | None, Callable[[], date]]:
    """The index was never built."""
    return open_engine(f"whoosh:{folder}"), lambda: DAY


def broken_index(library: TracedLibrary, folder: Path) -> tuple[SearchEngine | None, Callable[[], date]]:
    """Every file of the index is cut off."""
    for path, content in bytes_of(library.settings.home / "index"):
        (folder / path.name).write_bytes(content[: len(content) // 2])
    return open_engine(f"whoosh:{folder}"), lambda: DAY


def broken_page(library: TracedLibrary, folder: Path) -> tuple[SearchEngine | None, Callable[[], date]]:
    """Every page that shows statements breaks while it works, with words of a statement in the error."""

    def today() -> date:
        raise RuntimeError(f"could not work on {STATEMENTS[4].words!r}")

    return library.engine, today


EACH = 5
"""Of the addresses of one route, every so manieth is asked."""


@pytest.mark.parametrize("state", [no_index, empty_index, broken_index, broken_page])
def test_no_answer_of_a_broken_house_shows_words_without_their_grade_and_caveats(
    library: TracedLibrary, tmp_path: Path, state: Callable[..., tuple[SearchEngine | None, Callable[[], date]]]
) -> None:
    engine, today = state(library, tmp_path)
    # What is broken is so for all statements; that each of them is shown whole, the walk of a house in order looks at.
    walked(create_app(library.settings, library.store, engine, today), EACH)
