"""Where the files of a small segment are made: in memory, for one file in the end.

A segment is some eighteen files before they become one, and an edit makes two segments, the second from the first and
what was edited before; in the folder that took half of the time of an edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whoosh.filedb.filestore import RamStorage


class MemoryFirst(RamStorage):
    """Makes files in memory, and reads what is not there from the folder of an index."""

    supports_mmap = True  # those of the folder are mapped

    def __init__(self, folder: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder

    def open_file(self, name: str, **kwargs: Any) -> Any:
        if name in self.files:
            return super().open_file(name, **kwargs)  # type: ignore[no-untyped-call]
        return self._folder.open_file(name, **kwargs)

    def keep(self, names: Iterable[str]) -> None:
        """Write those of these files that are in memory into the folder."""
        for name in names:
            if name in self.files:
                with self._folder.create_file(name) as file:
                    file.write(self.files[name])
