"""Python's search for cycles among objects, put off while many are made that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cyclic_search() -> Iterator[None]:
    """Python does not look for cycles among objects meanwhile.

    Drafts and records have none; looking for them again and again among a million takes a third of the whole time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
