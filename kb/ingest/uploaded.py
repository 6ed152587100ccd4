"""What is asked about a file that somebody sent: what it seems to hold, and whether an import of it is in the store."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.data import data_folder
from kb.errors import InputError
from kb.ingest.formats import unreadable
from kb.ingest.retractions import NEEDED
from kb.ingest.tables import columns_of_table
from kb.model import Batch

BY_ENDING = {
    **dict.fromkeys((".txt", ".md", ".markdown", ".html", ".htm", ".toml"), "article"),
    **dict.fromkeys((".ris", ".bib", ".nbib", ".enw", ".ciw", ".xml"), "citations"),
    **dict.fromkeys((".jsonl", ".ndjson", ".xlsx", ".ods"), "statements"),
}
TABLES = {".csv", ".tsv"}
LOOKED_AT = 64 * 1024
# The first names in a JSON file tell its forms apart: data/caveats.json, CSL-JSON, a map of notices.
SIGNS = (
    ("retractions", rb'\A\s*\{\s*"(?:retractions|concerns|10\.[0-9]{4,9}/)'),
    ("caveats", rb'\A\s*\[.*?"severity"\s*:'),
    ("citations", rb'\A\s*\[.*?"(?:DOI|PMID|title|author|issued|container-title)"\s*:'),
)


def kind_told_by(path: Path) -> str:
    """What a file seems to hold, by its name and its beginning. Raises InputError where neither tells."""
    if not path.exists():
        raise InputError("There is no such file.", place=str(path), cure="Look at its name.")
    ending = path.suffix.casefold()
    if ending in BY_ENDING:
        return BY_ENDING[ending]
    if ending in TABLES:
        return "retractions" if set(NEEDED) <= set(_columns(path)) else "statements"
    try:
        with path.open("rb") as file:
            start = file.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise unreadable(path, error) from error
    for kind, sign in SIGNS:
        if re.search(sign, start, re.DOTALL):
            return kind
    if re.match(rb'\s*\{\s*"', start):
        return "statements"
    raise InputError(
        "What the file holds can be told neither from its name nor from its beginning.",
        place=path.name,
        cure="Say what it holds: statements, citations, retractions, article or caveats (--as).",
    )


def mappings() -> list[str]:
    """The names of the mappings that come with Caveat."""
    return sorted(path.stem for path in (data_folder() / "mappings").glob("*.toml"))


def batch_of(session: Session, sha256: str, actor: str, at: datetime) -> tuple[int, dict[str, int]] | None:
    """The batch that was made of the file with this content, by this person, at this very moment; with its counts."""
    query = select(Batch).where(Batch.sha256 == sha256, Batch.actor == actor).order_by(Batch.id.desc())
    for each in session.scalars(query):
        if each.at == at:
            return each.id, dict(each.counts)
    return None


def name_mapping(session: Session, batch: int, name: str) -> None:
    """Say of a batch by which mapping it was read, where that lay in a file which will be gone."""
    session.get_one(Batch, batch).mapping = name


def _columns(path: Path) -> list[str]:
    try:
        return columns_of_table(path)
    except InputError:
        # Whoever reads the rows says what is wrong with the file.
        return []
