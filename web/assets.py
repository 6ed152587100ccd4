"""Addresses of the static files, each with a mark of its content so that browsers may keep it for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"


class Assets:
    """The files under `static/` as they were at the start; `asset("caveat.css")` gives an address."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._marks = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in folder.rglob("*")
            if path.suffix in {".css", ".js", ".svg"}
        }

    def __call__(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that was not there at the start."""
        return f"/static/{name}?v={self._marks[name]}"

    def is_current(self, name: str, mark: str | None) -> bool:
        """Whether this address can never mean another content."""
        return mark is not None and self._marks.get(name) == mark
