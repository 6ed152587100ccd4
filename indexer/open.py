"""A search engine by its URL: `whoosh:PATH` is the embedded one."""

from __future__ import annotations

from pathlib import Path

from indexer.engine import SearchEngine
from indexer.whoosh_engine import WhooshEngine
from kb.errors import InputError


def open_engine(url: str) -> SearchEngine:
    """The engine that the URL names; opening makes nothing. Any URL but `whoosh:PATH` is an InputError."""
    scheme, colon, rest = url.partition(":")
    if scheme != "whoosh" or not colon or not rest or "\0" in rest:
        cure = "Use whoosh:PATH, for example whoosh:instance/index."
        raise InputError(f"{url!r} names no search engine.", place="KB_INDEX_URL", cure=cure)
    return WhooshEngine(Path(rest))
