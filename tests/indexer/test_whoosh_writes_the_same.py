"""The index stays a Whoosh index: Whoosh's own writer makes the same segment of the same documents, and its searcher
finds in ours what is there.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import create_in, open_dir
from whoosh.writing import SegmentWriter

from indexer import text
from indexer.bulk import write_segment
from indexer.codec import ArrayCodec
from indexer.engine import COLUMNS, FIELDS, SEPARATOR, IndexDocument, Position
from indexer.gathering import gather
from indexer.whoosh_checks import NAME
from indexer.whoosh_engine import WhooshEngine
from indexer.whoosh_schema import (
    NUMBERS,
    POSITION_ID,
    POSITION_TERM,
    SURFACES,
    WORDS,
    encodable,
    facet_field,
    schema,
    written_position,
)
from tests.indexer.test_merging import told
from tests.indexer.test_oracle import bodies, facets

POSITION = Position("s", "f", 7, "mark")


@settings(max_examples=15, deadline=None)
@given(made=st.lists(st.tuples(bodies, facets), max_size=5))
def test_whooshs_writer_makes_the_segment_that_is_built(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[dict[str, str], dict[str, tuple[str, ...]]]]
) -> None:
    documents = [IndexDocument(n, n + 1, *each, n % 3, n % 2) for n, each in enumerate(made)]
    index = create_in(str(tmp_path_factory.mktemp("whoosh")), schema())
    writer = SegmentWriter(index, codec=ArrayCodec())
    for document in documents:
        writer.add_document(**document_fields(document))
    numbers = (POSITION_ID, *(0 for _ in NUMBERS[1:]))
    writer.add_document(meta=POSITION_TERM[1], position=written_position(POSITION), numbers=numbers)
    writer.commit()
    (segment,) = index._segments()
    assert told(index.storage, segment) == told(
        index.storage, write_segment(index.storage, NAME, [gather(documents)], POSITION)
    )


def test_whooshs_searcher_finds_what_is_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("ours") / "index"
    engine = WhooshEngine(path)
    texts = ["kratom and pain", "pain of the liver", "liver and kratom pain", "tea"]
    engine.rebuild((IndexDocument(n, 1, {"text": each}, {}, 0, 0) for n, each in enumerate(texts)), POSITION)
    folder = path / (path / "current").read_text().strip()
    with open_dir(str(folder)).searcher() as searcher:
        asked = query.And([query.Term("text", "pain"), query.Term("text", "liver")])
        assert sorted(hit.docnum for hit in searcher.search(asked)) == [1, 2]
        phrase = query.Phrase("text", ["kratom", "pain"])
        assert [hit.docnum for hit in searcher.search(phrase)] == [2]
        assert list(searcher.lexicon("text"))[:2] == [b"and", b"kratom"]
    engine.close()


def document_fields(document: IndexDocument) -> dict[str, Any]:
    """A statement as keyword arguments for Whoosh's `add_document`."""
    lengths = []
    surfaces: set[str] = set()
    every: set[str] = set()
    written: dict[str, Any] = {}
    for name in FIELDS:
        words = _words(document.words.get(name, ""), surfaces)
        lengths.append(len(words))
        if words:
            written[name] = words
            every.update(term for term, _ in words)
    if every:
        written[SURFACES] = sorted(surfaces)
        written[WORDS] = sorted(every)
    for facet in COLUMNS:
        if values := sorted({encodable(value) for value in document.facets.get(facet, ()) if value}):
            written[facet_field(facet)] = tuple(values)
    written["numbers"] = (document.id, document.version, document.grade_rank, document.cited, *lengths)
    return written


def _words(value: str, surfaces: set[str]) -> list[tuple[str, int]]:
    words: list[tuple[str, int]] = []
    place = 0
    for part in value.split(SEPARATOR):
        for token in text.tokens(part):
            words.append((token.term, place))
            surfaces.add(token.surface)
            place += 1
        place += 1  # a gap that no phrase crosses
    return words
