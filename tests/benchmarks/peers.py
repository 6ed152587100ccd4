"""The peers beside which the search engine is measured: plain Whoosh, SQLite's FTS5, and Tantivy.

Each takes the same rows (id, words, the values of some facets), stems English, drops no words, and answers the same
four kinds of query: the ids of the best twenty, and where they are wanted the counts of all facet values over all hits.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import tantivy
from whoosh import fields, index, qparser, query, sorting
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter

Kind = Literal["and", "or", "phrase", "prefix"]
FACETS = ("grade", "type", "topic", "caveat", "origin")
TOP = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One statement: its number, its words, and one value of each facet."""

    id: int
    text: str
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query; `facets` says whether their counts are wanted."""

    kind: Kind
    words: tuple[str, ...]
    facets: bool = False


class Peer(Protocol):
    """An engine that is built once and asked often."""

    name: str

    def build(self, rows: Iterable[Row]) -> None:
        """Index everything."""

    def ask(self, asked: Asked) -> int:
        """Answer, and say how many hits were given (at most `TOP`)."""

    def close(self) -> None:
        """Let go of the files."""


class Whoosh:
    """Whoosh as its documentation uses it: one writer, its own postings, matchers and facets."""

    name = "plain Whoosh"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        words = RegexTokenizer() | LowercaseFilter() | StemFilter()
        schema = fields.Schema(id=fields.NUMERIC(stored=True), text=fields.TEXT(analyzer=words))
        for name in FACETS:
            schema.add(name, fields.ID(sortable=True))
        self._index = index.create_in(str(folder), schema)
        self._parser = qparser.QueryParser("text", schema)

    def build(self, rows: Iterable[Row]) -> None:
        writer = self._index.writer(limitmb=256, procs=2, multisegment=True)
        for row in rows:
            writer.add_document(id=row.id, text=row.text, **dict(zip(FACETS, row.facets, strict=True)))
        writer.commit()
        self._searcher = self._index.searcher()

    def ask(self, asked: Asked) -> int:
        found = self._query(asked)
        groups = None
        if asked.facets:
            groups = sorting.Facets()
            for name in FACETS:
                groups.add_field(name)
        hits = self._searcher.search(found, limit=TOP, groupedby=groups, maptype=sorting.Count)
        if asked.facets:
            for name in FACETS:
                hits.groups(name)
        return len(hits.top_n)

    def close(self) -> None:
        self._searcher.close()

    def _query(self, asked: Asked) -> Any:
        if asked.kind == "prefix":
            return query.Prefix("text", asked.words[0])
        join = {"and": " ", "or": " OR ", "phrase": " "}[asked.kind]
        words = join.join(asked.words)
        return self._parser.parse(f'"{words}"' if asked.kind == "phrase" else words)


class Fts5:
    """SQLite's full-text index, and its ordinary tables for the facets."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._base = sqlite3.connect(folder / "base.sqlite3")

    def build(self, rows: Iterable[Row]) -> None:
        names = ", ".join(FACETS)
        self._base.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61')")
        self._base.execute(f"CREATE TABLE facet (id INTEGER PRIMARY KEY, {names})")
        marks = ", ".join("?" * len(FACETS))
        for row in rows:
            self._base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.id, row.text))
            self._base.execute(f"INSERT INTO facet VALUES (?, {marks})", (row.id, *row.facets))
        self._base.commit()

    def ask(self, asked: Asked) -> int:
        quoted = [f'"{word}"' for word in asked.words]
        match = {
            "and": " ".join(quoted),
            "or": " OR ".join(quoted),
            "phrase": f'"{" ".join(asked.words)}"',
            "prefix": f"{quoted[0]}*",
        }[asked.kind]
        best = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?"
        hits = self._base.execute(best, (match, TOP)).fetchall()
        if asked.facets:
            names = ", ".join(FACETS)
            joined = f"SELECT {names} FROM words JOIN facet ON facet.id = words.rowid WHERE words MATCH ?"
            counts: Sequence[Counter[str]] = [Counter() for _ in FACETS]
            for row in self._base.execute(joined, (match,)):
                for counter, value in zip(counts, row, strict=True):
                    counter[value] += 1
        return len(hits)

    def close(self) -> None:
        self._base.close()


class Tantivy:
    """Tantivy, written in Rust, through its Python package."""

    name = "Tantivy"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True, fast=True)
        schema.add_text_field("text", tokenizer_name="en_stem")
        for name in FACETS:
            schema.add_text_field(name, tokenizer_name="raw", fast=True)
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(folder))

    def build(self, rows: Iterable[Row]) -> None:
        writer = self._index.writer(256_000_000, 2)
        for row in rows:
            told: Mapping[str, Any] = dict(zip(FACETS, row.facets, strict=True))
            writer.add_document(tantivy.Document(id=row.id, text=row.text, **told))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, asked: Asked) -> int:
        words = asked.words
        if asked.kind == "prefix":
            found = tantivy.Query.regex_query(self._schema, "text", f"{words[0]}.*")
        else:
            written = {"and": " AND ".join(words), "or": " OR ".join(words), "phrase": f'"{" ".join(words)}"'}
            found = self._index.parse_query(written[asked.kind], ["text"])
        hits = self._searcher.search(found, TOP).hits
        if asked.facets:
            wanted = {name: {"terms": {"field": name, "size": 50}} for name in FACETS}
            self._searcher.aggregate(found, wanted)
        return len(hits)

    def close(self) -> None:
        del self._searcher


PEERS = (Whoosh, Fts5, Tantivy)
