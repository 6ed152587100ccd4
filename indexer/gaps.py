"""Which of the searches that once found nothing find something today."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from indexer.asked import understood
from indexer.engine import SearchEngine
from indexer.names import Names
from kb.errors import IndexUnavailable
from kb.misses import Gap

SECONDS = 1.0
"""For all of them together; later ones are not counted."""


def with_hits(gaps: Iterable[Gap], engine: SearchEngine | None, names: Names) -> Iterator[tuple[Gap, int | None]]:
    """Each gap with how many statements its words find by the index now; None where that cannot be said just now."""
    until = time.monotonic() + SECONDS
    for gap in gaps:
        found = None
        if engine is not None and time.monotonic() < until:
            try:
                found = engine.count(understood(gap.query, names, (), engine.count).tree)
            except IndexUnavailable:
                engine = None
        yield gap, found
