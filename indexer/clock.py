"""A search's time limit."""

from __future__ import annotations

import time


class Clock:
    """Looked at now and then; once the time has run out it stays run out."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.cut = False

    def up(self) -> bool:
        """Whether the time is over; asking when it is marks the search as cut."""
        self.cut = self.cut or time.monotonic() >= self._end
        return self.cut
