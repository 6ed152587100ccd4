"""Functions whose file is loaded when they are first called, so that a command waits only for what it uses.

The place is written as `package.module:name`. Whatever reads imports reads these too, so no circle and no arrow back
can hide in them: see tests/test_architecture.py.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Something in a module that is not loaded yet. Call it, or ask for it by `load`."""

    def __init__(self, place: str) -> None:
        self._place = place

    def load(self) -> Any:
        """What stands there."""
        module, _, name = self._place.partition(":")
        return getattr(import_module(module), name)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Load it and call it."""
        return self.load()(*args, **options)
